"""What schools sign: that this was sent to that unit, that it was received, that the handover is complete.

No personal data: identifiers, digests of sealed bytes, sizes and instants.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

from keys import jws
from keys.errors import Damaged

LETTER = "wo-letter+jws"
STATEMENT = "wo-statement+jws"


@dataclass(frozen=True, kw_only=True)
class SentPart:
    """One sealed file: SHA-256 of its bytes as hexadecimal, and their number."""

    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Letter:
    """Signed by the sender's dossier circle. age authenticates no sender; this does, and it names the receiver."""

    handover: str
    version: int
    previous: str
    """Digest of the letter before it; empty on the first."""
    sender: str
    sender_card: str
    receiver: str
    receiver_card: str
    parts: dict[str, SentPart]
    at: str
    """The instant, ISO 8601 in UTC."""

    def signed(self, signer: jws.Signer) -> str:
        """The letter as a JWS."""
        return jws.issue(signer, LETTER, asdict(self))

    @classmethod
    def checked(cls, token: str, public: str) -> Self:
        """The letter, if that dossier circle signed it.

        Raises:
            BadSignature: another key signed it, or it was changed.
            Damaged: it is no letter.
        """
        payload: dict[str, Any] = jws.check(token, LETTER, public)
        try:
            parts = {name: SentPart(**part) for name, part in payload.pop("parts").items()}
            return cls(parts=parts, **payload)
        except (KeyError, TypeError, AttributeError) as error:
            raise Damaged from error


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Signed by the receiver's dossier circle over a letter: `received`, or `confirmed`."""

    kind: str
    handover: str
    letter: str
    receiver_card: str
    at: str

    def signed(self, signer: jws.Signer) -> str:
        """The statement as a JWS."""
        return jws.issue(signer, STATEMENT, asdict(self))

    @classmethod
    def checked(cls, token: str, public: str) -> Self:
        """The statement, if that circle signed it.

        Raises:
            BadSignature: another key signed it, or it was changed.
            Damaged: it is no statement.
        """
        try:
            return cls(**jws.check(token, STATEMENT, public))
        except TypeError as error:
            raise Damaged from error

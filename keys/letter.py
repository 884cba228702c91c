"""What a school says it sent, received and confirmed: statements that anybody can check years later.

A *letter* names the sealed bytes of each room, sender and receiver with the digests of their cards, and the letter
before it. *Acceptance* and *confirmation* are the receiver's, over the letter's digest. No personal data in any.

age authenticates no sender; the letter does, so reading starts with checking it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from keys.circle import CircleKey
from keys.errors import BadSignature
from keys.jws import VerifyKey, read_instant, write_instant

LETTER = "handover-letter+jws"
ACCEPTANCE = "handover-acceptance+jws"
CONFIRMATION = "handover-confirmation+jws"


@dataclass(frozen=True, kw_only=True)
class Party:
    """A unit, with the digest of the card that its keys were taken from."""

    unit_id: str
    card: str

    def facts(self) -> dict[str, Any]:
        """Write for a statement."""
        return {"unit": self.unit_id, "card": self.card}

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Self:
        """Read from a statement."""
        return cls(unit_id=str(facts["unit"]), card=str(facts["card"]))


@dataclass(frozen=True, kw_only=True)
class SealedBundle:
    """The sealed file of one room: its SHA-256 in hexadecimal and its size in bytes."""

    part: str
    """`dossier` or `care`."""
    room_id: str
    sha256: str
    size: int

    def facts(self) -> dict[str, Any]:
        """Write for a statement."""
        return {"part": self.part, "room": self.room_id, "sha256": self.sha256, "size": self.size}

    @classmethod
    def of(cls, facts: dict[str, Any]) -> Self:
        """Read from a statement."""
        return cls(
            part=str(facts["part"]), room_id=str(facts["room"]), sha256=str(facts["sha256"]), size=int(facts["size"])
        )


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One sealed version of a handover. `version` counts from 1; instants are kept in whole seconds."""

    handover_id: str
    version: int
    previous: str | None
    """The digest of the letter before it."""
    sender: Party
    receiver: Party
    bundles: tuple[SealedBundle, ...]
    sealed_at: datetime

    def bundle(self, part: str) -> SealedBundle:
        """The sealed file of that part.

        Raises:
            BadSignature: the letter names none.
        """
        for bundle in self.bundles:
            if bundle.part == part:
                return bundle
        raise BadSignature("no such part in this letter")

    def sign(self, key: CircleKey) -> str:
        """Sign with the sender's dossier circle."""
        payload = {
            "handover": self.handover_id,
            "version": self.version,
            "previous": self.previous,
            "sender": self.sender.facts(),
            "receiver": self.receiver.facts(),
            "bundles": [bundle.facts() for bundle in self.bundles],
            "sealed_at": write_instant(self.sealed_at),
        }
        return key.sign(payload, LETTER)

    @classmethod
    def read(cls, token: str, verify: VerifyKey) -> Self:
        """Read a letter by that key.

        Raises:
            BadSignature: it is none, or was changed.
        """
        payload = verify.read(token, LETTER)
        try:
            return cls(
                handover_id=str(payload["handover"]),
                version=int(payload["version"]),
                previous=None if payload["previous"] is None else str(payload["previous"]),
                sender=Party.of(payload["sender"]),
                receiver=Party.of(payload["receiver"]),
                bundles=tuple(SealedBundle.of(bundle) for bundle in payload["bundles"]),
                sealed_at=read_instant(payload["sealed_at"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise BadSignature("no letter") from error


@dataclass(frozen=True, kw_only=True)
class Acceptance:
    """The receiver says: received. Not that the child is admitted."""

    handover_id: str
    letter: str
    """The digest of the letter."""
    receiver: Party
    at: datetime

    def sign(self, key: CircleKey) -> str:
        """Sign with the receiver's dossier circle."""
        return key.sign(_statement(self), ACCEPTANCE)

    @classmethod
    def read(cls, token: str, verify: VerifyKey) -> Self:
        """Read an acceptance by that key.

        Raises:
            BadSignature: it is none, or was changed.
        """
        return cls(**_facts(verify.read(token, ACCEPTANCE)))


@dataclass(frozen=True, kw_only=True)
class Confirmation:
    """The receiver says: this child is enrolled, and everything in this version was opened."""

    handover_id: str
    letter: str
    """The digest of the newest letter."""
    receiver: Party
    at: datetime

    def sign(self, key: CircleKey) -> str:
        """Sign with the receiver's dossier circle."""
        return key.sign(_statement(self), CONFIRMATION)

    @classmethod
    def read(cls, token: str, verify: VerifyKey) -> Self:
        """Read a confirmation by that key.

        Raises:
            BadSignature: it is none, or was changed.
        """
        return cls(**_facts(verify.read(token, CONFIRMATION)))


def _statement(said: Acceptance | Confirmation) -> dict[str, Any]:
    return {
        "handover": said.handover_id,
        "letter": said.letter,
        "receiver": said.receiver.facts(),
        "at": write_instant(said.at),
    }


def _facts(payload: dict[str, Any]) -> dict[str, Any]:
    try:
        return {
            "handover_id": str(payload["handover"]),
            "letter": str(payload["letter"]),
            "receiver": Party.of(payload["receiver"]),
            "at": read_instant(payload["at"]),
        }
    except (KeyError, TypeError) as error:
        raise BadSignature("no statement of a receiver") from error

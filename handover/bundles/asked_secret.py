"""What lies under the six words of a request: with what to sign, to which rooms to seal, and who it is about."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Self

from keys.age.file import SERVICE_LIMITS, decrypt_bytes, encrypt_bytes
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.errors import Damaged
from keys.jws import SigningKey, canonical, from_base64url, to_base64url


@dataclass(frozen=True, kw_only=True)
class Secret:
    """All that a guest needs to answer. The rooms' recipients stand nowhere else: only who has them can write there."""

    signing: SigningKey = field(repr=False)
    dossier: HybridRecipient = field(repr=False)
    care: HybridRecipient = field(repr=False)
    about: dict[str, Any] = field(repr=False)
    """Name and birth date, as a name grant has them."""

    def seal(self, asked_id: str, recipient: HybridRecipient) -> bytes:
        """Seal to the one-time identity of that request."""
        facts = {
            "asked": asked_id,
            "seed": to_base64url(self.signing.seed),
            "dossier": self.dossier.encode(),
            "care": self.care.encode(),
            "about": self.about,
        }
        return encrypt_bytes(recipient, canonical(facts))

    @classmethod
    def open(cls, sealed: bytes, asked_id: str, identity: HybridIdentity) -> Self:
        """Open what `seal` sealed.

        Raises:
            NotForYou, Damaged, BadSignature: it was changed, or is that of another request.
        """
        try:
            facts = json.loads(decrypt_bytes(identity, sealed, limits=SERVICE_LIMITS))
            if facts["asked"] != asked_id:
                raise Damaged("the secret of another request")
            return cls(
                signing=SigningKey(from_base64url(facts["seed"])),
                dossier=HybridRecipient.parse(facts["dossier"]),
                care=HybridRecipient.parse(facts["care"]),
                about=dict(facts["about"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise Damaged("no secret of a request") from error

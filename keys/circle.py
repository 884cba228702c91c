"""A circle's key: what a unit opens with, and what it signs with. Independent keys, never derived from one another."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from keys.age.file import decrypt_bytes, encrypt_bytes
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.errors import BadSignature, Damaged


@dataclass(frozen=True)
class CirclePublic:
    """What everybody may know: `recipient` in age's bech32, `verify` the Ed25519 key as 64 hexadecimal symbols."""

    recipient: str
    verify: str

    def age(self) -> HybridRecipient:
        """The recipient, ready to seal to."""
        return HybridRecipient.parse(self.recipient)


@dataclass(frozen=True)
class CircleKey:
    """An age identity and an Ed25519 key. Its repr shows neither."""

    age: HybridIdentity = field(repr=False)
    signing: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """A new one."""
        return cls(HybridIdentity.generate(), Ed25519PrivateKey.generate())

    @property
    def public(self) -> CirclePublic:
        """Its public half."""
        return CirclePublic(self.age.recipient().encode(), self.signing.public_key().public_bytes_raw().hex())

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature of 64 bytes."""
        return self.signing.sign(message)

    def sealed_to(self, recipient: HybridRecipient) -> bytes:
        """A copy for a member or a recovery sheet."""
        secret = {"age": self.age.encode(), "signing": self.signing.private_bytes_raw().hex()}
        return encrypt_bytes(recipient, json.dumps(secret).encode())

    @classmethod
    def opened(cls, copy: bytes, identity: HybridIdentity) -> Self:
        """The key in a copy.

        Raises:
            KeysError: the copy is for somebody else, or damaged.
        """
        try:
            secret = json.loads(decrypt_bytes(identity, copy))
            seed = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret["signing"]))
            return cls(HybridIdentity.parse(secret["age"]), seed)
        except (ValueError, KeyError, TypeError) as error:
            raise Damaged from error


def verify(public: str, message: bytes, signature: bytes) -> None:
    """Check a signature by the circle whose `verify` key this is.

    Raises:
        BadSignature: it is not by that key over that message.
    """
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, message)
    except (InvalidSignature, ValueError) as error:
        raise BadSignature from error

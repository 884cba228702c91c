"""The classical recipient `X25519`: read and written for others, who have no post-quantum key.

Source: C2SP age.md, X25519 recipient stanza.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from keys.age import bech32, filekey
from keys.age.stanza import Stanza, from_base64, to_base64
from keys.errors import Damaged

KIND = "X25519"
KEY_LENGTH = 32

_INFO = b"age-encryption.org/v1/X25519"
_RECIPIENT_PREFIX = "age"
_IDENTITY_PREFIX = "age-secret-key-"


@dataclass(frozen=True)
class X25519Recipient:
    """The public key of an `X25519Identity`."""

    public: bytes = field(repr=False)

    family: ClassVar[filekey.Family] = filekey.Family.CLASSICAL

    def __post_init__(self) -> None:
        """Refuse bytes that are no such key."""
        if len(self.public) != KEY_LENGTH:
            raise Damaged("public key of a wrong length")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `age1…`.

        Raises:
            Damaged: it is no such key.
        """
        return cls(bech32.decode(_RECIPIENT_PREFIX, text))

    def encode(self) -> str:
        """Write as `age1…`, 62 characters."""
        return bech32.encode(_RECIPIENT_PREFIX, self.public)

    def wrap(self, file_key: bytes) -> Stanza:
        """Make the stanza from which the identity gets the file key.

        Raises:
            Damaged: the public key is one of the few that would give everybody the same secret.
        """
        ephemeral = X25519PrivateKey.generate()
        share = ephemeral.public_key().public_bytes_raw()
        key = _wrapping_key(ephemeral, self.public, share=share, recipient=self.public)
        return Stanza(kind=KIND, arguments=(to_base64(share),), body=filekey.wrap(key, file_key))


@dataclass(frozen=True)
class X25519Identity:
    """A classical identity: an X25519 private key of 32 bytes."""

    secret: bytes = field(repr=False)
    _key: X25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse bytes that are no such key."""
        if len(self.secret) != KEY_LENGTH:
            raise Damaged("identity of a wrong length")
        object.__setattr__(self, "_key", X25519PrivateKey.from_private_bytes(self.secret))

    @classmethod
    def generate(cls) -> Self:
        """Make a new identity from the system's randomness."""
        return cls(secrets.token_bytes(KEY_LENGTH))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `AGE-SECRET-KEY-1…`.

        Raises:
            Damaged: it is no such key; the message holds nothing of it.
        """
        return cls(bech32.decode(_IDENTITY_PREFIX, text))

    def encode(self) -> str:
        """Write as `AGE-SECRET-KEY-1…`: whoever reads this can open everything sealed to it."""
        return bech32.encode(_IDENTITY_PREFIX, self.secret).upper()

    def recipient(self) -> X25519Recipient:
        """Give the public key to seal to."""
        return X25519Recipient(self._key.public_key().public_bytes_raw())

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Give the file key, or None when no stanza is for this identity.

        Raises:
            Damaged: an `X25519` stanza is malformed.
        """
        for stanza in stanzas:
            if stanza.kind == KIND and (file_key := self._open(stanza)) is not None:
                return file_key
        return None

    def _open(self, stanza: Stanza) -> bytes | None:
        if len(stanza.arguments) != 1:
            raise Damaged("X25519 stanza with a wrong number of arguments")
        share = from_base64(stanza.arguments[0])
        if len(share) != KEY_LENGTH:
            raise Damaged("X25519 share of a wrong length")
        filekey.check_body(stanza)
        key = _wrapping_key(self._key, share, share=share, recipient=self._key.public_key().public_bytes_raw())
        return filekey.unwrap(key, stanza.body)


def _wrapping_key(private: X25519PrivateKey, public: bytes, *, share: bytes, recipient: bytes) -> bytes:
    try:
        secret = private.exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:  # the all-zero secret of a low-order point
        raise Damaged("X25519 key of low order") from error
    return HKDF(algorithm=SHA256(), length=32, salt=share + recipient, info=_INFO).derive(secret)

"""The post-quantum hybrid recipient `mlkem768x25519`: what the service seals to.

Both ML-KEM-768 and X25519 must fall before a file opens. Source: C2SP age.md, mlkem768x25519 (HPKE, RFC 9180,
in the suite of MLKEM768-X25519, HKDF-SHA-256 and ChaCha20-Poly1305).
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHAKE256, XOFHash
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from keys.age import bech32, filekey
from keys.age.stanza import Stanza, from_base64, to_base64
from keys.errors import Damaged

KIND = "mlkem768x25519"
SECRET_LENGTH = 32

_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_INFO = b"age-encryption.org/mlkem768x25519"
_RECIPIENT_PREFIX = "age1pq"
_IDENTITY_PREFIX = "age-secret-key-pq-"
_MLKEM_SEED_LENGTH = 64
_MLKEM_PUBLIC_LENGTH = 1184
_PUBLIC_LENGTH = _MLKEM_PUBLIC_LENGTH + 32
_MLKEM_SHARE_LENGTH = 1088
_SHARE_LENGTH = _MLKEM_SHARE_LENGTH + 32


@dataclass(frozen=True)
class HybridRecipient:
    """The public key of a `HybridIdentity`."""

    public: bytes = field(repr=False)
    """ML-KEM-768 encapsulation key of 1,184 bytes, then X25519 public key of 32."""
    _key: MLKEM768X25519PublicKey = field(init=False, repr=False, compare=False)

    family: ClassVar[filekey.Family] = filekey.Family.POST_QUANTUM

    def __post_init__(self) -> None:
        """Refuse bytes that are no such key."""
        if len(self.public) != _PUBLIC_LENGTH:
            raise Damaged("public key of a wrong length")
        try:
            mlkem = MLKEM768PublicKey.from_public_bytes(self.public[:_MLKEM_PUBLIC_LENGTH])
        except ValueError as error:  # coefficients beyond the modulus: FIPS 203, 7.2
            raise Damaged("no ML-KEM public key") from error
        x25519 = X25519PublicKey.from_public_bytes(self.public[_MLKEM_PUBLIC_LENGTH:])
        object.__setattr__(self, "_key", MLKEM768X25519PublicKey(mlkem, x25519))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `age1pq1…`.

        Raises:
            Damaged: it is no such key.
        """
        return cls(bech32.decode(_RECIPIENT_PREFIX, text))

    def encode(self) -> str:
        """Write as `age1pq1…`, 1,959 characters."""
        return bech32.encode(_RECIPIENT_PREFIX, self.public)

    def wrap(self, file_key: bytes) -> Stanza:
        """Make the stanza from which the identity gets the file key.

        Raises:
            Damaged: the public key is one of the few that would give everybody the same secret.
        """
        try:
            sealed = _SUITE.encrypt(file_key, self._key, _INFO)
        except ValueError as error:
            raise Damaged("unusable public key") from error
        share, body = sealed[:_SHARE_LENGTH], sealed[_SHARE_LENGTH:]
        return Stanza(kind=KIND, arguments=(to_base64(share),), body=body)


@dataclass(frozen=True)
class HybridIdentity:
    """A post-quantum identity: 32 random bytes, of which everything else is made."""

    secret: bytes = field(repr=False)
    _mlkem: MLKEM768PrivateKey = field(init=False, repr=False, compare=False)
    _x25519: X25519PrivateKey = field(init=False, repr=False, compare=False)
    _key: MLKEM768X25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse bytes that are no such key."""
        if len(self.secret) != SECRET_LENGTH:
            raise Damaged("identity of a wrong length")
        expansion = XOFHash(SHAKE256(_MLKEM_SEED_LENGTH + 32))
        expansion.update(self.secret)
        expanded = expansion.squeeze(_MLKEM_SEED_LENGTH + 32)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_LENGTH])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_LENGTH:])
        object.__setattr__(self, "_mlkem", mlkem)
        object.__setattr__(self, "_x25519", x25519)
        object.__setattr__(self, "_key", MLKEM768X25519PrivateKey(mlkem, x25519))

    @classmethod
    def generate(cls) -> Self:
        """Make a new identity from the system's randomness."""
        return cls(secrets.token_bytes(SECRET_LENGTH))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `AGE-SECRET-KEY-PQ-1…`.

        Raises:
            Damaged: it is no such key; the message holds nothing of it.
        """
        return cls(bech32.decode(_IDENTITY_PREFIX, text))

    def encode(self) -> str:
        """Write as `AGE-SECRET-KEY-PQ-1…`: whoever reads this can open everything sealed to it."""
        return bech32.encode(_IDENTITY_PREFIX, self.secret).upper()

    def recipient(self) -> HybridRecipient:
        """Give the public key to seal to."""
        return HybridRecipient(
            self._mlkem.public_key().public_bytes_raw() + self._x25519.public_key().public_bytes_raw()
        )

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Give the file key, or None when no stanza is for this identity.

        Raises:
            Damaged: a `mlkem768x25519` stanza is malformed.
        """
        for stanza in stanzas:
            if stanza.kind == KIND and (file_key := self._open(stanza)) is not None:
                return file_key
        return None

    def _open(self, stanza: Stanza) -> bytes | None:
        if len(stanza.arguments) != 1:
            raise Damaged("hybrid stanza with a wrong number of arguments")
        share = from_base64(stanza.arguments[0])
        if len(share) != _SHARE_LENGTH:
            raise Damaged("hybrid share of a wrong length")
        filekey.check_body(stanza)
        try:
            return _SUITE.decrypt(share + stanza.body, self._key, _INFO)
        except InvalidTag:
            self._refuse_low_order(share[_MLKEM_SHARE_LENGTH:])
            return None

    def _refuse_low_order(self, share: bytes) -> None:
        """Tell a share that was made to give a known secret from one that is for somebody else.

        The suite opens neither, and answers InvalidTag to both; only the first is damage.
        """
        try:
            self._x25519.exchange(X25519PublicKey.from_public_bytes(share))
        except ValueError as error:
            raise Damaged("hybrid share of low order") from error

"""JSON Web Signatures in compact form, Ed25519 only: what a unit or the region says, for anybody to check later.

A statement has one spelling: header and payload are JSON with sorted keys and no spaces (RFC 8785 for what we
write: texts, whole numbers, lists and objects), base64url without padding. The reader refuses every other spelling,
so the SHA-256 of a token names the statement. There is no choice of algorithm and no header but `alg` and `typ`.

Source: RFC 7515 (compact serialisation), RFC 8037 (Ed25519 keys), RFC 9864 (`alg` is `Ed25519`).
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from keys.errors import BadSignature

ALGORITHM = "Ed25519"
SEED_LENGTH = 32
SIGNATURE_LENGTH = 64

_PARTS = 3
_LONGEST = 256 * 1024
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True)
class VerifyKey:
    """The public half of a `SigningKey`: 32 bytes."""

    public: bytes
    _key: Ed25519PublicKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse bytes that are no such key."""
        if len(self.public) != SEED_LENGTH:
            raise BadSignature("verification key of a wrong length")
        object.__setattr__(self, "_key", Ed25519PublicKey.from_public_bytes(self.public))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `encode` wrote.

        Raises:
            BadSignature: it is no such key.
        """
        return cls(from_base64url(text))

    def encode(self) -> str:
        """Write as base64url, 43 characters (the `x` of a JWK)."""
        return to_base64url(self.public)

    def check(self, message: bytes, signature: bytes) -> None:
        """Check a detached signature.

        Raises:
            BadSignature: it was not made by this key over this message.
        """
        try:
            self._key.verify(signature, message)
        except InvalidSignature as error:
            raise BadSignature("another key, or another message") from error

    def read(self, token: str, typ: str) -> dict[str, Any]:
        """Check a token of this type and give its payload.

        Raises:
            BadSignature: not by this key, changed, of another type or algorithm, or in another spelling.
        """
        head, payload, signature = _split(token)
        if head != _header(typ):
            raise BadSignature("a statement of another kind")
        self.check(token.rpartition(".")[0].encode(), signature)
        return _payload(payload)


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 key, kept as its seed of 32 bytes."""

    seed: bytes = field(repr=False)
    _key: Ed25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse bytes that are no such key."""
        if len(self.seed) != SEED_LENGTH:
            raise BadSignature("seed of a wrong length")
        object.__setattr__(self, "_key", Ed25519PrivateKey.from_private_bytes(self.seed))

    @classmethod
    def generate(cls) -> Self:
        """Make a new key from the system's randomness."""
        return cls(secrets.token_bytes(SEED_LENGTH))

    @property
    def verify_key(self) -> VerifyKey:
        """The public half."""
        return VerifyKey(self._key.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Make a detached signature of 64 bytes."""
        return self._key.sign(message)

    def token(self, payload: Mapping[str, Any], typ: str) -> str:
        """Sign a statement of this type; payload as `canonical` takes it."""
        head = to_base64url(_header(typ)) + "." + to_base64url(canonical(payload))
        return head + "." + to_base64url(self.sign(head.encode()))


def digest(token: str) -> str:
    """Give the name of a statement: the SHA-256 of its token, in hexadecimal."""
    return sha256(token.encode()).hexdigest()


def unchecked(token: str) -> dict[str, Any]:
    """Give a token's payload without checking who signed it, to learn whose key to check it with.

    Raises:
        BadSignature: it is no token of ours at all.
    """
    return _payload(_split(token)[1])


def canonical(value: Mapping[str, Any]) -> bytes:
    """Write JSON in the one spelling that is signed.

    Raises:
        TypeError: a value that is no text, whole number, truth value, None, list or mapping.
    """
    _refuse_fractions(value)
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.encode()


def write_instant(instant: datetime) -> str:
    """Write an aware instant in whole seconds, UTC: `2027-05-12T09:30:00Z`."""
    return instant.astimezone(UTC).strftime(_INSTANT)


def read_instant(text: str) -> datetime:
    """Read what `write_instant` wrote.

    Raises:
        BadSignature: it is no such instant.
    """
    try:
        return datetime.strptime(text, _INSTANT).replace(tzinfo=UTC)
    except (TypeError, ValueError) as error:
        raise BadSignature("no instant") from error


def to_base64url(data: bytes) -> str:
    """Write without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Read the only spelling that `to_base64url` writes.

    Raises:
        BadSignature: any other.
    """
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadSignature("not base64url") from error
    if to_base64url(data) != text:
        raise BadSignature("not canonical base64url")
    return data


def _header(typ: str) -> bytes:
    return canonical({"alg": ALGORITHM, "typ": typ})


def _split(token: str) -> tuple[bytes, bytes, bytes]:
    parts = token.split(".")
    if len(token) > _LONGEST or len(parts) != _PARTS or not token.isascii():
        raise BadSignature("not a signed statement")
    head, payload, signature = map(from_base64url, parts)
    if len(signature) != SIGNATURE_LENGTH:
        raise BadSignature("signature of a wrong length")
    return head, payload, signature


def _payload(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
        same = isinstance(value, dict) and canonical(value) == data
    except (ValueError, TypeError, RecursionError) as error:
        raise BadSignature("no JSON of ours") from error
    if not same:
        # Another order, a key twice, a space: two spellings of one statement would have two digests.
        raise BadSignature("not the canonical spelling")
    return dict(value)


def _refuse_fractions(value: object) -> None:
    match value:
        case str():  # most of all, and asked first: whether something is a Mapping takes long to find out
            pass
        case float():
            raise TypeError("a fraction has more than one spelling")
        case Mapping():
            for key, inner in value.items():
                if not isinstance(key, str):
                    raise TypeError("keys are texts")
                _refuse_fractions(inner)
        case list() | tuple():
            for inner in value:
                _refuse_fractions(inner)
        case _:
            pass

"""The file key, and what wraps it: the two nouns of age, recipient and identity."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from keys.age.stanza import Stanza
from keys.errors import Damaged

LENGTH = 16
WRAPPED_LENGTH = LENGTH + 16
_NONCE = bytes(12)  # each wrapping key is used for one file key, once


class Family(StrEnum):
    """Which recipients may share a file: the weakest of them decides who can read it."""

    CLASSICAL = "classical"
    POST_QUANTUM = "post-quantum"
    PASSPHRASE = "passphrase"  # noqa: S105 - a kind of recipient, not a password


class Recipient(Protocol):
    """Somebody for whom a file can be sealed."""

    family: ClassVar[Family]

    def wrap(self, file_key: bytes) -> Stanza:
        """Make the stanza from which this recipient's identity gets the file key."""
        ...


class Identity(Protocol):
    """Somebody who can open what was sealed for them."""

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Give the file key of 16 bytes, or None when no stanza is for this identity.

        Raises:
            Damaged: a stanza of the kind that this identity reads is malformed.
        """
        ...


def generate() -> bytes:
    """Make a file key; every file has a new one."""
    return secrets.token_bytes(LENGTH)


def check_body(stanza: Stanza) -> None:
    """Refuse a wrapped file key of another length before anything is tried on it.

    A longer body could be made to open under many keys at once, which tells an attacker which key we tried (a
    partitioning oracle). Source: C2SP age.md, native recipient types.

    Raises:
        Damaged: the body is not of exactly 32 bytes.
    """
    if len(stanza.body) != WRAPPED_LENGTH:
        raise Damaged("wrapped file key of a wrong length")


def wrap(key: bytes, file_key: bytes) -> bytes:
    """Encrypt the file key under a key that nothing else is ever encrypted with."""
    return ChaCha20Poly1305(key).encrypt(_NONCE, file_key, None)


def unwrap(key: bytes, body: bytes) -> bytes | None:
    """Decrypt a file key, or give None when the key is another one."""
    try:
        return ChaCha20Poly1305(key).decrypt(_NONCE, body, None)
    except InvalidTag:
        return None

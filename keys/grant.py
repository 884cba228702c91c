"""Grants: what lets somebody know who a child is, or enter a room. Sealed to one recipient, signed, padded.

A grant is used only when its signature is right. Its plaintext names what it is for, so that grants exchanged in the
database are found out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from keys.age.file import decrypt_bytes, encrypt_bytes
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.circle import CircleKey, verify
from keys.errors import BadSignature, Damaged

PADDING = 256
_NAME, _ROOM = b"wo-name-grant/1\0", b"wo-room-grant/1\0"


@dataclass(frozen=True)
class Sealed:
    """A grant as it is stored."""

    blob: bytes
    signature: bytes


def seal_name(recipient: HybridRecipient, signer: CircleKey, subject: str, name: dict[str, Any]) -> Sealed:
    """Who a leaver or handover is about; no key is in it."""
    text = json.dumps({"subject": subject, "name": name}, ensure_ascii=False).encode()
    return _seal(_NAME, recipient, signer, subject, text)


def open_name(sealed: Sealed, identity: HybridIdentity, signer: str, subject: str) -> dict[str, Any]:
    """The name, once it is by that signer and about that subject.

    Raises:
        BadSignature: it is by another, or about another.
        KeysError: it is for somebody else, or damaged.
    """
    try:
        opened = json.loads(_open(_NAME, sealed, identity, signer, subject))
        found, name = opened["subject"], opened["name"]
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged from error
    if found != subject or not isinstance(name, dict):
        raise BadSignature
    return name


def seal_room(recipient: HybridRecipient, signer: CircleKey, room: str, key: HybridIdentity) -> Sealed:
    """The key of a room, as an age identity file, so that any age tool can use what comes out of it."""
    text = f"# warme-overdracht room {room}\n{key.encode()}\n".encode()
    return _seal(_ROOM, recipient, signer, room, text)


def open_room(sealed: Sealed, identity: HybridIdentity, signer: str, room: str) -> HybridIdentity:
    """The room's key, once it is by that signer and of that room.

    Raises:
        BadSignature: it is by another, or of another room.
        KeysError: it is for somebody else, or damaged.
    """
    lines = _open(_ROOM, sealed, identity, signer, room).decode("ascii", "replace").splitlines()
    if not lines or lines[0] != f"# warme-overdracht room {room}":
        raise BadSignature
    keys = [line for line in lines if line.strip() and not line.startswith("#")]
    if len(keys) != 1:
        raise Damaged
    return HybridIdentity.parse(keys[0])


def _seal(kind: bytes, recipient: HybridRecipient, signer: CircleKey, subject: str, text: bytes) -> Sealed:
    # Padded with line ends, which both JSON and an age identity file pass over: a name's length tells nothing.
    padded = text.ljust(-(-len(text) // PADDING) * PADDING, b"\n")
    blob = encrypt_bytes(recipient, padded)
    return Sealed(blob, signer.sign(_context(kind, subject, blob)))


def _open(kind: bytes, sealed: Sealed, identity: HybridIdentity, signer: str, subject: str) -> bytes:
    verify(signer, _context(kind, subject, sealed.blob), sealed.signature)
    return decrypt_bytes(identity, sealed.blob)


def _context(kind: bytes, subject: str, blob: bytes) -> bytes:
    return kind + subject.encode() + b"\0" + blob

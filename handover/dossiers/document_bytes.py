"""The bytes of a kept document: out of their room whole or not at all, and from one room to another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from typing import BinaryIO

from handover.rooms.records import OpenRoom
from handover.services import Services
from handover.storage.port import Stored, StoreUnavailable, new_blob_key
from keys.age.file import decrypt, encrypt
from keys.errors import Damaged


def whole(room: OpenRoom, blob: BinaryIO, expected: str) -> Iterator[bytes]:
    """The bytes in pieces of at most 64 KiB; the last is withheld until their SHA-256 is the expected one.

    Raises:
        Damaged, Truncated, NotForYou: it is not what was kept; closes the blob in any case.
    """
    with blob:
        digest, withheld = sha256(), b""
        for piece in decrypt([room.identity], blob):
            digest.update(piece)
            if withheld:
                yield withheld
            withheld = piece
        if digest.hexdigest() != expected:
            raise Damaged("not the document that was kept")
        yield withheld


def resealed(services: Services, old_key: str, source: OpenRoom, target: OpenRoom) -> tuple[str, Stored]:
    """Store the bytes once more, sealed to the target's readers. Gives their new key; the old ones stay.

    Raises:
        BlobNotFound: they were swept.
        StoreUnavailable: nothing was stored.
    """
    key = new_blob_key()
    with services.store.open(old_key) as blob:
        stored = services.store.put(key, encrypt([target.recipient], decrypt([source.identity], blob)))
    return key, stored


def delete_quietly(services: Services, key: str) -> None:
    """Let bytes go that no row names any more. When the store is away, the night sweeps them."""
    with suppress(StoreUnavailable):
        services.store.delete(key)

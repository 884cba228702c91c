"""The port: what a store of sealed bytes does, whatever it is made of.

Keys are random and never used twice; what lies under one never changes. Bytes go in before a row names them, and out
after no row does.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Protocol

from handover.errors import Conflict, Invalid, NotFound, Unavailable

_KEY = re.compile(r"[0-9a-f]{64}")


class BlobNotFound(NotFound):
    """Nothing lies under this key: it was destroyed, or never was."""

    code = "blob-not-found"


class AlreadyStored(Conflict):
    """Something lies under this key already, and is never changed."""

    code = "already-stored"


class StoreUnavailable(Unavailable):
    """The store does not answer, or is full; nothing was stored."""

    code = "store-unavailable"


@dataclass(frozen=True)
class Stored:
    """What was stored: its number of bytes, and their SHA-256 as hexadecimal."""

    size: int
    sha256: str


class BlobStore(Protocol):
    """A store of sealed bytes."""

    def put(self, key: str, pieces: Iterable[bytes]) -> Stored:
        """Store these bytes, durably when this returns. Pieces are taken one by one.

        Raises:
            AlreadyStored: there is something; it was not touched.
            StoreUnavailable: nothing was stored.
            Exception: whatever `pieces` raises; then nothing was stored.
        """
        ...

    def open(self, key: str) -> BinaryIO:
        """The bytes, to read and seek; the caller closes it.

        Raises:
            BlobNotFound: nothing lies there.
            StoreUnavailable: ask again later.
        """
        ...

    def exists(self, key: str) -> bool:
        """Whether something lies there."""
        ...

    def delete(self, key: str) -> None:
        """Let it be gone; it may be gone already."""
        ...

    def keys(self) -> Iterator[tuple[str, datetime]]:
        """All keys with the instant of storing, for the sweep of what no row names."""
        ...


def new_blob_key() -> str:
    """A random key of 64 hexadecimal symbols."""
    return secrets.token_hex(32)


def checked_key(key: str) -> str:
    """The key, if it has the form of one: it becomes part of a path.

    Raises:
        Invalid: it has not.
    """
    if not _KEY.fullmatch(key):
        raise Invalid("no blob key")
    return key

"""A folder as a store: write to a temporary file, flush it to the disk, link it into place, flush the folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from handover.storage.port import AlreadyStored, BlobNotFound, Stored, StoreUnavailable, checked_key

_UNFINISHED = ".unfinished"


class FolderStore:
    """Sealed bytes as files of mode 0600, in 256 folders by the first two symbols of their key."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, key: str, pieces: Iterable[bytes]) -> Stored:
        """Store these bytes; see the port."""
        path = self._path(key)
        try:
            path.parent.mkdir(mode=0o700, exist_ok=True)
            temporary = path.parent / f"{secrets.token_hex(8)}{_UNFINISHED}"
            # The mode at creation, not after: there is no moment at which another user could open it.
            descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise StoreUnavailable from error
        try:
            return self._write(descriptor, temporary, path, pieces)
        finally:
            temporary.unlink(missing_ok=True)

    def open(self, key: str) -> BinaryIO:
        """The bytes; see the port."""
        try:
            return self._path(key).open("rb")
        except FileNotFoundError as error:
            raise BlobNotFound from error
        except OSError as error:
            raise StoreUnavailable from error

    def exists(self, key: str) -> bool:
        """Whether something lies there."""
        return self._path(key).exists()

    def delete(self, key: str) -> None:
        """Let it be gone; see the port."""
        path = self._path(key)
        try:
            path.unlink(missing_ok=True)
            if path.parent.exists():
                _flush_folder(path.parent)
        except OSError as error:
            raise StoreUnavailable from error

    def keys(self) -> Iterator[tuple[str, datetime]]:
        """All keys; see the port."""
        for path in self._root.glob("??/*"):
            if path.suffix != _UNFINISHED:
                yield path.name, datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def sweep_unfinished(self, *, before: datetime) -> int:
        """Delete what writers that were killed left behind before that instant; gives how many."""
        count = 0
        for path in self._root.glob(f"??/*{_UNFINISHED}"):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                path.unlink(missing_ok=True)
                count += 1
        return count

    def _path(self, key: str) -> Path:
        return self._root / checked_key(key)[:2] / key

    def _write(self, descriptor: int, temporary: Path, path: Path, pieces: Iterable[bytes]) -> Stored:
        digest, size = sha256(), 0
        with os.fdopen(descriptor, "wb", buffering=1 << 20) as file:
            for piece in pieces:
                _write_piece(file, piece)
                digest.update(piece)
                size += len(piece)
            _flush_file(file)
        try:
            # A link, unlike a rename, never replaces what is there.
            os.link(temporary, path)
            _flush_folder(path.parent)
        except FileExistsError as error:
            raise AlreadyStored from error
        except OSError as error:
            raise StoreUnavailable from error
        return Stored(size, digest.hexdigest())


def _write_piece(file: BinaryIO, piece: bytes) -> None:
    try:
        file.write(piece)
    except OSError as error:
        raise StoreUnavailable from error


def _flush_file(file: BinaryIO) -> None:
    try:
        file.flush()
        os.fsync(file.fileno())
    except OSError as error:
        raise StoreUnavailable from error


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

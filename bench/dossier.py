"""Sealing a dossier as the service does, and opening it: ZIP, SHA-256, age, and bytes that are on the disk.

One pass over the files is for the digests that the manifest holds, one for the rest.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from keys.age.file import encrypt, open_seekable
from keys.age.hybrid import HybridIdentity, HybridRecipient

_PIECE = 1 << 20


class _Sink:
    """Where a ZIP is written to, and taken from as it grows; it cannot seek."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: all that was written can be taken."""

    def taken(self) -> list[bytes]:
        parts, self._parts = self._parts, []
        return parts


def pieces(path: Path) -> Iterator[bytes]:
    """Give a file in pieces of 1 MiB."""
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            yield piece


def digest(path: Path) -> str:
    """Give the SHA-256 of a file."""
    with path.open("rb", buffering=0) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def zipped(files: list[Path]) -> Iterator[bytes]:
    """Give a ZIP of the files, not deflated, the manifest first, in pieces."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w") as archive:  # type: ignore[call-overload]  # a ZIP needs no more of a file
        archive.writestr("manifest.json", json.dumps({file.name: digest(file) for file in files}))
        for file in files:
            with archive.open(zipfile.ZipInfo.from_file(file, file.name), "w") as entry:
                for piece in pieces(file):
                    entry.write(piece)
                    yield from sink.taken()
    yield from sink.taken()


def seal(files: list[Path], recipient: HybridRecipient, sealed: Path) -> str:
    """Write the bundle of the files, on the disk when this returns, and give its SHA-256."""
    whole = hashlib.sha256()

    def digested() -> Iterator[bytes]:
        for piece in encrypt([recipient], zipped(files)):
            whole.update(piece)
            yield piece

    stored(sealed, digested())
    return whole.hexdigest()


def stored(path: Path, data: Iterable[bytes]) -> None:
    """Write pieces to a file, on the disk when this returns."""
    with path.open("wb", buffering=_PIECE) as out:
        out.writelines(data)
        out.flush()
        os.fsync(out.fileno())


def unseal(sealed: Path, identity: HybridIdentity, folder: Path) -> None:
    """Check and write out all files of a bundle, on the disk when this returns."""
    with sealed.open("rb", buffering=0) as source:
        opened = open_seekable([identity], source)
        with zipfile.ZipFile(opened) as archive:
            digests = json.loads(archive.read("manifest.json"))
            for name, expected in digests.items():
                found = hashlib.sha256()
                with archive.open(name) as entry, (folder / name).open("wb", buffering=0) as out:
                    while piece := entry.read(_PIECE):
                        found.update(piece)
                        out.write(piece)
                    os.fsync(out.fileno())
                if found.hexdigest() != expected:
                    raise ValueError(name)

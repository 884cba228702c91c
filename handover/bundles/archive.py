"""The inside of a bundle: a ZIP, stored and not deflated, whose first file says where each other lies.

Written in one pass without a temporary file: each file's size and SHA-256 are known beforehand (from its upload, sealed
beside it). Any unzip opens the result; our own reader seeks.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from handover.errors import HandoverError

MANIFEST = "manifest.json"
_PADDING = 1024
_LOCAL_HEADER = 30
# A stream that cannot be sought gets each file's sizes behind it: signature, CRC-32 and two lengths of four bytes.
_DESCRIPTOR = 16
# For each file also a line in the list at the end; then the end itself.
_LISTED, _END = 46, 22


class NotWhatWasPromised(HandoverError):
    """A file turned out to be another than the manifest says; nothing that was written may be used."""

    code = "not-what-was-promised"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One file that goes into a bundle. `pieces` gives its bytes, `size` of them, again at each call."""

    name: str
    title: str
    kind: str
    size: int
    sha256: str
    pieces: Callable[[], Iterable[bytes]]
    pages: int = 0
    findings: tuple[str, ...] = field(default=())


def entry_of_bytes(name: str, data: bytes, *, title: str, kind: str) -> Entry:
    """An entry of something small that is at hand."""
    return Entry(
        name=name,
        title=title,
        kind=kind,
        size=len(data),
        sha256=sha256(data).hexdigest(),
        pieces=lambda: [data],
    )


def archive(head: dict[str, Any], entries: list[Entry]) -> Iterator[bytes]:
    """The ZIP's bytes, in pieces. `head` is the manifest without its files.

    The manifest is padded with spaces to a round length, so that offsets can stand in it without changing it.

    Raises:
        NotWhatWasPromised: an entry gave other bytes than its size and digest say.
    """
    length = -(-len(_dump(head, entries, start=2**40)) // _PADDING) * _PADDING
    start = _LOCAL_HEADER + len(MANIFEST) + length + _DESCRIPTOR
    manifest = _dump(head, entries, start=start).ljust(length)
    return pack([entry_of_bytes(MANIFEST, manifest, title="", kind=""), *entries])


def pack(entries: Iterable[Entry]) -> Iterator[bytes]:
    """A stored ZIP of these entries, as they are, in pieces.

    Raises:
        NotWhatWasPromised: an entry gave other bytes than its size and digest say.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as writer:
        for entry in entries:
            # A fixed date: when a document was put in is nobody's business, and equal content gives equal bytes.
            info = zipfile.ZipInfo(entry.name, date_time=(1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o600 << 16
            digest, size = sha256(), 0
            with writer.open(info, "w") as member:
                for piece in entry.pieces():
                    member.write(piece)
                    digest.update(piece)
                    size += len(piece)
                    yield from sink.take()
            if size != entry.size or digest.hexdigest() != entry.sha256:
                raise NotWhatWasPromised
            yield from sink.take()
    yield from sink.take()


def packed_size(entries: Iterable[Entry]) -> int:
    """How many bytes `pack` gives of these entries."""
    each = _LOCAL_HEADER + _DESCRIPTOR + _LISTED
    return _END + sum(each + 2 * len(entry.name.encode()) + entry.size for entry in entries)


def cut(pieces: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in pieces of at most `size`."""
    for piece in pieces:
        for begin in range(0, len(piece), size):
            yield piece[begin : begin + size]


def _dump(head: dict[str, Any], entries: list[Entry], *, start: int) -> bytes:
    files = []
    for entry in entries:
        offset = start + _LOCAL_HEADER + len(entry.name.encode())
        files.append(
            {
                "name": entry.name,
                "title": entry.title,
                "kind": entry.kind,
                "offset": offset,
                "length": entry.size,
                "sha256": entry.sha256,
                "pages": entry.pages,
                "findings": list(entry.findings),
            }
        )
        start = offset + entry.size + _DESCRIPTOR
    return json.dumps({**head, "files": files}, ensure_ascii=False).encode()


class _Sink:
    """A file that can only be written; what was written is taken out piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass

    def take(self) -> list[bytes]:
        pieces, self._pieces = self._pieces, []
        return pieces

"""Opening a sealed part: check that it is the one that the letter names, read its manifest, read one document of it.

Whoever needs the whole (manifest, content) reads to the end before a byte is believed. A document streams: its last
64 KiB are withheld until its own digest fits, so that a changed file is never delivered whole.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, BinaryIO

from marshmallow import ValidationError

from handover.bundles.archive import MANIFEST
from handover.bundles.model import Part
from handover.errors import HandoverError, NotFound
from keys.age.file import open_seekable
from keys.age.hybrid import HybridIdentity
from keys.age.seekable import DecryptedFile
from keys.errors import KeysError
from schemas.manifest.v1 import ManifestSchema

PIECE = 64 * 1024
_LARGEST_MANIFEST = 1024 * 1024


class Tampered(HandoverError):
    """What is stored is not what was sent. Nothing of it is shown; both schools see an alarm in the trail."""

    code = "tampered"


@dataclass(frozen=True)
class InnerFile:
    """One document inside a part: its place, title and kind. `number` counts from 1, in the order sent."""

    number: int
    name: str
    title: str
    kind: str
    offset: int
    length: int
    sha256: str
    pages: int
    findings: tuple[str, ...]


class OpenPart:
    """A part that was opened with its room's key and fits what was expected."""

    def __init__(self, file: DecryptedFile, blob: BinaryIO, manifest: dict[str, Any]) -> None:
        self._file = file
        self._blob = blob
        self.manifest = manifest
        self.documents = [
            _inner(number, entry) for number, entry in enumerate(_of_kind(manifest["files"], document=True), start=1)
        ]

    def content(self) -> dict[str, Any]:
        """The content as it was sent, read whole and compared before it is believed.

        Raises:
            Tampered: it is not what the manifest says.
        """
        entry = next(iter(_of_kind(self.manifest["files"], document=False)), None)
        if entry is None:
            raise Tampered("no content")
        data = b"".join(self.read(_inner(0, entry)))
        loaded: dict[str, Any] = json.loads(data)
        return loaded

    def document(self, number: int) -> InnerFile:
        """The nth document.

        Raises:
            NotFound: there is none.
        """
        for document in self.documents:
            if document.number == number:
                return document
        raise NotFound

    def read(self, inner: InnerFile) -> Iterator[bytes]:
        """The bytes of one file, at most 64 KiB a piece; exactly `inner.length` of them, or an error before the last.

        Raises:
            Tampered: the bytes are not what the manifest says.
        """
        digest, left = sha256(), inner.length
        withheld = b""
        try:
            self._file.seek(inner.offset)
            while left:
                piece = self._file.read(min(PIECE, left))
                if not piece:
                    raise Tampered("short")
                digest.update(piece)
                left -= len(piece)
                if withheld:
                    yield withheld
                withheld = piece
        except KeysError as error:
            raise Tampered("damaged") from error
        if digest.hexdigest() != inner.sha256:
            raise Tampered("digest")
        if withheld:
            yield withheld

    @property
    def size(self) -> int:
        """Bytes of the whole part, opened."""
        return self._file.size

    def whole(self) -> Iterator[bytes]:
        """All of it, a ZIP, at most 64 KiB a piece; each chunk is authenticated before it is given.

        Raises:
            Tampered: a chunk is damaged.
        """
        try:
            self._file.seek(0)
            while piece := self._file.read(PIECE):
                yield piece
        except KeysError as error:
            raise Tampered("damaged") from error

    def close(self) -> None:
        """Let the stored bytes go."""
        self._file.close()
        self._blob.close()


def open_part(blob: BinaryIO, identity: HybridIdentity, *, handover_id: str, version: int, part: Part) -> OpenPart:
    """Open a sealed part and hold its manifest to what is expected here; a part that is refused is closed.

    Raises:
        Tampered: another key, a damaged file, or the bundle of another handover, version or part.
    """
    try:
        return _checked(blob, identity, (handover_id, version, part.value))
    except BaseException:
        blob.close()
        raise


def _checked(blob: BinaryIO, identity: HybridIdentity, expected: tuple[str, int, str]) -> OpenPart:
    try:
        file = open_seekable([identity], blob)
        with zipfile.ZipFile(file) as packed:
            first = packed.infolist()[0]
            if first.filename != MANIFEST or first.file_size > _LARGEST_MANIFEST:
                raise Tampered("manifest")
            manifest = ManifestSchema().load(json.loads(packed.read(first)))
    except (KeysError, zipfile.BadZipFile, ValidationError, ValueError, IndexError, NotImplementedError) as error:
        raise Tampered("unreadable") from error
    if (manifest["handover"], manifest["version"], manifest["part"]) != expected:
        raise Tampered("another bundle")
    return OpenPart(file, blob, manifest)


def _of_kind(files: list[dict[str, Any]], *, document: bool) -> list[dict[str, Any]]:
    return [
        entry for entry in files if entry["name"].startswith("documents/") is document and entry["kind"] != "readme"
    ]


def _inner(number: int, entry: dict[str, Any]) -> InnerFile:
    return InnerFile(
        number=number,
        name=entry["name"],
        title=entry["title"],
        kind=entry["kind"],
        offset=entry["offset"],
        length=entry["length"],
        sha256=entry["sha256"],
        pages=entry["pages"],
        findings=tuple(entry["findings"]),
    )

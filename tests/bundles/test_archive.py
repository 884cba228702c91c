"""The inside of a bundle is a ZIP that anybody can open, and its manifest says where each file lies."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from handover.bundles.archive import NotWhatWasPromised, archive, entry_of_bytes
from schemas.manifest.v1 import FileSchema

DOCUMENTS = {
    "documents/01-rapport.pdf": b"%PDF-1.7 one" * 1000,
    "documents/02-größe.pdf": b"%PDF two",
    "leeg.txt": b"",
}


def _entries() -> list:  # type: ignore[type-arg]
    return [entry_of_bytes(name, data, title=name.upper(), kind="okr") for name, data in DOCUMENTS.items()]


def test_the_archive_opens_with_any_unzip_and_starts_with_the_manifest() -> None:
    packed = b"".join(archive({"format": "x"}, _entries()))

    opened = zipfile.ZipFile(io.BytesIO(packed))
    assert opened.namelist() == ["manifest.json", *DOCUMENTS]
    assert opened.testzip() is None
    assert {name: opened.read(name) for name in DOCUMENTS} == DOCUMENTS


def test_each_offset_in_the_manifest_points_at_the_document_itself() -> None:
    packed = b"".join(archive({"format": "x"}, _entries()))

    manifest = json.loads(zipfile.ZipFile(io.BytesIO(packed)).read("manifest.json"))
    files = FileSchema(many=True).load(manifest["files"])
    found = {file["name"]: packed[file["offset"] : file["offset"] + file["length"]] for file in files}
    assert found == DOCUMENTS


def test_a_document_that_changed_since_its_upload_stops_the_archive() -> None:
    entry = entry_of_bytes("a.pdf", b"as checked", title="", kind="okr")
    changed = type(entry)(**{**vars(entry), "pieces": lambda: [b"as changed"]})

    with pytest.raises(NotWhatWasPromised):
        b"".join(archive({}, [changed]))

"""A sealed part opens for who holds its key, and gives nothing when it is not what was sent."""

from __future__ import annotations

import io
import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.bundles.archive import Entry, archive, entry_of_bytes
from handover.bundles.model import Part
from handover.bundles.opening import PIECE, OpenPart, Tampered, open_part
from handover.errors import NotFound
from keys.age.file import encrypt
from keys.age.hybrid import HybridIdentity
from schemas.manifest.v1 import FORMAT

ROOM = HybridIdentity.generate()
REPORT = b"%PDF-1.7 " + bytes(range(256)) * 700
PLACE = {"unit": "u", "name": "De Hommel", "place": "Venray", "brin": "03QI00"}


def a_head(**changed: object) -> dict[str, object]:
    head: dict[str, object] = {
        "format": FORMAT,
        "handover": "h1",
        "reference": "7K3P-2M",
        "version": 1,
        "part": "dossier",
        "sealed_at": "2027-04-08T13:12:00+00:00",
        "checked_by": "test",
        "sender": PLACE,
        "receiver": PLACE,
    }
    return {**head, **changed}


def entries() -> list[Entry]:
    return [
        entry_of_bytes("dossier.json", json.dumps({"report": {"learning": "goed"}}).encode(), title="", kind="content"),
        entry_of_bytes("documents/01-okr.pdf", REPORT, title="Rapport.pdf", kind="okr"),
        entry_of_bytes("documents/02-other.pdf", b"%PDF tiny", title="Nog één.pdf", kind="other"),
        entry_of_bytes("LEESMIJ.txt", b"lees mij", title="", kind="readme"),
    ]


def sealed(head: dict[str, object] | None = None, inside: list[Entry] | None = None) -> bytes:
    return b"".join(encrypt([ROOM.recipient()], archive(head or a_head(), inside or entries())))


def opened(data: bytes, identity: HybridIdentity = ROOM, *, part: Part = Part.DOSSIER, version: int = 1) -> OpenPart:
    return open_part(io.BytesIO(data), identity, handover_id="h1", version=version, part=part)


def test_what_was_sealed_is_what_is_read() -> None:
    part = opened(sealed())

    assert part.content() == {"report": {"learning": "goed"}}
    assert [(d.number, d.title, d.kind) for d in part.documents] == [
        (1, "Rapport.pdf", "okr"),
        (2, "Nog één.pdf", "other"),
    ]
    assert b"".join(part.read(part.document(1))) == REPORT


def test_a_document_comes_in_pieces_of_at_most_64_kib() -> None:
    part = opened(sealed())

    pieces = list(part.read(part.document(1)))

    assert max(map(len, pieces)) <= PIECE
    assert len(pieces) == -(-len(REPORT) // PIECE)


def test_a_document_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        opened(sealed()).document(3)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(Tampered):
        opened(sealed(), HybridIdentity.generate())


@pytest.mark.parametrize("changed", [{"handover": "h2"}, {"version": 2}, {"part": "care"}])
def test_a_bundle_put_in_the_place_of_another_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(Tampered):
        opened(sealed(a_head(**changed)))


def test_a_manifest_of_an_unknown_format_is_refused() -> None:
    with pytest.raises(Tampered):
        opened(sealed(a_head(format="warme-overdracht/9")))


def test_a_zip_without_a_manifest_is_refused() -> None:
    data = b"".join(encrypt([ROOM.recipient()], iter([b"PK no zip at all"])))

    with pytest.raises(Tampered):
        opened(data)


def test_a_document_whose_digest_does_not_fit_is_never_given_whole() -> None:
    """Whoever seals can lie in the manifest; the reader still does not deliver what it does not name."""
    lying = [entries()[0], *(_lie(entry) for entry in entries()[1:2])]
    part = opened(_sealed_unchecked(lying))
    given_out: list[bytes] = []

    with pytest.raises(Tampered):
        given_out.extend(part.read(part.document(1)))

    assert sum(map(len, given_out)) < len(REPORT)


@given(data=st.data())
def test_a_changed_byte_never_changes_what_a_reader_gets(data: st.DataObject) -> None:
    good = bytearray(sealed())
    place = data.draw(st.integers(0, len(good) - 1))
    good[place] ^= data.draw(st.integers(1, 255))

    try:
        part = opened(bytes(good))
        seen = [part.content(), *(b"".join(part.read(document)) for document in part.documents)]
    except Tampered:
        return
    # The change lies in what nobody reads here; the letter's digest over the whole file names it.
    assert seen == [{"report": {"learning": "goed"}}, REPORT, b"%PDF tiny"]
    assert place > 2 * PIECE


def _lie(entry: Entry) -> Entry:
    return Entry(**{**vars(entry), "sha256": "0" * 64})


def _sealed_unchecked(inside: list[Entry]) -> bytes:
    honest = [Entry(**{**vars(e), "sha256": sha256(b"".join(e.pieces())).hexdigest()}) for e in inside]
    packed = b"".join(archive(a_head(), honest))
    for entry, true in zip(inside, honest, strict=True):
        packed = packed.replace(true.sha256.encode(), entry.sha256.encode())
    # The manifest's CRC stands in the central directory and behind the file; mend it so that only the lie is left.
    return b"".join(encrypt([ROOM.recipient()], iter([_mended(packed)])))


def _mended(packed: bytes) -> bytes:
    import zlib  # noqa: PLC0415  # only this forger needs it

    start = packed.index(b"manifest.json") + len(b"manifest.json")
    end = packed.index(b"PK\x07\x08", start)
    crc = zlib.crc32(packed[start:end]).to_bytes(4, "little")
    packed = packed[: end + 4] + crc + packed[end + 8 :]
    directory = packed.index(b"PK\x01\x02")
    return packed[: directory + 16] + crc + packed[directory + 20 :]

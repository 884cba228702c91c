"""A sealed file is read from anywhere, without reading the rest."""

from __future__ import annotations

import io
import zipfile
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.age import header
from keys.age.file import encrypt_bytes, open_seekable
from keys.age.hybrid import HybridIdentity
from keys.age.stream import SEALED_CHUNK
from keys.errors import Damaged, NotForYou, Truncated

IDENTITY = HybridIdentity.generate()
PLAIN = bytes(range(251)) * 1_200  # 4.6 chunks
SEALED = encrypt_bytes(IDENTITY.recipient(), PLAIN)
PAYLOAD = header.parse(SEALED)[1] + 16


class Counted:
    """A file that counts what was read from it."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)
        self.seek = self._data.seek
        self.bytes_read = 0

    def read(self, size: int, /) -> bytes:
        self.bytes_read += size
        return self._data.read(size)


@settings(max_examples=200, deadline=None)
@given(
    steps=st.lists(st.tuples(st.integers(0, len(PLAIN) + 10), st.none() | st.integers(-1, len(PLAIN) + 10)), max_size=6)
)
def test_any_reads_give_the_slices_of_the_whole(steps: list[tuple[int, int | None]]) -> None:
    opened = open_seekable([IDENTITY], io.BytesIO(SEALED))
    model = io.BytesIO(PLAIN)

    for offset, size in steps:
        assert opened.seek(offset) == model.seek(offset)
        assert opened.read(size) == model.read(size)
        assert opened.tell() == model.tell()


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 131_072])
def test_a_file_of_any_size_is_read_to_its_end(size: int) -> None:
    sealed = encrypt_bytes(IDENTITY.recipient(), PLAIN[:size])
    opened = open_seekable([IDENTITY], io.BytesIO(sealed))

    assert opened.size == size
    assert opened.read() == PLAIN[:size]
    assert opened.read(1) == b""


def test_seeking_counts_from_start_position_and_end() -> None:
    opened = open_seekable([IDENTITY], io.BytesIO(SEALED))

    assert opened.seek(-5, io.SEEK_END) == len(PLAIN) - 5
    assert opened.seek(-5, io.SEEK_CUR) == len(PLAIN) - 10
    assert opened.read() == PLAIN[-10:]
    with pytest.raises(ValueError, match="before the start"):
        opened.seek(-1)


def test_only_the_chunks_asked_for_are_read() -> None:
    source = Counted(SEALED)
    opened = open_seekable([IDENTITY], cast("BinaryIO", source))
    before = source.bytes_read

    opened.seek(70_000)
    opened.read(100)
    opened.read(100)

    assert source.bytes_read - before == SEALED_CHUNK


def test_a_zip_is_read_through_it() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as writing:
        writing.writestr("manifest.json", "{}")
        writing.writestr("documents/01.pdf", PLAIN)
    sealed = encrypt_bytes(IDENTITY.recipient(), packed.getvalue())

    with open_seekable([IDENTITY], io.BytesIO(sealed)) as opened, zipfile.ZipFile(opened) as reading:
        assert reading.namelist() == ["manifest.json", "documents/01.pdf"]
        assert reading.read("documents/01.pdf") == PLAIN


@given(cut=st.integers(1, len(SEALED) - PAYLOAD))
def test_a_file_cut_off_is_refused_at_opening(cut: int) -> None:
    with pytest.raises(Damaged):
        open_seekable([IDENTITY], io.BytesIO(SEALED[:-cut]))


def test_a_file_cut_off_between_chunks_is_known_to_be_truncated() -> None:
    with pytest.raises(Truncated):
        open_seekable([IDENTITY], io.BytesIO(SEALED[: PAYLOAD + 2 * SEALED_CHUNK]))


@given(more=st.binary(min_size=1, max_size=100))
def test_a_file_with_something_after_it_is_refused_at_opening(more: bytes) -> None:
    with pytest.raises(Damaged):
        open_seekable([IDENTITY], io.BytesIO(SEALED + more))


@given(at=st.integers(PAYLOAD, len(SEALED) - 1))
def test_a_changed_chunk_is_refused_when_it_is_read(at: int) -> None:
    changed = SEALED[:at] + bytes([SEALED[at] ^ 1]) + SEALED[at + 1 :]

    with pytest.raises(Damaged):
        open_seekable([IDENTITY], io.BytesIO(changed)).read()


def test_the_other_chunks_of_a_damaged_file_are_readable() -> None:
    changed = bytearray(SEALED)
    changed[PAYLOAD] ^= 1
    opened = open_seekable([IDENTITY], io.BytesIO(changed))

    opened.seek(65_536)

    assert opened.read() == PLAIN[65_536:]


def test_a_file_that_shrinks_after_opening_is_refused() -> None:
    source = io.BytesIO(SEALED)
    opened = open_seekable([IDENTITY], source)
    source.truncate(PAYLOAD + 100)

    with pytest.raises(Damaged):
        opened.read(10)


def test_another_identity_does_not_open_it() -> None:
    with pytest.raises(NotForYou):
        open_seekable([HybridIdentity.generate()], io.BytesIO(SEALED))


def test_it_is_a_file_for_those_who_ask() -> None:
    opened = open_seekable([IDENTITY], io.BytesIO(SEALED))

    assert opened.readable()
    assert opened.seekable()

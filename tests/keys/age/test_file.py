"""The two verbs, over sources of every shape."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.age import header
from keys.age.file import decrypt, decrypt_bytes, decrypted_size, encrypt, encrypt_bytes
from keys.age.stream import CHUNK
from keys.age.x25519 import X25519Identity
from keys.errors import Truncated

IDENTITY = X25519Identity.generate()
PLAIN = bytes(range(251)) * 10_500  # 2.5 MiB: more than is read at once, and no multiple of anything

sizes = st.sampled_from([CHUNK, 2 * CHUNK, 16 * CHUNK, 17 * CHUNK, 32 * CHUNK]).flatmap(
    lambda size: st.integers(size - 1, size + 1)
) | st.integers(0, 100)


class Dribble:
    """A source that gives less than is asked for, as a socket does."""

    def __init__(self, data: bytes, most: int) -> None:
        self._data = io.BytesIO(data)
        self._most = most

    def read(self, size: int, /) -> bytes:
        return self._data.read(min(size, self._most))


def dribbling(data: bytes, most: int) -> BinaryIO:
    return cast("BinaryIO", Dribble(data, most))


class NotReady:
    """A source that has nothing yet, as a pipe set to not block."""

    def read(self, _size: int, /) -> bytes | None:
        return None


def cut(data: bytes, size: int) -> Iterator[bytes]:
    yield b""
    for at in range(0, len(data), size):
        yield data[at : at + size]
        yield b""


@settings(max_examples=40, deadline=None)
@given(size=sizes)
def test_a_file_of_any_size_opens_to_what_was_sealed(size: int) -> None:
    sealed = encrypt_bytes(IDENTITY.recipient(), PLAIN[:size])

    assert decrypt_bytes(IDENTITY, sealed) == PLAIN[:size]
    assert decrypted_size(len(sealed), header.parse(sealed)[1]) == size


@settings(max_examples=40, deadline=None)
@given(size=sizes, portion=st.integers(1, 3 * CHUNK))
def test_a_source_is_read_whole_however_it_is_cut(size: int, portion: int) -> None:
    plain = PLAIN[:size]
    portion = max(portion, size // 500)

    from_pieces = b"".join(encrypt([IDENTITY.recipient()], cut(plain, portion)))
    from_file = b"".join(encrypt([IDENTITY.recipient()], dribbling(plain, portion)))

    assert b"".join(decrypt([IDENTITY], dribbling(from_pieces, portion))) == plain
    assert b"".join(decrypt([IDENTITY], cut(from_file, portion))) == plain


def test_pieces_are_of_a_chunk_each() -> None:
    start, *sealed = encrypt([IDENTITY.recipient()], io.BytesIO(PLAIN))
    opened = list(decrypt([IDENTITY], [start, *sealed]))

    assert {len(piece) for piece in sealed[:-1]} == {CHUNK + 16}
    assert {len(piece) for piece in opened[:-1]} == {CHUNK}


def test_a_source_that_is_not_ready_is_not_taken_for_its_end() -> None:
    with pytest.raises(BlockingIOError):
        list(encrypt([IDENTITY.recipient()], cast("BinaryIO", NotReady())))


def test_an_error_of_the_source_is_not_taken_for_its_end() -> None:
    def breaks_off() -> Iterator[bytes]:
        yield bytes(CHUNK)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        list(encrypt([IDENTITY.recipient()], breaks_off()))


@pytest.mark.parametrize("payload", [0, 15, 65_552 + 1, 65_552 + 16, 2 * 65_552 + 7])
def test_a_size_that_no_file_has_is_refused(payload: int) -> None:
    with pytest.raises(Truncated):
        decrypted_size(100 + 16 + payload, 100)


@pytest.mark.parametrize(
    ("payload", "size"), [(16, 0), (17, 1), (65_552, 65_536), (65_552 + 17, 65_537), (2 * 65_552, 131_072)]
)
def test_the_size_of_the_plaintext_follows_from_that_of_the_file(payload: int, size: int) -> None:
    assert decrypted_size(100 + 16 + payload, 100) == size

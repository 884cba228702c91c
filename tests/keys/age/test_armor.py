"""The textual form has one spelling, save for the ends of its lines and the space around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.age import armor
from keys.errors import Damaged

data_of_any_length = st.binary(max_size=200) | st.integers(4_900, 5_000).map(bytes)


def unwrapped(text: bytes) -> bytes:
    return b"".join(armor.unwrap([text]))


@given(data=data_of_any_length, portion=st.integers(50, 100_000))
def test_armor_is_read_as_it_was_written(data: bytes, portion: int) -> None:
    text = b"".join(armor.wrap([data]))

    assert b"".join(armor.unwrap([text[at : at + portion] for at in range(0, len(text), portion)])) == data
    assert unwrapped(b" \r\n\t" + text.replace(b"\n", b"\r\n") + b"\n \n") == data


def test_armor_has_lines_of_64_characters() -> None:
    assert b"".join(armor.wrap([bytes(49)])) == (
        b"-----BEGIN AGE ENCRYPTED FILE-----\n" + b"A" * 64 + b"\nAA==\n-----END AGE ENCRYPTED FILE-----\n"
    )


@given(length=st.integers(0, 300))
def test_armor_that_breaks_off_is_refused(length: int) -> None:
    text = b"".join(armor.wrap([bytes(200)])).rstrip(b"\n")

    with pytest.raises(Damaged):
        unwrapped(text[: min(length, len(text) - 1)])


@pytest.mark.parametrize("around", [b"x", b"\n" * 1025, b"-----"])
def test_something_around_the_armor_is_refused(around: bytes) -> None:
    text = b"".join(armor.wrap([b"rapport"]))

    with pytest.raises(Damaged):
        unwrapped(text + around)
    with pytest.raises(Damaged):
        unwrapped(around + text)


def test_a_line_without_end_is_refused() -> None:
    with pytest.raises(Damaged):
        unwrapped(b"-----BEGIN AGE ENCRYPTED FILE-----\n" + b"A" * 200_000)

"""A header has one spelling, and reading is the inverse of writing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keys.age import header
from keys.age.header import Header
from keys.age.stanza import Stanza
from keys.errors import Damaged, KeysError, Truncated, UnknownVersion

arguments = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=20)
stanzas = st.builds(
    Stanza,
    kind=arguments,
    arguments=st.lists(arguments, max_size=3).map(tuple),
    # Lengths around 48 and 96, where a body fills its lines and an empty line must follow.
    body=st.binary(max_size=10) | st.binary(min_size=46, max_size=50) | st.binary(min_size=94, max_size=98),
)
headers = st.builds(
    Header,
    stanzas=st.lists(stanzas, min_size=1, max_size=4).map(tuple),
    mac=st.binary(min_size=32, max_size=32),
)

ONE = Header(stanzas=(Stanza(kind="X25519", arguments=("share",), body=bytes(48)),), mac=bytes(32))


@given(written=headers, payload=st.binary(max_size=40))
def test_a_header_is_read_as_it_was_written(written: Header, payload: bytes) -> None:
    data = header.write(written)

    assert header.parse(data + payload) == (written, len(data))


@given(written=headers, data=st.data())
def test_whatever_can_be_read_would_be_written_so(written: Header, data: st.DataObject) -> None:
    changed = bytearray(header.write(written))
    at = data.draw(st.integers(0, len(changed) - 1))
    changed[at] = data.draw(st.sampled_from(b"\n\r -+/=>Aaz0\x00\xff"))

    try:
        parsed, length = header.parse(bytes(changed))
    except KeysError:
        return
    assert header.write(parsed) == changed[:length]


@given(written=headers, data=st.data())
def test_a_header_that_breaks_off_is_truncated(written: Header, data: st.DataObject) -> None:
    whole = header.write(written)

    with pytest.raises(Truncated):
        header.parse(whole[: data.draw(st.integers(0, len(whole) - 1))])


def test_a_full_last_line_is_followed_by_an_empty_one() -> None:
    assert header.write(ONE) == (
        b"age-encryption.org/v1\n-> X25519 share\n" + b"A" * 64 + b"\n\n--- " + b"A" * 43 + b"\n"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        Header(stanzas=(), mac=bytes(32)),
        Header(stanzas=ONE.stanzas, mac=bytes(31)),
        Header(stanzas=(Stanza(kind="", body=b""),), mac=bytes(32)),
        Header(stanzas=(Stanza(kind="a b", body=b""),), mac=bytes(32)),
        Header(stanzas=(Stanza(kind="a", arguments=("b\n",), body=b""),), mac=bytes(32)),
        Header(stanzas=(Stanza(kind="a", arguments=("é",), body=b""),), mac=bytes(32)),
    ],
    ids=["no-stanza", "short-mac", "no-kind", "space", "line-feed", "not-ascii"],
)
def test_what_could_not_be_read_is_not_written(wrong: Header) -> None:
    with pytest.raises(ValueError, match=r"a header has|an argument is"):
        header.write(wrong)


def test_a_header_without_recipients_is_refused() -> None:
    with pytest.raises(Damaged):
        header.parse(b"age-encryption.org/v1\n--- " + b"A" * 43 + b"\n")


@pytest.mark.parametrize("first", [b"age-encryption.org/v2\n", b"age-encryption.org/v11\n"])
def test_another_version_is_named_as_such(first: bytes) -> None:
    with pytest.raises(UnknownVersion):
        header.parse(first)


@pytest.mark.parametrize("first", [b"\n", b"PK\x03\x04\n", b"age-encryption.org/\n", b" age-encryption.org/v1\n"])
def test_another_file_is_named_as_such(first: bytes) -> None:
    with pytest.raises(Damaged):
        header.parse(first)

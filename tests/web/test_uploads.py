from __future__ import annotations

import io
import itertools
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import LengthRequired, RequestEntityTooLarge, UnsupportedMediaType

from handover.dossiers.finding import MAX_BYTES, Finding
from handover.errors import Unavailable
from handover.web.multipart import Reader
from handover.web.uploads import (
    AT_ONCE,
    LARGE,
    CutOff,
    Field,
    FilePart,
    Limits,
    Problem,
    place_for,
    raw_body,
    read_raw,
    stream_parts,
)
from tests.web.forms import BOUNDARY, a_field, a_file, a_form, a_request

MB = 1_000_000
ALMOST = f"\r\n--{BOUNDARY[:-1]}".encode()
"""What a file may hold and a form's own lines do not."""


def shown(parts: Iterator[Field | FilePart]) -> list[tuple[str, str | bytes | Problem]]:
    return [
        (part.name, part.value) if isinstance(part, Field) else (part.file_name, part.problem or bytes(part.data))
        for part in parts
    ]


def test_fields_and_files_come_in_the_order_of_the_form() -> None:
    form = a_form(a_field("soort", "opp – é"), a_file("a.pdf", b"een"), a_field("x", ""), a_file("b.pdf", b"twee\r\n"))

    parts = shown(stream_parts(a_request(form)))

    assert parts == [("soort", "opp – é"), ("a.pdf", b"een"), ("x", ""), ("b.pdf", b"twee\r\n")]


def test_a_file_field_that_was_left_empty_gives_nothing() -> None:
    assert shown(stream_parts(a_request(a_form(a_file("", b""), a_field("x", "1"))))) == [("x", "1")]


def test_a_file_is_handed_over_before_the_next_is_read() -> None:
    first, second = a_file("a.pdf", b"a" * (2 * MB)), a_file("b.pdf", b"b" * (2 * MB))
    body = io.BytesIO(a_form(first, second))
    parts = stream_parts(a_request(body.getvalue(), stream=body))

    part = next(parts)

    assert isinstance(part, FilePart)
    assert len(part.data) == 2 * MB
    assert body.tell() < len(first) + MB
    parts.close()


def test_a_file_that_is_too_large_is_passed_over_and_its_neighbours_are_whole() -> None:
    form = a_form(a_file("a.pdf", b"a"), a_file("groot.pdf", b"g" * 26 * MB), a_file("c.pdf", b"c"))

    parts = shown(stream_parts(a_request(form)))

    assert parts == [("a.pdf", b"a"), ("groot.pdf", Problem.TOO_LARGE), ("c.pdf", b"c")]


def test_a_file_of_exactly_the_limit_is_whole() -> None:
    data = b"g" * MAX_BYTES

    assert shown(stream_parts(a_request(a_form(a_file("g.pdf", data))))) == [("g.pdf", data)]


def test_a_form_may_be_cut_off_anywhere_and_never_gives_a_shortened_file() -> None:
    whole = [("soort", "opp"), ("a.pdf", b"eerste"), ("b.pdf", b"tweede")]
    form = a_form(a_field("soort", "opp"), a_file("a.pdf", b"eerste"), a_file("b.pdf", b"tweede"))
    end = len(form) - len(b"\r\n")  # the line break after the last boundary means nothing

    for length in range(end):
        *before, last = shown(stream_parts(a_request(form[:length], length=len(form))))
        assert before == whole[: len(before)]
        assert last[1] == Problem.CUT_OFF
    assert shown(stream_parts(a_request(form[:end], length=len(form)))) == whole


def test_a_cut_off_file_is_named_when_its_name_had_come() -> None:
    form = a_form(a_file("a.pdf", b"eerste"), a_file("b.pdf", b"x" * MB))

    assert shown(stream_parts(a_request(form[:-500_000], length=len(form)))) == [
        ("a.pdf", b"eerste"),
        ("b.pdf", Problem.CUT_OFF),
    ]


@pytest.mark.parametrize(
    "body", [b"", b"geen formulier", b"x" * 3 * MB, b"--" + BOUNDARY.encode() + b"\r\nX: \xff\r\n\r\n"]
)
def test_what_is_no_form_is_an_upload_that_was_cut_off(body: bytes) -> None:
    assert shown(stream_parts(a_request(body))) == [("", Problem.CUT_OFF)]


def test_endless_headers_are_not_kept() -> None:
    body = f"--{BOUNDARY}\r\nX: ".encode() + b"y" * 30 * MB

    assert shown(stream_parts(a_request(body))) == [("", Problem.CUT_OFF)]


def test_after_too_many_parts_the_rest_is_refused_and_the_first_stay() -> None:
    form = a_form(*(a_file(f"{number}.pdf", b"x") for number in range(4)))

    parts = shown(stream_parts(a_request(form), limits=Limits(parts=2)))

    assert parts == [("0.pdf", b"x"), ("1.pdf", b"x"), ("2.pdf", Problem.TOO_MANY_FILES)]


def test_fields_together_have_a_limit() -> None:
    form = a_form(a_field("a", "x" * 300_000), a_field("b", "x" * 300_000))

    with pytest.raises(RequestEntityTooLarge):
        list(stream_parts(a_request(form)))


def test_what_is_announced_as_far_too_much_is_not_read() -> None:
    with pytest.raises(RequestEntityTooLarge):
        next(stream_parts(a_request(a_form(a_field("a", "1")), length=2_000 * MB)))


def test_only_forms_with_files_are_read() -> None:
    with pytest.raises(UnsupportedMediaType):
        next(stream_parts(a_request(b"a=1", content_type="application/x-www-form-urlencoded")))


def test_each_problem_of_a_file_is_a_finding_too() -> None:
    assert {Finding(problem).refuses for problem in Problem} == {True}


def read_in_chunks(form: bytes, chunks: list[bytes]) -> list[bytes]:
    reader = Reader(iter(chunks), BOUNDARY.encode(), chunk=len(form) + 1)
    data = []
    while reader.next_part() is not None:
        data.append(bytes(reader.data(100) or b"?"))
    return data


def test_how_the_network_cuts_a_form_into_pieces_changes_nothing() -> None:
    form = a_form(a_file("a.pdf", b"--\r\n--x\r\n-"), a_field("b", "twee\r"))

    for first, length in itertools.product(range(1, len(form)), (1, 2, 3)):
        second = first + length
        chunks = [form[:first], form[first:second], form[second:]]
        assert read_in_chunks(form, chunks) == [b"--\r\n--x\r\n-", b"twee\r"], (first, second)


@given(
    st.lists(st.lists(st.sampled_from([b"\r", b"\n", b"-", ALMOST, b"x", b"\0"]), max_size=12), max_size=4),
    st.integers(1, 40),
)
def test_any_bytes_come_through_in_pieces_of_any_size(files: list[list[bytes]], size: int) -> None:
    form = a_form(*(a_file("a.pdf", b"".join(pieces)) for pieces in files))
    reader = Reader((form[at : at + size] for at in range(0, len(form), size)), BOUNDARY.encode(), chunk=len(form))

    read = []
    while reader.next_part() is not None:
        read.append(bytes(reader.data(1000) or b""))

    assert read == [b"".join(pieces) for pieces in files]
    assert not reader.is_cut_off


def test_a_raw_body_is_read_whole() -> None:
    body = bytes(range(256)) * 8000

    with raw_body(a_request(body), limit=MAX_BYTES) as data:
        assert data == body


def test_a_raw_body_that_was_cut_off_is_refused() -> None:
    with pytest.raises(CutOff):
        read_raw(a_request(b"x" * 400, length=1000), limit=MAX_BYTES)


def test_a_raw_body_must_say_how_long_it_is() -> None:
    request = a_request(b"x")
    del request.environ["CONTENT_LENGTH"]

    with pytest.raises(LengthRequired):
        read_raw(request, limit=MAX_BYTES)


def test_a_raw_body_over_the_limit_is_not_read() -> None:
    body = io.BytesIO(b"x" * 10)

    with pytest.raises(RequestEntityTooLarge):
        read_raw(a_request(b"", length=26 * MB, stream=body), limit=MAX_BYTES)
    assert body.tell() == 0


def test_four_large_uploads_at_once_and_the_fifth_is_asked_to_come_again() -> None:
    with ExitStack() as taken:
        for _ in range(AT_ONCE):
            taken.enter_context(place_for(LARGE))

        with pytest.raises(Unavailable) as refusal, place_for(None):
            pass
        assert refusal.value.retry_after > 0
        with pytest.raises(Unavailable):
            next(stream_parts(a_request(a_form(a_file("a.pdf", b"x" * LARGE)))))
        assert shown(stream_parts(a_request(a_form(a_file("a.pdf", b"x"))))) == [("a.pdf", b"x")]
    with place_for(LARGE):
        pass


def test_a_form_that_nobody_goes_on_reading_gives_its_place_back() -> None:
    form = a_form(a_file("a.pdf", b"x" * LARGE), a_file("b.pdf", b"y"))
    for _ in range(2 * AT_ONCE):
        parts = stream_parts(a_request(form))
        next(parts)
        parts.close()


def test_a_file_in_an_ordinary_form_has_a_limit() -> None:
    with pytest.raises(RequestEntityTooLarge):
        a_request(a_form(a_file("lijst.csv", b"x" * 3 * MB))).files  # noqa: B018  # looking parses the form

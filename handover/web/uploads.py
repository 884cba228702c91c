"""Bodies of requests that hold files: read in memory, checked for their length, never laid down on a disk.

werkzeug by itself puts a file of more than 500 kB in a temporary file, and a web server hands over an upload that was
cut off as if it were whole. Both may not be.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import IO, ClassVar, cast

from flask import Request
from werkzeug.exceptions import (
    ClientDisconnected,
    LengthRequired,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)
from werkzeug.sansio import multipart
from werkzeug.wrappers import Request as AnyRequest

from handover.errors import Invalid, Unavailable
from handover.web.multipart import Head, Reader

READ = 512 * 1024
"""Bytes asked for at a time: on smaller reads gunicorn copies what it has buffered again and again."""
LARGE = 1_000_000
"""From this many bytes on an upload takes one of the places."""
AT_ONCE = 4
FORM_FILE = 2_000_000
"""The largest file in an ordinary form, in bytes: a list to import, no document."""


class Problem(StrEnum):
    """Why a file could not be read. The values are those of the findings of the same name."""

    TOO_LARGE = "too_large"
    CUT_OFF = "cut_off"
    TOO_MANY_FILES = "too_many_files"


class CutOff(Invalid):
    """Fewer bytes came than were announced; nothing was done with them."""

    code = "cut-off"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What one form may hold. Sizes in bytes."""

    file: int = 25_000_000
    fields: int = 500_000
    """Of all fields together."""
    parts: int = 100
    total: int = 1_000_000_000


@dataclass(frozen=True, kw_only=True)
class Field:
    """An ordinary field of the form."""

    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class FilePart:
    """A file, whole; or why it isn't."""

    name: str
    """Of the form's field; empty if the form stopped before it was known."""
    file_name: str
    """As the browser says it: not to be trusted, not to be shown before it is cleaned."""
    data: bytearray
    """Empty when there is a problem. Yours; let go of it before asking for the next part."""
    problem: Problem | None = None


class FormRequest(Request):
    """Use as the application's `request_class`: files of ordinary forms stay in memory too, within a limit."""

    max_form_memory_size: int | None = 500_000

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        return _Sink()


class _Sink(BytesIO):
    limit: ClassVar[int] = FORM_FILE

    def write(self, data: bytes, /) -> int:  # type: ignore[override]  # werkzeug writes bytes
        if self.tell() + len(data) > self.limit:
            raise RequestEntityTooLarge
        return super().write(data)


@contextmanager
def place_for(size: int | None, *, by_guest: bool = False) -> Iterator[None]:
    """Hold one of the four places for large uploads while a document is in memory. Small ones need none.

    Args:
        size: in bytes; None when it is not known.
        by_guest: of somebody who is not signed in: they share one other place, so that no stranger takes a school's.

    Raises:
        Unavailable: all are taken.
    """
    if size is not None and size < LARGE:
        yield
        return
    places = _guest_places if by_guest else _places
    if not places.acquire(blocking=False):
        raise Unavailable("all places for uploads are taken", retry_after=5)
    try:
        yield
    finally:
        places.release()


_guest_places = threading.BoundedSemaphore(1)
_places = threading.BoundedSemaphore(AT_ONCE)


@contextmanager
def raw_body(request: AnyRequest, *, limit: int) -> Iterator[bytearray]:
    """What `read_raw` gives, in a `with` statement that holds a place for it.

    Raises:
        Unavailable: too many large uploads at once; nothing was read.
    """
    with place_for(_announced(request, limit=limit)):
        yield read_raw(request, limit=limit)


def read_raw(request: AnyRequest, *, limit: int) -> bytearray:
    """The body as it is, whole.

    Raises:
        LengthRequired: the sender did not say how long it is.
        RequestEntityTooLarge: it says that it is longer than the limit, in bytes; nothing was read.
        CutOff: fewer bytes came.
    """
    size = _announced(request, limit=limit)
    request.max_content_length = limit
    data = bytearray()
    for chunk in _chunks(request):
        data += chunk
    if len(data) != size:
        raise CutOff(expected=size, got=len(data))
    return data


def _announced(request: AnyRequest, *, limit: int) -> int:
    size = request.content_length
    if size is None:
        raise LengthRequired
    if size > limit:
        raise RequestEntityTooLarge
    return size


def stream_parts(
    request: AnyRequest, *, limits: Limits | None = None, by_guest: bool = False
) -> Generator[Field | FilePart, None, None]:
    """The parts of a form with files, each as soon as its last byte is in, before the next is read.

    A file that is too large is reported and passed over; those around it are whole. A form that stops short ends with
    a part that was cut off; what came before it stays good. A file field that was left empty gives nothing.
    While you go through a large form, one of the places is held: go through it to its end, or `close()` it.

    Raises:
        UnsupportedMediaType: it is no form with files.
        RequestEntityTooLarge: it announces more than `limits.total`, or its fields hold too much.
        Unavailable: too many large uploads at once; nothing was read.
    """
    limits = limits or Limits()
    boundary = request.mimetype_params.get("boundary", "")
    if request.mimetype != "multipart/form-data" or not boundary:
        raise UnsupportedMediaType
    if (request.content_length or 0) > limits.total:
        raise RequestEntityTooLarge
    request.max_content_length = limits.total
    with place_for(request.content_length, by_guest=by_guest):
        yield from _parts(Reader(_chunks(request), boundary.encode("latin-1", "replace"), chunk=READ), limits)


def _chunks(request: AnyRequest) -> Iterator[bytes]:
    """What comes, to its end or to where it was cut off: whoever reads knows how much there should be."""
    try:
        while chunk := request.stream.read(READ):
            yield chunk
    except (ClientDisconnected, OSError):
        return


def _parts(reader: Reader, limits: Limits) -> Iterator[Field | FilePart]:
    left = limits.fields
    for number in itertools.count():
        head = reader.next_part()
        if head is None:
            break
        if number == limits.parts:
            yield _without(head, Problem.TOO_MANY_FILES)
            return
        part = _read(head, reader, limits.file if isinstance(head, multipart.File) else left)
        if isinstance(part, Field):
            left -= len(part.value.encode())
        if part is not None:
            yield part
        if reader.is_cut_off:
            return
        del part  # the next one needs the room
    if reader.is_cut_off:
        yield _without(None, Problem.CUT_OFF)


def _read(head: Head, reader: Reader, limit: int) -> Field | FilePart | None:
    """The part under this head; None for a file field that was left empty."""
    data = reader.data(limit)
    if reader.is_cut_off:
        return _without(head, Problem.CUT_OFF)
    if isinstance(head, multipart.Field):
        if data is None:
            raise RequestEntityTooLarge
        return Field(name=_name(head), value=data.decode("utf-8", "replace"))
    if data is None:
        return _without(head, Problem.TOO_LARGE)
    if not head.filename and not data:
        return None
    return FilePart(name=_name(head), file_name=head.filename, data=data)


def _name(head: Head) -> str:
    return cast("str | None", head.name) or ""  # None for a part without a name, whatever werkzeug's types say


def _without(head: Head | None, problem: Problem) -> FilePart:
    """In place of a file that isn't there."""
    file_name = head.filename if isinstance(head, multipart.File) else ""
    return FilePart(name=_name(head) if head else "", file_name=file_name, data=bytearray(), problem=problem)

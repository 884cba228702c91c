"""Every object of a PDF, each looked at once, however the file is put together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    PdfObject,
    StreamObject,
    read_object,
)

from handover.dossiers.finding import Finding

MAX_NODES = 5_000_000
"""Values in all objects together. Time is up long before; this holds where no clock does."""

_HEAD = re.compile(rb"(?<!\d)\d{1,10}[\0\t\n\f\r ]+\d{1,5}[\0\t\n\f\r ]*\Z")
_BEFORE_OBJ = frozenset(b"0123456789\0\t\n\f\r ")
_HEAD_LENGTH = 32


class TooManyNodes(PyPdfError):
    """No document of people has so many."""


def resolved(holder: DictionaryObject, key: str) -> PdfObject | None:
    """The value under a key, wherever it lies; None when there is none, or null."""
    value = dict.get(holder, key)
    if isinstance(value, IndirectObject):
        value = value.get_object()
    return None if value is None or isinstance(value, NullObject) else value


def name_in(holder: DictionaryObject, key: str) -> str:
    """The name under a key; empty when there is none, or something else."""
    value = resolved(holder, key) if key in holder else None
    return str(value) if isinstance(value, NameObject) else ""


class Walk:
    """Goes through objects and notes what it sees.

    Attributes:
        found: findings so far.
        forms: streams that pages may draw by name.
        packs: streams that hold other objects.
    """

    def __init__(self, reader: PdfReader) -> None:
        self.found: set[Finding] = set()
        self.forms: list[StreamObject] = []
        self.packs: list[StreamObject] = []
        self._reader = reader
        self._seen: set[tuple[int, int]] = set()
        self._nodes = 0

    def everything_listed(self) -> None:
        """Look at what the file's tables list, and at what that refers to."""
        self._look(self._reader.trailer)
        listed = [(number, generation) for generation, table in self._reader.xref.items() for number in table]
        packed = [(number, 0) for number in self._reader.xref_objStm]
        for number, generation in listed + packed:
            self._look(IndirectObject(number, generation, self._reader))

    def all_of(self, objects: Iterable[PdfObject]) -> None:
        """Look at these, and at what they refer to."""
        for one in objects:
            self._look(one)

    def _look(self, start: object) -> None:
        # A list, no recursion: how deep a file nests is for its maker to choose.
        waiting: list[object] = [start]
        while waiting:
            node = waiting.pop()
            self._nodes += 1
            if self._nodes > MAX_NODES:
                raise TooManyNodes
            if isinstance(node, IndirectObject):
                if (key := (node.idnum, node.generation)) not in self._seen:
                    self._seen.add(key)
                    waiting.append(self._reader.get_object(node))
            elif isinstance(node, DictionaryObject):
                self._judge(node)
                waiting.extend(dict.values(node))
            elif isinstance(node, ArrayObject):
                waiting.extend(list.__iter__(node))

    def _judge(self, node: DictionaryObject) -> None:
        if isinstance(node, StreamObject):
            self._sort(node)
        for finding, is_so in _JUDGEMENTS:
            if finding not in self.found and is_so(node):
                self.found.add(finding)

    def _sort(self, stream: StreamObject) -> None:
        if name_in(stream, "/Subtype") == "/Form":
            self.forms.append(stream)
        if name_in(stream, "/Type") == "/ObjStm":
            self.packs.append(stream)


def _runs_script(node: DictionaryObject) -> bool:
    # `/JS` alone may be the name of a font: it is a script where an action holds it.
    return (
        name_in(node, "/S") == "/JavaScript"
        or ("/S" in node and resolved(node, "/JS") is not None)
        or resolved(node, "/JavaScript") is not None
        or resolved(node, "/OnInstantiate") is not None  # of a 3D drawing
    )


def _starts_program(node: DictionaryObject) -> bool:
    return name_in(node, "/S") == "/Launch"


def _holds_files(node: DictionaryObject) -> bool:
    if name_in(node, "/S") == "/GoToE" or name_in(node, "/Type") == "/EmbeddedFile":
        return True
    if name_in(node, "/Subtype") in {"/FileAttachment", "/RichMedia"}:
        return True
    if resolved(node, "/EF") is not None or resolved(node, "/Collection") is not None:
        return True
    # Some programs write an empty list of files into every document.
    tree = resolved(node, "/EmbeddedFiles")
    return isinstance(tree, DictionaryObject) and bool(resolved(tree, "/Names") or resolved(tree, "/Kids"))


def _is_xfa(node: DictionaryObject) -> bool:
    return resolved(node, "/XFA") is not None


def _is_signature(node: DictionaryObject) -> bool:
    return "/ByteRange" in node and "/Contents" in node


def _is_field(node: DictionaryObject) -> bool:
    return "/FT" in node and name_in(node, "/FT") != "/Sig"


_JUDGEMENTS = (
    (Finding.JAVASCRIPT, _runs_script),
    (Finding.LAUNCH, _starts_program),
    (Finding.EMBEDDED_FILES, _holds_files),
    (Finding.XFA, _is_xfa),
    (Finding.SIGNED, _is_signature),
    (Finding.FORM_FIELDS, _is_field),
)


def unlisted_objects(reader: PdfReader, data: bytes, packs: Iterable[StreamObject]) -> Iterator[PdfObject]:
    """Objects that lie in the file but in none of its tables: of an older version, or hidden.

    `packs` are the listed streams that hold other objects. What cannot be read is passed over: the inside of a
    picture may look like the head of an object.
    """
    for pack in packs:
        yield from _unpacked(reader, pack)
    listed = {offset for table in reader.xref.values() for offset in table.values()}
    stream = BytesIO(data)
    for offset in _heads(data, listed):
        one = _read(reader, stream, offset)
        if one is None:
            continue
        yield one
        # When the file is encrypted these are noise: the key to each hangs on its number.
        if isinstance(one, StreamObject) and name_in(one, "/Type") == "/ObjStm" and not reader.is_encrypted:
            yield from _unpacked(reader, one)


def _heads(data: bytes, listed: AbstractSet[int]) -> Iterator[int]:
    """Where an object begins of which no table tells."""
    for found in re.finditer(rb"obj", data):
        end = found.start()
        if not end or data[end - 1] not in _BEFORE_OBJ:
            continue  # nearly always `endobj`
        start = max(0, end - _HEAD_LENGTH)
        head = _HEAD.search(data[start:end])
        if head is not None and start + head.start() not in listed:
            yield found.end()


def _unpacked(reader: PdfReader, pack: StreamObject) -> Iterator[PdfObject]:
    """The objects in a pack that no table says are there."""
    first, data = resolved(pack, "/First"), pack.get_data()
    if not isinstance(first, NumberObject) or not 0 <= first <= len(data):
        return
    number_of_pack = pack.indirect_reference.idnum if pack.indirect_reference else None
    stream, head = BytesIO(data), data[:first].split()
    for number, offset in zip(head[::2], head[1::2], strict=False):
        if not (number.isdigit() and offset.isdigit()):
            continue
        listed_in, _ = reader.xref_objStm.get(int(number), (None, None))
        if listed_in is None or listed_in != number_of_pack:
            one = _read(reader, stream, first + int(offset))
            if one is not None:
                yield one


def _read(reader: PdfReader, stream: BytesIO, offset: int) -> PdfObject | None:
    stream.seek(offset)
    while (byte := stream.read(1)) and byte in b"\0\t\n\f\r ":
        pass
    stream.seek(-len(byte), 1)
    try:
        return read_object(stream, reader)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # pypdf raises what it happens to meet; here that means: no object
        return None

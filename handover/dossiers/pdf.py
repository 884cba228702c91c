"""Looks through a PDF for what a reader's computer should never meet. The only importer of pypdf.

It is called in a child process alone (`nursery`): a PDF is a program's input of the worst kind, and what is made to
hurt may take a parser with it. Looked at is every object that the file holds: those that its tables list, what these
refer to, and what lies in the file unlisted, because viewers that repair a file find that too.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from io import BytesIO

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.filters import decode_stream_data
from pypdf.generic import ArrayObject, DictionaryObject, NumberObject, StreamObject

from handover.dossiers.finding import MAX_PAGES, Examination, Finding
from handover.dossiers.pdf_objects import Walk, resolved, unlisted_objects
from handover.dossiers.pdf_text import shows_text
from handover.terms.hidden import haystack
from handover.terms.whose import Called, in_words, named_in

MAX_TREE = 5_000
"""Branches of a page tree; a tree of 500 pages that branches in two has 499."""
MAX_CONTENT = 200_000_000
"""Unpacked bytes of all that draws pages. A letter has 5 kB a page, a drawn map some MB."""
MAX_JUNK = 1024
"""Bytes after the end mark: some programs pad a file."""

NAMES_ON = 5
"""Pages on which names are looked for: whose a report is stands on the first, another child's name rarely later."""
NAMES_WITHIN = 2.0
"""Seconds, after which no further page is begun."""

_PYPDF_LOG = logging.getLogger("pypdf")
_PYPDF_LOG.propagate = False  # its warnings quote the document: they go nowhere
_PYPDF_LOG.addHandler(logging.NullHandler())
_TELLING = frozenset({"/S", "/JS", "/JavaScript", "/OpenAction", "/A", "/AA", "/Next", "/Names", "/EF", "/XFA", "/Type",
                      "/Subtype", "/AcroForm", "/Kids", "/Root", "/Pages"})  # fmt: skip


class Refused(Exception):  # an outcome, no error
    """Looking further makes no sense."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


def examine(data: bytes, needles: Sequence[str] = ()) -> Examination:
    """Everything that can be said of the document. Any file gives an answer; memory and time are its caller's care."""
    try:
        seen = _examine(data)
        return seen if seen.is_refused or not needles else replace(seen, hidden=_hidden(data, needles))
    except Refused as refused:
        return Examination.refused(refused.finding)
    except Exception as error:  # noqa: BLE001  # on a file made to hurt pypdf raises what it happens to meet
        return Examination.refused(Finding.TOO_MUCH_MEMORY if _ran_out(error) else Finding.UNREADABLE)


def _hidden(data: bytes, needles: Sequence[str]) -> str:
    """Whether one of these stands in the text: found, clean or unknown."""
    reader = PdfReader(BytesIO(data))
    if reader.is_encrypted:
        reader.decrypt("")
    pages = [haystack(page.extract_text()) for page in reader.pages]
    # All in one: what is hidden may go on on the next page.
    if any(needle in "".join(pages) for needle in needles):
        return "found"
    return "clean" if all(pages) else "unknown"  # a page without text may be a scan: only eyes can tell


def named(data: bytes, children: Sequence[Called]) -> tuple[int, ...]:
    """Which of these children the first pages name, by their place; none where the text cannot be had in time."""
    until, texts = time.monotonic() + NAMES_WITHIN, []
    with suppress(Exception):  # what pypdf raises on a text that it cannot take apart; the document itself is good
        reader = PdfReader(BytesIO(data))
        if reader.is_encrypted:
            reader.decrypt("")
        for page in reader.pages[:NAMES_ON]:
            texts.append(page.extract_text())
            if time.monotonic() > until:
                break
    return named_in(in_words(*texts), children)


def _ran_out(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, MemoryError):
            return True
        error = error.__cause__
    return False


def _examine(data: bytes) -> Examination:
    if b"%%EOF" not in data.rstrip(b"\0\r\n\t ")[-MAX_JUNK:]:
        raise Refused(Finding.UNREADABLE)  # cut off: an older end mark may lie inside, with half a document before it
    with _doubts() as doubts:
        reader = PdfReader(BytesIO(data))
        found = _opened(reader)
        pages = _pages(reader.root_object)
        walk = Walk(reader)
        walk.everything_listed()
        if doubts.any:
            raise Refused(Finding.UNREADABLE)
        walk.all_of(unlisted_objects(reader, data, list(walk.packs)))
    found |= walk.found
    if not pages and not any(finding.refuses for finding in found):
        raise Refused(Finding.UNREADABLE)
    if not _has_text([*_contents(pages), *walk.forms]):
        found.add(Finding.NO_TEXT_LAYER)
    return Examination(len(pages), tuple(finding for finding in Finding if finding in found))


def _opened(reader: PdfReader) -> set[Finding]:
    """What its encryption says; a document without any says nothing."""
    if not reader.is_encrypted:
        return set()
    if not reader.decrypt(""):
        raise Refused(Finding.NEEDS_PASSWORD)
    return {Finding.EMPTY_OWNER_PASSWORD}


def _pages(root: DictionaryObject) -> list[DictionaryObject]:
    """The pages in reading order. The tree's own count is believed only where it says that there are too many."""
    top = resolved(root, "/Pages")
    pages: list[DictionaryObject] = []
    branches: set[int] = set()
    waiting = [top]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, DictionaryObject):
            raise Refused(Finding.UNREADABLE)
        if "/Kids" not in node:
            pages.append(node)
        elif id(node) in branches or len(branches) > MAX_TREE:
            raise Refused(Finding.UNREADABLE)  # a loop, or branches that share branches: no tree
        else:
            branches.add(id(node))
            waiting += [kid.get_object() for kid in _first_kids(node)]
        if len(pages) > MAX_PAGES:
            raise Refused(Finding.TOO_MANY_PAGES)
    return pages


def _first_kids(node: DictionaryObject) -> ArrayObject:
    count, kids = resolved(node, "/Count"), resolved(node, "/Kids")
    if not isinstance(kids, ArrayObject):
        raise Refused(Finding.UNREADABLE)
    if (isinstance(count, NumberObject) and count > MAX_PAGES) or len(kids) > MAX_PAGES + MAX_TREE:
        raise Refused(Finding.TOO_MANY_PAGES)
    return ArrayObject(reversed(kids))


def _contents(pages: list[DictionaryObject]) -> Iterator[StreamObject]:
    for page in pages:
        contents = resolved(page, "/Contents")
        parts = [part.get_object() for part in contents] if isinstance(contents, ArrayObject) else [contents]
        yield from (part for part in parts if isinstance(part, StreamObject))


def _has_text(streams: list[StreamObject]) -> bool:
    """Whether any of these draws text. All are unpacked, found or not: a page may be a bomb for its readers."""
    unpacked, found = 0, False
    for stream in {id(stream): stream for stream in streams}.values():
        drawing = _unpacked(stream)
        unpacked += len(drawing)
        if unpacked > MAX_CONTENT:
            raise Refused(Finding.TOO_MUCH_MEMORY)
        found = found or shows_text(drawing)
    return found


def _unpacked(stream: StreamObject) -> bytes:
    try:
        # `get_data` keeps what it unpacks: 500 pages at once would not fit.
        return bytes(decode_stream_data(stream) if "/Filter" in stream else stream.get_data())
    except LimitReachedError:
        raise Refused(Finding.TOO_MUCH_MEMORY) from None
    except (PyPdfError, NotImplementedError, ValueError):
        return b""  # viewers leave such a page blank


class _Doubts(logging.Handler):
    """Hears what pypdf passes over: places where another program may read another document than we do."""

    def __init__(self) -> None:
        super().__init__()
        self.any = False

    def emit(self, record: logging.LogRecord) -> None:
        """Two values for one key (pypdf keeps the first, browsers the last), or a dictionary read in part."""
        key = record.args.get("key") if isinstance(record.args, dict) else None
        twice = str(record.msg).startswith("Multiple definitions") and key in _TELLING
        in_part = record.name.endswith("_data_structures") and record.msg == "%(exception)s"
        self.any = self.any or twice or in_part


@contextmanager
def _doubts() -> Iterator[_Doubts]:
    handler = _Doubts()
    _PYPDF_LOG.addHandler(handler)
    try:
        yield handler
    finally:
        _PYPDF_LOG.removeHandler(handler)

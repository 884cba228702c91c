"""The textual header: parse and write, each the other's inverse, so that every file has one spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from keys.age.stanza import Stanza, from_base64, to_base64
from keys.errors import Damaged, Truncated, UnknownVersion

VERSION_LINE = b"age-encryption.org/v1\n"
MAC_LENGTH = 32

_ANY_VERSION = re.compile(rb"age-encryption\.org/[!-~]{1,64}\n")
_ARGUMENT = re.compile(r"[!-~]+")
_FOOTER = b"---"
_COLUMNS = 64
_BEHIND_FOOTER = len(" \n") + 43  # the MAC, of 32 bytes, in base64 without padding


@dataclass(frozen=True, kw_only=True)
class Header:
    """What a file says before its payload."""

    stanzas: tuple[Stanza, ...]
    mac: bytes
    """HMAC-SHA-256 under a key from the file key, over `authenticated(stanzas)`; not checked by parsing."""


def authenticated(stanzas: tuple[Stanza, ...]) -> bytes:
    """Give the bytes that the MAC covers: all of the header up to and including the three dashes."""
    return VERSION_LINE + b"".join(map(_written, stanzas)) + _FOOTER


def covered(data: bytes, length: int) -> bytes:
    """Give what `authenticated` would of the header that `parse` read from `data`, as it stands there.

    `length` is what `parse` gave with it. There is one spelling of a header, so nothing has to be written again.
    """
    return data[: length - _BEHIND_FOOTER]


def write(header: Header) -> bytes:
    """Write a header, with the line feed that ends it.

    Raises:
        ValueError: no stanza, an argument that is empty or not visible ASCII, or a MAC of another length. The
            caller made a mistake; no file can cause it.
    """
    if not header.stanzas or len(header.mac) != MAC_LENGTH:
        raise ValueError("a header has a stanza and a MAC of 32 bytes")
    return authenticated(header.stanzas) + b" " + to_base64(header.mac).encode() + b"\n"


def parse(data: bytes) -> tuple[Header, int]:
    """Read the header at the start of `data`, and say how many bytes it takes.

    Raises:
        Truncated: it is a header as far as it goes, but `data` ends before it does.
        UnknownVersion: an age file of another version than 1.
        Damaged: anything that `write` would not have written.
    """
    lines = _Lines(data)
    first = lines.next()
    if first + b"\n" != VERSION_LINE:
        if _ANY_VERSION.fullmatch(first + b"\n"):
            raise UnknownVersion("age file of an unknown version")
        raise Damaged("not an age file")
    stanzas: list[Stanza] = []
    while not (line := _text(lines.next())).startswith(_FOOTER.decode()):
        stanzas.append(_stanza(line, lines))
    if not stanzas:
        raise Damaged("header without recipients")
    return Header(stanzas=tuple(stanzas), mac=_mac(line)), lines.position


class _Lines:
    """Lines of a header, each ended by exactly one line feed."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.position = 0

    def next(self) -> bytes:
        end = self._data.find(b"\n", self.position)
        if end < 0:
            raise Truncated("the header breaks off")
        line = self._data[self.position : end]
        self.position = end + 1
        return line


def _text(line: bytes) -> str:
    try:
        return line.decode("ascii")
    except UnicodeDecodeError as error:
        raise Damaged("header is not ASCII") from error


def _stanza(line: str, lines: _Lines) -> Stanza:
    prefix, *arguments = line.split(" ")
    if prefix != "->" or not arguments or not all(map(_ARGUMENT.fullmatch, arguments)):
        raise Damaged("malformed stanza")
    return Stanza(kind=arguments[0], arguments=tuple(arguments[1:]), body=b"".join(_body(lines)))


def _body(lines: _Lines) -> Iterator[bytes]:
    """Read full lines up to the one short line, possibly empty, that ends every body."""
    columns = _COLUMNS
    while columns == _COLUMNS:
        line = _text(lines.next())
        columns = len(line)
        if columns > _COLUMNS:
            raise Damaged("stanza body longer than its line")
        yield from_base64(line)


def _mac(line: str) -> bytes:
    footer, *rest = line.split(" ")
    if footer != _FOOTER.decode() or len(rest) != 1:
        raise Damaged("malformed end of header")
    mac = from_base64(rest[0])
    if len(mac) != MAC_LENGTH:
        raise Damaged("MAC of a wrong length")
    return mac


def _written(stanza: Stanza) -> bytes:
    arguments = (stanza.kind, *stanza.arguments)
    if not all(map(_ARGUMENT.fullmatch, arguments)):
        raise ValueError("an argument is visible ASCII and not empty")
    body = to_base64(stanza.body)
    # A body that fills its last line is followed by an empty one.
    rows = [body[at : at + _COLUMNS] for at in range(0, len(body) + 1, _COLUMNS)]
    return "\n".join([" ".join(("->", *arguments)), *rows, ""]).encode()

"""The textual form of an age file, for mail and paper: PEM, strictly.

Source: C2SP age.md, ASCII armor; RFC 7468, section 3, "strict".
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from keys.age.pieces import Pieces
from keys.errors import Damaged, Truncated

_BEGIN = b"-----BEGIN AGE ENCRYPTED FILE-----"
_END = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS = 64
_BYTES_A_LINE = _COLUMNS // 4 * 3
_WHITE = b" \t\r\n"
# White space around the armor is forgiven, as mail programs add it, but not without end.
_MOST_WHITE = 1024
_PORTION = _BYTES_A_LINE * 1024


def wrap(source: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    """Write `source` as text, in pieces."""
    pieces = Pieces(source)
    yield _BEGIN + b"\n"
    while data := pieces.read(_PORTION):
        yield b"".join(binascii.b2a_base64(data[at : at + _BYTES_A_LINE]) for at in range(0, len(data), _BYTES_A_LINE))
    yield _END + b"\n"


def unwrap(source: BinaryIO | Iterable[bytes]) -> Iterator[bytes]:
    """Read what `wrap` wrote; lines may end in CR LF, and white space may surround the whole.

    Raises:
        Truncated: it ends before the last line.
        Damaged: any other spelling, or something before or after it.
    """
    lines = _Lines(Pieces(source))
    if lines.first() != _BEGIN:
        raise Damaged("not an armored file")
    full = True
    while (line := lines.next()) != _END:
        if not full:
            raise Damaged("a short line amid armor")
        full = len(line) == _COLUMNS
        yield _decoded(line)
    lines.refuse_more()


def _decoded(line: bytes) -> bytes:
    try:
        data = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Damaged("armor is not base64") from error
    # Writing it again refuses the many spellings that base64 allows, and padding amid the text.
    if not data or len(data) > _BYTES_A_LINE or binascii.b2a_base64(data, newline=False) != line:
        raise Damaged("armor is not canonical base64")
    return data


class _Lines:
    """Lines of text from a source, without their ends."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._held = b""
        self._at = 0

    def first(self) -> bytes:
        """Give the first line, after white space."""
        self._held = bytes(self._pieces.read(_MOST_WHITE)).lstrip(_WHITE)
        return self.next()

    def next(self) -> bytes:
        """Give the next line; the last one need not have an end."""
        end = self._held.find(b"\n", self._at)
        if end < 0:
            self._held = self._held[self._at :] + bytes(self._pieces.read(_PORTION))
            self._at = 0
            end = self._held.find(b"\n")
        if not self._held:
            raise Truncated("armor breaks off")
        if end < 0:
            # The last line, or one so long that it is refused.
            line, self._at = self._held, len(self._held)
            return line
        line, self._at = self._held[self._at : end], end + 1
        return line.removesuffix(b"\r")

    def refuse_more(self) -> None:
        """Allow white space up to the end of the source, and nothing else."""
        rest = self._held[self._at :] + bytes(self._pieces.read(_PORTION))
        if len(rest) > _MOST_WHITE or rest.strip(_WHITE):
            raise Damaged("something follows the armor")

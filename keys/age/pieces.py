"""A source of bytes, whichever form it has, read in portions of exactly the size asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO, cast


class Pieces:
    """A file, or whatever yields bytes, read in one way and without copies where the sizes fit.

    What was yielded must not change afterwards: a piece is looked at after the next one was fetched.
    """

    def __init__(self, source: BinaryIO | Iterable[bytes]) -> None:
        self._next = _file(cast("BinaryIO", source)) if hasattr(source, "read") else _iterated(source)
        self._held: list[memoryview] = []  # what is read before the source, the first part last

    def read(self, size: int) -> memoryview:
        """Give exactly `size` bytes, and fewer only at the end."""
        parts: list[memoryview] = []
        missing = size
        while missing and (part := self._fetch(missing)):
            if len(part) > missing:
                self.give_back(part[missing:])
            parts.append(part[:missing])
            missing -= len(parts[-1])
        return parts[0] if len(parts) == 1 else memoryview(b"".join(parts))

    def give_back(self, data: memoryview) -> None:
        """Put back the end of what was last read; it is read again first."""
        if data:
            self._held.append(data)

    def _fetch(self, size: int) -> memoryview:
        return self._held.pop() if self._held else memoryview(self._next(size))


def _file(source: BinaryIO) -> Callable[[int], bytes]:
    def fetch(size: int) -> bytes:
        part = source.read(size)
        if part is None:
            # Nothing yet, taken for nothing more, would be sealed as if it were the end.
            raise BlockingIOError("a source that has to be waited for")
        return part

    return fetch


def _iterated(source: Iterable[bytes]) -> Callable[[int], bytes]:
    filled = filter(None, source)
    return lambda _size: next(filled, b"")

"""Reading from the middle of a sealed file, as from an ordinary one."""

from __future__ import annotations

import io
from types import TracebackType
from typing import BinaryIO, Self

from keys.age.pieces import Pieces
from keys.age.stream import CHUNK, SEALED_CHUNK, Cipher


class DecryptedFile:
    """The plaintext of an age file, for reading; enough of a file for `zipfile`. Made by `open_seekable`.

    A read decrypts the chunks of 64 KiB that it touches, and the last one touched is kept for the next read.
    Not for use by two threads at once. Closing it forgets that chunk and leaves the source open.
    """

    def __init__(self, cipher: Cipher, source: BinaryIO, *, start: int, size: int) -> None:
        """Check the last chunk, which proves that `size` is the true one.

        `start` is the payload's offset in `source`, `size` that of the plaintext; both in bytes.

        Raises:
            Truncated: the end is missing.
            Damaged: the last chunk was changed.
        """
        self._cipher = cipher
        self._source = source
        self._pieces = Pieces(source)
        self._start = start
        self._size = size
        self._last = max(size - 1, 0) // CHUNK
        self._position = 0
        self._kept = (self._last, self._opened(self._last))

    @property
    def size(self) -> int:
        """The size of the plaintext in bytes, authenticated."""
        return self._size

    def read(self, size: int | None = -1, /) -> bytes:
        """Give exactly `size` bytes from the position on, and fewer only at the end.

        All that is left when `size` is negative or None.

        Raises:
            Damaged: a chunk was changed, or the source is no longer what it was; the position stays.
        """
        wanted = self._size if size is None or size < 0 else size
        end = min(self._position + wanted, self._size)
        if end <= self._position:
            return b""
        first, last = self._position // CHUNK, (end - 1) // CHUNK
        chunks = [self._chunk(number) for number in range(first, last + 1)]
        # The end first: both cuts may fall in one chunk.
        chunks[-1] = chunks[-1][: end - last * CHUNK]
        chunks[0] = chunks[0][self._position - first * CHUNK :]
        self._position = end
        return b"".join(chunks)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to an offset in the plaintext, which may lie beyond its end, and give it."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("a position before the start")
        self._position = base + offset
        return self._position

    def tell(self) -> int:
        """Give the offset in the plaintext that the next read starts from."""
        return self._position

    def readable(self) -> bool:
        """Say yes, as files do."""
        return True

    def seekable(self) -> bool:
        """Say yes, as files do."""
        return True

    def close(self) -> None:
        """Forget what was decrypted."""
        self._kept = (-1, b"")

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Forget what was decrypted."""
        self.close()

    def _chunk(self, number: int) -> bytes:
        if self._kept[0] != number:
            self._kept = (number, self._opened(number))
        return self._kept[1]

    def _opened(self, number: int) -> bytes:
        self._source.seek(self._start + number * SEALED_CHUNK)
        sealed = self._pieces.read(SEALED_CHUNK)
        return self._cipher.open(sealed, number=number, last=number == self._last)

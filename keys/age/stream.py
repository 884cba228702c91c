"""The payload: chunks of 64 KiB, each sealed with its number and whether it is the last.

So a chunk that was changed, left out, moved or added is refused, and so is a payload that ends too early.
Source: C2SP age.md, payload (STREAM).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from keys.errors import Damaged, Truncated

CHUNK = 64 * 1024
TAG = 16
SEALED_CHUNK = CHUNK + TAG

# Chunks read at once: 1 MiB, so that reading costs little beside the cipher, and eight readers little memory.
_AT_ONCE = 16


class Source(Protocol):
    """Where bytes come from."""

    def read(self, size: int, /) -> memoryview:
        """Give exactly `size` bytes, and fewer only at the end."""
        ...


class Cipher:
    """The chunks of one payload, by number; its key seals nothing else."""

    def __init__(self, key: bytes) -> None:
        self._cipher = ChaCha20Poly1305(key)

    def seal(self, chunk: memoryview, *, number: int, last: bool) -> bytes:
        """Seal at most 64 KiB; 16 bytes are added."""
        return self._cipher.encrypt(_nonce(number, last=last), chunk, None)

    def open(self, chunk: memoryview, *, number: int, last: bool) -> bytes:
        """Open a chunk as `seal` made it under this number.

        Raises:
            Truncated: there is nothing, or a whole chunk that is not the last where the last should be. A
                payload that was cut amid a chunk cannot be told from a damaged one.
            Damaged: it is anything else, or the last one is empty though another went before it.
        """
        plain = self.opened(chunk, number=number, last=last)
        if plain is None:
            if last and (not chunk or self.misplaced(chunk, number=number, last=last)):
                raise Truncated("the end of the payload is missing")
            raise Damaged("a damaged chunk")
        if number and not plain:
            raise Damaged("an empty last chunk")
        return plain

    def misplaced(self, chunk: memoryview, *, number: int, last: bool) -> bytes:
        """Give the plaintext of a whole chunk that is right, but for where the payload ends; else nothing."""
        if len(chunk) < SEALED_CHUNK:
            return b""
        return self.opened(chunk, number=number, last=not last) or b""

    def opened(self, chunk: memoryview, *, number: int, last: bool) -> bytes | None:
        """Give the plaintext, or None when it is not this chunk."""
        try:
            return self._cipher.decrypt(_nonce(number, last=last), chunk, None)
        except InvalidTag:
            return None


def seal(key: bytes, source: Source) -> Iterator[bytes]:
    """Seal all of `source`, a chunk at a time: each of 65,552 bytes, the last may be shorter."""
    cipher = Cipher(key)
    for number, chunk, last in _chunks(source, size=CHUNK):
        yield cipher.seal(chunk, number=number, last=last)


def unseal(key: bytes, source: Source) -> Iterator[bytes]:
    """Open what `seal` made, a chunk at a time: each of 64 KiB, the last may be shorter.

    A chunk is handed out when it has been authenticated, which is before the end has: whoever needs the whole
    must wait for the iterator to end.

    Raises:
        Truncated: the end is missing.
        Damaged: a chunk was changed, moved, added or left out; those before it were right.
    """
    cipher = Cipher(key)
    for number, chunk, last in _chunks(source, size=SEALED_CHUNK):
        try:
            plain = cipher.open(chunk, number=number, last=last)
        except Damaged:
            # Handed out as other age programs do: all of them agree on what was readable.
            if authentic := cipher.misplaced(chunk, number=number, last=last):
                yield authentic
            raise
        yield plain


def plain_size(sealed: int) -> int:
    """Give the size of the plaintext, from that of the sealed payload; both in bytes.

    Raises:
        Truncated: no payload has that size.
    """
    full, rest = divmod(sealed, SEALED_CHUNK)
    # A last chunk holds at least one byte, save that of an empty payload.
    if (full and 0 < rest <= TAG) or (not full and rest < TAG):
        raise Truncated("no payload is of this size")
    return full * CHUNK + max(rest - TAG, 0)


def _chunks(source: Source, *, size: int) -> Iterator[tuple[int, memoryview, bool]]:
    """Cut into chunks, numbered, with the last one marked; there is always one, be it empty."""
    number = 0
    piece = source.read(size * _AT_ONCE)
    while True:
        following = source.read(size * _AT_ONCE) if len(piece) == size * _AT_ONCE else memoryview(b"")
        for start in range(0, len(piece) or 1, size):
            yield number, piece[start : start + size], not following and start + size >= len(piece)
            number += 1
        if not following:
            return
        piece = following


def _nonce(number: int, *, last: bool) -> bytes:
    """Eleven bytes of the chunk's number, then one that is 1 for the last."""
    return (number << 8 | last).to_bytes(12, "big")

"""A connection that must keep moving: whoever sends or takes a request drop by drop holds no thread of ours for long.

Without it as many silent connections as there are threads stop the service for all schools. What counts is the time
that we wait for the other end, not that of our own work: a slow line with a large document has hours.
"""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import SupportsIndex

GRACE = 20.0
"""Seconds that we wait for the other end in one request, whatever comes."""
PACE = 10_000
"""Bytes that buy one second more. A telephone at the edge of its network does five times as much."""
SILENCE, LINGER = 2.0, 300.0
"""Seconds that we wait for the other end to close after our last answer: `PACE` buys more, up to the second figure."""
_AT_ONCE = 64 * 1024


class PacedSocket(socket.socket):
    """A connection of a client. Where its own timeout is 0, nothing is waited for and nothing counts."""

    def __init__(self, accepted: socket.socket, *, grace: float = GRACE) -> None:
        """Take over a connection that was accepted."""
        super().__init__(accepted.family, accepted.type, accepted.proto, fileno=accepted.detach())
        self._grace = grace
        self._waited, self._moved = 0.0, 0
        self._was_too_slow = False

    def begin(self) -> None:
        """Another request starts, with a time of its own."""
        self._waited, self._moved = 0.0, 0

    def recv(self, size: int, flags: int = 0, /) -> bytes:
        """What has come, waiting for it as long as the pace allows.

        Raises:
            ConnectionResetError: it came too slowly.
        """
        with self._in_time(0):
            data = super().recv(size, flags)
        self._moved += len(data)
        return data

    def sendall(self, data: bytes, flags: SupportsIndex = 0, /) -> None:  # type: ignore[override]  # gunicorn's is bytes
        """Send all of it, as long as the pace allows.

        Raises:
            ConnectionResetError: it was taken too slowly.
        """
        with self._in_time(len(data)):
            super().sendall(data, int(flags))
        self._moved += len(data)

    def let_go(self) -> None:
        """Say that no more comes, and read on for a while what we do not want.

        Closing on unread bytes would reset the connection: who still sends a large document would see it break
        instead of our answer to it. Afterwards nothing can be sent or read, and `close` is quick.
        """
        began, taken = time.monotonic(), 0
        with suppress(OSError):
            self.shutdown(socket.SHUT_WR)
            while not self._was_too_slow:
                left = min(LINGER, SILENCE + taken / PACE) - (time.monotonic() - began)
                if left <= 0:
                    break
                self.settimeout(left)
                data = super().recv(_AT_ONCE)
                if not data:
                    break
                taken += len(data)
        with suppress(OSError):
            self.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _in_time(self, size: int) -> Iterator[None]:
        given = self.gettimeout()
        if given == 0:
            yield
            return
        left = self._grace + (self._moved + size) / PACE - self._waited
        if left <= 0:
            raise self._too_slow()
        began = time.monotonic()
        self.settimeout(left if given is None else min(left, given))
        try:
            yield
        except TimeoutError as error:
            if given is not None and given < left:
                raise  # whoever set a shorter time knows what to do
            raise self._too_slow() from error
        finally:
            self._waited += time.monotonic() - began
            self.settimeout(given)

    def _too_slow(self) -> ConnectionResetError:
        # As if the other end had gone: the server and the form reader know what to do then, and it is no fault of ours.
        self._was_too_slow = True
        return ConnectionResetError(errno.ECONNRESET, "too slow")

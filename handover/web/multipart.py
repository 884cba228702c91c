"""Reads the parts of a form one by one with werkzeug's decoder, keeping of each no more than is allowed."""

from __future__ import annotations

from collections.abc import Iterator

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio import multipart

Head = multipart.File | multipart.Field

_HEADERS = 64 * 1024
"""Bytes of a part's own headers, at most."""
_AFTER_BOUNDARY = 70
"""Bytes that are kept back at most while it is not clear how a boundary's line ends."""


class Reader:
    """The parts of one form.

    Attributes:
        is_cut_off: the form stopped before its end, or what came is no form: the part that is being read is lost.
    """

    def __init__(self, chunks: Iterator[bytes], boundary: bytes, *, chunk: int) -> None:
        self._chunks = chunks
        self._line = b"--" + boundary
        self._decoder = multipart.MultipartDecoder(boundary, 2 * chunk + _HEADERS)
        self._held = b""
        self._tail = b""
        self.is_cut_off = False

    def next_part(self) -> Head | None:
        """The head of the next part; None after the last, or when the form is cut off."""
        while not self.is_cut_off:
            event = self._event()
            if isinstance(event, multipart.File | multipart.Field):
                return event
            if isinstance(event, multipart.Epilogue):
                return None
        return None

    def data(self, limit: int) -> bytearray | None:
        """All bytes of the part whose head came last; None when they are more than the limit. Read to its end."""
        kept: bytearray | None = bytearray()
        while not self.is_cut_off:
            event = self._event()
            if not isinstance(event, multipart.Data):
                continue
            if kept is not None:
                kept += event.data
                if len(kept) > limit:
                    kept = None
            if not event.more_data:
                return kept
        return None

    def _event(self) -> multipart.Event:
        """The decoder's next event, feeding it as it asks."""
        try:
            event = self._decoder.next_event()
            if isinstance(event, multipart.NeedData):
                if self._decoder.state is multipart.State.EPILOGUE:
                    return multipart.Epilogue(b"")  # what comes after the last boundary means nothing
                self._feed()
        except (ValueError, RequestEntityTooLarge):
            self.is_cut_off = True
            return multipart.NEED_DATA
        return event

    def _feed(self) -> None:
        chunk = next(self._chunks, None)
        if chunk is None:
            self._decoder.receive_data(self._held or b"")
            self._held = b""
            self._decoder.receive_data(None)
            return
        chunk = self._held + chunk
        kept_back = self._unclear_end(chunk)
        self._held = chunk[len(chunk) - kept_back :]
        chunk = chunk[: len(chunk) - kept_back]
        self._tail = (self._tail + chunk)[-(len(self._line) + _AFTER_BOUNDARY) :]
        self._decoder.receive_data(chunk)

    def _unclear_end(self, chunk: bytes) -> int:
        """How many bytes at the end to keep back until more has come.

        When a boundary is followed by one dash or by blanks and then nothing yet, werkzeug 3.1.9 gives the carriage
        return before it out as the file's last byte. So such an end is fed together with what follows it.
        """
        seen = (self._tail + chunk)[-(len(self._line) + _AFTER_BOUNDARY) :]
        at = seen.rfind(self._line)
        after = seen[at + len(self._line) :]
        if at < 0 or not after or not (after == b"-" or not after.strip(b" \t\v\f")):
            return 0
        return min(len(after), len(chunk))

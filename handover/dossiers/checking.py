"""Checks a document before it is sealed: in a child process, in memory, within limits.

The document goes over a socket pair and rests nowhere. Limits, and what a child cannot do, are in `nursery`.
"""

from __future__ import annotations

import atexit
import json
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress

from handover.dossiers.finding import MAX_BYTES, MAX_PAGES, Examination, Finding
from handover.errors import Unavailable
from handover.terms.whose import Called, packed

AT_ONCE = 4
"""Checks at the same time in one process; each may take 512 MB."""
PATIENCE = 5.0
"""Seconds to wait for one of these to end: an ordinary check takes a twentieth of one."""

_ANSWER_WITHIN = 40.0
"""Seconds; a child is ended after 10 of them, and a nursery needs some to start."""
_START = "import sys; sys.path[:] = sys.argv[2:]; from handover.dossiers.nursery import main; main(int(sys.argv[1]))"
_SIZE = 8
_LONGEST_ANSWER = 4096
_STATUS = re.compile(rb"-?[0-9]{1,3}")
_KILLED, _ALARM, _CPU_LIMIT = -9, -14, -24
_HIDDEN = frozenset({"found", "clean", "unknown"})
_ENDS = {
    _KILLED: Finding.TOO_MUCH_MEMORY,  # by a system that ran out of it
    _ALARM: Finding.TOOK_TOO_LONG,
    _CPU_LIMIT: Finding.TOOK_TOO_LONG,
}


def check_document(
    data: bytes | bytearray | memoryview, *, needles: Sequence[str] = (), children: Sequence[Called] = ()
) -> Examination:
    """Say whether a document may be taken, and what its readers should know.

    `needles` (`terms.hidden.needle`) are looked for in its text; `hidden` says what came of that. So are `children`,
    on its first pages; `named` says which of them stand there.

    Safe to call from any thread, and in a process forked from one that called it. Whatever the document does to the
    child that looks at it, it is an outcome.

    Raises:
        Unavailable: too many checks at once, or no child answers; nothing is known of the document.
    """
    refusal = _at_a_glance(memoryview(data))
    if refusal is not None:
        return Examination.refused(refusal)
    place = _places
    if not place.acquire(timeout=PATIENCE):
        raise Unavailable("all checks are busy", retry_after=5)
    try:
        wanted = {"needles": list(needles), "children": packed(children)}
        return _ask(memoryview(data), json.dumps(wanted).encode(), children=len(children))
    finally:
        place.release()


def _at_a_glance(data: memoryview) -> Finding | None:
    if not len(data):
        return Finding.EMPTY
    if len(data) > MAX_BYTES:
        return Finding.TOO_LARGE
    # Nothing before the mark but what some scanners put there. Many viewers look for it in the first kilobyte, which
    # lets a file be a PDF and something else at once.
    if not bytes(data[:64]).removeprefix(b"\xef\xbb\xbf").lstrip(b"\0\t\n\f\r ").startswith(b"%PDF-"):
        return Finding.NOT_A_PDF
    return None


def _ask(data: memoryview, wanted: bytes, *, children: int) -> Examination:
    for _ in range(2):
        connection, forked_by = _nursery.connect()
        with connection:
            answer = _answer(connection, data, wanted, children=children)
        if answer is not None:
            return answer
        _nursery.end(forked_by)  # it ended before its child did, or hangs; a new one may do
    raise Unavailable("no child answers", retry_after=30)


def _answer(connection: socket.socket, data: memoryview, wanted: bytes, *, children: int) -> Examination | None:
    """What the child said and how it ended; None when nobody says how it ended."""
    connection.settimeout(_ANSWER_WITHIN)
    try:
        with suppress(BrokenPipeError, ConnectionResetError):  # it may end before it has read everything
            connection.sendall(len(wanted).to_bytes(_SIZE, "big") + wanted)
            connection.sendall(len(data).to_bytes(_SIZE, "big"))
            connection.sendall(data)
        lines = _all_that_comes(connection).split(b"\n")
    except OSError:
        return None
    *said, ended, _ = [b"", *lines] if len(lines) > 1 else [b"", b"", b""]
    if not ended:
        return None
    # A document that took over its child may have it say anything, half a line too.
    status = int(ended) if _STATUS.fullmatch(ended) else 1
    if status and not said[-1]:
        return Examination.refused(_ENDS.get(status, Finding.UNREADABLE))
    return _read(said[-1], children=children)


def _all_that_comes(connection: socket.socket) -> bytes:
    answer = bytearray()
    with suppress(ConnectionResetError):  # its way of ending when it has not read everything
        while len(answer) < _LONGEST_ANSWER and (some := connection.recv(_LONGEST_ANSWER)):
            answer += some
    return bytes(answer)


def _read(said: bytes, *, children: int) -> Examination:
    # Written by a process that a document may have taken over: believed in its form only, and in nothing that no
    # check says or no row can hold.
    try:
        answer = json.loads(said)
        found = {Finding(value) for value in answer["findings"]} - {Finding.OTHER_CHILD}
        pages, hidden = int(answer["pages"]), str(answer["hidden"])
        named = tuple(sorted({int(place) for place in answer["named"]} & set(range(children))))
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return Examination.refused(Finding.UNREADABLE)
    if not 0 <= pages <= MAX_PAGES:
        return Examination.refused(Finding.UNREADABLE)
    findings = tuple(finding for finding in Finding if finding in found)
    return Examination(pages, findings, hidden if hidden in _HIDDEN else "", named)


class _Nursery:
    """The one process of ours that forks children, started when first needed and again when it is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def connect(self) -> tuple[socket.socket, subprocess.Popen[bytes]]:
        """A connection to a new child, and the process that forks it."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            try:
                return ours, self._hand_over(theirs)
            except OSError:  # it is gone
                self._close()
            return ours, self._hand_over(theirs)

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """End this one, unless another took its place already. Who waits for one of its children asks again."""
        with self._lock:
            if self._process is process:
                self._close()

    def close(self) -> None:
        """End whichever there is."""
        with self._lock:
            self._close()

    def forget(self) -> None:
        """In a forked process: let go of what belongs to the parent, without ending it."""
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.returncode = 0  # not ours to wait for

    def _hand_over(self, connection: socket.socket) -> subprocess.Popen[bytes]:
        control, process = self._running()
        socket.send_fds(control, [b"."], [connection.fileno()])
        return process

    def _running(self) -> tuple[socket.socket, subprocess.Popen[bytes]]:
        if self._control is None or self._process is None:
            self._control, theirs = socket.socketpair()
            with theirs:
                # A clean start: no environment, for it holds our secrets; no terminal; of our folders only the code.
                self._process = subprocess.Popen(  # noqa: S603  # ourselves
                    [sys.executable, "-I", "-c", _START, str(theirs.fileno()), *sys.path],
                    env={},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    start_new_session=True,
                )
        return self._control, self._process

    def _close(self) -> None:
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


_nursery = _Nursery()
_places = threading.BoundedSemaphore(AT_ONCE)


def _begin_anew() -> None:
    """In a forked process: the nursery is its parent's, and its locks may be held by threads that are not here."""
    global _nursery, _places  # noqa: PLW0603  # one of each for a process
    _nursery.forget()
    _nursery = _Nursery()
    _places = threading.BoundedSemaphore(AT_ONCE)


os.register_at_fork(after_in_child=_begin_anew)
atexit.register(lambda: _nursery.close())  # noqa: PLW0108  # whichever is the nursery by then

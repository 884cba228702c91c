"""A process that has pypdf loaded and forks a child for each document. Started by `checking`, never imported by it.

Not `multiprocessing`'s fork server: that one imports its parent's main module (gunicorn, pytest) into every child,
and keeps a socket in the temporary folder. One child sees one document, so that nothing of it can reach the next.

What a child may do: 512 MB of memory, 10 seconds of processor and of clock, and no more open files than it has.
So it can open no file and no socket; what it has to say goes back over the one that its document came by.
"""

from __future__ import annotations

import codecs
import contextlib
import ctypes
import gc
import importlib
import json
import os
import pkgutil
import resource
import select
import signal
import socket
from io import FileIO
from typing import NoReturn

import pypdf

from handover.dossiers.pdf import examine, named
from handover.terms.whose import unpacked

SECONDS = 10
MEMORY = 512 * 1024 * 1024
"""Bytes of address space, some 60 MB of it for Python itself."""
SIZE = 8
"""Bytes, big-endian, that say how long it is what follows: first what to look for, then the document."""

_CONNECTION = 3
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_CODECS = (
    "ascii",
    "latin-1",
    "cp1252",
    "utf-8",
    "utf-16",
    "utf-16-be",
    "utf-16-le",
    "utf-32",
    "charmap",
    "gbk",
    "unicode_escape",
)


def main(control_fd: int) -> NoReturn:
    """Fork a child for each connection that comes over the control socket; end when its other end is closed."""
    _load_everything()
    control = socket.socket(fileno=control_fd)
    woken = _wake_on_ended_child()
    children: dict[int, socket.socket] = {}
    while True:
        ready, _, _ = select.select([control, woken], [], [])
        if woken in ready:
            woken.recv(4096)
            _tell_what_ended(children)
        if control in ready:
            message, fds, _, _ = socket.recv_fds(control, 1, 1)
            if not message:
                os._exit(0)
            connection = socket.socket(fileno=fds[0])
            pid = os.fork()
            if not pid:
                _check_one(connection)
            children[pid] = connection


def _load_everything() -> None:
    """Import now what pypdf imports when it needs it: a child can open no file."""
    for module in pkgutil.walk_packages(pypdf.__path__, "pypdf."):
        with contextlib.suppress(ImportError):  # some lean on what is not installed
            importlib.import_module(module.name)
    for codec in _CODECS:
        codecs.lookup(codec)
    gc.collect()
    gc.freeze()  # memory that is shared with the children stays so


def _wake_on_ended_child() -> socket.socket:
    woken, waker = socket.socketpair()
    woken.settimeout(0)
    waker.settimeout(0)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker.detach())
    return woken


def _tell_what_ended(children: dict[int, socket.socket]) -> None:
    """After what a child said itself comes a line with how it ended: its exit status, or minus the signal."""
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with children.pop(pid) as connection, contextlib.suppress(OSError):  # the asker may have gone
            connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _check_one(connection: socket.socket) -> NoReturn:
    try:
        signal.set_wakeup_fd(-1)
        os.dup2(connection.fileno(), _CONNECTION)
        os.closerange(_CONNECTION + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        _limit()
        pipe = FileIO(_CONNECTION, "r+")
        wanted = json.loads(_received(pipe))
        data = _received(pipe)
        checked = examine(data, wanted["needles"])
        said = {"pages": checked.pages, "findings": checked.findings, "hidden": checked.hidden, "named": ()}
        pipe.write(json.dumps(said).encode() + b"\n")
        # Said before names are looked for: a document that takes too long over that is no worse for it.
        if wanted["children"] and not checked.is_refused:
            said["named"] = named(data, unpacked(wanted["children"]))
            pipe.write(json.dumps(said).encode() + b"\n")
    finally:
        os._exit(0)  # no clean-up of what is the parent's


def _limit() -> None:
    signal.setitimer(signal.ITIMER_REAL, SECONDS)  # nobody listens to the alarm: the kernel ends the child
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    # Two limits: at the hard one it is killed without a word of why.
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    for limit, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_NOFILE, _CONNECTION + 1),
        (resource.RLIMIT_AS, MEMORY),
    ):
        resource.setrlimit(limit, (most, most))


def _received(pipe: FileIO) -> bytes:
    size = int.from_bytes(_exactly(pipe, SIZE), "big")
    return bytes(_exactly(pipe, size))


def _exactly(pipe: FileIO, size: int) -> bytearray:
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        count = pipe.readinto(view[got:])
        if not count:
            os._exit(1)  # nobody waits for an answer any more
        got += count
    return data

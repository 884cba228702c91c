"""Setting a PDF in which pages of other people's PDFs stand: in a process of its own, in memory, within limits.

The documents were looked through when they came in (`dossiers.checking`), and still are somebody else's files: what
draws their pages may meet something that ends it, and must not end us.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import threading
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, cast

import structlog
import typst

from handover.errors import Unavailable

AT_ONCE = 2
"""Prints at the same time in one process; each may take a gigabyte."""
PATIENCE = 20.0
WITHIN = 60.0
"""Seconds that one print may take."""
_MEMORY = 1536 * 1024 * 1024
_SIZE = 8
_places = threading.BoundedSemaphore(AT_ONCE)

log = structlog.get_logger(__name__)


def set_apart(template: str, facts: Mapping[str, Any], documents: Mapping[str, bytes]) -> bytes:
    """Set a template of this package with these facts; `documents` are files that it may draw pages of.

    When that fails, it is set once more with no page of any document: the template says then that they come apart.

    Raises:
        Unavailable: it cannot be set at all, or too many are being set.
    """
    if not _places.acquire(timeout=PATIENCE):
        raise Unavailable("too many prints at once", retry_after=30)
    try:
        for drawn in (documents, {}):
            made = _set(template, facts, drawn)
            if made is not None:
                return made
            log.warning("print_failed", template=template, documents=len(drawn))
    finally:
        _places.release()
    raise Unavailable("it could not be set")


def _set(template: str, facts: Mapping[str, Any], documents: Mapping[str, bytes]) -> bytes | None:
    source = files("handover.desk").joinpath(template).read_bytes()
    given = {"main.typ": source, "facts.json": json.dumps({**facts, "drawn": sorted(documents)}).encode(), **documents}
    try:
        # A clean start: no environment, for it holds our secrets. What it says may quote a name: nobody hears it.
        done = subprocess.run(  # noqa: S603  # ourselves
            [sys.executable, "-I", "-c", _START, *sys.path],
            input=_packed(given),
            env={},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WITHIN,
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 and done.stdout.startswith(b"%PDF-") else None


_START = "import sys; sys.path[:] = sys.argv[1:]; from handover.desk.typesetting import main; main()"


def main() -> None:
    """In the child: read the files from standard input, set `main.typ`, write the PDF to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))  # it writes no file
    # It takes files by name too, which its own types do not say.
    made = typst.compile(cast("bytes", _unpacked(sys.stdin.buffer.read())))
    sys.stdout.buffer.write(bytes(made))


def _packed(given: Mapping[str, bytes]) -> bytes:
    parts = []
    for name, data in given.items():
        parts += [len(name).to_bytes(_SIZE, "big"), name.encode(), len(data).to_bytes(_SIZE, "big"), data]
    return b"".join(parts)


def _unpacked(said: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    view, at = memoryview(said), 0

    def piece() -> bytes:
        nonlocal at
        size = int.from_bytes(view[at : at + _SIZE], "big")
        at += _SIZE + size
        return bytes(view[at - size : at])

    while at < len(view):
        name = piece().decode()
        found[name] = piece()
    return found

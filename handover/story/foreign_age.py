"""Opening a sealed download with somebody else's program: Debian's `age`, which shares no line with ours."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import shutil
import subprocess
import termios
from pathlib import Path

from handover.errors import HandoverError

UNPACKED = Path(__file__).resolve().parents[2] / ".tools" / "age" / "usr" / "bin" / "age"
_PATIENCE = 60.0
"""Seconds until it must have asked for the words; afterwards it works on them for one or two."""
_PROMPT = b"passphrase"


class NoForeignAge(HandoverError):
    """There is no `age` on this machine."""

    code = "no-foreign-age"


def find_age() -> Path:
    """The program: the machine's own, or the one that was unpacked beside this service.

    Raises:
        NoForeignAge: neither is there.
    """
    found = shutil.which("age")
    if found:
        return Path(found)
    if UNPACKED.exists():
        return UNPACKED
    raise NoForeignAge("no other implementation of age is installed; `make story` fetches Debian's")


def version_of(age: Path) -> str:
    """What it calls itself."""
    said = subprocess.run([age, "--version"], capture_output=True, text=True, check=True)  # noqa: S603  # ours to start
    return said.stdout.strip()


def open_sealed(age: Path, sealed: Path, words: str) -> bytes:
    """What is in a file that was sealed under these words. It asks for them at a terminal, and gets one.

    Raises:
        subprocess.CalledProcessError: it does not open the file.
    """
    ours, its = pty.openpty()
    try:
        with subprocess.Popen(  # noqa: S603  # ours to start
            [age, "--decrypt", sealed],
            stdin=its,
            stdout=subprocess.PIPE,
            stderr=its,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(its, termios.TIOCSCTTY, 0),  # noqa: PLW1509  # we have one thread
        ) as running:
            _wait_for_prompt(ours)
            os.write(ours, words.encode() + b"\n")
            opened, _ = running.communicate(timeout=_PATIENCE)
    finally:
        os.close(ours)
        os.close(its)
    if running.returncode:
        raise subprocess.CalledProcessError(running.returncode, "age")
    return opened


def _wait_for_prompt(terminal: int) -> None:
    shown = b""
    while _PROMPT not in shown or not shown.endswith((b": ", b"\x1b[K")):
        ready, _, _ = select.select([terminal], [], [], _PATIENCE)
        if not ready:
            raise subprocess.TimeoutExpired("age", _PATIENCE)
        shown += os.read(terminal, 1024)

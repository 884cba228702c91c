"""Keeps the programs of one machine running: started, started again when they end, ended together.

Nothing outlives us. A program that we start is ended by the kernel when we are killed (PR_SET_PDEATHSIG, Linux), and
each leads a process group of its own, so that what it started itself goes with it. Knows nothing of the service.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from handover.errors import HandoverError
from handover.lifeline import lifeline

_LOOK = 0.1
"""Seconds between two looks at what runs."""
_LONGEST_WAIT = 30.0
_STEADY = 60.0
"""Seconds that a program must have run for its next end to count as the first again."""


class NotStarted(HandoverError):
    """A program ended, or did not answer in time; the message says which, and its last words."""

    code = "not-started"


@dataclass(frozen=True, kw_only=True)
class Program:
    """A program to keep running."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str] = field(repr=False)
    answers: Callable[[], bool]
    """Whether it does its work; asked again and again until it does."""
    log: Path
    """Where what it prints goes; begun anew at each start of ours."""
    given: bytes = field(default=b"", repr=False)
    """What it reads from its standard input."""
    files: tuple[int, ...] = ()
    """Open files that it is handed."""
    when_orphaned: signal.Signals = signal.SIGKILL
    """How the kernel ends it when we are gone. Who has children of its own is asked, so that it can end them."""
    patience: float = 60.0
    """Seconds in which it must answer, and in which it may end."""


class Stopped(BaseException):
    """We were asked to end. Not an Exception: nobody may mistake it for something that went wrong."""


class Supervisor:
    """Runs programs until it is told to stop."""

    def __init__(self, programs: Sequence[Program], *, say: Callable[[str], None]) -> None:
        self._programs = tuple(programs)
        self._say = say
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._since: dict[str, float] = {}
        self._ends: dict[str, int] = {}
        self._again_at: dict[str, float] = {}

    def start(self) -> None:
        """Start all at once, so that nobody waits for another's imports, and wait until each answers.

        Raises:
            NotStarted: one ended or is silent; the others run on until `stop`.
        """
        for program in self._programs:
            program.log.write_bytes(b"")
            program.log.chmod(0o600)
            self._launch(program)
        for program in self._programs:
            self._wait(program)

    def watch(self) -> None:
        """Start again whatever ends, later each time. Comes back only by an exception, such as `Stopped`."""
        while True:
            self.look()
            time.sleep(_LOOK)

    def look(self) -> None:
        """Look once: what has ended is started again when its time has come."""
        for program in self._programs:
            self._look_after(program)

    def stop(self) -> None:
        """End all, the last started first; who takes too long is killed, and so is what it left behind."""
        for program in reversed(self._programs):
            process = self._running.pop(program.name, None)
            if process is not None:
                _end(process, program.patience)

    def pid(self, name: str) -> int | None:
        """The process of a program that runs."""
        process = self._running.get(name)
        return process.pid if process is not None and process.poll() is None else None

    def _launch(self, program: Program) -> None:
        with program.log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603  # our own commands
                list(program.command),
                env=dict(program.environment),
                stdin=subprocess.PIPE if program.given else subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=program.files,
                process_group=0,
                preexec_fn=_tied(os.getpid(), program.when_orphaned),  # noqa: PLW1509  # we have one thread
            )
        self._running[program.name], self._since[program.name] = process, time.monotonic()
        if process.stdin is not None:
            with suppress(BrokenPipeError), process.stdin as given:
                given.write(program.given)

    def _wait(self, program: Program) -> None:
        end = time.monotonic() + program.patience
        while not program.answers():
            if self.pid(program.name) is None:
                raise NotStarted(f"{program.name} ended at once. {_last_words(program.log)}")
            if time.monotonic() > end:
                raise NotStarted(f"{program.name} does not answer. {_last_words(program.log)}")
            time.sleep(_LOOK / 2)

    def _look_after(self, program: Program) -> None:
        now = time.monotonic()
        if program.name in self._again_at:
            if now >= self._again_at[program.name]:
                del self._again_at[program.name]
                self._launch(program)
            return
        if self.pid(program.name) is not None:
            return
        _end_group(self._running[program.name].pid)
        if now - self._since[program.name] > _STEADY:
            self._ends[program.name] = 0
        wait = min(2.0 ** self._ends.get(program.name, 0) / 2, _LONGEST_WAIT)
        self._ends[program.name] = self._ends.get(program.name, 0) + 1
        self._again_at[program.name] = now + wait
        self._say(f"{program.name} is gestopt en wordt over {wait:g} s opnieuw gestart (zie {program.log}).")


def stop_on_signals() -> None:
    """From now on Ctrl-C, SIGTERM and a closed terminal raise `Stopped`; the second one no longer."""

    def stop(_number: int, _frame: object) -> None:
        for number in asked:
            signal.signal(number, signal.SIG_IGN)
        raise Stopped

    asked = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    for number in asked:
        signal.signal(number, stop)


def _tied(parent: int, when_orphaned: signal.Signals) -> Callable[[], None]:
    """What a child does between fork and exec."""
    tie = lifeline(parent, when_orphaned)

    def begin() -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        tie()

    return begin


def _end(process: subprocess.Popen[bytes], patience: float) -> None:
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(patience)
    _end_group(process.pid)
    process.wait()


def _end_group(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def _last_words(log: Path) -> str:
    said = log.read_text("utf-8", "replace").strip().split("\n")
    return "\n".join([f"It is in {log}:", *said[-5:]]) if said != [""] else ""

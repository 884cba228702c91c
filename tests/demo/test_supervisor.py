"""What is kept running: started again when it ends, ended together, and never left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from handover.supervisor import NotStarted, Program, Supervisor

SLEEPS = "import time; time.sleep(600)"
WITH_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEPS!r}])"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('ready', 'w'); {SLEEPS}"


def program(folder: Path, code: str, *, answers: Callable[[], bool] = lambda: True, patience: float = 20.0) -> Program:
    return Program(
        name="it",
        command=[sys.executable, "-c", code],
        environment={},
        answers=answers,
        log=folder / "it.log",
        patience=patience,
    )


def until(true: Callable[[], object], seconds: float = 20.0) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def is_alive(pid: int) -> bool:
    """Whether a process runs; one that nobody waited for has ended too."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def pid_after_a_look(supervisor: Supervisor) -> int | None:
    supervisor.look()
    return supervisor.pid("it")


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_what_ends_is_started_again_after_a_while_that_grows(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor([program(tmp_path, SLEEPS)], say=said.append)
    supervisor.start()
    first = supervisor.pid("it")
    assert first is not None
    os.kill(first, signal.SIGKILL)
    os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)

    supervisor.look()
    assert supervisor.pid("it") is None
    assert until(lambda: pid_after_a_look(supervisor))
    second = supervisor.pid("it")
    assert second is not None
    os.kill(second, signal.SIGKILL)
    os.waitid(os.P_PID, second, os.WEXITED | os.WNOWAIT)
    supervisor.look()
    supervisor.stop()

    assert ["over 0.5 s" in line for line in said] == [True, False]
    assert "over 1 s" in said[1]


def test_what_cannot_start_is_named_with_its_last_words(tmp_path: Path) -> None:
    broken = program(tmp_path, "print('no such thing'); raise SystemExit(3)", answers=lambda: False)
    supervisor = Supervisor([broken], say=lambda _: None)

    with pytest.raises(NotStarted, match="no such thing"):
        supervisor.start()
    supervisor.stop()


def test_who_never_answers_is_not_waited_for_without_end(tmp_path: Path) -> None:
    supervisor = Supervisor([program(tmp_path, SLEEPS, answers=lambda: False, patience=0.3)], say=lambda _: None)

    with pytest.raises(NotStarted, match="does not answer"):
        supervisor.start()
    supervisor.stop()


def test_it_is_given_what_it_reads_and_no_command_line_tells(tmp_path: Path) -> None:
    asked = Program(
        name="it",
        command=[sys.executable, "-c", "import sys, time; print(sys.stdin.read(), flush=True); time.sleep(600)"],
        environment={},
        answers=lambda: "secret words" in (tmp_path / "it.log").read_text(),
        log=tmp_path / "it.log",
        given=b"secret words",
    )
    supervisor = Supervisor([asked], say=lambda _: None)

    supervisor.start()

    assert b"secret" not in Path(f"/proc/{supervisor.pid('it')}/cmdline").read_bytes()
    supervisor.stop()


def test_the_end_takes_children_of_children_along(tmp_path: Path) -> None:
    supervisor = Supervisor([program(tmp_path, WITH_CHILD)], say=lambda _: None)
    supervisor.start()
    pid = supervisor.pid("it")
    assert pid is not None
    assert until(lambda: children_of(pid))
    [grandchild] = children_of(pid)

    supervisor.stop()

    assert not is_alive(pid)
    assert until(lambda: not is_alive(grandchild))


def test_who_will_not_end_is_killed(tmp_path: Path) -> None:
    code = STUBBORN.replace("'ready'", repr(str(tmp_path / "ready")))
    supervisor = Supervisor(
        [program(tmp_path, code, answers=(tmp_path / "ready").exists, patience=1.0)], say=lambda _: None
    )
    supervisor.start()
    pid = supervisor.pid("it")
    assert pid is not None

    supervisor.stop()

    assert not is_alive(pid)


def test_nobody_outlives_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    code = f"""
import sys, pathlib
from handover.supervisor import Program, Supervisor
program = Program(name="it", command=[sys.executable, "-c", {SLEEPS!r}], environment={{}}, answers=lambda: True,
                  log=pathlib.Path({str(tmp_path / "it.log")!r}))
supervisor = Supervisor([program], say=print)
supervisor.start()
print(supervisor.pid("it"), flush=True)
supervisor.watch()
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        child = int(started.stdout.readline())
        assert is_alive(child)
        started.kill()

    assert until(lambda: not is_alive(child))


def test_a_signal_ends_the_watch_and_a_second_one_does_not_disturb_the_end(tmp_path: Path) -> None:
    code = """
import sys, pathlib, time
from handover.supervisor import Stopped, Supervisor, stop_on_signals
stop_on_signals()
try:
    print("ready", flush=True)
    Supervisor([], say=print).watch()
except Stopped:
    print("ending", flush=True)
    time.sleep(0.5)
    print("ended", flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=tmp_path) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "ready\n"
        started.send_signal(signal.SIGINT)
        assert started.stdout.readline() == "ending\n"
        started.send_signal(signal.SIGTERM)
        assert started.stdout.readline() == "ended\n"
    assert started.returncode == 0

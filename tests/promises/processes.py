"""Processes of one installation: workers, and somebody who does one thing. `python -m tests.promises.processes …`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from handover.bundles.receiving import accept, confirm
from handover.bundles.sending import send, withdraw
from handover.bundles.settling import settle
from handover.dossiers.drafts import Checked, keep_document
from handover.log import configure_logging
from handover.policy import Actor
from handover.services import Services
from handover.settings import Settings
from handover.terms.document_kind import DocumentKind
from handover.worker import run_worker
from tests.factories.thread import REPORT
from tests.promises.killing import Reaper, killing
from tests.promises.place import people_in, services_in

ROOT = Path(__file__).parents[2]
ARMED = "armed"
DONE = "acknowledged:"
VISIBILITY_SECONDS = 3


class Processes:
    """Starts and ends processes over one folder; what they say is kept in `logs` beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._logs = folder.parent / "logs"
        self._logs.mkdir(exist_ok=True)
        self._running: list[subprocess.Popen[bytes]] = []

    def do(self, verb: str, who: str, subject: str, *, until: str = "") -> str | None:
        """Let somebody do one thing in a process; what was acknowledged, or None when it was killed.

        `until` is `moment:count`: the process must end there, and nowhere else.
        """
        ran = subprocess.run(
            [sys.executable, "-m", "tests.promises.processes", "do", str(self._folder), verb, who, subject, until],
            cwd=ROOT,
            check=False,
            capture_output=True,
            text=True,
        )
        (self._logs / f"do-{verb}").open("a", encoding="utf-8").write(ran.stdout + ran.stderr)
        if until:
            assert ran.returncode == -signal.SIGKILL, ran.stdout + ran.stderr
        else:
            assert ran.returncode == 0, ran.stdout + ran.stderr
        said = [line for line in ran.stdout.splitlines() if line.startswith(DONE)]
        return said[0].removeprefix(DONE) if said else None

    def worker(self, *, until: str = "") -> subprocess.Popen[bytes]:
        """Start a worker."""
        with (self._logs / "worker").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.promises.processes", "worker", str(self._folder), until],
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._running.append(process)
        return process

    def end(self) -> None:
        """SIGKILL each that runs, with its children."""
        for process in self._running:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()


def _services(folder: Path, until: str) -> Services:
    services = services_in(folder)
    return killing(services, Reaper.parse(until)) if until else services


def _do(services: Services, actor: Actor, verb: str, subject: str) -> str:
    match verb:
        case "send":
            return send(services, actor, subject)
        case "upload":
            checked = Checked(data=REPORT, title="Bijlage.pdf", kind=DocumentKind.OKR, pages=2)
            return keep_document(services, actor, subject, checked)
        case "settle":
            return str(settle(services, subject))
        case "accept":
            accept(services, actor, subject)
        case "withdraw":
            withdraw(services, actor, subject)
        case "confirm":
            confirm(services, actor, subject)
    return subject


def _main(arguments: list[str]) -> None:
    what, folder, *rest = arguments
    if what == "worker":
        place, until = Path(folder), rest[0]

        def opens(_settings: Settings) -> Services:
            return _services(place, until)

        run_worker(services_in(place).settings, visibility_seconds=VISIBILITY_SECONDS, opens=opens)
        return
    configure_logging()
    verb, who, subject, until = rest
    services = _services(Path(folder), until)
    done = _do(services, people_in(Path(folder), services)[who].actor, verb, subject)
    sys.stdout.write(f"{DONE}{done}\n")


if __name__ == "__main__":
    _main(sys.argv[1:])

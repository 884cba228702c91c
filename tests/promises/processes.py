"""Processes of one installation: workers, and somebody who does one thing.

They are forked by a server that has imported everything, not by the test: quick, and nothing of the test is in them.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import httpx
from flask import Flask

from handover.app import create_app
from handover.bundles.answering_asked import open_asked
from handover.bundles.delivering import deliver
from handover.bundles.destroying import destroy
from handover.bundles.many import go_on
from handover.bundles.notices import mail_person
from handover.bundles.opened import open_document
from handover.bundles.receiving import accept
from handover.bundles.sending import send
from handover.bundles.supplementing import supplement
from handover.bundles.undoing import undo
from handover.desk.class_filling import MOST, put_and_fill
from handover.desk.class_roster import for_adding
from handover.desk.paste import read_paste
from handover.desk.paste_details import HEADINGS
from handover.dossiers.drafts import Checked, keep_document
from handover.log import configure_logging
from handover.policy import Actor
from handover.services import Services
from handover.serving import WebServer
from handover.settings import Settings
from handover.terms.document_kind import DocumentKind
from handover.worker import run_worker
from tests.factories.asked import ANSWER, GUEST
from tests.factories.thread import REPORT
from tests.promises.killing import Reaper, killing
from tests.promises.place import people_in, services_in
from tests.queue.workers import wait_until

CLASS = "Roepnaam\tAchternaam\tGeboortedatum\tDefinitief advies\nAnna\tWit\t3-4-2015\thavo\nBo\tVos\t5-6-2015\tvwo\n"
ACKNOWLEDGED = "acknowledged"
ARMED = "armed"
TEMPORARY = "temporary"
"""Beside the installation: where its processes would lay temporary files."""
VISIBILITY_SECONDS = 3
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.promises.processes"])


class Processes:
    """Starts and ends processes over one folder; what they say is kept in `logs` beside it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._logs = folder.parent / "logs"
        self._logs.mkdir(exist_ok=True)
        self._running: list[ForkServerProcess] = []

    def do(self, verb: str, who: str, subject: str, *, until: str = "") -> str | None:
        """Let somebody do one thing in a process; what was acknowledged, or None when it was killed.

        `until` is `moment:count`: the process must end there, and nowhere else.
        """
        told = self._logs / ACKNOWLEDGED
        told.unlink(missing_ok=True)
        process = _SERVER.Process(target=_do, args=(self._folder, self._logs, verb, who, subject, until))
        process.start()
        process.join(120)
        assert process.exitcode == (-signal.SIGKILL if until else 0), (self._logs / verb).read_text(encoding="utf-8")
        return told.read_text(encoding="utf-8") if told.exists() else None

    def web(self, *, until: str = "") -> str:
        """Start a web server, of one worker process that is started again when it ends. Gives its address.

        With `until`, that process ends there once the file `armed` lies in the folder.
        """
        with socket.create_server(("127.0.0.1", 0)) as listener:
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        process = _SERVER.Process(target=_serve, args=(self._folder, self._logs, address, until))
        process.start()
        self._running.append(process)
        wait_until(lambda: answers(address), seconds=120)
        return address

    def worker(self, *, until: str = "") -> ForkServerProcess:
        """Start a worker."""
        process = _SERVER.Process(target=_work, args=(self._folder, self._logs, until))
        process.start()
        self._running.append(process)
        return process

    def end(self) -> None:
        """SIGKILL each that runs, with its children."""
        for process in self._running:
            assert process.pid
            with suppress(ProcessLookupError):  # it has not come to leading a group of its own yet
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.join(60)
        self._running.clear()


def _begin(log: Path) -> None:
    """Be a process of one's own, whose words go to a file."""
    os.setsid()
    temporary = log.parent.parent / TEMPORARY
    temporary.mkdir(exist_ok=True)
    tempfile.tempdir = str(temporary)
    os.putenv("TMPDIR", str(temporary))  # for what this process starts
    opened = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(opened, stream.fileno())
    configure_logging()


def _services(folder: Path, until: str, *, after_bytes: bool = False) -> Services:
    services = services_in(folder)
    return killing(services, Reaper.parse(until, after_bytes=after_bytes)) if until else services


def answers(address: str) -> bool:
    """Whether the web server there is up."""
    try:
        return httpx.get(f"{address}/gezond").status_code == HTTPStatus.OK
    except httpx.TransportError:
        return False


class _Web(WebServer):
    """The service's own server over the parts of this installation."""

    def __init__(self, folder: Path, address: str, until: str) -> None:
        self._folder, self._until = folder, until
        settings = services_in(folder).settings
        super().__init__(settings, bind=address.removeprefix("http://"), workers=1, threads=4)

    def load(self) -> Flask:
        configure_logging()
        services = services_in(self._folder)
        if self._until:
            reaper = Reaper.parse(self._until, armed_by=self._folder / ARMED, after_bytes=True)
            services = killing(services, reaper)
        return create_app(services)


def _serve(folder: Path, logs: Path, address: str, until: str) -> None:
    _begin(logs / "web")
    sys.argv = ["web"]
    _Web(folder, address, until).run()


def _work(folder: Path, logs: Path, until: str) -> None:
    _begin(logs / "worker")

    def opens(_settings: Settings) -> Services:
        return _services(folder, until, after_bytes=True)

    run_worker(services_in(folder).settings, visibility_seconds=VISIBILITY_SECONDS, opens=opens)


def _do(folder: Path, logs: Path, verb: str, who: str, subject: str, until: str) -> None:
    _begin(logs / verb)
    services = _services(folder, until)
    done = _done(services, people_in(folder, services)[who].actor, verb, subject)
    (logs / ACKNOWLEDGED).write_text(done, encoding="utf-8")


def _done(services: Services, actor: Actor, verb: str, subject: str) -> str:
    checked = Checked(data=REPORT, title="Bijlage.pdf", kind=DocumentKind.OKR, pages=2)
    verbs: dict[str, Callable[[], object]] = {
        "send": lambda: send(services, actor, subject),
        "send beside": lambda: send(services, actor, subject, is_second=True),
        "upload": lambda: keep_document(services, actor, subject, checked),
        "supplement": lambda: supplement(services, actor, subject),
        "open for a mentor": lambda: open_document(services, actor, subject, 1),
        "deliver": lambda: _deliver(services, *subject.split(" ", 1)),
        "fill a class": lambda: _fill_class(services, actor, subject),
        "destroy": lambda: destroy(services, subject),
        "mail": lambda: mail_person(services, subject),
        "many": lambda: go_on(services, actor, subject),
        "undo": lambda: undo(services, actor, subject),
        "accept": lambda: accept(services, actor, subject),
    }
    return str(verbs[verb]())


def _fill_class(services: Services, actor: Actor, group_key: str) -> object:
    with create_app(services).test_request_context():
        place = for_adding(services, actor, group_key)
        read = read_paste(CLASS, today=place.today, listed=place.listed, more=HEADINGS, most=MOST)
        return put_and_fill(services, actor, place.group, read, today=place.today, chose={}, tokens={})


def _deliver(services: Services, asked_id: str, words: str) -> object:
    return deliver(services, open_asked(services, asked_id, words, client_address=GUEST), ANSWER)

"""The samenwerkingsverband's first page over a national year, over HTTP, alone and while schools write.

`python -m bench.oversight 500 11000` takes fewer schools and children; a third word is the URL of an empty database.
"""

from __future__ import annotations

import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import requests
from sqlalchemy import select

from bench.national import SWV, fill
from bench.rows import Row, disk
from handover.audit.log import record
from handover.bundles.events import HandoverOffered
from handover.bundles.model import Handover
from handover.bundles.state import HandoverStatus
from handover.db import migrate
from handover.db.session import make_engine
from handover.founding import found_region
from handover.oversight.recounting import recount
from handover.oversight.tasks import count_schools
from handover.queue import CeleryQueue
from handover.services import Services
from handover.settings import Settings

SCHOOLS, CHILDREN = 8_000, 180_000
_ASKED = 40
_PAGE = "/regio/stand"
_EMAIL = "swv@example.nl"
_TARGET = 60.0
_COUNTS_EVERY = 5.0
"""Seconds; the worker does it each minute, so that at the most a twelfth of what it finds is found here."""


def rows(schools: int = SCHOOLS, children: int = CHILDREN, url: str | None = None) -> Iterator[Row]:
    """Measure on SQLite in a folder of its own, or on the database of the URL."""
    with tempfile.TemporaryDirectory(dir=disk()) as folder:
        settings = _settings(Path(folder), url)
        services, words = _founded(settings)
        engine = services.sessions.kw["bind"]
        fill(engine, services.clock.now(), schools=schools, children=children)
        what = f"{schools:,} schools, {children:,} children, {engine.dialect.name}"
        yield Row(work=f"count all afresh: {what}", ours=f"{_seconds(services):.1f} s", beside="", target="")
        with _web(settings, Path(folder)) as address:
            visitor = _signed_in(address, words)
            yield _row("the region's first page", _times(visitor, address))
            with _writer(services) as written:
                yield _row("the same, while schools write", _times(visitor, address))
            yield Row(work="dossiers received meanwhile", ours=f"{written[0]:,}", beside="")
        engine.dispose()


def _settings(folder: Path, url: str | None) -> Settings:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return Settings(
        base_url=f"http://127.0.0.1:{port}",
        database_url=url or f"sqlite:///{folder / 'handover.sqlite'}",
        storage=f"folder:{folder / 'blobs'}",
        broker_url="redis://127.0.0.1:1/0",
        mail=f"folder:{folder / 'mail'}",
        service_key_file=str(folder / "service.key"),
        region_keys_file=str(folder / "region-keys.json"),
        destructions_file=str(folder / "destroyed.txt"),
        secret_key_file=str(folder / "secret.key"),
        demo=True,
    )


def _founded(settings: Settings) -> tuple[Services, str]:
    engine = make_engine(settings.database_url)
    migrate.upgrade(engine)
    engine.dispose()
    services, made = found_region(
        settings,
        code=SWV,
        name="Overal",
        place="Nergens",
        admin_name="S. Beheer",
        admin_email=_EMAIL,
        queue=CeleryQueue(settings.broker_url),
    )
    return replace(services, settings=settings), made.passphrase


def _seconds(services: Services) -> float:
    start = time.perf_counter()
    with services.uow() as uow:
        recount(uow)
    return time.perf_counter() - start


@contextmanager
def _web(settings: Settings, folder: Path) -> Iterator[str]:
    """Run the web server of two processes as in production, on plain http."""
    names = ("base_url", "database_url", "storage", "broker_url", "mail")
    files = ("service_key_file", "region_keys_file", "destructions_file", "secret_key_file")
    environ = {f"HANDOVER_{name.upper()}": str(getattr(settings, name)) for name in (*names, *files)}
    bind = settings.base_url.removeprefix("http://")
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "handover", "--embedded", "web", "--bind", bind],
            env=environ,
            stderr=log,
        )
        try:
            while True:
                time.sleep(0.2)
                try:
                    if requests.get(f"{settings.base_url}/gezond", timeout=5).ok:
                        break
                except requests.ConnectionError:
                    if process.poll() is not None:
                        raise
            yield settings.base_url
        finally:
            process.terminate()
            process.wait()


def _signed_in(address: str, words: str) -> requests.Session:
    visitor = requests.Session()
    form = visitor.get(f"{address}/aanmelden", timeout=60).text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    token = found[1] if found else ""
    typed = {"csrf_token": token, "email": _EMAIL, "wachtzin": words}
    visitor.post(f"{address}/aanmelden", data=typed, timeout=60).raise_for_status()
    return visitor


def _times(visitor: requests.Session, address: str) -> list[float]:
    """Ask for the page so many times after a few that are not counted; milliseconds, sorted."""
    taken = []
    for number in range(-5, _ASKED):
        start = time.perf_counter()
        answer = visitor.get(f"{address}{_PAGE}", timeout=120, allow_redirects=False)
        if answer.status_code != requests.codes.ok:
            raise RuntimeError(answer.status_code)
        if number >= 0:
            taken.append((time.perf_counter() - start) * 1000)
    return sorted(taken)


def _row(work: str, taken: list[float]) -> Row:
    worst = taken[int(len(taken) * 0.95)]
    return Row(
        work=work,
        ours=f"p95 {worst:.0f} ms",
        beside=f"p50 {statistics.median(taken):.0f} ms",
        target="< 60 ms",
        met=worst < _TARGET,
    )


@contextmanager
def _writer(services: Services) -> Iterator[list[int]]:
    """Receive dossiers one after the other, and count as the worker does; gives how many were received."""
    over, written = threading.Event(), [0]

    def receive() -> None:
        with services.uow() as uow:
            ids = uow.session.scalars(
                select(Handover.id).where(Handover.status == HandoverStatus.OFFERED).limit(20_000)
            ).all()
        counted = time.monotonic()
        for handover_id in ids:
            if over.wait(0.02):
                return
            with services.uow() as uow:
                row = uow.session.get_one(Handover, handover_id)
                row.status, row.accepted_at = HandoverStatus.ACCEPTED, uow.clock.now()
                record(uow, _entry(row))
                uow.commit()
            written[0] += 1
            if time.monotonic() - counted > _COUNTS_EVERY:
                count_schools(services)
                counted = time.monotonic()

    thread = threading.Thread(target=receive)
    thread.start()
    try:
        yield written
    finally:
        over.set()
        thread.join()


def _entry(row: Handover) -> HandoverOffered:
    return HandoverOffered(
        actor_id=None,
        unit_id=row.receiver_unit_id,
        other_unit_id=row.sender_unit_id,
        subject_kind="handover",
        subject_id=row.id,
        version=1,
        letter="0" * 64,
    )


if __name__ == "__main__":
    _schools, _children = (int(word) for word in (sys.argv[1:3] or (SCHOOLS, CHILDREN)))
    for _row_found in rows(_schools, _children, sys.argv[3] if sys.argv[3:] else None):
        print(_row_found, flush=True)

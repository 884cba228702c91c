"""One installation in a folder, which several processes and the test share: settings, keys, people, and the time."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from handover.queue import CeleryQueue
from handover.services import Services, open_services
from handover.settings import Settings
from handover.storage.choose import open_store
from tests.factories.access import GivenUnit, Member, given_region
from tests.factories.thread import Thread, given_thread_in
from tests.fakes.clock import StandingClock
from tests.fakes.mail import KeptMail

SETTINGS, PEOPLE, CLOCK = "settings.json", "people.json", "clock"


@dataclass(frozen=True)
class SharedClock:
    """The time that stands in a file, for all processes of an installation."""

    file: Path

    def now(self) -> datetime:
        return datetime.fromisoformat(self.file.read_text(encoding="ascii"))


def given_place(folder: Path, **changed: object) -> Thread:
    """Two schools of `given_thread`, over the parts that these settings name, in a folder that others can open."""
    folder.mkdir(parents=True, exist_ok=True)
    region = given_region(folder, service_key_file=str(folder / "service.key"), **changed)
    settings = region.services.settings
    (folder / "service.key").write_text(region.services.service_key.identity.encode() + "\n", encoding="ascii")
    region.services = replace(region.services, store=open_store(settings), queue=CeleryQueue(settings.broker_url))
    region.swv.services = region.services
    thread = given_thread_in(region)
    _keep(thread)
    return thread


def moved(thread: Thread, folder: Path, **changed: object) -> Thread:
    """A copy of an installation on SQLite and a folder, in another folder; nothing may be open in the first."""
    old = thread.region.folder
    thread.region.engine.dispose()
    shutil.copytree(old, folder, dirs_exist_ok=True)
    stands = {
        key: value.replace(str(old), str(folder)) if isinstance(value, str) else value
        for key, value in asdict(thread.services.settings).items()
    }
    (folder / SETTINGS).write_text(json.dumps(stands | changed), encoding="utf-8")
    opened = services_in(folder)
    clock, mail = StandingClock(thread.region.clock.now()), KeptMail()
    services = replace(opened, clock=clock, mailer=mail)
    region = replace(
        thread.region,
        services=services,
        clock=clock,
        mail=mail,
        folder=folder,
        engine=services.sessions.kw["bind"],
        swv=replace(thread.region.swv, services=services),
    )
    return Thread(region=region, po=_with(thread.po, services), vo=_with(thread.vo, services))


def set_clock(thread: Thread, *, ahead: timedelta = timedelta(0)) -> None:
    """Give the other processes the time of the test, or one that much later."""
    now = thread.region.clock.now() + ahead
    (thread.region.folder / CLOCK).write_text(now.isoformat(), encoding="ascii")


def services_in(folder: Path) -> Services:
    """The services of an installation, as its processes open them."""
    settings = Settings(**json.loads((folder / SETTINGS).read_text(encoding="utf-8")))
    return open_services(settings, clock=SharedClock(folder / CLOCK))


def people_in(folder: Path, services: Services) -> dict[str, Member]:
    """Who works there, by name."""
    kept: dict[str, dict[str, str]] = json.loads((folder / PEOPLE).read_text(encoding="utf-8"))
    return {name: Member(services, **known) for name, known in kept.items()}


def _keep(thread: Thread) -> None:
    folder = thread.region.folder
    (folder / SETTINGS).write_text(json.dumps(asdict(thread.services.settings)), encoding="utf-8")
    set_clock(thread)
    people = {
        name: {key: value for key, value in _facts(member).items() if key != "services"}
        for unit in (thread.po, thread.vo)
        for name, member in unit.people.items()
    }
    (folder / PEOPLE).write_text(json.dumps(people), encoding="utf-8")


def _facts(member: Member) -> dict[str, Any]:
    return {field.name: getattr(member, field.name) for field in fields(member)}


def _with(unit: GivenUnit, services: Services) -> GivenUnit:
    people = {name: replace(member, services=services) for name, member in unit.people.items()}
    return replace(unit, admin=replace(unit.admin, services=services), people=people)

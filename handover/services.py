"""What a use case may need from outside, built once by the composition roots (`app`, `worker`, `cli`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import cast

from flask import current_app
from sqlalchemy.orm import Session, sessionmaker

from handover.db.session import make_engine, session_factory
from handover.db.unit_of_work import UnitOfWork
from handover.mail import Mailer, open_mailer
from handover.queue import CeleryQueue, Queue
from handover.settings import Settings
from handover.storage.choose import open_store
from handover.storage.port import BlobStore
from handover.terms.clock import Clock, SystemClock
from keys.card import RegionKeys
from keys.service import ServiceKey

EXTENSION = "handover"


@dataclass(frozen=True, kw_only=True)
class Services:
    """The parts of the running service; tests and each command build the same thing with other parts."""

    settings: Settings
    sessions: sessionmaker[Session]
    store: BlobStore
    queue: Queue
    mailer: Mailer
    clock: Clock
    service_key: ServiceKey
    region: RegionKeys
    """The region's public keys, from the host and never from the database."""

    def uow(self) -> UnitOfWork:
        """A new unit of work; one for each use case."""
        return UnitOfWork(self.sessions, self.clock)


def open_services(settings: Settings, *, clock: Clock | None = None, mailer: Mailer | None = None) -> Services:
    """Open everything that the settings name. Fails at once where something that must exist does not."""
    settings.ensure_folders()
    return Services(
        settings=settings,
        sessions=session_factory(make_engine(settings.database_url)),
        store=open_store(settings),
        queue=CeleryQueue(settings.broker_url),
        mailer=mailer or open_mailer(settings),
        clock=clock or SystemClock(),
        service_key=ServiceKey.read(Path(settings.service_key_file)),
        region=RegionKeys.parse(Path(settings.region_keys_file).read_text(encoding="utf-8")),
    )


def current_services() -> Services:
    """The services of the application that handles this request."""
    return cast("Services", current_app.extensions[EXTENSION])

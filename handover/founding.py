"""The first start of an installation: its service key, and its region. Once, on the host."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from handover.access.region import RegionCreated, create_region
from handover.db.session import make_engine, session_factory
from handover.mail import open_mailer
from handover.queue import Queue
from handover.services import Services
from handover.settings import Settings
from handover.storage.choose import open_store
from handover.terms.clock import Clock, SystemClock
from keys.card import RegionKeys
from keys.service import ServiceKey


def found_region(
    settings: Settings,
    *,
    code: str,
    name: str,
    place: str,
    admin_name: str,
    admin_email: str,
    queue: Queue,
    clock: Clock | None = None,
) -> tuple[Services, RegionCreated]:
    """Make the region in a database that has its tables; gives services that know it, and what is shown once.

    Makes the service key where there is none yet.

    Raises:
        RegionExists: there is one already; nothing was changed.
        Invalid: a name or address that cannot be.
    """
    settings.ensure_folders()
    key = Path(settings.service_key_file)
    key.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        service_key = ServiceKey.create(key)
    except FileExistsError:
        service_key = ServiceKey.read(key)
    services = Services(
        settings=settings,
        sessions=session_factory(make_engine(settings.database_url)),
        store=open_store(settings),
        queue=queue,
        mailer=open_mailer(settings),
        clock=clock or SystemClock(),
        service_key=service_key,
        region=RegionKeys(),
    )
    made = create_region(services, code=code, name=name, place=place, admin_name=admin_name, admin_email=admin_email)
    return replace(services, region=made.keys), made

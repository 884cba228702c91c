"""The instance in which the story happens: a region of two schools in a folder that is thrown away, really served."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from handover.db import migrate
from handover.db.session import make_engine
from handover.demo import listen_on, programs_of, valkey_program
from handover.demo_data.people import Colleague, School
from handover.demo_people import PastClock, Somebody, Town, Unit, add_school
from handover.demo_region import NoQueue
from handover.errors import HandoverError
from handover.founding import found_region
from handover.policy import Role
from handover.schools.model import Location, UnitSide
from handover.services import Services
from handover.settings import Settings
from handover.supervisor import Supervisor
from handover.tables import all_tables
from handover.terms.school_kind import SchoolKind

PO = School(
    brins=("99AA00",),
    name="De Verteller",
    admin=Colleague(name="Wil Verhalen", email="wil@verteller.example", roles=(Role.PO_ADMIN,)),
    colleagues=(
        Colleague(name="Marieke Begin", email="marieke@verteller.example", roles=(Role.TEACHER,), groups=("8",)),
    ),
)
VO = School(
    brins=("99BB00",),
    name="Het Vervolg",
    admin=Colleague(name="Vera Verder", email="vera@vervolg.example", roles=(Role.VO_ADMIN,)),
    colleagues=(
        Colleague(name="Peter Poort", email="peter@vervolg.example", roles=(Role.INTAKE,)),
        Colleague(name="Zohra Zorg", email="zohra@vervolg.example", roles=(Role.CARE,)),
        Colleague(name="Olga Optekening", email="olga@vervolg.example", roles=(Role.VO_OFFICE,)),
    ),
)
LOCATIONS = (
    Location(brin6="99AA00", name="De Verteller", place="Venray", kind=SchoolKind.BO),
    Location(brin6="99BB00", name="Het Vervolg", place="Venray", kind=SchoolKind.VO),
)


@dataclass
class Place:
    """The two schools, and where the instance keeps what is its own."""

    folder: Path
    settings: Settings
    services: Services
    po: Unit
    vo: Unit

    def somebody(self, role: Role) -> Somebody:
        """Who has that role, at whichever school."""
        unit = self.po if role in {Role.TEACHER, Role.PO_ADMIN} else self.vo
        return unit.one(role)


@contextmanager
def an_instance() -> Iterator[Place]:
    """An instance that answers, until the block is left; then all of it is gone.

    Raises:
        HandoverError: it could not be made or started.
    """
    with tempfile.TemporaryDirectory(prefix="handover-story-") as made, listen_on(Settings(), 0) as listener:
        folder = Path(made)
        port = listener.getsockname()[1]
        place = _make(folder, _settings(folder, port))
        supervisor = Supervisor(
            programs_of(place.settings, folder, valkey_program(), listener.fileno()), say=_say_nothing
        )
        try:
            supervisor.start()
            yield place
        finally:
            supervisor.stop()
            place.services.sessions.kw["bind"].dispose()


def _settings(folder: Path, port: int) -> Settings:
    settings = Settings(
        base_url=f"http://127.0.0.1:{port}",
        database_url=f"sqlite:///{folder / 'handover.sqlite'}",
        storage=f"folder:{folder / 'blobs'}",
        mail=f"folder:{folder / 'mail'}",
        service_key_file=str(folder / "service.key"),
        region_keys_file=str(folder / "region-keys.json"),
        destructions_file=str(folder / "destroyed.txt"),
        secret_key_file=str(folder / "secret.key"),
        demo=True,
    )
    wrong = settings.wrong()
    if wrong:
        raise HandoverError("; ".join(wrong))
    return settings


def _make(folder: Path, settings: Settings) -> Place:
    all_tables()
    migrate.upgrade(make_engine(settings.database_url))
    clock = PastClock(back=timedelta(days=1))
    services, region = found_region(
        settings,
        code="PO9901",
        name="SWV De Verhalen",
        place="Venray",
        admin_name="Corrie Kring",
        admin_email="corrie@verhalen.example",
        queue=NoQueue(),
        clock=clock,
    )
    swv = Somebody(services, region.person_id, "corrie@verhalen.example", region.passphrase)
    town = Town(services=services, clock=clock, swv_id=region.unit_id, swv=swv, people={swv.email: swv})
    with services.uow() as uow:
        uow.session.add_all(LOCATIONS)
        uow.commit()
    po, vo = add_school(town, PO, UnitSide.PO), add_school(town, VO, UnitSide.VO)
    if po is None or vo is None:  # pragma: no cover  # both are to be certified
        raise HandoverError("a school does not take part")
    return Place(folder=folder, settings=settings, services=services, po=po, vo=vo)


def _say_nothing(_what: str) -> None:
    """The supervisor's own lines are for an operator who waits; here a step fails instead."""

"""A region made by the service's own actions: a samenwerkingsverband, schools that enrolled, people with their keys.

Everything real but the clock and the mail; the words cost next to nothing to open, because tests lower the work.
"""

from __future__ import annotations

import atexit
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from shutil import copytree, rmtree
from tempfile import mkdtemp

from sqlalchemy import Engine, make_url

from handover.access.certification import certify_unit
from handover.access.enrolment import enrol_unit, invite_unit
from handover.access.handing import hand_key
from handover.access.invitations import invite
from handover.access.people import accept_invitation, add_group
from handover.access.region import create_region
from handover.access.roles import circles_of
from handover.access.sheet import PrintedSheet
from handover.db.session import make_engine, session_factory
from handover.policy import Actor, Role
from handover.queue import CeleryQueue
from handover.rooms.keyring import Keyring
from handover.schools.model import Location, Person, UnitSide
from handover.schools.queries import memberships
from handover.services import Services
from handover.settings import Settings
from handover.storage.filesystem import FolderStore
from handover.tables import all_tables, grants
from handover.terms.clock import local_day
from handover.terms.folding import fold
from handover.terms.school_kind import SchoolKind
from keys.age.hybrid import HybridIdentity
from keys.card import RegionKeys
from keys.person import unlock
from keys.service import ServiceKey
from tests.factories.compiled import share_compiled
from tests.fakes.clock import StandingClock
from tests.fakes.mail import KeptMail
from tests.servers.postgres import SERVICE

CHEAP = 4
"""scrypt at 2^4; the service's own default is held by a test."""
SCHOOL_YEAR = "2026-2027"
KINDS = {UnitSide.PO: SchoolKind.BO, UnitSide.VO: SchoolKind.VO}


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody to be there: name, roles, and names of groups."""

    name: str
    roles: tuple[Role, ...]
    groups: tuple[str, ...] = ()


@dataclass
class Member:
    """Somebody who is in, with what they know by heart."""

    services: Services
    person_id: str
    email: str
    passphrase: str

    @property
    def actor(self) -> Actor:
        """This person as of now, as in a new request: today's memberships, nothing opened yet."""
        with self.services.uow() as uow:
            held = memberships(uow, self.person_id, on=local_day(uow.clock.now()))
        keyring = Keyring(self.person_id, self.identity, region=self.services.region)
        return Actor(person_id=self.person_id, memberships=held, keyring=keyring)

    @property
    def identity(self) -> HybridIdentity:
        """What the words open."""
        with self.services.uow() as uow:
            sealed = uow.session.get_one(Person, self.person_id).sealed_identity
        return unlock(sealed or b"", self.passphrase, service_identity=self.services.service_key.identity)


@dataclass
class GivenUnit:
    """A school that takes part. `people` by name."""

    id: str
    brin6: str
    admin: Member
    sheet: PrintedSheet
    words: str
    people: dict[str, Member] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        return self.people[name].actor


@dataclass
class GivenRegion:
    """Services over real parts, and the samenwerkingsverband's first admin."""

    services: Services
    engine: Engine
    clock: StandingClock
    mail: KeptMail
    folder: Path
    swv_id: str
    swv: Member
    sheet: PrintedSheet


def original_folder(name: str) -> Path:
    """Where something lies that other tests of this process get copies of; gone when the process ends."""
    folder = Path(mkdtemp(prefix=f"original-{name}-"))
    atexit.register(rmtree, folder)
    return folder


def copied(original: GivenRegion, folder: Path) -> GivenRegion:
    """The same region with the same people and words, on a database and a folder of its own."""
    original.engine.dispose()  # the last connection takes the write-ahead log into the database
    copytree(original.folder, folder, dirs_exist_ok=True)
    services, mail, clock = given_services(folder), KeptMail(), StandingClock(original.clock.at)
    mail.sent += original.mail.sent
    services = replace(
        services,
        mailer=mail,
        clock=clock,
        service_key=original.services.service_key,
        region=original.services.region,
    )
    return replace(
        original,
        services=services,
        engine=services.sessions.kw["bind"],
        clock=clock,
        mail=mail,
        folder=folder,
        swv=replace(original.swv, services=services),
    )


def copied_unit(original: GivenUnit, services: Services) -> GivenUnit:
    """The same school, at these services."""
    people = {name: replace(member, services=services) for name, member in original.people.items()}
    return replace(
        original, admin=replace(original.admin, services=services), people=people, groups=dict(original.groups)
    )


def given_services(folder: Path, **changed: object) -> Services:
    """Services over an empty SQLite database and a folder; nobody answers for the broker. No region yet."""
    values: dict[str, object] = {
        "database_url": f"sqlite:///{folder / 'handover.sqlite'}",
        "storage": f"folder:{folder / 'blobs'}",
        "mail": f"folder:{folder / 'mail'}",
        "service_key_file": str(folder / "service.key"),
        "region_keys_file": str(folder / "region-keys.json"),
        "destructions_file": str(folder / "destroyed.txt"),
        "passphrase_log_n": CHEAP,
        "demo": True,
    }
    settings = Settings(**(values | changed))  # type: ignore[arg-type]  # names and kinds are those of Settings
    settings = replace(settings, database_url=_with_tables(settings.database_url))
    return Services(
        settings=settings,
        sessions=session_factory(share_compiled(make_engine(settings.database_url))),
        store=FolderStore(folder / "blobs"),
        queue=CeleryQueue("redis://127.0.0.1:1/0"),
        mailer=KeptMail(),
        clock=StandingClock(),
        service_key=ServiceKey.generate(),
        region=RegionKeys(),
    )


def _with_tables(database_url: str) -> str:
    """Make them; on PostgreSQL as their owner, and give a URL of the role that a service has in production."""
    owner = make_engine(database_url)
    all_tables().create_all(owner)
    if owner.dialect.name == "postgresql":
        with owner.begin() as connection:
            for statement in grants(SERVICE):
                connection.exec_driver_sql(statement)
        database_url = make_url(database_url).set(username=SERVICE).render_as_string()
    owner.dispose()
    return database_url


def given_region(folder: Path, **changed: object) -> GivenRegion:
    """A region of which only the samenwerkingsverband takes part. `changed`: settings."""
    return made_region(folder, **changed) if changed else copied(_first_region(), folder)


@cache
def _first_region() -> GivenRegion:
    return made_region(original_folder("region"))


def made_region(folder: Path, **changed: object) -> GivenRegion:
    """The same, made anew: `given_region` copies one that was made before, because making it takes its time."""
    empty = given_services(folder, **changed)
    made = create_region(
        empty,
        code="PO3101",
        name="SWV Noord-Limburg",
        place="Venray",
        admin_name="Corrie Beheer",
        admin_email="corrie@swv.example",
    )
    services = replace(empty, region=made.keys)
    clock, mail, engine = services.clock, services.mailer, services.sessions.kw["bind"]
    assert isinstance(clock, StandingClock)
    assert isinstance(mail, KeptMail)
    return GivenRegion(
        services=services,
        engine=engine,
        clock=clock,
        mail=mail,
        folder=folder,
        swv_id=made.unit_id,
        swv=Member(services, made.person_id, "corrie@swv.example", made.passphrase),
        sheet=made.sheet,
    )


def given_location(services: Services, brin6: str, name: str, *, place: str = "Venray", kind: SchoolKind) -> None:
    """A line of the open register."""
    with services.uow() as uow:
        if uow.session.get(Location, brin6) is None:
            found_by = fold(f"{name} {place} {brin6}")
            uow.session.add(Location(brin6=brin6, name=name, place=place, kind=kind, search_text=found_by))
            uow.commit()


def given_enrolled_unit(
    region: GivenRegion,
    side: UnitSide,
    name: str,
    *,
    brin6: str,
    place: str = "Venray",
    kind: SchoolKind | None = None,
    people: Sequence[Colleague] = (),
    certified: bool = True,
) -> GivenUnit:
    """A school with its first admin (holder of all four circles), its colleagues with the keys of their roles."""
    services = region.services
    given_location(services, brin6, name, place=place, kind=kind or KINDS[side])
    email = f"beheer@{brin6.lower()}.example"
    code = invite_unit(
        services, region.swv.actor, side=side, brins=(brin6,), admin_name=f"Beheer {name}", admin_email=email
    ).code
    made = enrol_unit(services, code=code)
    admin = Member(services, made.person_id, email, made.passphrase or "")
    if certified:
        certify_unit(services, region.swv.actor, made.unit_id, words=made.words)
    unit = GivenUnit(id=made.unit_id, brin6=brin6, admin=admin, sheet=made.sheet, words=made.words)
    for group in dict.fromkeys(group for colleague in people for group in colleague.groups):
        unit.groups[group] = add_group(services, admin.actor, unit.id, name=group, school_year=SCHOOL_YEAR)
    for colleague in people:
        unit.people[colleague.name] = given_colleague(unit, colleague)
    return unit


def given_colleague(unit: GivenUnit, colleague: Colleague, *, with_keys: bool = True) -> Member:
    """Somebody who was invited, came in, and (unless said otherwise) was handed the keys of the roles."""
    services, admin = unit.admin.services, unit.admin.actor
    email = f"{colleague.name.split()[0].lower()}@{unit.brin6.lower()}.example"
    groups = frozenset(unit.groups[group] for group in colleague.groups)
    asked = invite(services, admin, unit.id, name=colleague.name, email=email, roles=colleague.roles, groups=groups)
    joined = accept_invitation(services, code=asked.code)
    if with_keys and circles_of(colleague.roles):
        hand_key(services, admin, unit.id, person_id=joined.person_id, words=joined.words)
    return Member(services, joined.person_id, email, joined.passphrase or "")

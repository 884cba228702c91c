"""A small region with real keys and tables: a primary and a secondary school that take part, and people in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from handover.audit.model import AuditEntry, AuditLog
from handover.bundles.model import Bundle, Handover, Reading, Remark, SealedPart, Statement
from handover.db.base import Base, new_id
from handover.db.session import make_engine, session_factory
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.model import Document
from handover.leavers.model import Application, Leaver
from handover.policy import Actor, Membership, Role
from handover.queue import CeleryQueue
from handover.rooms.cards import admin_key, certify, publish_first_card
from handover.rooms.circles import hand_on, make_circles
from handover.rooms.keyring import Keyring
from handover.rooms.model import Room
from handover.schools.model import Group, Location, Person, Unit, UnitLocation, UnitSide, UnitStatus
from handover.schools.model import Membership as MembershipRow
from handover.services import Services
from handover.settings import Settings
from handover.storage.filesystem import FolderStore
from handover.terms.school_kind import SchoolKind
from keys.age.hybrid import HybridIdentity
from keys.card import RegionKey, RegionKeys
from keys.circle import Circle
from keys.jws import SigningKey
from keys.service import ServiceKey
from tests.fakes.clock import StandingClock
from tests.fakes.mail import KeptMail
from tests.servers.s3 import free_port

TABLES = (
    AuditEntry,
    AuditLog,
    Bundle,
    Handover,
    Reading,
    Remark,
    SealedPart,
    Statement,
    Document,
    Application,
    Leaver,
    Room,
)
"""Named, so that their tables are known before they are made."""

UNTIL = datetime(2027, 12, 31, tzinfo=UTC)
CONTENT_CIRCLES = (Circle.NAMES, Circle.DOSSIER, Circle.CARE)
CIRCLES = {
    Role.TEACHER: CONTENT_CIRCLES,
    Role.IB: CONTENT_CIRCLES,
    Role.INTAKE: CONTENT_CIRCLES,
    Role.CARE: CONTENT_CIRCLES,
    Role.PO_ADMIN: (Circle.NAMES,),
    Role.VO_OFFICE: (Circle.NAMES,),
}


@dataclass
class School:
    """A unit, its location and its first admin."""

    id: str
    brin6: str
    admin: Actor


@dataclass
class Region:
    """Services over real parts, the region's key, and two schools."""

    services: Services
    engine: Engine
    clock: StandingClock
    key: SigningKey
    blobs: Path
    people: dict[str, HybridIdentity] = field(default_factory=dict)

    def enrol(self, side: UnitSide, name: str, place: str, brin6: str, kind: SchoolKind) -> School:
        unit_id, identity = new_id(), HybridIdentity.generate()
        with self.services.uow() as uow:
            uow.session.add(
                Unit(
                    id=unit_id,
                    side=side,
                    name=name,
                    place=place,
                    status=UnitStatus.ENROLLED,
                    made_at=uow.clock.now(),
                )
            )
            uow.session.add(Location(brin6=brin6, name=name, place=place, kind=kind))
            uow.flush()
            uow.session.add(UnitLocation(unit_id=unit_id, brin6=brin6))
            person_id = self._person(uow, identity)
            made = make_circles(uow, unit_id, person_id=person_id, recipient=identity.recipient(), sheet=None)
            publish_first_card(uow, made)
            certify(uow, self.key, unit_id=unit_id, admin_key=admin_key(uow, unit_id), until=UNTIL)
            uow.commit()
        role = Role.PO_ADMIN if side is UnitSide.PO else Role.VO_ADMIN
        return School(unit_id, brin6, self._actor(person_id, identity, unit_id, role, frozenset()))

    def join(self, school: School, role: Role, *, groups: frozenset[str] = frozenset()) -> Actor:
        """Somebody new at a school, with the keys of their role."""
        identity = HybridIdentity.generate()
        with self.services.uow() as uow:
            person_id = self._person(uow, identity)
            uow.session.add(MembershipRow(person_id=person_id, unit_id=school.id, role=role, from_on=date(2026, 8, 1)))
            for circle in CIRCLES[role]:
                hand_on(
                    uow,
                    school.admin.keyring,
                    school.id,
                    circle,
                    person_id=person_id,
                    recipient=identity.recipient(),
                )
            uow.commit()
        return self._actor(person_id, identity, school.id, role, groups)

    def group(self, school: School, name: str = "8a") -> str:
        group_id = new_id()
        with self.services.uow() as uow:
            uow.session.add(Group(id=group_id, unit_id=school.id, school_year="2026-2027", name=name))
            uow.commit()
        return group_id

    def again(self, actor: Actor) -> Actor:
        """The same person in a next request: what was opened is opened anew."""
        identity = self.people[actor.person_id]
        keyring = Keyring(actor.person_id, identity, region=self.services.region)
        return Actor(person_id=actor.person_id, memberships=actor.memberships, keyring=keyring)

    def _person(self, uow: UnitOfWork, identity: HybridIdentity) -> str:
        person_id = new_id()
        self.people[person_id] = identity
        uow.session.add(
            Person(
                id=person_id,
                name="Iemand",
                email=f"{person_id}@school.example",
                recipient=identity.recipient().encode(),
                made_at=self.clock.now(),
            )
        )
        uow.flush()
        return person_id

    def _actor(
        self, person_id: str, identity: HybridIdentity, unit_id: str, role: Role, groups: frozenset[str]
    ) -> Actor:
        self.people[person_id] = identity
        keyring = Keyring(person_id, identity, region=self.services.region)
        held = (Membership(unit_id=unit_id, role=role, groups=groups),)
        return Actor(person_id=person_id, memberships=held, keyring=keyring)


def a_region(folder: Path) -> Region:
    """A new region on SQLite and a folder, with a broker that nobody answers for."""
    clock, key = StandingClock(datetime(2027, 4, 8, 13, 12, tzinfo=UTC)), SigningKey.generate()
    settings = Settings(
        database_url=f"sqlite:///{folder / 'region.sqlite'}",
        storage=f"folder:{folder / 'blobs'}",
        mail=f"folder:{folder / 'mail'}",
        passphrase_log_n=10,
        demo=True,
    )
    engine = make_engine(settings.database_url)
    Base.metadata.create_all(engine)
    services = Services(
        settings=settings,
        sessions=session_factory(engine),
        store=FolderStore(folder / "blobs"),
        queue=CeleryQueue(f"redis://127.0.0.1:{free_port()}/0"),
        mailer=KeptMail(),
        clock=clock,
        service_key=ServiceKey.generate(),
        region=RegionKeys((RegionKey(verify=key.verify_key, since=clock.now() - timedelta(days=400)),)),
    )
    return Region(services=services, engine=engine, clock=clock, key=key, blobs=folder / "blobs")

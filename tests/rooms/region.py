"""A small region with real keys: a primary and a secondary school, certified, and people in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.rooms.cards import ValidCard, admin_key, certify, publish_first_card, valid_card
from handover.rooms.circles import hand_on, make_circles
from handover.rooms.grants import make_room
from handover.rooms.keyring import Keyring
from handover.rooms.model import RoomKind, SubjectKind
from handover.rooms.names import give_name
from handover.rooms.records import OpenRoom
from keys.age.hybrid import HybridIdentity
from keys.card import RegionKey, RegionKeys
from keys.circle import Circle
from keys.jws import SigningKey

START = datetime(2027, 2, 1, 9, tzinfo=UTC)
UNTIL = datetime(2027, 12, 31, tzinfo=UTC)
JIP = {"first_name": "Jipkanarie", "last_name": "Canarivogel", "born_on": "2015-05-05"}


@dataclass
class StandingClock:
    """A clock that stands until it is moved."""

    instant: datetime = START

    def now(self) -> datetime:
        return self.instant


@dataclass(frozen=True)
class Person:
    """Somebody with an identity."""

    id: str = field(default_factory=new_id)
    identity: HybridIdentity = field(default_factory=HybridIdentity.generate)


@dataclass
class Region:
    """The region's key and clock, and a way to the database."""

    sessions: sessionmaker[Session]
    clock: StandingClock = field(default_factory=StandingClock)
    key: SigningKey = field(default_factory=SigningKey.generate)

    @property
    def keys(self) -> RegionKeys:
        return RegionKeys((RegionKey(verify=self.key.verify_key, since=START - timedelta(days=400)),))

    @contextmanager
    def uow(self) -> Iterator[UnitOfWork]:
        """One committed transaction."""
        with UnitOfWork(self.sessions, self.clock) as uow:
            yield uow
            uow.commit()

    def keyring(self, person: Person) -> Keyring:
        return Keyring(person.id, person.identity, region=self.keys)

    def card(self, uow: UnitOfWork, unit_id: str) -> ValidCard:
        return valid_card(uow, unit_id, self.keys, self.clock.now())

    def enrol(self, admin: Person, *, sheet: HybridIdentity | None = None) -> str:
        """A certified unit of which one person holds all circles."""
        unit_id = self.enrol_uncertified(admin, sheet=sheet)
        with self.uow() as uow:
            certify(uow, self.key, unit_id=unit_id, admin_key=admin_key(uow, unit_id), until=UNTIL)
        return unit_id

    def enrol_uncertified(self, admin: Person, *, sheet: HybridIdentity | None = None) -> str:
        unit_id = new_id()
        with self.uow() as uow:
            made = make_circles(
                uow,
                unit_id,
                person_id=admin.id,
                recipient=admin.identity.recipient(),
                sheet=sheet.recipient() if sheet else None,
            )
            publish_first_card(uow, made)
        return unit_id

    def admit(self, giver: Person, unit_id: str, person: Person, *circles: Circle) -> None:
        with self.uow() as uow:
            for circle in circles:
                recipient = person.identity.recipient()
                hand_on(uow, self.keyring(giver), unit_id, circle, person_id=person.id, recipient=recipient)


@dataclass
class Handover:
    """One handover between two schools, with a record in its dossier room and a name on both sides."""

    region: Region
    teacher: Person = field(default_factory=Person)
    intake: Person = field(default_factory=Person)
    po: str = ""
    vo: str = ""
    id: str = field(default_factory=new_id)
    leaver_id: str = field(default_factory=new_id)
    room_id: str = ""

    def make(self, *, withheld: bool = False, sheet: HybridIdentity | None = None) -> Handover:
        self.po = self.region.enrol(self.teacher, sheet=sheet)
        self.vo = self.region.enrol(self.intake)
        self.room_id = self.make_room(withheld=withheld).room_id
        return self

    def make_room(self, *, withheld: bool = False) -> OpenRoom:
        keyring = self.region.keyring(self.teacher)
        with self.region.uow() as uow:
            dossier = keyring.circle(uow, self.po, Circle.DOSSIER)
            names = keyring.circle(uow, self.po, Circle.NAMES)
            card = self.region.card(uow, self.vo)
            room = make_room(
                uow,
                kind=RoomKind.DOSSIER,
                subject=(SubjectKind.HANDOVER, self.id),
                maker=dossier,
                readers=[dossier.reader, card.reader(Circle.DOSSIER, withheld=withheld)],
            )
            room.seal(uow, "report", self.id, b"wat wij over Jip weten", after=0)
            give_name(uow, self.leaver_id, JIP, maker=names, reader=names.reader)
            give_name(uow, self.id, JIP, maker=names, reader=card.reader(Circle.NAMES, withheld=False))
        return room

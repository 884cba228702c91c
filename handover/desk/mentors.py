"""Mentors as a secondary school sees them: which children have one, and whether it was read before school begins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Select, select

from handover.bundles.handovers import handover_of
from handover.bundles.mentor_model import Mentoring
from handover.bundles.mentors import reads, standing
from handover.bundles.model import Handover
from handover.bundles.sides import subject_with_group
from handover.bundles.state import HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.desk.inbox_rows import ShownName, shown_name
from handover.desk.paste_mentors import Colleague
from handover.errors import NotFound
from handover.policy import Action, Actor, Role, require
from handover.rooms.names import open_names
from handover.schools.calendar import year_dates
from handover.schools.model import Membership, Person, Unit
from handover.schools.queries import holds_on
from handover.terms.clock import local_day
from handover.terms.schooljaar import Schooljaar

SEES = (Role.INTAKE, Role.CARE, Role.VO_OFFICE)
"""Who sees all mentors of a school."""
NAMES = (Role.INTAKE, Role.VO_OFFICE)
"""Who names them."""
RECEIVED = (HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED)
MOST = 800
"""Received children that are looked at, the newest first: two years of a large school."""
_JANUARY, _AUGUST = 1, 8


@dataclass(frozen=True, kw_only=True)
class MentorRow:
    """One mentor and how far the reading is."""

    id: str
    """Of one of the mentor's children's rows: names the mentor in an address."""
    email: str
    name: str
    classes: tuple[str, ...]
    children: int
    read: int
    takes_part: bool
    """False: nobody with this address is mentor at the school yet."""
    waits_for_key: int
    """Of how many children: a colleague who holds the key has to sign in."""
    unread: tuple[ChildLine, ...] = ()

    @property
    def waits_for_confirmation(self) -> bool:
        """Whether nothing is left but children whose handover is not confirmed: they cannot be read yet."""
        return bool(self.unread) and not any(child.is_confirmed for child in self.unread)

    @property
    def is_done(self) -> bool:
        """Whether all that can be read was."""
        return self.takes_part and self.read == self.children


@dataclass(frozen=True, kw_only=True)
class ChildLine:
    """One child."""

    handover_id: str
    reference: str
    name: ShownName | None = field(repr=False)
    is_confirmed: bool
    school: str = ""


@dataclass(frozen=True, kw_only=True)
class MentorsPage:
    """All mentors of one school."""

    unit_id: str
    unit_name: str
    mentors: tuple[MentorRow, ...]
    without: tuple[ChildLine, ...]
    """Children of whom the dossier was received and who have no mentor."""
    children: int
    may_name: bool
    school_begins_on: date
    has_begun: bool

    @property
    def read(self) -> int:
        """How many children have a mentor who read."""
        return self.children - len(self.without) - len(self.unread)

    @property
    def unread(self) -> set[str]:
        """Children whose mentors did not all read."""
        return {child.handover_id for row in self.mentors for child in row.unread}

    @property
    def to_invite(self) -> list[MentorRow]:
        """Mentors who do not take part yet."""
        return [row for row in self.mentors if not row.takes_part]


@dataclass(frozen=True, kw_only=True)
class MentorLine:
    """One mentor of one child."""

    id: str
    name: str
    email: str
    class_name: str
    read_at: datetime | None
    takes_part: bool
    has_key: bool


def mentors_page(uow: UnitOfWork, actor: Actor, unit_id: str) -> MentorsPage:
    """All mentors of a school, those with something left first.

    Raises:
        NotFound: it is not theirs to see.
    """
    if unit_id not in actor.units_as(*SEES):
        raise NotFound
    unit = uow.session.get_one(Unit, unit_id)
    handovers = {row.id: row for row in uow.session.scalars(_received(unit_id).limit(MOST))}
    rows = standing(uow, list(handovers))
    read = reads(uow, list(handovers))
    schools = _schools(uow, handovers.values())
    names = open_names(uow, actor.keyring, unit_id, list(handovers)).about
    lines = {
        one.id: ChildLine(
            handover_id=one.id,
            reference=one.reference,
            name=shown_name(names[one.id]) if one.id in names else None,
            is_confirmed=one.status is HandoverStatus.CONFIRMED,
            school=schools.get(one.sender_unit_id, ""),
        )
        for one in handovers.values()
    }
    with_one = {row.handover_id for row in rows}
    without = [line for key, line in lines.items() if key not in with_one]
    begins = school_begins(uow)
    return MentorsPage(
        unit_id=unit.id,
        unit_name=unit.name,
        mentors=tuple(_mentor_rows(rows, lines, read)),
        without=tuple(sorted(without, key=_by_name)),
        children=len(handovers),
        may_name=bool(actor.roles_at(unit_id) & set(NAMES)),
        school_begins_on=begins,
        has_begun=begins <= local_day(uow.clock.now()),
    )


def mentors_of(uow: UnitOfWork, handover_id: str) -> list[MentorLine]:
    """The mentors of one child; whether they may be seen is the caller's to ask."""
    read = reads(uow, [handover_id])
    return [
        MentorLine(
            id=row.id,
            name=row.name,
            email=row.email,
            class_name=row.class_name,
            read_at=read.get((handover_id, row.person_id or "")),
            takes_part=row.person_id is not None,
            has_key=row.given_at is not None,
        )
        for row in standing(uow, [handover_id])
    ]


def colleagues_of(uow: UnitOfWork, unit_id: str) -> list[Colleague]:
    """Who can be mentor at a school: who has that role today, and who was named before."""
    people = uow.session.execute(
        select(Person.email, Person.name)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.unit_id == unit_id,
            Membership.role == Role.MENTOR,
            holds_on(local_day(uow.clock.now())),
        )
    )
    named = uow.session.execute(
        select(Mentoring.email, Mentoring.name).where(Mentoring.unit_id == unit_id, Mentoring.ended_at.is_(None))
    )
    found = {email: Colleague(email=email, name=name) for rows in (named, people) for email, name in rows}
    return sorted(found.values(), key=lambda one: one.name.casefold())


def nameable(uow: UnitOfWork, actor: Actor, unit_id: str) -> dict[str, dict[str, object]]:
    """The names of all children of a school that this actor may name mentors of, by handover.

    Raises:
        NotFound: it is not theirs to do.
    """
    if unit_id not in actor.units_as(*NAMES):
        raise NotFound
    ids = [row.id for row in uow.session.scalars(_received(unit_id))]
    return dict(open_names(uow, actor.keyring, unit_id, ids).about)


def require_naming(uow: UnitOfWork, actor: Actor, handover_id: str) -> Handover:
    """A handover of which this actor may name the mentors.

    Raises:
        NotFound, NotAllowed: not for this actor, or not received.
    """
    handover = handover_of(uow, handover_id)
    require(actor, Action.NAME_MENTORS, subject_with_group(uow, handover))
    return handover


def school_begins(uow: UnitOfWork) -> date:
    """The first school day of those who left last: of last summer's leavers until the end of January, their term."""
    today = local_day(uow.clock.now())
    year = Schooljaar.of(today)
    if today.month >= _AUGUST or today.month == _JANUARY:
        year = Schooljaar(year.first - 1)
    return year_dates(uow, year).first_school_day


def _received(unit_id: str) -> Select[Handover]:
    return (
        select(Handover)
        .where(Handover.receiver_unit_id == unit_id, Handover.status.in_(RECEIVED))
        .order_by(Handover.accepted_at.desc(), Handover.id)
    )


def _schools(uow: UnitOfWork, handovers: Iterable[Handover]) -> dict[str, str]:
    ids = {one.sender_unit_id for one in handovers}
    rows = uow.session.execute(select(Unit.id, Unit.name, Unit.place).where(Unit.id.in_(ids)))
    return {key: f"{name}, {place}" for key, name, place in rows}


def _mentor_rows(
    rows: Sequence[Mentoring], lines: Mapping[str, ChildLine], read: Mapping[tuple[str, str], datetime]
) -> list[MentorRow]:
    found: dict[str, list[Mentoring]] = {}
    for row in rows:
        found.setdefault(row.email, []).append(row)
    made = []
    for email, theirs in found.items():
        unread = [lines[row.handover_id] for row in theirs if (row.handover_id, row.person_id or "") not in read]
        confirmed = [row for row in theirs if lines[row.handover_id].is_confirmed]
        made.append(
            MentorRow(
                id=theirs[-1].id,
                email=email,
                name=theirs[-1].name,
                classes=tuple(sorted({row.class_name for row in theirs if row.class_name})),
                children=len(theirs),
                read=len(theirs) - len(unread),
                takes_part=theirs[-1].person_id is not None,
                waits_for_key=sum(row.person_id is not None and row.given_at is None for row in confirmed),
                unread=tuple(sorted(unread, key=_by_name)),
            )
        )
    return sorted(made, key=lambda row: (row.is_done, row.classes, row.name.casefold()))


def _by_name(line: ChildLine) -> tuple[str, str]:
    return (line.name.last.casefold(), line.name.first.casefold()) if line.name else ("", line.reference)

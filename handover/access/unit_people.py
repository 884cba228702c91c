"""Who works at a unit, as a page shows it: roles, groups, keys held and waited for, invitations under way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from handover.access.keywork import RUNNERS, KeyWorkKind, Work, waiting
from handover.access.model import Invitation, InvitationKind
from handover.access.newcomer import person_words
from handover.access.roles import ADMIN, circles_of
from handover.db.unit_of_work import UnitOfWork
from handover.errors import NotFound
from handover.policy import Action, Actor, Role, Subject, may, require
from handover.rooms.circles import holders
from handover.schools.absences import Away, away_on
from handover.schools.calendar import region_days
from handover.schools.model import Group, Membership, MembershipGroup, Person, Unit, UnitLocation, UnitSide, UnitStatus
from handover.schools.queries import holds_on
from handover.terms.clock import local_day
from handover.terms.schooljaar import Schooljaar
from keys.circle import Circle


@dataclass(frozen=True, kw_only=True)
class GroupLine:
    """A group, and who has its children."""

    id: str
    name: str
    school_year: str
    teachers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RoleLine:
    """One role of one person."""

    membership_id: str
    role: Role
    groups: tuple[GroupLine, ...]
    until_on: date | None
    is_last_admin: bool


@dataclass(frozen=True, kw_only=True)
class Worker:
    """Somebody who works at a unit today."""

    person_id: str
    name: str
    email: str
    telephone: str
    days_present: str
    away_until: date | None
    """The last day on which they are away."""
    roles: tuple[RoleLine, ...]
    words: str
    """The five of their key. Shown to themselves only: a giver must hear them."""
    is_board: bool
    """Of the school's board."""
    waits_for: frozenset[Circle]
    since: datetime | None
    """Since when they have waited."""
    holds: frozenset[Circle]

    @property
    def needs_keys(self) -> bool:
        """Whether any of the roles opens anything at all."""
        return bool(circles_of(line.role for line in self.roles))

    def is_admin(self, side: UnitSide) -> bool:
        """Whether this is an admin of such a unit."""
        return any(line.role is ADMIN[side] for line in self.roles)


@dataclass(frozen=True, kw_only=True)
class AskedIn:
    """An invitation that nobody has used yet."""

    id: str
    name: str
    email: str
    kind: InvitationKind
    roles: tuple[Role, ...]
    expires_at: datetime
    has_expired: bool


@dataclass(frozen=True, kw_only=True)
class UnitPeople:
    """A unit with its people, as one of them sees it."""

    id: str
    name: str
    place: str
    side: UnitSide
    brins: tuple[str, ...]
    people: tuple[Worker, ...]
    groups: tuple[GroupLine, ...]
    asked: tuple[AskedIn, ...]
    """Empty for whoever does not manage people."""
    work: tuple[Work, ...]
    me: str
    my_circles: frozenset[Circle]
    may_manage: bool
    may_invite: bool
    """Managing, and in hands the admin key that must sign it."""
    school_year: str
    now: datetime
    late_after: int
    """School days."""

    @property
    def own(self) -> Worker | None:
        """The one who looks, when they work here."""
        return next((one for one in self.people if one.person_id == self.me), None)

    @property
    def admins(self) -> tuple[Worker, ...]:
        """Whom to ask."""
        return tuple(one for one in self.people if one.is_admin(self.side))

    @property
    def my_turn(self) -> tuple[Worker, ...]:
        """Colleagues who wait for a key that the one who looks can hand on."""
        return tuple(one for one in self.people if one.waits_for & self.my_circles and one.person_id != self.me)

    @property
    def by_itself(self) -> tuple[Work, ...]:
        """Key work that needs no comparing of words: done at a holder's next sign-in, or at a press."""
        return tuple(one for one in self.work if one.kind in RUNNERS)

    @property
    def late(self) -> tuple[Work, ...]:
        """Key work that has waited longer than the region's school days."""
        return tuple(one for one in self.work if one.is_late(self.now, after=self.late_after))

    @property
    def lone_keys(self) -> tuple[tuple[Circle, str], ...]:
        """Circles whose key one person holds and nobody else, with that person's name."""
        holding = {circle: [one.name for one in self.people if circle in one.holds] for circle in Circle}
        return tuple((circle, names[0]) for circle, names in holding.items() if len(names) == 1)

    def worker(self, person_id: str) -> Worker:
        """That colleague.

        Raises:
            NotFound: nobody who works here today.
        """
        for one in self.people:
            if one.person_id == person_id:
                return one
        raise NotFound

    def givers(self, circles: frozenset[Circle]) -> tuple[str, ...]:
        """Names of who holds any of these circles."""
        return tuple(one.name for one in self.people if one.holds & circles)


def read_unit(uow: UnitOfWork, actor: Actor, unit_id: str) -> UnitPeople:
    """A unit as one of its people sees it.

    Raises:
        NotFound: no unit of this person's.
    """
    require(actor, Action.SEE_UNIT, Subject(unit_id=unit_id))
    unit = uow.session.get_one(Unit, unit_id)
    now = uow.clock.now()
    may_manage = may(actor, Action.MANAGE_PEOPLE, Subject(unit_id=unit_id))
    work = tuple(waiting(uow, unit_id))
    mine = actor.keyring.circles(uow, unit_id)
    groups, of_membership = _groups(uow, unit_id, local_day(now))
    return UnitPeople(
        id=unit.id,
        name=unit.name,
        place=unit.place,
        side=unit.side,
        brins=tuple(
            uow.session.scalars(
                select(UnitLocation.brin6).where(UnitLocation.unit_id == unit_id).order_by(UnitLocation.brin6)
            )
        ),
        people=_people(uow, unit, work, of_membership),
        groups=groups,
        asked=_asked(uow, unit_id, now) if may_manage else (),
        work=work,
        me=actor.person_id,
        my_circles=mine,
        may_manage=may_manage,
        may_invite=may_manage and Circle.ADMIN in mine,
        school_year=Schooljaar.of(local_day(now)).name,
        now=now,
        late_after=region_days(uow).late_key_work,
    )


def units_of(uow: UnitOfWork, actor: Actor) -> tuple[tuple[str, str, str], ...]:
    """Id, name and place of each unit that this person works at, in order of membership."""
    ids = list(dict.fromkeys(membership.unit_id for membership in actor.memberships))
    found = {
        unit.id: (unit.id, unit.name, unit.place)
        for unit in uow.session.scalars(select(Unit).where(Unit.id.in_(ids), Unit.status != UnitStatus.CLOSED))
    }
    return tuple(found[unit_id] for unit_id in ids if unit_id in found)


def _people(
    uow: UnitOfWork, unit: Unit, work: tuple[Work, ...], groups: Mapping[str, tuple[GroupLine, ...]]
) -> tuple[Worker, ...]:
    today = local_day(uow.clock.now())
    rows = uow.session.execute(
        select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.unit_id == unit.id,
            holds_on(today),
        )
        .order_by(Person.name, Person.id, Membership.from_on, Membership.id)
    ).all()
    admins = {membership.person_id for membership, _person in rows if membership.role is ADMIN[unit.side]}
    persons = {person.id: person for _membership, person in rows}
    held, away = holders(uow, unit.id), away_on(uow, unit.id, today)
    return tuple(
        _worker(
            person,
            tuple(
                RoleLine(
                    membership_id=membership.id,
                    role=membership.role,
                    groups=groups.get(membership.id, ()),
                    until_on=membership.until_on,
                    is_last_admin=membership.role is ADMIN[unit.side] and admins == {person.id},
                )
                for membership, of in rows
                if of.id == person.id
            ),
            [one for one in work if one.kind == KeyWorkKind.HAND_ON and one.subject_id == person.id],
            frozenset(circle for circle, who in held.items() if person.id in who),
            away.get(person.id),
            is_board=any(membership.is_board for membership, of in rows if of.id == person.id),
        )
        for person in persons.values()
    )


def _worker(
    person: Person,
    roles: tuple[RoleLine, ...],
    waits: list[Work],
    holds: frozenset[Circle],
    away: Away | None,
    *,
    is_board: bool,
) -> Worker:
    return Worker(
        person_id=person.id,
        name=person.name,
        email=person.email,
        telephone=person.telephone,
        days_present=person.days_present,
        away_until=away.until_on if away else None,
        roles=roles,
        words=person_words(person),
        is_board=is_board,
        waits_for=frozenset(one.circle for one in waits),
        since=min((one.created_at for one in waits), default=None),
        holds=holds,
    )


def _groups(
    uow: UnitOfWork, unit_id: str, today: date
) -> tuple[tuple[GroupLine, ...], dict[str, tuple[GroupLine, ...]]]:
    """The unit's groups from this school year on, and those of each membership."""
    rows = uow.session.scalars(
        select(Group)
        .where(Group.unit_id == unit_id, Group.school_year >= Schooljaar.of(today).name)
        .order_by(Group.school_year, Group.name)
    ).all()
    links = uow.session.execute(
        select(MembershipGroup.group_id, Membership.id, Person.name)
        .join(Membership, Membership.id == MembershipGroup.membership_id)
        .join(Person, Person.id == Membership.person_id)
        .join(Group, Group.id == MembershipGroup.group_id)
        .where(Membership.unit_id == unit_id, Membership.ended_at.is_(None))
        .order_by(Group.school_year, Group.name, Person.name)
    ).all()
    lines = {
        row.id: GroupLine(
            id=row.id,
            name=row.name,
            school_year=row.school_year,
            teachers=tuple(name for group_id, _membership, name in links if group_id == row.id),
        )
        for row in rows
    }
    of: dict[str, tuple[GroupLine, ...]] = {}
    for group_id, membership_id, _name in links:
        if group_id in lines:
            of[membership_id] = (*of.get(membership_id, ()), lines[group_id])
    return tuple(lines.values()), of


def _asked(uow: UnitOfWork, unit_id: str, now: datetime) -> tuple[AskedIn, ...]:
    rows = uow.session.scalars(
        select(Invitation)
        .where(Invitation.unit_id == unit_id, Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None))
        .order_by(Invitation.created_at.desc())
    )
    return tuple(
        AskedIn(
            id=row.id,
            name=row.name,
            email=row.email,
            kind=row.kind,
            roles=tuple(Role(role) for role in row.roles.split()),
            expires_at=row.expires_at,
            has_expired=row.expires_at <= now,
        )
        for row in rows
    )

"""Somebody of the demo region, and how its schools come to take part: by the service's own actions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import select

from handover.access.certification import certify_unit
from handover.access.enrolment import enrol_unit, invite_unit
from handover.access.handing import hand_key
from handover.access.invitations import invite
from handover.access.labels import ROLES
from handover.access.people import accept_invitation, add_group, change_groups
from handover.access.roles import circles_of
from handover.demo_data.people import SWV, Colleague, Joined, School
from handover.demo_data.sign_ins import SignIn
from handover.policy import Actor, Role
from handover.rooms.keyring import Keyring
from handover.schools.model import Department, Membership, Person, UnitSide
from handover.schools.queries import memberships
from handover.services import Services
from handover.terms.clock import SystemClock, local_day
from handover.terms.schooljaar import Schooljaar
from keys.age.hybrid import HybridIdentity
from keys.person import unlock


class PastClock:
    """Shows moments of the last weeks, so that the demo has a history. Never later than now."""

    def __init__(self, *, back: timedelta) -> None:
        self._real = SystemClock()
        self._at = self._real.now() - back

    def now(self) -> datetime:
        """Where the story is; each look takes a second of it."""
        self._at = min(self._at + timedelta(seconds=1), self._real.now())
        return self._at

    def later(self, by: timedelta) -> None:
        """Let time go by."""
        self._at = min(self._at + by, self._real.now())


@dataclass
class Somebody:
    """A person of the demo with their words."""

    services: Services
    person_id: str
    email: str
    passphrase: str = field(repr=False)

    @property
    def actor(self) -> Actor:
        """As in a new request: today's memberships, and what they open."""
        with self.services.uow() as uow:
            held = memberships(uow, self.person_id, on=local_day(uow.clock.now()))
        keyring = Keyring(self.person_id, self._identity, region=self.services.region)
        return Actor(person_id=self.person_id, memberships=held, keyring=keyring)

    @cached_property
    def _identity(self) -> HybridIdentity:
        with self.services.uow() as uow:
            sealed = uow.session.get_one(Person, self.person_id).sealed_identity
        return unlock(sealed or b"", self.passphrase, service_identity=self.services.service_key.identity)


@dataclass
class Unit:
    """A school that takes part: who works there, by name, and its groups."""

    id: str
    school: School
    people: dict[str, Somebody] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)

    def one(self, role: Role) -> Somebody:
        """The first who has that role."""
        found = self.find(role)
        if found is None:
            msg = f"nobody at {self.school.name} is {role}"
            raise LookupError(msg)
        return found

    def find(self, role: Role) -> Somebody | None:
        """The same; None where nobody has it."""
        for colleague in (*self.school.colleagues, self.school.admin):
            if role in colleague.roles:
                return self.people[colleague.name]
        return None


@dataclass
class Town:
    """The region as far as it is there: its admin, everybody by address, and what to print at the end."""

    services: Services
    clock: PastClock
    swv_id: str
    swv: Somebody
    people: dict[str, Somebody] = field(default_factory=dict)
    sign_ins: list[SignIn] = field(default_factory=list)

    @property
    def school_year(self) -> str:
        """The one that it is now."""
        return Schooljaar.of(local_day(self.clock.now())).name


def add_to_swv(town: Town, colleague: Colleague) -> None:
    """Somebody who works at the samenwerkingsverband."""
    _join(town, town.swv.actor, town.swv_id, colleague, groups={}, place=SWV)


def add_school(town: Town, school: School, side: UnitSide) -> Unit | None:
    """Invite a school, and let it enrol, be certified and ask its people in, as far as it is in the demo."""
    services, admin = town.services, school.admin
    code = invite_unit(
        services,
        town.swv.actor,
        side=side,
        brins=school.brins,
        name=school.name if len(school.brins) > 1 else "",
        admin_name=admin.name,
        admin_email=admin.email,
    ).code
    if school.joined is Joined.INVITED:
        _try(town, school, "doet nog niet mee; meld de school aan op /uitnodiging met de code", code)
        return None
    town.clock.later(timedelta(hours=3))
    made = enrol_unit(services, code=code, also=tuple(role for role in admin.roles if role is not admin.roles[0]))
    unit = Unit(id=made.unit_id, school=school)
    unit.people[admin.name] = _known(town, admin, made.person_id, made.passphrase, school.name)
    if school.joined is Joined.ENROLLED:
        _try(town, school, "wacht op het SWV, dat deze vijf woorden moet horen", made.words)
        return unit
    certify_unit(services, town.swv.actor, made.unit_id, words=made.words)
    _fill(town, unit)
    return unit


def _fill(town: Town, unit: Unit) -> None:
    services, school = town.services, unit.school
    admin = unit.people[school.admin.name].actor
    for group in dict.fromkeys(group for one in (school.admin, *school.colleagues) for group in one.groups):
        unit.groups[group] = add_group(services, admin, unit.id, name=group, school_year=town.school_year)
    with services.uow() as uow:
        uow.session.add_all(Department(unit_id=unit.id, name=name) for name in school.departments)
        teaches = uow.session.scalar(
            select(Membership.id).where(Membership.person_id == admin.person_id, Membership.role == Role.TEACHER)
        )
        uow.commit()
    if teaches is not None:
        change_groups(services, admin, teaches, frozenset(unit.groups[group] for group in school.admin.groups))
    for colleague in school.colleagues:
        unit.people[colleague.name] = _join(town, admin, unit.id, colleague, groups=unit.groups, place=school.name)


def _join(
    town: Town, admin: Actor, unit_id: str, colleague: Colleague, *, groups: dict[str, str], place: str
) -> Somebody:
    services, known = town.services, town.people.get(colleague.email)
    asked = invite(
        services,
        admin,
        unit_id,
        name=colleague.name,
        email=colleague.email,
        roles=colleague.roles,
        groups=frozenset(groups[group] for group in colleague.groups),
    )
    joined = accept_invitation(services, code=asked.code, actor=known.actor if known else None)
    if circles_of(colleague.roles):
        hand_key(services, admin, unit_id, person_id=joined.person_id, words=joined.words)
    return _known(town, colleague, joined.person_id, joined.passphrase, place)


def _known(town: Town, colleague: Colleague, person_id: str, passphrase: str | None, place: str) -> Somebody:
    found = town.people.get(colleague.email)
    if found is None:
        found = Somebody(town.services, person_id, colleague.email, passphrase or "")
        town.people[colleague.email] = found
    town.sign_ins.append(sign_in(place, colleague, found.passphrase))
    return found


def sign_in(place: str, colleague: Colleague, passphrase: str) -> SignIn:
    """The line that is printed for somebody."""
    roles = ", ".join(ROLES[role] for role in colleague.roles)
    return SignIn(place=place, name=colleague.name, roles=roles, email=colleague.email, words=passphrase)


def _try(town: Town, school: School, what: str, words: str) -> None:
    town.sign_ins.append(SignIn(place=school.name, name=school.admin.name, roles=what, email="", words=words))

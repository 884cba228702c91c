"""The units of the region as the samenwerkingsverband sees them: how far each is, and whom to ring. Never a child."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from handover.access.model import Invitation, InvitationKind
from handover.access.roles import ADMIN
from handover.access.standing import Standing, Vouched, standing_of
from handover.db.unit_of_work import UnitOfWork
from handover.errors import NotFound
from handover.policy import Action, Actor, Subject, require
from handover.schools.model import Location, Membership, Person, Unit, UnitLocation, UnitSide, UnitStatus
from handover.schools.queries import search_locations
from handover.terms.clock import local_day
from handover.terms.folding import fold
from handover.terms.school_kind import SchoolKind, Side
from keys.card import RegionKeys


@dataclass(frozen=True, kw_only=True)
class LocationLine:
    """A line of the open register, and which unit serves it."""

    brin6: str
    name: str
    place: str
    kind: SchoolKind
    side: Side
    telephone: str
    website: str
    unit_id: str | None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The newest invitation of a unit that has not used it."""

    name: str
    email: str
    sent_at: datetime
    expires_at: datetime
    has_expired: bool


@dataclass(frozen=True, kw_only=True)
class RegionUnit:
    """One unit."""

    id: str
    name: str
    place: str
    side: UnitSide
    locations: tuple[LocationLine, ...]
    vouched: Vouched
    asked: Asked | None

    @property
    def is_ours_to_do(self) -> bool:
        """Whether it waits for the samenwerkingsverband."""
        if self.vouched.standing is Standing.INVITED:
            return self.asked is None or self.asked.has_expired
        return self.vouched.needs_words or self.vouched.renewable

    @property
    def text(self) -> str:
        """What a search looks in, folded."""
        brins = " ".join(f"{one.brin6} {one.name} {one.place}" for one in self.locations)
        return fold(f"{self.name} {self.place} {brins}")


@dataclass(frozen=True, kw_only=True)
class Contact:
    """An admin of a unit."""

    name: str
    email: str
    telephone: str


def read_region(uow: UnitOfWork, actor: Actor, region: RegionKeys) -> tuple[RegionUnit, ...]:
    """All units, those that wait for the samenwerkingsverband first.

    Raises:
        NotAllowed: nobody of the samenwerkingsverband.
    """
    require(actor, Action.SEE_REGION, Subject())
    units = uow.session.scalars(
        select(Unit).where(Unit.status != UnitStatus.GUEST).order_by(Unit.place, Unit.name, Unit.id)
    ).all()
    locations, asked = _locations(uow), _asked(uow)
    lines = [_unit(uow, unit, region, locations.get(unit.id, ()), asked.get(unit.id)) for unit in units]
    return tuple(sorted(lines, key=lambda line: not line.is_ours_to_do))


def read_region_unit(uow: UnitOfWork, actor: Actor, unit_id: str, region: RegionKeys) -> RegionUnit:
    """One unit.

    Raises:
        NotAllowed: nobody of the samenwerkingsverband.
        NotFound: no such unit.
    """
    require(actor, Action.SEE_REGION, Subject())
    unit = uow.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    return _unit(uow, unit, region, _locations(uow, unit_id).get(unit_id, ()), _asked(uow).get(unit_id))


def contacts(uow: UnitOfWork, unit: RegionUnit) -> tuple[Contact, ...]:
    """Its admins of today, by name."""
    today = local_day(uow.clock.now())
    rows = uow.session.scalars(
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.unit_id == unit.id,
            Membership.role == ADMIN[unit.side],
            Membership.ended_at.is_(None),
            or_(Membership.until_on.is_(None), Membership.until_on >= today),
        )
        .order_by(Person.name)
    )
    return tuple(Contact(name=row.name, email=row.email, telephone=row.telephone) for row in rows)


def search_register(uow: UnitOfWork, actor: Actor, text: str) -> tuple[LocationLine, ...]:
    """Open locations of both sides by name, place or BRIN, with who serves them; for an swv_admin who will invite."""
    require(actor, Action.INVITE_UNIT, Subject())
    if not text.strip():
        return ()
    found = [one for side in (Side.PO, Side.VO) for one in search_locations(uow, text, side=side)]
    served = dict(_served(uow))
    return tuple(_line(one, served.get(one.brin6)) for one in found)


def same_school(uow: UnitOfWork, actor: Actor, brin6: str) -> tuple[LocationLine, ...]:
    """A location and the others of its school and side that one unit may serve with it; the asked one first.

    Raises:
        NotFound: no such location, or closed.
    """
    require(actor, Action.INVITE_UNIT, Subject())
    first = uow.session.get(Location, brin6)
    if first is None or first.closed_on is not None:
        raise NotFound
    served = dict(_served(uow))
    others = uow.session.scalars(
        select(Location)
        .where(Location.brin6.startswith(brin6[:4]), Location.closed_on.is_(None), Location.brin6 != brin6)
        .order_by(Location.place, Location.brin6)
    )
    together = [one for one in others if one.kind.side is first.kind.side and one.brin6 not in served]
    # A primary school's location is a unit by itself; an intake unit may serve several.
    lines = [first, *(together if first.kind.side is Side.VO else ())]
    return tuple(_line(one, served.get(one.brin6)) for one in lines)


def _unit(
    uow: UnitOfWork, unit: Unit, region: RegionKeys, locations: tuple[LocationLine, ...], asked: Asked | None
) -> RegionUnit:
    return RegionUnit(
        id=unit.id,
        name=unit.name,
        place=unit.place,
        side=unit.side,
        locations=locations,
        vouched=standing_of(uow, unit, region),
        asked=asked,
    )


def _line(row: Location, unit_id: str | None) -> LocationLine:
    return LocationLine(
        brin6=row.brin6,
        name=row.name,
        place=row.place,
        kind=row.kind,
        side=row.kind.side,
        telephone=row.telephone,
        website=row.website,
        unit_id=unit_id,
    )


def _served(uow: UnitOfWork) -> list[tuple[str, str]]:
    return [(row.brin6, row.unit_id) for row in uow.session.scalars(select(UnitLocation))]


def _locations(uow: UnitOfWork, unit_id: str | None = None) -> Mapping[str, tuple[LocationLine, ...]]:
    query = select(UnitLocation.unit_id, Location).join(Location, Location.brin6 == UnitLocation.brin6)
    if unit_id is not None:
        query = query.where(UnitLocation.unit_id == unit_id)
    found: dict[str, tuple[LocationLine, ...]] = {}
    for of, row in uow.session.execute(query.order_by(Location.brin6)):
        found[of] = (*found.get(of, ()), _line(row, of))
    return found


def _asked(uow: UnitOfWork) -> Mapping[str, Asked]:
    now = uow.clock.now()
    rows = uow.session.scalars(
        select(Invitation)
        .where(Invitation.kind == InvitationKind.UNIT, Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None))
        .order_by(Invitation.created_at)
    )
    return {
        row.unit_id: Asked(
            name=row.name,
            email=row.email,
            sent_at=row.created_at,
            expires_at=row.expires_at,
            has_expired=row.expires_at <= now,
        )
        for row in rows
    }

"""Finding schools and people."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select

from handover.db.unit_of_work import UnitOfWork
from handover.policy import Membership as Held
from handover.schools.model import Location, Membership, MembershipGroup, UnitLocation
from handover.terms.folding import fold
from handover.terms.school_kind import Side, kinds_of


def search_locations(uow: UnitOfWork, text: str, *, side: Side, limit: int = 20) -> list[Location]:
    """Open locations whose name, place or BRIN hold each of these words, in any order, with or without accents."""
    query = select(Location).where(Location.closed_on.is_(None), Location.kind.in_(kinds_of(side)))
    for word in fold(text).split():
        query = query.where(Location.search_text.contains(word, autoescape=True))
    return list(uow.session.scalars(query.order_by(Location.place, Location.name).limit(limit)))


def unit_of_location(uow: UnitOfWork, brin6: str) -> str | None:
    """The unit that serves a location, if one takes part."""
    return uow.session.scalar(select(UnitLocation.unit_id).where(UnitLocation.brin6 == brin6))


def closed_among(uow: UnitOfWork, brins: Collection[str]) -> frozenset[str]:
    """Of these locations, those that the open register no longer has."""
    rows = select(Location.brin6).where(Location.brin6.in_(list(brins)), Location.closed_on.is_not(None))
    return frozenset(uow.session.scalars(rows))


def units_of_locations(uow: UnitOfWork, brins: Collection[str]) -> dict[str, str]:
    """The same for many at once; those of which none takes part are left out."""
    rows = uow.session.execute(select(UnitLocation.brin6, UnitLocation.unit_id).where(UnitLocation.brin6.in_(brins)))
    return {brin6: unit_id for brin6, unit_id in rows}  # noqa: C416  # a Row is a pair to who runs it


def holds_on(day: date) -> ColumnElement[bool]:
    """Of a membership: whether it holds on that day."""
    return and_(
        Membership.ended_at.is_(None),
        Membership.from_on <= day,
        or_(Membership.until_on.is_(None), Membership.until_on >= day),
    )


def memberships(uow: UnitOfWork, person_id: str, *, on: date) -> tuple[Held, ...]:
    """A person's memberships that hold on that day, as policy knows them."""
    rows = uow.session.scalars(
        select(Membership)
        .where(
            Membership.person_id == person_id,
            holds_on(on),
        )
        .order_by(Membership.from_on, Membership.id)
    ).all()
    groups: dict[str, set[str]] = {row.id: set() for row in rows}
    for link in uow.session.scalars(select(MembershipGroup).where(MembershipGroup.membership_id.in_(groups))):
        groups[link.membership_id].add(link.group_id)
    return tuple(Held(unit_id=row.unit_id, role=row.role, groups=frozenset(groups[row.id])) for row in rows)

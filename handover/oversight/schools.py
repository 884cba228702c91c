"""The schools of the region with where they lie and how to ring them; and those that take no part yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Select, Subquery, and_, exists, or_, select
from sqlalchemy.orm import aliased

from handover.db.unit_of_work import UnitOfWork
from handover.schools.duo import as_written
from handover.schools.model import Location, Municipality, Swv, Unit, UnitLocation, UnitSide, UnitStatus
from handover.terms.school_kind import Side, kinds_of


class RegionSchool(NamedTuple):
    """A school that was invited or takes part. `municipality`: its place where the register does not say.

    A tuple, because a national year makes thousands of them for one page.
    """

    id: str
    name: str
    place: str
    municipality: str
    telephone: str
    side: UnitSide
    takes_part: bool


@dataclass(frozen=True, kw_only=True)
class Outside:
    """A location of the open register in our municipalities that nobody invited."""

    brin6: str
    name: str
    place: str
    municipality: str
    telephone: str


def region_schools(
    uow: UnitOfWork, *, unit_ids: Collection[str] | None = None, within: Select[Any] | None = None
) -> Mapping[str, RegionSchool]:
    """Schools by the id of their unit, by municipality and name; one of several locations lies at its first.

    All of the region, or those among `unit_ids` and `within`.
    """
    query = (
        select(Unit.id, Unit.name, Unit.place, Unit.side, Unit.status, Location.telephone, Location.municipality_code)
        .outerjoin(UnitLocation, UnitLocation.unit_id == Unit.id)
        .outerjoin(Location, Location.brin6 == UnitLocation.brin6)
        .where(Unit.side != UnitSide.SWV, Unit.status.in_((UnitStatus.INVITED, UnitStatus.ENROLLED)))
        .order_by(Unit.id, UnitLocation.brin6)
    )
    if unit_ids is not None:
        query = query.where(Unit.id.in_(unit_ids))
    if within is not None:
        query = query.where(Unit.id.in_(within))
    rows = uow.session.execute(query)
    # Named once for each municipality, not for each school.
    places = {
        code: as_written(name) for code, name in uow.session.execute(select(Municipality.code, Municipality.name))
    }
    found: dict[str, RegionSchool] = {}
    for unit_id, name, place, side, status, telephone, code in rows:
        if unit_id in found:
            continue
        found[unit_id] = RegionSchool(
            id=unit_id,
            name=name,
            place=place,
            municipality=places.get(code or "", place),
            telephone=telephone or "",
            side=side,
            takes_part=status is UnitStatus.ENROLLED,
        )
    return {one.id: one for one in sorted(found.values(), key=attrgetter("municipality", "name", "id"))}


def lies_at() -> Subquery:
    """The first location of each unit, where it is said to lie: `unit_id`, `brin6`."""
    # Not as the least of a group: that would be worked out for all units, and kept, before any is looked up.
    earlier = aliased(UnitLocation)
    is_first = ~exists().where(earlier.unit_id == UnitLocation.unit_id, earlier.brin6 < UnitLocation.brin6)
    return select(UnitLocation.unit_id, UnitLocation.brin6).where(is_first).subquery()


def in_municipality(uow: UnitOfWork, name: str) -> Select[Any]:
    """The ids of the units that lie in it; by their place where the register does not say."""
    rows = uow.session.execute(select(Municipality.code, Municipality.name))
    codes = [code for code, written in rows if as_written(written) == name]
    lies = lies_at()
    return (
        select(Unit.id)
        .outerjoin(lies, lies.c.unit_id == Unit.id)
        .outerjoin(Location, Location.brin6 == lies.c.brin6)
        .outerjoin(Municipality, Municipality.code == Location.municipality_code)
        .where(or_(Municipality.code.in_(codes), and_(Municipality.code.is_(None), Unit.place == name)))
    )


def guests_of(uow: UnitOfWork) -> Sequence[str]:
    """Ids of units that stand for schools that take no part."""
    return uow.session.scalars(select(Unit.id).where(Unit.status == UnitStatus.GUEST)).all()


def not_invited(uow: UnitOfWork) -> list[Outside]:
    """Open primary locations of municipalities that are ours, or where a school takes part, and that no unit serves."""
    theirs = aliased(Location)
    # Asked of each municipality, and answered by the first school: all schools' municipalities are a long list.
    takes_part = exists().where(
        theirs.municipality_code == Municipality.code,
        UnitLocation.brin6 == theirs.brin6,
        Unit.id == UnitLocation.unit_id,
        Unit.side == UnitSide.PO,
        Unit.status.in_((UnitStatus.INVITED, UnitStatus.ENROLLED)),
    )
    served = aliased(UnitLocation)
    rows = uow.session.execute(
        select(Location, Municipality.name)
        .join(Municipality, Municipality.code == Location.municipality_code)
        .outerjoin(served, served.brin6 == Location.brin6)
        .where(
            Location.closed_on.is_(None),
            Location.kind.in_(kinds_of(Side.PO)),
            served.unit_id.is_(None),
            or_(Municipality.swv_po.in_(select(Swv.code)), takes_part),
        )
        .order_by(Municipality.name, Location.name, Location.brin6)
    )
    return [
        Outside(
            brin6=row.brin6,
            name=row.name,
            place=row.place,
            municipality=as_written(municipality),
            telephone=row.telephone,
        )
        for row, municipality in rows
    ]

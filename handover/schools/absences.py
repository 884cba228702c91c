"""Who is away today, and who is there instead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from handover.db.unit_of_work import UnitOfWork
from handover.schools.absence_model import Absence
from handover.schools.model import Membership
from handover.schools.queries import holds_on


@dataclass(frozen=True, kw_only=True)
class Away:
    """Somebody's absence."""

    person_id: str
    from_on: date
    until_on: date
    stand_in_id: str | None
    """None also when who was to stand in works there no more."""


def away_on(uow: UnitOfWork, unit_id: str, day: date) -> Mapping[str, Away]:
    """Who is away from a unit on that day, by person."""
    working = select(Membership.person_id).where(Membership.unit_id == unit_id, holds_on(day))
    rows = uow.session.execute(
        select(Absence, Absence.stand_in_id.in_(working)).where(
            Absence.unit_id == unit_id, Absence.from_on <= day, Absence.until_on >= day
        )
    )
    return {
        row.person_id: Away(
            person_id=row.person_id,
            from_on=row.from_on,
            until_on=row.until_on,
            stand_in_id=row.stand_in_id if works else None,
        )
        for row, works in rows
    }


def present_for(person_id: str, away: Mapping[str, Away]) -> str | None:
    """Who is there for this person: themselves, else the stand-in, or whoever stands in for that one; None: nobody."""
    seen: set[str] = set()
    found = person_id
    while (gone := away.get(found)) is not None:
        if found in seen or gone.stand_in_id is None:
            return None
        seen.add(found)
        found = gone.stand_in_id
    return found

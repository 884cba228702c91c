"""Counting marked schools again, and holding what is stored against the rows."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, insert, select

from handover.db.counted import StaleCount, mark
from handover.db.unit_of_work import UnitOfWork
from handover.oversight.count_model import SchoolCount
from handover.oversight.counting import STORED, Counts, count_afresh, in_parts, marked, watched_year
from handover.terms.clock import local_day
from handover.terms.schooljaar import Schooljaar


def recount(uow: UnitOfWork) -> int:
    """Count the marked schools again, and commit; gives how many. Killed in between: the marks are still there.

    The marks are taken away first: one that lands while we count is about something that we may not have seen, and
    stays for the next time. Two at once do no harm: the second waits for the marks that the first is taking away, and
    then counts what is there.
    """
    units = set(uow.session.scalars(delete(StaleCount).returning(StaleCount.unit_id)))
    if not units:
        return 0
    counted = count_afresh(uow, _kept_years(uow), units)
    for part in in_parts(units):
        uow.session.execute(delete(SchoolCount).where(SchoolCount.unit_id.in_(part)))
    rows = [
        {"unit_id": unit_id, "school_year": year.name, **{name: getattr(counts, name) for name in STORED}}
        for (unit_id, year), counts in counted.items()
    ]
    if rows:
        uow.session.execute(insert(SchoolCount), rows)
    uow.commit()
    return len(units)


def wrong_counts(uow: UnitOfWork) -> frozenset[str]:
    """The schools of which something else is stored than the rows say, and which nothing marks. There should be none.

    Reads every child of the watched year: for the night, and for an operator. On PostgreSQL a school that changes and
    is counted while this reads may be among them: marking it then costs one count more.
    """
    years = _kept_years(uow)
    stored = _stored(uow, years)
    afresh = count_afresh(uow, years)
    wrong = {key[0] for key in stored.keys() | afresh.keys() if stored.get(key) != afresh.get(key)}
    return frozenset(wrong - marked(uow))


def mark_wrong(uow: UnitOfWork) -> int:
    """Mark them, and commit; gives how many."""
    wrong = wrong_counts(uow)
    mark(uow.session, wrong)
    uow.commit()
    return len(wrong)


def _stored(uow: UnitOfWork, years: Collection[Schooljaar]) -> dict[tuple[str, Schooljaar], Counts]:
    rows = uow.session.scalars(select(SchoolCount).where(SchoolCount.school_year.in_([one.name for one in years])))
    return {
        (row.unit_id, Schooljaar.parse(row.school_year)): Counts(**{name: getattr(row, name) for name in STORED})
        for row in rows
    }


def _kept_years(uow: UnitOfWork) -> tuple[Schooljaar, Schooljaar]:
    """Children of the first are watched, and some of the second may be on a list already."""
    year = watched_year(local_day(uow.clock.now()))
    return year, year.following

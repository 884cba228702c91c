"""Schools added up by municipality, in the database: what that costs grows little with the schools.

The states of a small school's children (`SMALL`) are in no sum: who takes the schools that are told from a
municipality, or the municipalities from the region, finds nothing that was not told. What somebody must call about is
in all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, select

from handover.db.unit_of_work import UnitOfWork
from handover.oversight.count_model import SchoolCount
from handover.oversight.counting import (
    SMALL,
    STORED,
    Counts,
    Shown,
    count_afresh,
    late_before,
    late_of,
    marked,
    watched_year,
)
from handover.oversight.schools import lies_at, region_schools
from handover.schools.calendar import region_days
from handover.schools.duo import as_written
from handover.schools.model import Location, Municipality, Unit, UnitSide, UnitStatus
from handover.terms.clock import local_day

Within = Select[Any] | None
"""The ids of the units that are meant; None: all."""


class Sum(NamedTuple):
    """Schools together, those too small to tell of apart."""

    told: Counts = Counts()
    untold: Counts = Counts()

    @classmethod
    def of(cls, many: Iterable[Sum]) -> Sum:
        """All of them together."""
        each = list(many)
        return cls(told=Counts.of(one.told for one in each), untold=Counts.of(one.untold for one in each))

    @property
    def shown(self) -> Shown:
        """What of this may be told: of small schools that they have children, and what somebody must call about."""
        if not self.untold.total:
            return self.told.shown
        every = Counts.of((self.told, self.untold))
        seen = every.hidden if not self.told.total else self.told.shown
        return replace(
            seen,
            total=every.total,
            late=every.late,
            back=every.back,
            nowhere=every.nowhere,
            untold=self.untold.total,
        )


class Standing:
    """The counts of one moment: as they are kept, and afresh where a school is marked."""

    def __init__(self, uow: UnitOfWork, within: Within) -> None:
        """Read the marks and count what is marked."""
        today = local_day(uow.clock.now())
        self._uow, self._within = uow, within
        self._late = late_before(today, region_days(uow).long_wait)
        self.year = watched_year(today)
        # The marks first: a school that changes after this is seen as it was a moment ago, whole.
        self._stale = marked(uow)
        fresh = count_afresh(uow, {self.year}, self._stale)
        schools = region_schools(uow, unit_ids=self._stale, within=within) if self._stale else {}
        self._fresh = [
            (one, fresh.get((unit_id, self.year), Counts()))
            for unit_id, one in schools.items()
            if one.side is UnitSide.PO and one.takes_part
        ]

    def by_municipality(self) -> Mapping[str, Sum]:
        """The primary schools that take part, by the name of their municipality, in its order."""
        told: dict[str, list[Counts]] = defaultdict(list)
        untold: dict[str, list[Counts]] = defaultdict(list)
        for name, place, small, *numbers in self._uow.session.execute(self._sums()):
            (untold if small else told)[as_written(name) if name else place].append(Counts(*map(int, numbers)))
        # Apart: few schools have any, and each of the others would be looked up among them.
        for name, place, small, late in self._uow.session.execute(self._late_sums()):
            (untold if small else told)[as_written(name) if name else place].append(Counts(late=int(late)))
        for school, counts in self._fresh:
            (untold if counts.is_small else told)[school.municipality].append(counts)
        names = sorted(told.keys() | untold.keys())
        return {name: Sum(Counts.of(told.get(name, ())), Counts.of(untold.get(name, ()))) for name in names}

    def to_call(self) -> list[tuple[str, str, int, int]]:
        """Primary schools to call: id, name, how many came back, of how many nobody knows where they applied."""
        kept = (
            select(Unit.id, Unit.name, SchoolCount.back, SchoolCount.nowhere)
            .join(SchoolCount, SchoolCount.unit_id == Unit.id)
            .where(*self._schools(), *self._kept(), SchoolCount.back + SchoolCount.nowhere > 0)
        )
        fresh = [(school.id, school.name, one.back, one.nowhere) for school, one in self._fresh]
        rows = [(key, name, back, nowhere) for key, name, back, nowhere in self._uow.session.execute(kept)]
        return rows + [row for row in fresh if row[2] + row[3]]

    def _schools(self) -> list[ColumnElement[bool]]:
        taking_part = [Unit.side == UnitSide.PO, Unit.status == UnitStatus.ENROLLED]
        return taking_part if self._within is None else [*taking_part, Unit.id.in_(self._within)]

    def _kept(self) -> list[ColumnElement[bool]]:
        year = SchoolCount.school_year == self.year.name
        return [year, SchoolCount.unit_id.not_in(self._stale)] if self._stale else [year]

    def _sums(self) -> Select[Any]:
        """By municipality, and whether they are small: the sums in the order of the fields of `Counts`, but `late`."""
        numbers = [func.coalesce(func.sum(getattr(SchoolCount, name)), 0).label(name) for name in STORED]
        return self._by_place(select(*numbers).select_from(Unit))

    def _late_sums(self) -> Select[Any]:
        """The same of `late`, where there are any."""
        late = late_of(self._late, self.year).subquery()
        number = func.sum(late.c.number).label("late")
        return self._by_place(select(number).select_from(late).join(Unit, Unit.id == late.c.unit_id))

    def _by_place(self, sums: Select[Any]) -> Select[Any]:
        """These sums over schools, each with the municipality's name, the place where that is unknown, and `small`."""
        numbers, lies = [column.name for column in sums.selected_columns], lies_at()
        total = sum((getattr(SchoolCount, name) for name in STORED[1:]), getattr(SchoolCount, STORED[0]))
        by = (
            Location.municipality_code.label("code"),
            case((Location.municipality_code.is_(None), Unit.place)).label("place"),
            total.between(1, SMALL - 1).label("small"),
        )
        grouped = (
            sums.add_columns(*by)
            .outerjoin(SchoolCount, and_(SchoolCount.unit_id == Unit.id, *self._kept()))
            .outerjoin(lies, lies.c.unit_id == Unit.id)
            .outerjoin(Location, Location.brin6 == lies.c.brin6)
            .where(*self._schools())
            .group_by(*by)
            .subquery()
        )
        named = grouped.outerjoin(Municipality, Municipality.code == grouped.c.code)
        columns = (grouped.c[name] for name in numbers)
        return select(Municipality.name, grouped.c.place, grouped.c.small, *columns).select_from(named)

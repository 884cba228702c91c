"""Schooljaar: from 1 August to 31 July, written `2026-2027`, and the calendar of the children who leave in it.

Source: OSO gegevensset 2019.1, rule OVa.TR04 and type `schooljaar`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

_WRITTEN = re.compile(r"([0-9]{4})\s?[-/\u2013]\s?([0-9]{4}|[0-9]{2})")
_AUGUST = 8
_MONDAY, _FRIDAY = 0, 4


@dataclass(frozen=True, order=True)
class Schooljaar:
    """A school year, named by the calendar year in which it starts."""

    first: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2026-2027`, `2026/2027` or `2026-27`.

        Raises:
            ValueError: not two years, or not two that follow each other.
        """
        found = _WRITTEN.fullmatch(text.strip())
        if found is None:
            raise ValueError("a school year is written 2026-2027")
        first, second = int(found[1]), found[2]
        if not date.min.year <= first < date.max.year - 1 or not f"{first + 1:04}".endswith(second):
            raise ValueError("the years of a school year follow each other")
        return cls(first)

    @classmethod
    def of(cls, day: date) -> Self:
        """The school year in which this day falls."""
        return cls(day.year if day.month >= _AUGUST else day.year - 1)

    @property
    def name(self) -> str:
        """As it is written: `2026-2027`, nine characters."""
        return f"{self.first:04}-{self.first + 1:04}"

    @property
    def starts(self) -> date:
        """The first of August."""
        return date(self.first, _AUGUST, 1)

    @property
    def ends(self) -> date:
        """The thirty-first of July, still part of it."""
        return date(self.first + 1, 7, 31)

    @property
    def following(self) -> Self:
        """The year after this one, in which who leaves now is in the first class of VO."""
        return type(self)(self.first + 1)

    @property
    def preceding(self) -> Self:
        """The year before this one."""
        return type(self)(self.first - 1)

    def __contains__(self, day: date) -> bool:
        """Whether the day falls in it."""
        return self.starts <= day <= self.ends


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """The dates of those who leave in one school year. The region may set its own."""

    voorlopig_from: date
    voorlopig_until: date
    """Voorlopig advies is given."""
    voorlopig_registered_by: date
    """Voorlopig advies in ROD."""
    toets_from: date
    toets_until: date
    toets_results_on: date
    definitief_by: date
    """Definitief advies is given."""
    definitief_registered_by: date
    """Definitief advies in ROD, the voorlopige kept."""
    applications_from: date
    applications_until: date
    first_check_on: date
    second_check_on: date
    """Days on which a leaver without a next step turns up on a list."""
    conversations_from: date
    conversations_until: date
    """Warme overdracht."""
    last_school_day: date
    first_school_day: date
    """Of the secondary schools, after the summer: mentors have read by then."""
    watch_until: date
    """The municipality looks for children without a school after this day; until then we do."""
    feedback_from: date
    feedback_until: date
    """Terugkoppeling from VO to PO."""
    retained_until: date
    """After this day the content of this year's handovers is destroyed."""


def default_calendar(year: Schooljaar) -> Calendar:
    """The dates as law and custom give them; those of the summer holiday are a guess that the region corrects.

    Of the first school day and the last day of keeping, `schools.calendar.year_dates` says what the region set.

    Source: DUO for advice, test and their registration; for the rest `docs/glossary.md`.
    """
    spring = year.first + 1
    return Calendar(
        voorlopig_from=date(spring, 1, 10),
        voorlopig_until=date(spring, 1, 31),
        voorlopig_registered_by=date(spring, 2, 14),
        toets_from=date(spring, 2, 1),
        toets_until=date(spring, 2, 14),
        toets_results_on=date(spring, 3, 15),
        definitief_by=date(spring, 3, 24),
        definitief_registered_by=date(spring, 4, 7),
        applications_from=date(spring, 3, 25),
        applications_until=date(spring, 3, 31),
        first_check_on=date(spring, 4, 1),
        second_check_on=date(spring, 6, 1),
        conversations_from=date(spring, 5, 25),
        conversations_until=date(spring, 6, 30),
        last_school_day=_last(_FRIDAY, until=date(spring, 7, 15)),
        first_school_day=_last(_MONDAY, until=date(spring, 8, 31)),
        watch_until=date(spring, 10, 1),
        feedback_from=date(spring, 10, 1),
        feedback_until=date(spring, 12, 20),
        retained_until=date(spring + 1, 1, 31),
    )


def _last(weekday: int, *, until: date) -> date:
    return until - timedelta(days=(until.weekday() - weekday) % 7)

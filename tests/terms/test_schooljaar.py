"""A school year starts on 1 August, and its calendar runs until the content is destroyed."""

from __future__ import annotations

from dataclasses import astuple
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.terms.schooljaar import Schooljaar, default_calendar

YEARS = st.integers(1900, 2200).map(Schooljaar)


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_every_day_falls_in_exactly_one_year(day: date) -> None:
    year = Schooljaar.of(day)

    assert day in year
    assert day not in year.following
    assert day not in Schooljaar(year.first - 1)


def test_the_first_of_august_belongs_to_the_new_year() -> None:
    assert Schooljaar.of(date(2026, 8, 1)).name == "2026-2027"
    assert Schooljaar.of(date(2026, 7, 31)).name == "2025-2026"


@given(YEARS)
def test_years_follow_each_other_without_a_gap(year: Schooljaar) -> None:
    assert year.ends + timedelta(days=1) == year.following.starts
    assert year < year.following


@given(YEARS)
def test_what_is_written_reads_back(year: Schooljaar) -> None:
    assert len(year.name) == 9
    assert Schooljaar.parse(year.name) == year
    assert Schooljaar.parse(year.name.replace("-", "/")) == year


def test_the_second_year_may_be_short() -> None:
    assert Schooljaar.parse(" 2026-27 ") == Schooljaar(2026)
    assert Schooljaar.parse("1999-00") == Schooljaar(1999)


@pytest.mark.parametrize("text", ["", "2026", "2026-2028", "2027-2026", "2026-2026", "26-27", "2026-7", "9999-0000"])
def test_anything_else_is_no_school_year(text: str) -> None:
    with pytest.raises(ValueError, match="school year"):
        Schooljaar.parse(text)


def test_the_calendar_of_2027_has_the_dates_of_law_and_custom() -> None:
    calendar = default_calendar(Schooljaar(2026))

    assert calendar.voorlopig_registered_by == date(2027, 2, 14)
    assert calendar.definitief_by == date(2027, 3, 24)
    assert calendar.definitief_registered_by == date(2027, 4, 7)
    assert (calendar.first_check_on, calendar.second_check_on) == (date(2027, 4, 1), date(2027, 6, 1))
    assert calendar.watch_until == date(2027, 10, 1)
    assert calendar.retained_until == date(2028, 1, 31)


@given(YEARS)
def test_a_calendar_runs_forward(year: Schooljaar) -> None:
    calendar = default_calendar(year)

    assert calendar.voorlopig_until < calendar.toets_results_on < calendar.definitief_by < calendar.applications_from
    assert calendar.conversations_until < calendar.last_school_day < year.ends < calendar.first_school_day
    assert max(astuple(calendar)) == calendar.retained_until
    assert calendar.last_school_day.weekday() == 4
    assert calendar.first_school_day.weekday() == 0

"""Counting school days: weekends and the days on which every school is closed do not count."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handover.terms.schooldag import easter, is_schooldag, schooldagen_ago, schooldagen_since

THURSDAY = date(2027, 4, 8)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("year", "day"),
    [(1818, (3, 22)), (1943, (4, 25)), (2024, (3, 31)), (2026, (4, 5)), (2027, (3, 28)), (2038, (4, 25))],
)
def test_easter_falls_where_the_almanac_has_it(year: int, day: tuple[int, int]) -> None:
    assert easter(year) == date(year, *day)


@pytest.mark.parametrize(
    "closed",
    [
        date(2027, 4, 10),  # Saturday
        date(2027, 4, 11),
        date(2027, 3, 29),  # Easter Monday
        date(2027, 4, 27),
        date(2025, 4, 26),  # King's Day of a year in which the 27th was a Sunday
        date(2027, 5, 6),
        date(2027, 5, 17),
    ],
)
def test_weekends_and_holidays_are_no_school_days(closed: date) -> None:
    assert not is_schooldag(closed)


def test_the_day_itself_is_not_counted_and_a_weekend_does_not_count() -> None:
    assert schooldagen_since(THURSDAY, THURSDAY) == 0
    assert schooldagen_since(THURSDAY, THURSDAY + timedelta(days=1)) == 1
    assert schooldagen_since(THURSDAY, THURSDAY + timedelta(days=3)) == 1
    assert schooldagen_since(THURSDAY, THURSDAY + timedelta(days=4)) == 2


@given(DAYS, st.integers(0, 30))
def test_going_back_a_number_of_school_days_is_the_latest_day_that_is_so_long_ago(today: date, number: int) -> None:
    day = schooldagen_ago(number, today)

    assert schooldagen_since(day, today) == number
    assert schooldagen_since(day + timedelta(days=1), today) < number or day == today

"""Schooldagen: how long somebody has been waiting, as schools count it.

Monday to Friday without the days on which all schools are closed. The holidays that a region or a school sets for
itself are not known here, so a wait over the May holiday counts too long, never too short.
Source for the days: Algemene termijnenwet, article 3, without Goede Vrijdag, on which many schools work.
"""

from __future__ import annotations

from datetime import date, timedelta

_SATURDAY = 5
_SUNDAY = 6


def is_schooldag(day: date) -> bool:
    """Whether schools may be open on that day."""
    return day.weekday() < _SATURDAY and day not in _closed(day.year)


def schooldagen_since(first: date, today: date) -> int:
    """How many school days have begun after `first`, up to and including `today`; 0 for the day itself."""
    days = (first + timedelta(days=number) for number in range(1, (today - first).days + 1))
    return sum(1 for day in days if is_schooldag(day))


def schooldagen_ago(number: int, today: date) -> date:
    """The last day since which `number` school days have gone by: waiting since then or earlier is at least that."""
    day = today
    while number:
        number -= is_schooldag(day)
        day -= timedelta(days=1)
    return day


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, by the rule of Gauss as Butcher wrote it down in 1876."""
    century, rest = divmod(year, 100)
    golden = year % 19
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _closed(year: int) -> frozenset[date]:
    sunday = easter(year)
    kings_day = date(year, 4, 27)
    if kings_day.weekday() == _SUNDAY:
        kings_day -= timedelta(days=1)
    return frozenset(
        {
            date(year, 1, 1),
            sunday + timedelta(days=1),
            kings_day,
            date(year, 5, 5),
            sunday + timedelta(days=39),  # Hemelvaart
            sunday + timedelta(days=50),  # tweede pinksterdag
            date(year, 12, 25),
            date(year, 12, 26),
        }
    )

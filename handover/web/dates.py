"""A day as somebody types it in one field: 5-3-2015, 5/3/15, 12 maart, 12 mrt 2027, 2027-03-12."""

from __future__ import annotations

import re
from datetime import date

from handover.errors import Invalid

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("januari", "january", "jan"),
            ("februari", "february", "feb", "febr"),
            ("maart", "march", "mrt", "mar"),
            ("april", "apr"),
            ("mei", "may"),
            ("juni", "june", "jun"),
            ("juli", "july", "jul"),
            ("augustus", "august", "aug"),
            ("september", "sep", "sept"),
            ("oktober", "october", "okt", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}

_DIGITS = re.compile(r"(\d{1,2})\s*[-/.\s]\s*(\d{1,2})(?:\s*[-/.\s]\s*(\d{4}|\d{2}))?")
_WORDS = re.compile(r"(?:[a-z]+dag\s+)?(\d{1,2})\s*([a-z]+)\.?(?:\s+(\d{4}))?")
_ISO = re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})")


class UnreadableDay(Invalid):
    """It is not a day, or not one that exists."""

    code = "unreadable-day"


def read_day(text: str, *, today: date) -> date:
    """The day that somebody typed. Without a year: the one nearest to `today`; two digits: this century.

    Raises:
        UnreadableDay: not a day, or one that does not exist, such as 31 april.
    """
    year, month, number = _parts(" ".join(text.lower().split()))
    try:
        if year is not None:
            return date(year, month, number)
        return _nearest(month, number, today)
    except ValueError as error:
        raise UnreadableDay from error


def _parts(text: str) -> tuple[int | None, int, int]:
    if match := _ISO.fullmatch(text):
        return int(match[1]), int(match[2]), int(match[3])
    if match := _DIGITS.fullmatch(text):
        return _year(match[3]), int(match[2]), int(match[1])
    if (match := _WORDS.fullmatch(text)) and match[2] in MONTHS:
        return _year(match[3]), MONTHS[match[2]], int(match[1])
    raise UnreadableDay


def _year(digits: str | None) -> int | None:
    if digits is None:
        return None
    return int(digits) if len(digits) > 2 else 2000 + int(digits)  # noqa: PLR2004  # a year in two digits


def _nearest(month: int, number: int, today: date) -> date:
    candidates = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            candidates.append(date(year, month, number))
        except ValueError:  # 29 February in another year than a leap year
            continue
    if not candidates:
        raise UnreadableDay
    return min(candidates, key=lambda day: abs((day - today).days))

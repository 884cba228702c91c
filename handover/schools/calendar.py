"""What the region may set: dates of a school year, and days of its own. What it did not set is as it always was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from handover.db.unit_of_work import UnitOfWork
from handover.schools.model import RegionSetting, SchoolYear
from handover.terms.schooljaar import Schooljaar, default_calendar

ONLY = 1
"""The id of the one row."""


@dataclass(frozen=True, kw_only=True)
class RegionDays:
    """Numbers of days, and what is allowed. `version` counts the changes, of dates too; 0: nothing was ever set."""

    version: int = 0
    long_wait: int = 5
    """School days without an answer, after which the samenwerkingsverband calls."""
    late_key_work: int = 5
    """School days after which work that waits for a key is on the admin's list too."""
    remind_before: int = 7
    """Days before the first school day from which a mentor who has not read is reminded."""
    warn_before: int = 31
    """Days before the last day on which a handover is kept, from which both schools are told."""
    two_schools: bool = False
    """No number: whether a dossier may lie at VSO and at another school while the TLV is undecided."""


LIMITS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"long_wait": (1, 20), "late_key_work": (1, 20), "remind_before": (1, 30), "warn_before": (14, 90)}
)
"""The fewest and the most of each. Nothing is destroyed sooner than 14 days after the warning, whatever is set."""


@dataclass(frozen=True, kw_only=True)
class YearDates:
    """The dates of those who leave in one school year."""

    year: Schooljaar
    send_before: date | None
    """The day before which all dossiers are sent; None where the region set none."""
    first_school_day: date
    """Of the secondary schools, after the summer."""
    retained_until: date
    """The last day of what was sent."""


def region_days(uow: UnitOfWork) -> RegionDays:
    """The region's own numbers of days."""
    row = uow.session.get(RegionSetting, ONLY)
    if row is None:
        return RegionDays()
    return RegionDays(version=row.version, two_schools=row.two_schools, **{name: getattr(row, name) for name in LIMITS})


def year_dates(uow: UnitOfWork, year: Schooljaar) -> YearDates:
    """The dates of one school year: the region's, or those of custom."""
    row, custom = uow.session.get(SchoolYear, year.name), default_calendar(year)
    return YearDates(
        year=year,
        send_before=row.send_before if row else None,
        first_school_day=row.first_school_day if row else custom.first_school_day,
        retained_until=row.retained_until if row else custom.retained_until,
    )

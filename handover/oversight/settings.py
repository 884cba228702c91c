"""The region's own dates, numbers of days and what it allows: what can be set, what may not, and setting it.

Whoever sets something has seen what it does (`effects`), and sends along the version that was seen: when a colleague
set something meanwhile, nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import update

from handover.audit.log import record
from handover.bundles.destroying import WARNED_BEFORE
from handover.bundles.model import Handover
from handover.bundles.state import LIVE
from handover.db.counted import COUNTS_NOTHING
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, Invalid
from handover.oversight.events import RegionSettingChanged
from handover.policy import Action, Actor, Role, Subject, require
from handover.schools.calendar import LIMITS, ONLY, RegionDays, YearDates, region_days, year_dates
from handover.schools.model import RegionSetting, SchoolYear
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.msgid import msgid
from handover.terms.schooljaar import Schooljaar, default_calendar

TWO_SCHOOLS = "two_schools"
DATES = ("send_before", "first_school_day", "retained_until")

_NOT_A_YEAR = msgid("Deze dag valt niet in dit schooljaar.")
_NOT_THIS_SUMMER = msgid("De eerste schooldag ligt na de zomervakantie: van augustus tot 1 oktober.")
_TOO_SHORT = msgid(
    "Bewaar de dossiers ten minste tot 1 oktober na de overstap: tot dan kijken wij of ieder kind begonnen is."
)
_TOO_LONG = msgid("Bewaar de dossiers niet langer dan tot het einde van het schooljaar na de overstap.")
_TOO_SOON = msgid(
    "Kies een dag die nog ten minste 14 dagen weg is: zo lang van tevoren horen de scholen dat een dossier weggaat."
)
_NUMBER = msgid("Vul een aantal in dat mag: het kleinste en het grootste staan erbij.")


@dataclass(frozen=True, kw_only=True)
class RegionSettings:
    """All that can be set: the numbers of days, and the dates of the years that are not over."""

    days: RegionDays
    years: tuple[YearDates, ...]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that is to be otherwise. `year`: None for a number of days."""

    name: str
    year: Schooljaar | None
    was: date | int | None
    now: date | int | None

    @property
    def field(self) -> str:
        """The name of its field in a form."""
        return field_of(self.name, self.year)


def field_of(name: str, year: Schooljaar | None = None) -> str:
    """The name of a setting's field in a form."""
    return f"{name}-{year.name}" if year else name


def read_settings(uow: UnitOfWork, actor: Actor) -> RegionSettings:
    """What counts now: of last year while its dossiers are kept, of this one, of the next.

    Raises:
        NotFound, NotAllowed: nobody of the samenwerkingsverband.
    """
    require(actor, Action.SEE_REGION, Subject())
    return _current(uow)


def changes(current: RegionSettings, wanted: RegionSettings) -> list[Change]:
    """What would be otherwise."""
    days = [
        Change(name=name, year=None, was=getattr(current.days, name), now=getattr(wanted.days, name))
        for name in (*LIMITS, TWO_SCHOOLS)
    ]
    dates = [
        Change(name=name, year=was.year, was=getattr(was, name), now=getattr(now, name))
        for was, now in zip(current.years, wanted.years, strict=True)
        for name in DATES
    ]
    return [one for one in (*dates, *days) if one.was != one.now]


def check(current: RegionSettings, wanted: RegionSettings, today: date) -> None:
    """Refuse what may not be set; what is not changed is left in peace.

    Raises:
        Conflict: a colleague set something since `wanted` was drawn up.
        Invalid: by the names of the fields.
    """
    if wanted.days.version != current.days.version:
        raise Conflict
    changed = {one.field for one in changes(current, wanted)}
    wrong = {field: text for one in wanted.years for field, text in _wrong_dates(one, today) if field in changed}
    for name, (fewest, most) in LIMITS.items():
        if not fewest <= getattr(wanted.days, name) <= most:
            wrong[name] = _NUMBER
    if wrong:
        raise Invalid(fields=wrong)


def set_region(services: Services, actor: Actor, wanted: RegionSettings) -> list[Change]:
    """Set it, and say what was changed. `wanted.days.version` is the one that the actor saw.

    A handover whose last day is another now is warned of anew: nothing goes sooner than 14 days after that.

    Raises:
        NotAllowed: no administrator of the samenwerkingsverband.
        Conflict: a colleague set something meanwhile; nothing was changed.
        Invalid: see `check`.
    """
    require(actor, Action.SET_REGION, Subject())
    with services.uow() as uow:
        row = uow.session.get(RegionSetting, ONLY, with_for_update=True)
        current = _current(uow)
        check(current, wanted, local_day(uow.clock.now()))
        found = changes(current, wanted)
        if not found:
            return []
        _keep_days(uow, row, wanted.days)
        for one in wanted.years:
            if any(change.year == one.year for change in found):
                _keep_dates(uow, one)
        for change in found:
            record(uow, _told(actor, change))
        for year in [change.year for change in found if change.name == "retained_until" and change.year]:
            _warn_anew(uow, year)
        uow.commit()
    return found


def _current(uow: UnitOfWork) -> RegionSettings:
    today = local_day(uow.clock.now())
    year = Schooljaar.of(today)
    last = year_dates(uow, Schooljaar(year.first - 1))
    kept = (last,) if last.retained_until >= today else ()
    years = (*kept, year_dates(uow, year), year_dates(uow, year.following))
    return RegionSettings(days=region_days(uow), years=years)


def _wrong_dates(dates: YearDates, today: date) -> Iterator[tuple[str, str]]:
    year, follows = dates.year, dates.year.following
    watched = default_calendar(year).watch_until
    if dates.send_before is not None and dates.send_before not in year:
        yield field_of("send_before", year), _NOT_A_YEAR
    if not follows.starts <= dates.first_school_day < watched:
        yield field_of("first_school_day", year), _NOT_THIS_SUMMER
    if dates.retained_until < watched:
        yield field_of("retained_until", year), _TOO_SHORT
    elif dates.retained_until > follows.ends:
        yield field_of("retained_until", year), _TOO_LONG
    elif dates.retained_until < today + WARNED_BEFORE:
        yield field_of("retained_until", year), _TOO_SOON


def _keep_days(uow: UnitOfWork, row: RegionSetting | None, days: RegionDays) -> None:
    numbers = {name: getattr(days, name) for name in (*LIMITS, TWO_SCHOOLS)}
    if row is None:
        uow.session.add(RegionSetting(id=ONLY, **numbers))
        uow.flush()
        return
    for name, number in numbers.items():
        setattr(row, name, number)
    # A changed date is a change too: who looked before it must look again.
    row.version += 1


def _keep_dates(uow: UnitOfWork, dates: YearDates) -> None:
    year = dates.year
    uow.session.merge(
        SchoolYear(
            name=year.name,
            starts=year.starts,
            ends=year.ends,
            send_before=dates.send_before,
            first_school_day=dates.first_school_day,
            retained_until=dates.retained_until,
        )
    )


def _warn_anew(uow: UnitOfWork, year: Schooljaar) -> None:
    uow.session.execute(
        update(Handover)
        .where(Handover.school_year == year.name, Handover.status.in_(LIVE), Handover.warned_at.is_not(None))
        .values(warned_at=None)
        .execution_options(**COUNTS_NOTHING)
    )


def _told(actor: Actor, change: Change) -> RegionSettingChanged:
    unit_id = next(iter(actor.units_as(Role.SWV_ADMIN)), None)
    return RegionSettingChanged(
        actor_id=actor.person_id,
        unit_id=unit_id,
        subject_kind="region",
        subject_id=unit_id or "region",
        setting=f"{change.name}:{change.year.name}" if change.year else change.name,
        was=_written(change.was),
        now=_written(change.now),
    )


def _written(value: date | int | None) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)

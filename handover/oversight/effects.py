"""What a change of the region's settings does, before it is made: how many, at which schools. Never which child."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import aliased

from handover.access.model import KeyWork
from handover.bundles.hold_model import Hold
from handover.bundles.mentor_model import Mentoring
from handover.bundles.model import Handover
from handover.bundles.pairs import DECIDED, UNDER_WAY
from handover.bundles.readiness import ENDED
from handover.bundles.state import LIVE, HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Application, Leaver
from handover.oversight.counting import SMALL, count_by_unit, waiting_at, watched_year
from handover.oversight.schools import region_schools
from handover.oversight.settings import Change, RegionSettings
from handover.schools.calendar import YearDates
from handover.schools.model import Location
from handover.terms.clock import local_day
from handover.terms.school_kind import SchoolKind
from handover.terms.schooldag import schooldagen_since


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What one change does. What `number` and `before` count, and whose `schools` these are, depends on the setting."""

    change: Change
    number: int
    before: int = 0
    """The same number as it is now."""
    held: int = 0
    """Of the handovers: how many a school keeps longer than the new day, whatever it is."""
    schools: Sequence[tuple[str, int]] = ()
    """Names, each with its part of the number."""
    is_past: bool = False
    """Whether the new day has come already."""
    on: date | None = None
    """The day from which something is told or done."""


@dataclass(frozen=True, kw_only=True)
class _Moment:
    """What the counting of one change needs."""

    uow: UnitOfWork
    wanted: RegionSettings
    today: date
    names: Mapping[str, str]

    def dates(self, change: Change) -> YearDates:
        return next(one for one in self.wanted.years if one.year == change.year)

    def large(self, numbers: Mapping[str, int]) -> list[tuple[str, int]]:
        """The same for what children are how far: of a few it would be somebody's. They count in the whole."""
        return self.named({unit_id: number for unit_id, number in numbers.items() if number >= SMALL})

    def named(self, numbers: Mapping[str, int]) -> list[tuple[str, int]]:
        found = [
            (self.names[unit_id], number) for unit_id, number in numbers.items() if number and unit_id in self.names
        ]
        return sorted(found, key=lambda one: (-one[1], one[0]))


def effects(uow: UnitOfWork, changed: Sequence[Change], wanted: RegionSettings) -> list[Effect]:
    """What each change does, in the same order."""
    names = {unit_id: f"{one.name}, {one.place}" for unit_id, one in region_schools(uow).items()}
    moment = _Moment(uow=uow, wanted=wanted, today=local_day(uow.clock.now()), names=names)
    return [_COUNT[change.name](moment, change) for change in changed]


def _retained(moment: _Moment, change: Change) -> Effect:
    """Handovers that go on another day, by the school that sent them."""
    day, year = moment.dates(change).retained_until, moment.dates(change).year
    rows = moment.uow.session.execute(
        select(Handover.sender_unit_id, func.count())
        .where(Handover.school_year == year.name, Handover.status.in_(LIVE), Handover.offered_at.is_not(None))
        .group_by(Handover.sender_unit_id)
    )
    numbers = {row[0]: row[1] for row in rows}
    held = moment.uow.session.scalar(
        select(func.count(Hold.handover_id.distinct()))
        .join(Handover, Handover.id == Hold.handover_id)
        .where(Handover.school_year == year.name, Handover.status.in_(LIVE), Hold.until > day)
    )
    return Effect(change=change, number=sum(numbers.values()), held=held or 0, schools=moment.large(numbers))


def _send(moment: _Moment, change: Change) -> Effect:
    """Dossiers that were not sent yet, by school; of a year whose children are not watched yet none is known."""
    day = moment.dates(change).send_before
    counted = count_by_unit(moment.uow) if moment.dates(change).year == watched_year(moment.today) else {}
    # Of a school that takes no part nobody can send.
    numbers = {unit_id: one.unsent for unit_id, one in counted.items() if unit_id in moment.names}
    return Effect(
        change=change,
        number=sum(numbers.values()),
        schools=moment.large(numbers),
        is_past=day is not None and day <= moment.today,
    )


def _begins(moment: _Moment, change: Change) -> Effect:
    """Mentors who were not reminded, by their school."""
    dates = moment.dates(change)
    numbers = _unreminded(moment, dates.year.name)
    on = dates.first_school_day - timedelta(days=moment.wanted.days.remind_before)
    return Effect(
        change=change, number=sum(numbers.values()), schools=moment.named(numbers), on=on, is_past=on <= moment.today
    )


def _remind(moment: _Moment, change: Change) -> Effect:
    numbers: Counter[str] = Counter()
    for dates in moment.wanted.years:
        numbers.update(_unreminded(moment, dates.year.name))
    return Effect(change=change, number=sum(numbers.values()), schools=moment.named(numbers))


def _unreminded(moment: _Moment, year: str) -> dict[str, int]:
    rows = moment.uow.session.execute(
        select(Mentoring.unit_id, func.count(Mentoring.person_id.distinct()))
        .join(Handover, Handover.id == Mentoring.handover_id)
        .where(
            Mentoring.ended_at.is_(None),
            Mentoring.given_at.is_not(None),
            Mentoring.reminded_at.is_(None),
            Handover.status == HandoverStatus.CONFIRMED,
            Handover.school_year == year,
        )
        .group_by(Mentoring.unit_id)
    )
    return {row[0]: row[1] for row in rows}


def _waits(moment: _Moment, change: Change) -> Effect:
    """Dossiers that somebody must ring about, by the school that does not receive them."""
    numbers = waiting_at(moment.uow, int(str(change.now)))
    return Effect(
        change=change,
        number=sum(numbers.values()),
        before=sum(waiting_at(moment.uow, int(str(change.was))).values()),
        schools=moment.named(numbers),
    )


def _late_keys(moment: _Moment, change: Change) -> Effect:
    """Work that waits for a key and is on the list of a school's admin, by school."""
    rows = moment.uow.session.execute(
        select(KeyWork.unit_id, KeyWork.created_at).where(KeyWork.done_at.is_(None))
    ).all()
    waited = [(row.unit_id, schooldagen_since(local_day(row.created_at), moment.today)) for row in rows]
    numbers = Counter(unit_id for unit_id, days in waited if days > int(str(change.now)))
    return Effect(
        change=change,
        number=sum(numbers.values()),
        before=sum(1 for _unit_id, days in waited if days > int(str(change.was))),
        schools=moment.named(numbers),
    )


def _warned(moment: _Moment, change: Change) -> Effect:
    """Handovers of which both schools would be told in the next night, by the school that sent them."""
    ahead = timedelta(days=int(str(change.now)))
    near = [one.year.name for one in moment.wanted.years if moment.today >= one.retained_until - ahead]
    rows = moment.uow.session.execute(
        select(Handover.sender_unit_id, func.count())
        .where(
            Handover.school_year.in_(near),
            Handover.status.in_(LIVE),
            Handover.offered_at.is_not(None),
            Handover.warned_at.is_(None),
        )
        .group_by(Handover.sender_unit_id)
    )
    numbers = {row[0]: row[1] for row in rows}
    return Effect(change=change, number=sum(numbers.values()), schools=moment.large(numbers))


def _two(moment: _Moment, change: Change) -> Effect:
    """Children by their primary school: of whom it may be, or, where it is to be no more, whose dossier is at two."""
    two = aliased(Handover)
    at_two = exists().where(two.leaver_id == Leaver.id, two.place == 1, two.status.in_(UNDER_WAY)) & exists().where(
        Handover.leaver_id == Leaver.id, Handover.place == 0, Handover.status.in_(UNDER_WAY)
    )
    year = watched_year(moment.today).name
    rows = moment.uow.session.execute(
        select(Leaver.unit_id, func.count())
        .where(Leaver.school_year >= year, Leaver.ended_as.is_(None), _undecided() if change.now else at_two)
        .group_by(Leaver.unit_id)
    )
    numbers = {row[0]: row[1] for row in rows}
    return Effect(change=change, number=sum(numbers.values()), schools=moment.large(numbers))


def _undecided() -> ColumnElement[bool]:
    """Whether a child applied at VSO and at another school, and its TLV is undecided."""
    stands = (Application.leaver_id == Leaver.id, Application.outcome.not_in(ENDED))
    there = Location.brin6 == Application.receiver_brin
    special = exists().where(*stands, there, Location.kind == SchoolKind.VSO, Application.tlv.not_in(DECIDED))
    return special & exists().where(*stands, there, Location.kind != SchoolKind.VSO)


_COUNT: Mapping[str, Callable[[_Moment, Change], Effect]] = MappingProxyType(
    {
        "send_before": _send,
        "first_school_day": _begins,
        "retained_until": _retained,
        "long_wait": _waits,
        "late_key_work": _late_keys,
        "remind_before": _remind,
        "warn_before": _warned,
        "two_schools": _two,
    }
)

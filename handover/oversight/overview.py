"""The first page of the samenwerkingsverband: how far the region is, school by school, and whom to ring today."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from sqlalchemy import func, select

from handover.db.unit_of_work import UnitOfWork
from handover.oversight.attention import attention
from handover.oversight.bocs import divided, schools_of
from handover.oversight.counting import Counts, Shown, count_by_unit, waiting_at, watched_year
from handover.oversight.schools import (
    Outside,
    RegionSchool,
    guests_of,
    in_municipality,
    not_invited,
    region_schools,
)
from handover.oversight.sums import Standing, Sum, Within
from handover.policy import Action, Actor, Subject, require
from handover.schools.calendar import region_days
from handover.schools.model import BocSchool, Unit, UnitSide, UnitStatus
from handover.terms.clock import local_day
from handover.terms.folding import fold
from handover.terms.schooljaar import default_calendar

PART = 120
"""Schools on one page: all of a region."""
MANY = 200
"""More schools than this are folded away behind their municipality; a region has some 120."""
MOST_CALLS = 500
"""Calls that are shown at the most: who reaches the last of them has rung all day."""


class Why(StrEnum):
    """What somebody should ring a school about, the most pressing first."""

    BACK = "back"  # came back, and nothing was sent since
    NOWHERE = "nowhere"  # nobody knows where these children applied
    LATE = "late"  # the secondary school does not receive


class Sort(StrEnum):
    """By what the schools are put in order."""

    PLACE = "plaats"
    NAME = "naam"
    CHILDREN = "leerlingen"
    SENT = "verstuurd"
    CALLS = "bellen"


class Only(StrEnum):
    """Which schools are shown."""

    ALL = ""
    CALLS = "bellen"
    UNSENT = "nog-niet"
    DONE = "klaar"
    EMPTY = "leeg"  # takes part, and has no children on its list


@dataclass(frozen=True, kw_only=True)
class Line:
    """A school, or a municipality with all its schools."""

    name: str
    counts: Shown
    school: RegionSchool | None = None


@dataclass(frozen=True, kw_only=True)
class Call:
    """Ring this school, about that many children."""

    why: Why
    number: int
    school: RegionSchool


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the visitor wants to see. `municipality`: empty for all; `searched`: words that a school's name holds."""

    sort: Sort = Sort.PLACE
    only: Only = Only.ALL
    municipality: str = ""
    searched: str = ""
    mine: bool = False
    """Only the schools of the boc'er who asks; all where they have none."""
    part: int = 1
    """Which `PART` of the schools."""
    folds: bool = False
    """Whether of `MANY` schools only those are wanted that were chosen or searched for."""

    calls: int = MOST_CALLS
    """How many calls are shown."""

    @property
    def is_narrow(self) -> bool:
        """Whether not simply all schools are asked for."""
        return bool(self.municipality or self.searched.strip() or self.only)


@dataclass(frozen=True, kw_only=True)
class Overview:
    """All of it."""

    year: str
    now: datetime
    long_wait: int
    """School days after which a dossier that is not received is late."""
    whole: Line
    municipalities: Sequence[Line]
    schools: Sequence[Line]
    """As chosen, one part of them."""
    part: int
    """Which part it is, from 1."""
    parts: int
    """How many parts there are."""
    chosen: int
    """How many schools are in all parts together."""
    is_folded: bool
    """Whether there are too many schools to show before somebody chooses."""
    calls: Sequence[Call]
    """The most pressing, as many as were asked for."""
    calls_in_all: int
    schools_to_call: int
    """How many schools all calls together are to."""
    invited: int
    """Primary schools that were asked and have not come in."""
    outside: Sequence[Outside]
    guests: int
    """Children of primary schools that take no part, of whom a secondary school has the dossier, or entered it."""
    mine: int
    """How many schools are the visitor's own."""
    without_boc: int
    stuck: int
    """Lines of the list of children who may fall between two schools."""


class _Counted(NamedTuple):
    """A school with all of its counts: to put in order, choose and add up, and never to show."""

    school: RegionSchool
    counts: Counts


_NONE = Counts()
_TESTS: Mapping[Only, Callable[[_Counted], bool]] = MappingProxyType(
    {
        Only.ALL: lambda _line: True,
        Only.CALLS: lambda line: line.counts.calls > 0,
        # What a small school has not sent is not told: it would be one child's state.
        Only.UNSENT: lambda line: line.counts.unsent > 0 and not line.counts.is_small,
        Only.DONE: lambda line: line.counts.going > 0 and line.counts.unsent == 0 and not line.counts.is_small,
        Only.EMPTY: lambda line: line.counts.total == 0,
    }
)
_ORDER: Mapping[Sort, Callable[[_Counted], tuple[int, str, str]]] = MappingProxyType(
    {
        Sort.PLACE: lambda line: (0, line.school.municipality, line.school.name),
        Sort.NAME: lambda line: (0, line.school.name, ""),
        Sort.CHILDREN: lambda line: (-line.counts.total, line.school.name, ""),
        # The furthest behind first; small schools, whose share is not shown, behind the rest.
        Sort.SENT: lambda line: (101 if line.counts.is_small else line.counts.share, line.school.name, ""),
        Sort.CALLS: lambda line: (-line.counts.calls, line.school.name, ""),
    }
)


def overview(uow: UnitOfWork, actor: Actor, choice: Choice) -> Overview:
    """How far the region is.

    Raises:
        NotFound, NotAllowed: nobody of the samenwerkingsverband.
    """
    require(actor, Action.SEE_REGION, Subject())
    now = uow.clock.now()
    days = region_days(uow)
    own = schools_of(uow, actor)
    mine = choice.mine and bool(own)
    within = select(BocSchool.unit_id).where(BocSchool.person_id == actor.person_id) if mine else None
    standing = Standing(uow, within)
    municipalities = standing.by_municipality()
    members = _members(uow, within)
    folded = choice.folds and not choice.is_narrow and members.get(UnitStatus.ENROLLED, 0) > MANY
    chosen = [] if folded else _chosen(_lines(uow, choice, within), choice)
    parts = max(1, -(-len(chosen) // PART))
    first = PART * (min(max(choice.part, 1), parts) - 1)
    calls = _calls(uow, standing, waiting_at(uow, days.long_wait), own=own if mine else None)
    found = attention(uow, actor)
    return Overview(
        year=standing.year.name,
        now=now,
        long_wait=days.long_wait,
        whole=Line(name="", counts=Sum.of(municipalities.values()).shown),
        municipalities=[Line(name=name, counts=one.shown) for name, one in municipalities.items()],
        schools=[
            Line(name=school.name, counts=counts.shown, school=school)
            for school, counts in chosen[first : first + PART]
        ],
        part=first // PART + 1,
        parts=parts,
        chosen=len(chosen),
        is_folded=folded,
        calls=_named(uow, calls[: choice.calls]),
        calls_in_all=len(calls),
        schools_to_call=len({call.unit_id for call in calls}),
        invited=members.get(UnitStatus.INVITED, 0),
        outside=not_invited(uow),
        guests=Counts.of(count_by_unit(uow, guests_of(uow)).values()).sent,
        mine=len(own),
        without_boc=_without_boc(uow, only_secondary=mine),
        stuck=(found.about(own) if mine else found).count,
    )


def _members(uow: UnitOfWork, within: Within) -> dict[UnitStatus, int]:
    """How many primary schools take part, and how many were asked to."""
    query = select(Unit.status, func.count()).where(Unit.side == UnitSide.PO).group_by(Unit.status)
    rows = uow.session.execute(query if within is None else query.where(Unit.id.in_(within)))
    return {status: number for status, number in rows}  # noqa: C416  # a Row is a pair only to those who run it


def _without_boc(uow: UnitOfWork, *, only_secondary: bool) -> int:
    """Schools that are no boc'er's. Who looks at the own ones sees the secondary schools among them, to ring."""
    sides = [UnitSide.VO] if only_secondary else [UnitSide.PO, UnitSide.VO]
    members = (UnitStatus.INVITED, UnitStatus.ENROLLED)
    query = select(func.count()).where(Unit.side.in_(sides), Unit.status.in_(members), Unit.id.not_in(divided(uow)))
    return uow.session.scalar(query) or 0


def _lines(uow: UnitOfWork, choice: Choice, within: Within) -> list[_Counted]:
    """The primary schools that take part, of the municipality and with the words that were asked for."""
    if choice.municipality:
        there = in_municipality(uow, choice.municipality)
        within = there if within is None else there.where(Unit.id.in_(within))
    words = fold(choice.searched).split()
    schools = {
        unit_id: one
        for unit_id, one in region_schools(uow, within=within).items()
        if one.side is UnitSide.PO and one.takes_part and _has(one, words)
    }
    # A database takes only so many names at once, and is quicker with all than with most.
    counted = count_by_unit(uow, schools if len(schools) <= MANY else None)
    return [_Counted(one, counted.get(unit_id, _NONE)) for unit_id, one in schools.items()]


def _chosen(lines: Iterable[_Counted], choice: Choice) -> list[_Counted]:
    return sorted(filter(_TESTS[choice.only], lines), key=_ORDER[choice.sort])


def _has(school: RegionSchool, words: Iterable[str]) -> bool:
    name = fold(f"{school.name} {school.place}")
    return all(word in name for word in words)


class _ToCall(NamedTuple):
    """A call that was not given its school yet, in the order in which they are made."""

    order: int
    fewer: int
    """The number, negative: the most first."""
    name: str
    unit_id: str
    why: Why


def _calls(
    uow: UnitOfWork, standing: Standing, waiting: Mapping[str, int], *, own: Collection[str] | None
) -> list[_ToCall]:
    """All of them. `own`: whose schools they are about; a secondary school that is nobody's is everybody's to ring."""
    # Before the applications are in, nobody is asked where a child applied.
    today = local_day(uow.clock.now())
    asks = today >= default_calendar(watched_year(today)).first_check_on
    order = {why: place for place, why in enumerate(Why)}
    found = [
        _ToCall(order[why], -number, name, unit_id, why)
        for unit_id, name, back, nowhere in standing.to_call()
        for why, number in ((Why.BACK, back), (Why.NOWHERE, nowhere if asks else 0))
        if number
    ]
    receivers = select(Unit.id, Unit.name).where(
        Unit.id.in_(waiting), Unit.status.in_((UnitStatus.INVITED, UnitStatus.ENROLLED)), Unit.side != UnitSide.SWV
    )
    if own is not None:
        nobodys = (Unit.side == UnitSide.VO) & Unit.id.not_in(divided(uow))
        receivers = receivers.where(Unit.id.in_(own) | nobodys)
    found += [
        _ToCall(order[Why.LATE], -waiting[unit_id], name, unit_id, Why.LATE)
        for unit_id, name in uow.session.execute(receivers)
    ]
    return sorted(found)


def _named(uow: UnitOfWork, calls: Sequence[_ToCall]) -> list[Call]:
    schools = region_schools(uow, unit_ids={one.unit_id for one in calls})
    return [Call(why=one.why, number=-one.fewer, school=schools[one.unit_id]) for one in calls]

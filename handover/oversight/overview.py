"""The first page of the samenwerkingsverband: how far the region is, school by school, and whom to ring today."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from handover.db.unit_of_work import UnitOfWork
from handover.oversight.attention import attention
from handover.oversight.bocs import boc_of, schools_of
from handover.oversight.counting import Counts, Shown, count_by_unit, waiting_at, watched_year
from handover.oversight.schools import Outside, RegionSchool, guests_of, not_invited, region_schools
from handover.policy import Action, Actor, Subject, require
from handover.schools.calendar import region_days
from handover.schools.model import UnitSide
from handover.terms.clock import local_day
from handover.terms.folding import fold
from handover.terms.schooljaar import default_calendar

PART = 120
"""Schools on one page: all of a region."""
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
    calls: Sequence[Call]
    invited: Sequence[RegionSchool]
    """Primary schools that were asked and have not come in."""
    outside: Sequence[Outside]
    guests: int
    """Children of primary schools that take no part, of whom a secondary school has the dossier, or entered it."""
    mine: int
    """How many schools are the visitor's own."""
    without_boc: int
    stuck: int
    """Lines of the list of children who may fall between two schools."""

    @property
    def schools_to_call(self) -> int:
        """How many schools the calls are to."""
        return len({call.school.id for call in self.calls})


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
    known, counted, of = region_schools(uow), count_by_unit(uow), boc_of(uow)
    own = schools_of(uow, actor)
    if choice.mine and own:
        # A secondary school that is nobody's is everybody's to ring.
        known = {
            unit_id: one
            for unit_id, one in known.items()
            if unit_id in own or (one.side is UnitSide.VO and unit_id not in of)
        }
    primary = [one for one in known.values() if one.side is UnitSide.PO]
    lines = [_Counted(one, counted.get(one.id, _NONE)) for one in primary if one.takes_part]
    by_municipality = _by_municipality(lines)
    found, chosen = attention(uow, actor), _chosen(lines, choice)
    parts = max(1, -(-len(chosen) // PART))
    first = PART * (min(max(choice.part, 1), parts) - 1)
    return Overview(
        year=watched_year(local_day(now)).name,
        now=now,
        long_wait=days.long_wait,
        whole=_line("", Counts.of(by_municipality.values())),
        municipalities=[_line(name, counts) for name, counts in by_municipality.items()],
        schools=[_line(line.school.name, line.counts, line.school) for line in chosen[first : first + PART]],
        part=first // PART + 1,
        parts=parts,
        chosen=len(chosen),
        calls=_calls(lines, known, waiting_at(uow, days.long_wait), local_day(now)),
        invited=[one for one in primary if not one.takes_part],
        outside=not_invited(uow),
        guests=Counts.of(counted[one] for one in guests_of(uow) if one in counted).sent,
        mine=len(own),
        without_boc=sum(1 for unit_id in known if unit_id not in of),
        stuck=(found.about(own) if choice.mine and own else found).count,
    )


def _line(name: str, counts: Counts, school: RegionSchool | None = None) -> Line:
    return Line(name=name, counts=counts.shown, school=school)


def _by_municipality(lines: Iterable[_Counted]) -> dict[str, Counts]:
    schools: dict[str, list[Counts]] = {}
    for school, counts in lines:
        schools.setdefault(school.municipality, []).append(counts)
    return {name: Counts.of(counts) for name, counts in schools.items()}


def _chosen(lines: Iterable[_Counted], choice: Choice) -> list[_Counted]:
    words = fold(choice.searched).split()

    def is_wanted(line: _Counted) -> bool:
        return (
            choice.municipality in {"", line.school.municipality}
            and (not words or _has(line.school, words))
            and _TESTS[choice.only](line)
        )

    return sorted(filter(is_wanted, lines), key=_ORDER[choice.sort])


def _has(school: RegionSchool, words: Iterable[str]) -> bool:
    name = fold(f"{school.name} {school.place}")
    return all(word in name for word in words)


def _calls(
    lines: Iterable[_Counted], known: Mapping[str, RegionSchool], waiting: Mapping[str, int], today: date
) -> list[Call]:
    # Before the applications are in, nobody is asked where a child applied.
    asks = today >= default_calendar(watched_year(today)).first_check_on
    found: list[Call] = []
    for line in lines:
        if line.counts.back:
            found.append(Call(why=Why.BACK, number=line.counts.back, school=line.school))
        if line.counts.nowhere and asks:
            found.append(Call(why=Why.NOWHERE, number=line.counts.nowhere, school=line.school))
    found += [
        Call(why=Why.LATE, number=number, school=known[unit_id])
        for unit_id, number in waiting.items()
        if unit_id in known
    ]
    order = {why: place for place, why in enumerate(Why)}
    return sorted(found, key=lambda call: (order[call.why], -call.number, call.school.name))

"""What the samenwerkingsverband must look at: who may fall between two schools. By reference, never by name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from handover.bundles.announcing import STANDING, season_start
from handover.bundles.closed_schools import Concerns, at_closed
from handover.bundles.passing import STUCK
from handover.bundles.readiness import ENDED
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Announcement, Application, Leaver
from handover.leavers.passage_model import PassageRow
from handover.policy import Action, Actor, Subject, require
from handover.schools.calendar import region_days
from handover.schools.model import Location, Unit, UnitLocation
from handover.terms.clock import local_day
from handover.terms.destination import Announced, Passage
from handover.terms.schooldag import schooldagen_since


@dataclass(frozen=True, kw_only=True)
class School:
    """A school as somebody who calls must know it; `telephone` where the register has it."""

    name: str
    place: str
    telephone: str = ""


@dataclass(frozen=True, kw_only=True)
class Double:
    """A child whom more than one secondary school says to have."""

    reference: str
    sender: School
    receivers: Sequence[School]
    units: frozenset[str]
    """Ids of these schools."""


@dataclass(frozen=True, kw_only=True)
class Stuck:
    """An announcement that leads to no dossier: nobody answers, nobody takes part, or nobody knows the child."""

    state: Announced
    takes_part: bool
    receiver: School
    sender: School
    since: date
    waited: int
    """School days."""
    units: frozenset[str]
    """Ids of both schools, as far as they take part."""


@dataclass(frozen=True, kw_only=True)
class Closed:
    """A school that the open register no longer has, with children on their way to it, or from it."""

    school: School
    closed_on: date
    goes_there: bool
    """They go there; otherwise they come from there."""
    call: School
    """The school at the other end."""
    references: Sequence[str]
    announced: int
    """Applications of children whom nobody has recognised."""
    units: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Passing:
    """A child that left for another primary school, which has not said that it knows the child."""

    reference: str
    state: Passage
    sender: School
    to: School | None
    """None: a school that is not in the register."""
    since: date
    waited: int
    """School days."""
    units: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Attention:
    """All of it, the longest waiting first."""

    long_wait: int
    """School days without an answer, after which somebody calls."""
    doubles: Sequence[Double]
    unanswered: Sequence[Stuck]
    unknown: Sequence[Stuck]
    absent: Sequence[Stuck]
    """The primary school takes no part."""
    closed: Sequence[Closed]
    passing: Sequence[Passing]

    @property
    def count(self) -> int:
        """How many lines there are."""
        lists = (self.doubles, self.unanswered, self.unknown, self.absent, self.closed, self.passing)
        return sum(map(len, lists))

    def about(self, units: frozenset[str]) -> Attention:
        """What concerns one of these schools."""
        return Attention(
            long_wait=self.long_wait,
            doubles=[one for one in self.doubles if one.units & units],
            unanswered=[one for one in self.unanswered if one.units & units],
            unknown=[one for one in self.unknown if one.units & units],
            absent=[one for one in self.absent if one.units & units],
            closed=[one for one in self.closed if one.units & units],
            passing=[one for one in self.passing if one.units & units],
        )


def attention(uow: UnitOfWork, actor: Actor) -> Attention:
    """What the region must look at today.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    require(actor, Action.SEE_REGION, Subject())
    stuck, long = _stuck(uow), region_days(uow).long_wait
    return Attention(
        long_wait=long,
        doubles=_doubles(uow),
        unanswered=[one for one in stuck if one.state is Announced.ASKED and one.takes_part and one.waited > long],
        unknown=[one for one in stuck if one.state is Announced.UNKNOWN],
        absent=[one for one in stuck if one.state is Announced.ASKED and not one.takes_part],
        closed=_closed(uow),
        passing=_passing(uow),
    )


def _passing(uow: UnitOfWork) -> list[Passing]:
    today = local_day(uow.clock.now())
    rows = uow.session.execute(
        select(PassageRow, Leaver, Location)
        .join(Leaver, Leaver.id == PassageRow.leaver_id)
        .outerjoin(Location, Location.brin6 == PassageRow.brin6)
        .where(PassageRow.state.in_(STUCK | {Passage.BACK}), PassageRow.begun_at >= season_start(uow))
        .order_by(PassageRow.begun_at, PassageRow.id)
    ).all()
    units = _units(uow, {leaver.unit_id for _row, leaver, _to in rows})
    return [
        Passing(
            reference=leaver.reference,
            state=row.state,
            sender=units[leaver.unit_id],
            to=School(name=to.name, place=to.place, telephone=to.telephone) if row.brin6 else None,
            since=local_day(row.begun_at),
            waited=schooldagen_since(local_day(row.begun_at), today),
            units=frozenset({leaver.unit_id, *([row.unit_id] if row.unit_id else [])}),
        )
        for row, leaver, to in rows
    ]


def _closed(uow: UnitOfWork) -> list[Closed]:
    rows = at_closed(uow)
    units = _units(uow, {row.unit_id for row in rows})
    serves = select(UnitLocation.brin6, UnitLocation.unit_id)
    served = uow.session.execute(serves.where(UnitLocation.brin6.in_({row.location.brin6 for row in rows})))
    of = {row[0]: row[1] for row in served}
    return [
        Closed(
            school=School(name=row.location.name, place=row.location.place, telephone=row.location.telephone),
            closed_on=row.location.closed_on,
            goes_there=row.concerns is Concerns.GOES_THERE,
            call=units[row.unit_id],
            references=row.references,
            announced=row.announced,
            units=frozenset({row.unit_id, of.get(row.location.brin6, row.unit_id)}),
        )
        for row in rows
        if row.location.closed_on is not None
    ]


def _doubles(uow: UnitOfWork) -> list[Double]:
    rows = uow.session.execute(
        select(Leaver.id, Leaver.reference, Leaver.unit_id, Announcement.receiver_unit_id)
        .join(Announcement, Announcement.leaver_id == Leaver.id)
        .join(Application, Application.id == Announcement.application_id)
        .where(
            Announcement.state.in_(STANDING),
            Announcement.announced_at >= season_start(uow),
            Application.outcome.not_in(ENDED),
            Leaver.ended_as.is_(None),
        )
        .distinct()
        .order_by(Leaver.reference)
    ).all()
    at: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        at[row.id].append(row)
    several = [found for found in at.values() if len(found) > 1]
    units = _units(uow, {unit for found in several for row in found for unit in (row.unit_id, row.receiver_unit_id)})
    return [
        Double(
            reference=found[0].reference,
            sender=units[found[0].unit_id],
            receivers=[units[row.receiver_unit_id] for row in found],
            units=frozenset({found[0].unit_id, *(row.receiver_unit_id for row in found)}),
        )
        for found in several
    ]


def _stuck(uow: UnitOfWork) -> list[Stuck]:
    today = local_day(uow.clock.now())
    rows = uow.session.scalars(
        select(Announcement)
        .where(
            Announcement.state.in_({Announced.ASKED, Announced.UNKNOWN}),
            Announcement.announced_at >= season_start(uow),
        )
        .order_by(Announcement.announced_at, Announcement.id)
    ).all()
    units = _units(uow, {row.receiver_unit_id for row in rows} | {row.sender_unit_id for row in rows})
    brins = {row.sender_brin for row in rows if row.sender_brin}
    places = {one.brin6: one for one in uow.session.scalars(_of(Location, Location.brin6, brins))}
    found = []
    for row in rows:
        place = places.get(row.sender_brin or "")
        sender = (
            School(name=place.name, place=place.place, telephone=place.telephone)
            if place
            else units[row.sender_unit_id or ""]
        )
        since = local_day(row.announced_at)
        found.append(
            Stuck(
                state=row.state,
                takes_part=row.sender_unit_id is not None,
                receiver=units[row.receiver_unit_id],
                sender=sender,
                since=since,
                waited=schooldagen_since(since, today),
                units=frozenset({row.receiver_unit_id, *([row.sender_unit_id] if row.sender_unit_id else [])}),
            )
        )
    return found


def _units(uow: UnitOfWork, ids: Iterable[str | None]) -> dict[str, School]:
    rows = uow.session.scalars(_of(Unit, Unit.id, ids))
    return {one.id: School(name=one.name, place=one.place) for one in rows}


def _of(kind: type[Any], key: Any, wanted: Iterable[str | None]) -> Select[Any]:
    return select(kind).where(key.in_([one for one in wanted if one]))

"""What the samenwerkingsverband must look at: who may fall between two schools. By reference, never by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import literal, select

from handover.bundles.announcing import STANDING, season_start
from handover.bundles.closed_schools import Concerns, at_closed
from handover.bundles.handovers import under_way
from handover.bundles.model import Handover
from handover.bundles.one_of_two import Because, surplus_of
from handover.bundles.pairs import UNDER_WAY, doubles_among
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

_Row = TypeVar("_Row", Unit, Location)


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
class Pair:
    """A child whose dossier lies at two schools, of which one is to let go of it."""

    reference: str
    because: Because
    sender: School
    """Who is to do it, and is called."""
    to_let_go: School
    units: frozenset[str]
    """Ids of all three."""


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
    pairs: Sequence[Pair]
    unanswered: Sequence[Stuck]
    unknown: Sequence[Stuck]
    absent: Sequence[Stuck]
    """The primary school takes no part."""
    closed: Sequence[Closed]
    passing: Sequence[Passing]

    @property
    def count(self) -> int:
        """How many lines there are."""
        lists = (self.doubles, self.pairs, self.unanswered, self.unknown, self.absent, self.closed, self.passing)
        return sum(map(len, lists))

    def about(self, units: frozenset[str]) -> Attention:
        """What concerns one of these schools."""
        return Attention(
            long_wait=self.long_wait,
            doubles=[one for one in self.doubles if one.units & units],
            pairs=[one for one in self.pairs if one.units & units],
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
        pairs=_pairs(uow, long),
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
    if not rows:
        return []
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
    applied = uow.session.scalars(
        select(Application)
        .join(Announcement, Announcement.application_id == Application.id)
        .join(Leaver, Leaver.id == Announcement.leaver_id)
        .where(
            Announcement.state.in_(STANDING),
            Announcement.announced_at >= season_start(uow),
            Application.outcome.not_in(ENDED),
            Leaver.ended_as.is_(None),
        )
        .order_by(Application.created_at, Application.id)
    ).all()
    several = doubles_among(uow, applied)
    if not several:
        return []
    leavers = uow.session.scalars(select(Leaver).where(Leaver.id.in_(several)).order_by(Leaver.reference)).all()
    units = _units(uow, {*(leaver.unit_id for leaver in leavers), *(unit for ids in several.values() for unit in ids)})
    return [
        Double(
            reference=leaver.reference,
            sender=units[leaver.unit_id],
            receivers=[units[unit_id] for unit_id in several[leaver.id]],
            units=frozenset({leaver.unit_id, *several[leaver.id]}),
        )
        for leaver in leavers
    ]


def _pairs(uow: UnitOfWork, long_wait: int) -> list[Pair]:
    """Children at two schools of whom it is known that one is to go, and it did not."""
    today = local_day(uow.clock.now())
    # Of two one takes the second place. Written out: a bound value does not lead SQLite to the index of these few.
    second = literal(1, literal_execute=True)
    ids = uow.session.scalars(
        select(Handover.leaver_id).where(Handover.place == second, Handover.status.in_(UNDER_WAY))
    ).all()
    if not ids:
        return []
    leavers = uow.session.scalars(select(Leaver).where(Leaver.id.in_(ids)).order_by(Leaver.reference)).all()
    late = []
    for leaver in leavers:
        both = under_way(uow, leaver.id)
        surplus = surplus_of(uow, both)
        confirmed = next((one.confirmed_at for one in both if one.confirmed_at is not None), None)
        # When a TLV was decided is not kept: of those somebody rings at once.
        if surplus is None or (confirmed and schooldagen_since(local_day(confirmed), today) <= long_wait):
            continue
        late.append((leaver, surplus, both))
    units = _units(uow, {unit for leaver, _one, both in late for unit in (leaver.unit_id, *_receivers(both))})
    return [
        Pair(
            reference=leaver.reference,
            because=surplus.because,
            sender=units[leaver.unit_id],
            to_let_go=units[surplus.handover.receiver_unit_id],
            units=frozenset({leaver.unit_id, *_receivers(both)}),
        )
        for leaver, surplus, both in late
    ]


def _receivers(handovers: Iterable[Handover]) -> list[str]:
    return [one.receiver_unit_id for one in handovers]


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
    places = {one.brin6: one for one in _of(uow, Location, Location.brin6, brins)}
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
    rows = _of(uow, Unit, Unit.id, ids)
    return {one.id: School(name=one.name, place=one.place) for one in rows}


def _of(uow: UnitOfWork, kind: type[_Row], key: Any, wanted: Iterable[str | None]) -> Sequence[_Row]:
    ids = {one for one in wanted if one}
    return uow.session.scalars(select(kind).where(key.in_(ids))).all() if ids else ()

"""How many children of each primary school are how far: as it was counted, and afresh where that may be wrong.

What is stored is made by `recount` from the rows, never added to. Who reads takes the schools that are marked
(`db/counted.py`) from the rows, so that nothing is ever behind; the worker counts them again within a minute, so that
few are marked. How many wait too long depends on the day, and is asked of the rows each time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from handover.bundles.announcing import STILL_WATCHED
from handover.bundles.model import Handover
from handover.bundles.readiness import ENDED
from handover.bundles.state import ELSEWHERE, LIVE, HandoverStatus
from handover.db.counted import StaleCount
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Application, Leaver
from handover.oversight.count_model import SchoolCount
from handover.schools.calendar import region_days
from handover.terms.clock import AMSTERDAM, local_day
from handover.terms.destination import LeaverEnd
from handover.terms.schooldag import schooldagen_ago
from handover.terms.schooljaar import Schooljaar

SMALL = 3
"""With fewer children a number of one state is that child's: only what somebody must call about is shown then."""


class Counts(NamedTuple):
    """Children by how far they are; each stands in one of the states, `late` is about `offered`.

    A tuple, because a national year makes and adds up thousands of them for one page.
    """

    preparing: int = 0
    """Not sent; an application is known."""
    nowhere: int = 0
    """Not sent, and nobody knows of an application that still stands."""
    back: int = 0
    """Declined, taken back or let go, and nothing was sent since."""
    offered: int = 0
    accepted: int = 0
    confirmed: int = 0
    elsewhere: int = 0
    """Their story ended without a secondary school. Why is nobody's business here."""
    late: int = 0
    """Offered to a school, and waiting there longer than the region's `long_wait`; another may have it already."""

    @property
    def total(self) -> int:
        """All children who are, or were, leaving."""
        return sum(self) - self.late

    @property
    def going(self) -> int:
        """Those of whom a dossier must arrive."""
        return self.total - self.elsewhere

    @property
    def sent(self) -> int:
        """Those whose dossier is on its way or there."""
        return self.offered + self.accepted + self.confirmed

    @property
    def unsent(self) -> int:
        """Those whose dossier is nowhere yet."""
        return self.going - self.sent

    @property
    def share(self) -> int:
        """Per cent of what must arrive that was sent; 100 where nothing must."""
        return share_of(self.sent, self.going)

    @property
    def calls(self) -> int:
        """Those about whom somebody should call."""
        return self.late + self.back + self.nowhere

    @property
    def is_small(self) -> bool:
        """Whether these are so few that a state would be a child's."""
        return 0 < self.total < SMALL

    @property
    def shown(self) -> Shown:
        """What of this may be told."""
        if self.is_small:
            return self.hidden
        return Shown(
            total=self.total,
            untold=0,
            late=self.late,
            back=self.back,
            nowhere=self.nowhere,
            unsent=self.unsent,
            offered=self.offered,
            accepted=self.accepted,
            confirmed=self.confirmed,
            elsewhere=self.elsewhere,
        )

    @property
    def hidden(self) -> Shown:
        """What is told of the smallest school: that it has children, and what somebody must call about."""
        return Shown(total=self.total, untold=self.total, late=self.late, back=self.back, nowhere=self.nowhere)

    @classmethod
    def of(cls, many: Iterable[Counts]) -> Counts:
        """All of them together."""
        each = list(many)
        return each[0] if len(each) == 1 else cls(*map(sum, zip(*each, strict=True)))


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What somebody of the region sees of `Counts`: page and API have nothing else. None: it would be one child's."""

    total: int
    untold: int
    """Of these only what somebody must call about is told: children of schools so small that a number is a child."""
    late: int
    back: int
    nowhere: int
    unsent: int | None = None
    offered: int | None = None
    accepted: int | None = None
    confirmed: int | None = None
    elsewhere: int | None = None

    @property
    def is_small(self) -> bool:
        """Whether only what somebody must call about is told."""
        return self.unsent is None

    @property
    def going(self) -> int | None:
        """Those of whom a dossier must arrive."""
        return None if self.elsewhere is None else self.total - self.untold - self.elsewhere

    @property
    def sent(self) -> int | None:
        """Those whose dossier is on its way or there."""
        return None if self.going is None or self.unsent is None else self.going - self.unsent

    @property
    def share(self) -> int | None:
        """Per cent of what must arrive that was sent, as `Counts` has it."""
        if self.going is None or self.sent is None:
            return None
        return share_of(self.sent, self.going)


STORED = tuple(name for name in Counts._fields if name != "late")
"""What is kept of each school; the rest is asked each time."""
_AT_ONCE = 1000
"""Schools in one query: a database takes only so many values in one."""


def share_of(sent: int, going: int) -> int:
    """Per cent that was sent; 100 where nothing must be."""
    return 100 * sent // going if going else 100


def watched_year(today: date) -> Schooljaar:
    """The school year whose leavers are watched: until the first of October the one before."""
    return Schooljaar.of(today - STILL_WATCHED)


def late_before(today: date, days: int) -> datetime:
    """What was offered before this instant waits longer than so many school days."""
    return datetime.combine(schooldagen_ago(days + 1, today) + timedelta(days=1), time.min, tzinfo=AMSTERDAM)


def count_by_unit(uow: UnitOfWork, unit_ids: Collection[str] | None = None) -> Mapping[str, Counts]:
    """The leavers of the watched year by their primary school's id; of these schools, or None for all."""
    if unit_ids is not None and not unit_ids:
        return {}
    today = local_day(uow.clock.now())
    year, late = watched_year(today), late_before(today, region_days(uow).long_wait)
    # The marks first: a school that changes after this is seen as it was a moment ago, whole.
    stale = marked(uow)
    if unit_ids is not None:
        stale &= frozenset(unit_ids)
    found = {unit_id: counts for unit_id, counts in _stored(uow, year, unit_ids).items() if unit_id not in stale}
    found |= {unit_id: counts for (unit_id, _), counts in count_afresh(uow, {year}, stale).items()}
    for unit_id, number in _numbers(uow, late_of(late, year)).items():
        if unit_id in found:
            found[unit_id] = found[unit_id]._replace(late=number)
    return found


def waiting_at(uow: UnitOfWork, days: int) -> Mapping[str, int]:
    """How many dossiers wait longer than so many school days to be received, by the secondary school's unit."""
    return _numbers(uow, _late_by(Handover.receiver_unit_id, late_before(local_day(uow.clock.now()), days)))


def marked(uow: UnitOfWork) -> frozenset[str]:
    """The schools whose stored counts may be wrong."""
    return frozenset(uow.session.scalars(select(StaleCount.unit_id).distinct()))


def count_afresh(
    uow: UnitOfWork, years: Collection[Schooljaar], unit_ids: Collection[str] | None = None
) -> dict[tuple[str, Schooljaar], Counts]:
    """What the rows say, by school and school year; without `late`. `unit_ids`: None for all."""
    names = [year.name for year in years]
    chunks: Iterable[Collection[str] | None] = [None] if unit_ids is None else in_parts(unit_ids)
    found: dict[tuple[str, Schooljaar], Counts] = {}
    for chunk in chunks:
        for unit_id, year, state, number in uow.session.execute(_grouped(names, chunk)):
            key = (unit_id, Schooljaar.parse(year))
            found[key] = found.get(key, Counts())._replace(**{state: number})
    return found


def in_parts(unit_ids: Collection[str]) -> Iterator[Sequence[str]]:
    """So many as one query may name."""
    ids = sorted(unit_ids)
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def late_of(late: datetime, year: Schooljaar) -> Select[Any]:
    """Dossiers of children of this year that wait since before an instant: `unit_id` of the sender, and `number`."""
    # The child's own: it may have gone to a group of another year since its dossier was sent. Looked up for each that
    # waits: PostgreSQL would read every child of the year to join a few thousand.
    own = select(Leaver.school_year).where(Leaver.id == Handover.leaver_id).scalar_subquery()
    return _late_by(Handover.sender_unit_id, late).where(own == year.name)


def _stored(uow: UnitOfWork, year: Schooljaar, unit_ids: Collection[str] | None) -> dict[str, Counts]:
    columns = [getattr(SchoolCount, name) for name in STORED]
    query = select(SchoolCount.unit_id, *columns).where(SchoolCount.school_year == year.name)
    parts = [query] if unit_ids is None else [query.where(SchoolCount.unit_id.in_(one)) for one in in_parts(unit_ids)]
    # In the order of the fields, of which the one that is not stored is the last.
    return {unit_id: Counts(*numbers) for part in parts for unit_id, *numbers in uow.session.execute(part)}


def _numbers(uow: UnitOfWork, query: Select[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in uow.session.execute(query)}


def _late_by(side: InstrumentedAttribute[str], late: datetime) -> Select[Any]:
    """Dossiers that wait since before this instant, by one side of the handover."""
    # Written out in the statement: a bound value does not lead SQLite to the index of what is offered.
    offered = literal(HandoverStatus.OFFERED, Handover.status.type, literal_execute=True)
    # A child whose dossier waits at two schools is one of its primary school's, and one of each of the others'.
    number = func.count(Handover.leaver_id.distinct()).label("number")
    # Not the column itself: SQLite would go through an index of it for the order, and not through that of what waits.
    unit_id = side.concat("")
    waits = select(unit_id.label("unit_id"), number).select_from(Handover)
    return cast("Select[Any]", waits.where(Handover.status == offered, Handover.offered_at < late).group_by(unit_id))


def _grouped(years: Collection[str], unit_ids: Collection[str] | None) -> Select[Any]:
    first, second = aliased(Handover), aliased(Handover)
    # A slip of the pen, or what never left, is nothing that came back.
    sent_before = exists().where(
        Handover.leaver_id == Leaver.id, Handover.offered_at.is_not(None), Handover.origin.not_in(ELSEWHERE)
    )
    applied = exists().where(Application.leaver_id == Leaver.id, Application.outcome.not_in(ENDED))
    state = case(
        (Leaver.ended_as.is_not(None), "elsewhere"),
        # Of two handovers the one that is furthest counts, so that a child counts once.
        *(
            (or_(first.status == status, second.status == status), status.value)
            for status in (HandoverStatus.CONFIRMED, HandoverStatus.ACCEPTED, HandoverStatus.OFFERED)
        ),
        (or_(first.id.is_not(None), second.id.is_not(None)), "preparing"),
        (sent_before, "back"),
        (applied, "preparing"),
        else_="nowhere",
    ).label("state")
    # A query within, so that the state is worked out once for each child.
    each = (
        select(Leaver.unit_id, Leaver.school_year, state)
        .outerjoin(first, _lives(first, place=0))
        .outerjoin(second, _lives(second, place=1))
        .where(
            Leaver.school_year.in_(years),
            or_(Leaver.ended_as.is_(None), Leaver.ended_as != LeaverEnd.MISTAKE),
            *([Leaver.unit_id.in_(unit_ids)] if unit_ids is not None else []),
        )
        .subquery()
    )
    by = (each.c.unit_id, each.c.school_year, each.c.state)
    return select(*by, func.count().label("number")).group_by(*by)


def _lives(handover: type[Handover], *, place: int) -> ColumnElement[bool]:
    return and_(handover.leaver_id == Leaver.id, handover.place == place, handover.status.in_(LIVE))

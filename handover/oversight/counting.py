"""How many children of each primary school are how far. Counted by the database: one query, whatever their number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from handover.bundles.announcing import STILL_WATCHED
from handover.bundles.model import Handover
from handover.bundles.readiness import ENDED
from handover.bundles.state import ELSEWHERE, LIVE, HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Application, Leaver
from handover.schools.calendar import region_days
from handover.terms.clock import AMSTERDAM, local_day
from handover.terms.destination import LeaverEnd
from handover.terms.schooldag import schooldagen_ago
from handover.terms.schooljaar import Schooljaar

SMALL = 3
"""With fewer children a number of one state is that child's: only what somebody must call about is shown then."""


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Children by how far they are; each stands in one of the states, `late` is about `offered`."""

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
    late: int = field(default=0, metadata={"of": "offered"})
    """Offered, and waiting longer than the region's `long_wait`."""

    @property
    def total(self) -> int:
        """All children who are, or were, leaving."""
        return sum(getattr(self, one.name) for one in fields(self) if not one.metadata)

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
        return 100 * self.sent // self.going if self.going else 100

    @property
    def calls(self) -> int:
        """Those about whom somebody should call."""
        return self.late + self.back + self.nowhere

    @property
    def is_small(self) -> bool:
        """Whether these are so few that a state would be a child's."""
        return 0 < self.total < SMALL

    def __add__(self, other: Counts) -> Counts:
        """Both together."""
        return Counts(**{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(self)})


def watched_year(today: date) -> Schooljaar:
    """The school year whose leavers are watched: until the first of October the one before."""
    return Schooljaar.of(today - STILL_WATCHED)


def late_before(today: date, days: int) -> datetime:
    """What was offered before this instant waits longer than so many school days."""
    return datetime.combine(schooldagen_ago(days + 1, today) + timedelta(days=1), time.min, tzinfo=AMSTERDAM)


def count_by_unit(uow: UnitOfWork) -> Mapping[str, Counts]:
    """The leavers of the watched year by their primary school's id."""
    today = local_day(uow.clock.now())
    late = late_before(today, region_days(uow).long_wait)
    found: dict[str, Counts] = {}
    for row in uow.session.execute(_grouped(watched_year(today), late)):
        counted = replace(Counts(), **{row.state: row.number})
        if row.state == "offered":
            counted = replace(counted, late=row.late)
        found[row.unit_id] = found.get(row.unit_id, Counts()) + counted
    return found


def waiting_at(uow: UnitOfWork, days: int) -> Mapping[str, int]:
    """How many dossiers wait longer than so many school days to be received, by the secondary school's unit."""
    late = late_before(local_day(uow.clock.now()), days)
    rows = uow.session.execute(
        select(Handover.receiver_unit_id, func.count())
        .where(Handover.status == HandoverStatus.OFFERED, Handover.offered_at < late)
        .group_by(Handover.receiver_unit_id)
    )
    return {row[0]: row[1] for row in rows}


def _grouped(year: Schooljaar, late: datetime) -> Select[Any]:
    live = aliased(Handover)
    # A slip of the pen, or what never left, is nothing that came back.
    sent_before = exists().where(
        Handover.leaver_id == Leaver.id, Handover.offered_at.is_not(None), Handover.origin.not_in(ELSEWHERE)
    )
    applied = exists().where(Application.leaver_id == Leaver.id, Application.outcome.not_in(ENDED))
    state = case(
        (Leaver.ended_as.is_not(None), "elsewhere"),
        (live.status == HandoverStatus.CONFIRMED, "confirmed"),
        (live.status == HandoverStatus.ACCEPTED, "accepted"),
        (live.status == HandoverStatus.OFFERED, "offered"),
        (live.id.is_not(None), "preparing"),
        (sent_before, "back"),
        (applied, "preparing"),
        else_="nowhere",
    ).label("state")
    # A query within, so that the state is worked out once for each child.
    each = (
        select(Leaver.unit_id, state, live.offered_at)
        .outerjoin(live, and_(live.leaver_id == Leaver.id, live.status.in_(LIVE)))
        .where(
            Leaver.school_year == year.name,
            or_(Leaver.ended_as.is_(None), Leaver.ended_as != LeaverEnd.MISTAKE),
        )
        .subquery()
    )
    return select(
        each.c.unit_id,
        each.c.state,
        func.count().label("number"),
        func.coalesce(func.sum(case((each.c.offered_at < late, 1), else_=0)), 0).label("late"),
    ).group_by(each.c.unit_id, each.c.state)

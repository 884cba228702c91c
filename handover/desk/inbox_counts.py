"""How many dossiers wait at a secondary school: by status only, so that a menu may ask on every page."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType

from sqlalchemy import and_, case, func, select

from handover.bundles.model import Handover
from handover.bundles.state import HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.schools.calendar import region_days
from handover.terms.clock import AMSTERDAM, local_day
from handover.terms.schooldag import schooldagen_ago

_S = HandoverStatus


class Tab(StrEnum):
    """The steps of the inbox, in the order in which they stand there."""

    NEW = "nieuw"
    RECEIVED = "ontvangen"
    CONFIRMED = "bevestigd"
    ENDED = "teruggegeven"
    ALL = "alles"


STATUSES: Mapping[Tab, frozenset[HandoverStatus]] = MappingProxyType(
    {
        Tab.NEW: frozenset({_S.OFFERED}),
        Tab.RECEIVED: frozenset({_S.ACCEPTED}),
        Tab.CONFIRMED: frozenset({_S.CONFIRMED}),
        Tab.ENDED: frozenset({_S.DECLINED, _S.WITHDRAWN, _S.RELEASED, _S.CLOSED, _S.DESTROYED}),
        Tab.ALL: frozenset(_S) - {_S.DRAFT, _S.SEALING},
    }
)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """Of one unit: by status, and how many of the new ones have waited long."""

    by_status: Mapping[HandoverStatus, int] = field(default_factory=dict)
    long_waiting: int = 0
    marked_after: int = 0
    """School days; longer is long."""

    def of(self, tab: Tab) -> int:
        """How many stand on that tab."""
        return sum(count for status, count in self.by_status.items() if status in STATUSES[tab])


def marked_after(uow: UnitOfWork) -> int:
    """School days; what waits longer than this is marked: a day before the samenwerkingsverband calls."""
    return max(1, region_days(uow).long_wait - 1)


def counts(uow: UnitOfWork, unit_id: str) -> Counts:
    """What a unit received, by status. What was taken back before it was offered is none of the receiver's business."""
    days = marked_after(uow)
    waits_long = and_(Handover.status == HandoverStatus.OFFERED, Handover.offered_at < long_ago(uow, days))
    rows = uow.session.execute(
        select(Handover.status, func.count(), func.sum(case((waits_long, 1), else_=0)))
        .where(Handover.receiver_unit_id == unit_id, Handover.offered_at.is_not(None))
        .group_by(Handover.status)
    ).all()
    return Counts(
        by_status={status: count for status, count, _long in rows if status in STATUSES[Tab.ALL]},
        long_waiting=sum(waiting for _status, _count, waiting in rows),
        marked_after=days,
    )


def new_ones(uow: UnitOfWork, unit_ids: Collection[str]) -> dict[str, int]:
    """How many new dossiers wait, by unit; a unit without any is left out."""
    rows = uow.session.execute(
        select(Handover.receiver_unit_id, func.count())
        .where(Handover.receiver_unit_id.in_(unit_ids), Handover.status == HandoverStatus.OFFERED)
        .group_by(Handover.receiver_unit_id)
    )
    return dict(rows.all())


def long_ago(uow: UnitOfWork, days: int) -> datetime:
    """Before this instant: more than so many school days ago, so that it agrees with what each row says."""
    last = schooldagen_ago(days + 1, local_day(uow.clock.now()))
    return datetime.combine(last + timedelta(days=1), time.min, tzinfo=AMSTERDAM)

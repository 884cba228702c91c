"""Work that waits for somebody who holds a key: rows, and who knows how to do which kind.

A feature registers its runner once, in `app.py` or beside itself; this module need not know the features. What people
must do themselves, because words are compared, has no runner: pages list it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import structlog
from sqlalchemy import select

from handover.access.model import KeyWork
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, HandoverError
from handover.policy import Actor
from handover.rooms.errors import NoKey
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.schooldag import schooldagen_since
from keys.circle import Circle

log = structlog.get_logger(__name__)


class KeyWorkKind(StrEnum):
    """The kinds of this room; other rooms have their own words."""

    HAND_ON = "hand_on"  # subject: a person whose words are to be compared
    COMPLETE_SHEET = "complete_sheet"  # subject: a sheet whose words are to be compared
    ROTATE = "rotate"  # subject: a person who gets no new key, or nobody
    RESEAL = "reseal"  # what came for an old version before others saw the new card
    PUBLISH_CARD = "publish_card"


@dataclass(frozen=True, kw_only=True)
class Work:
    """One row."""

    id: str
    kind: str
    unit_id: str
    circle: Circle
    subject_id: str
    created_at: datetime

    def is_late(self, now: datetime, *, after: int) -> bool:
        """Whether it has waited more than so many school days that an admin should call somebody."""
        return schooldagen_since(local_day(self.created_at), local_day(now)) > after


Runner = Callable[[Services, Actor, Work], bool]
"""Does one piece of work in transactions of its own. True: done, or no longer needed. False, or NoKey: not by me."""

RUNNERS: dict[str, Runner] = {}


@dataclass(frozen=True, kw_only=True)
class RunReport:
    """How far a session came."""

    done: int
    left: int


def register(kind: str, runner: Runner) -> None:
    """Say how work of that kind is done; once."""
    if RUNNERS.setdefault(kind, runner) is not runner:
        msg = f"internal error: two runners for {kind}"
        raise AssertionError(msg)


def ask(uow: UnitOfWork, kind: str, *, unit_id: str, circle: Circle, subject_id: str = "") -> None:
    """Add work, unless the same is waiting already."""
    same = select(KeyWork.id).where(
        KeyWork.kind == kind,
        KeyWork.unit_id == unit_id,
        KeyWork.circle == circle,
        KeyWork.subject_id == subject_id,
        KeyWork.done_at.is_(None),
    )
    if uow.session.scalar(same.limit(1)) is None:
        uow.session.add(
            KeyWork(kind=kind, unit_id=unit_id, circle=circle, subject_id=subject_id, created_at=uow.clock.now())
        )
        uow.flush()


def settle(
    uow: UnitOfWork,
    kind: str,
    *,
    unit_id: str,
    circles: Collection[Circle],
    subject_id: str | None = None,
    by: str | None = None,
) -> None:
    """Strike waiting work that was done otherwise, or is no longer needed; `subject_id` None: of all subjects."""
    rows = select(KeyWork).where(
        KeyWork.kind == kind,
        KeyWork.unit_id == unit_id,
        KeyWork.circle.in_(circles),
        KeyWork.done_at.is_(None),
    )
    if subject_id is not None:
        rows = rows.where(KeyWork.subject_id == subject_id)
    for row in uow.session.scalars(rows):
        row.done_at, row.done_by = uow.clock.now(), by


def waiting(uow: UnitOfWork, unit_id: str) -> list[Work]:
    """What waits at a unit, the oldest first."""
    rows = uow.session.scalars(
        select(KeyWork)
        .where(KeyWork.unit_id == unit_id, KeyWork.done_at.is_(None))
        .order_by(KeyWork.created_at, KeyWork.id)
    )
    return [_work(row) for row in rows]


def waiting_for(uow: UnitOfWork, actor: Actor) -> list[Work]:
    """What waits for the keys that this person holds ("wacht op uw sleutel"), the oldest first."""
    units = dict.fromkeys(membership.unit_id for membership in actor.memberships)
    held = {unit_id: actor.keyring.circles(uow, unit_id) for unit_id in units}
    found = [work for unit_id in units for work in waiting(uow, unit_id) if work.circle in held[unit_id]]
    return sorted(found, key=lambda work: (work.created_at, work.id))


def run_for(services: Services, actor: Actor, *, limit: int = 50) -> RunReport:
    """Do what this person's keys can do without asking them, at most `limit` pieces; called at sign-in.

    A piece that fails stays waiting and is logged by its kind; it never keeps somebody out.
    """
    with services.uow() as uow:
        able = [work for work in waiting_for(uow, actor) if work.kind in RUNNERS]
    done = run(services, actor, able[:limit])
    return RunReport(done=done, left=len(able) - done)


def run(services: Services, actor: Actor, works: Collection[Work]) -> int:
    """Do these pieces, as far as this person's keys can; gives how many were done. What fails stays waiting."""
    return sum(_run(services, actor, work) for work in works)


def _run(services: Services, actor: Actor, work: Work) -> bool:
    try:
        if not RUNNERS[work.kind](services, actor, work):
            return False
        with services.uow() as uow:
            row = uow.session.get(KeyWork, work.id)
            if row is not None and row.done_at is None:
                row.done_at, row.done_by = uow.clock.now(), actor.person_id
                uow.commit()
    except (NoKey, Conflict):
        return False
    except HandoverError as error:
        log.warning("key_work_failed", kind=work.kind, error=error.code)
        return False
    return True


def _work(row: KeyWork) -> Work:
    return Work(
        id=row.id,
        kind=row.kind,
        unit_id=row.unit_id,
        circle=row.circle,
        subject_id=row.subject_id,
        created_at=row.created_at,
    )

"""Keeping a handover longer than its term: a complaint, a parent's request, somebody who looks into it."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import func, select

from handover.audit.log import record
from handover.bundles.destroying import WARNED_BEFORE, kept_until
from handover.bundles.events import HandoverKept, HandoverKeptNoLonger
from handover.bundles.hold_model import Hold
from handover.bundles.model import Handover
from handover.bundles.sides import Stand, stand
from handover.bundles.state import HandoverStatus, KeepReason
from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition, Invalid
from handover.policy import Action, Actor
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.msgid import msgid
from handover.terms.schooljaar import Schooljaar

LONGEST = timedelta(days=366)
"""From today; longer is said anew, by somebody who looked again."""


def keep(services: Services, actor: Actor, handover_id: str, *, until: date, because: KeepReason) -> None:
    """Keep it, for this school, until the end of that day at least. Said again by it, the last time counts.

    Raises:
        NotFound, NotAllowed: not for this actor.
        IllegalTransition: it was destroyed.
        Invalid: a day that has passed, or more than a year away.
    """
    with services.uow() as uow:
        at = _standing(uow, actor, handover_id)
        today = local_day(uow.clock.now())
        if not today < until <= today + LONGEST:
            raise Invalid(fields={"until": msgid("Kies een dag die nog komt, ten hoogste een jaar vanaf nu.")})
        uow.session.merge(Hold(handover_id=at.handover.id, unit_id=at.unit_id, until=until, because=because))
        at.handover.warned_at = None  # its term is another now, and is warned of anew
        record(uow, _told(HandoverKept, actor, at, until=until.isoformat(), because=because.value))
        uow.commit()


def keep_no_longer(services: Services, actor: Actor, handover_id: str) -> None:
    """Take back what this school said; what the other said stays. Twice is once.

    Raises:
        NotFound, NotAllowed: not for this actor.
        IllegalTransition: it was destroyed.
    """
    with services.uow() as uow:
        at = _standing(uow, actor, handover_id)
        hold = uow.session.get(Hold, (at.handover.id, at.unit_id))
        if hold is None:
            return
        uow.session.delete(hold)
        at.handover.warned_at = None
        record(uow, _told(HandoverKeptNoLonger, actor, at))
        uow.commit()


def holds_of(uow: UnitOfWork, handover_id: str) -> list[Hold]:
    """What schools keep it for, the latest last."""
    return list(uow.session.scalars(select(Hold).where(Hold.handover_id == handover_id).order_by(Hold.until)))


def held_until(uow: UnitOfWork) -> dict[str, date]:
    """Of all that a school keeps longer, by the handover's id: until when, the latest of both."""
    rows = uow.session.execute(select(Hold.handover_id, func.max(Hold.until)).group_by(Hold.handover_id))
    return {handover_id: until for handover_id, until in rows}  # noqa: C416  # a Row is a pair to who runs it


def last_day(uow: UnitOfWork, handover: Handover) -> date:
    """The last day on which it is certainly there, of one that has not ended; never sooner after the warning."""
    days = [
        kept_until(uow, Schooljaar.parse(handover.school_year)),
        *(hold.until for hold in holds_of(uow, handover.id)),
    ]
    if handover.warned_at is not None:
        days.append(local_day(handover.warned_at + WARNED_BEFORE))
    return max(days)


def _standing(uow: UnitOfWork, actor: Actor, handover_id: str) -> Stand:
    at = stand(uow, actor, handover_id, Action.KEEP)
    if at.handover.status is HandoverStatus.DESTROYED:
        raise IllegalTransition(status=at.handover.status)
    return at


def _told(
    kind: type[HandoverKept | HandoverKeptNoLonger], actor: Actor, at: Stand, **facts: str
) -> HandoverKept | HandoverKeptNoLonger:
    return kind(
        actor_id=actor.person_id,
        unit_id=at.unit_id,
        other_unit_id=at.other_unit_id,
        subject_kind="handover",
        subject_id=at.handover.id,
        **facts,
    )

"""Keeping a handover longer than its term: a complaint, a parent's request, somebody who looks into it."""

from __future__ import annotations

from datetime import date, timedelta

from handover.audit.log import record
from handover.bundles.destroying import kept_until
from handover.bundles.events import HandoverKept, HandoverKeptNoLonger
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
    """Keep it until the end of that day at least, for both schools. Said again, the last time counts.

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
        at.handover.kept_until, at.handover.kept_because = until, because
        at.handover.warned_at = None  # its term is another now, and is warned of anew
        record(uow, _told(HandoverKept, actor, at, until=until.isoformat(), because=because.value))
        uow.commit()


def keep_no_longer(services: Services, actor: Actor, handover_id: str) -> None:
    """Let the ordinary term count again. Twice is once.

    Raises:
        NotFound, NotAllowed: not for this actor.
        IllegalTransition: it was destroyed.
    """
    with services.uow() as uow:
        at = _standing(uow, actor, handover_id)
        if at.handover.kept_until is None:
            return
        at.handover.kept_until = at.handover.kept_because = at.handover.warned_at = None
        record(uow, _told(HandoverKeptNoLonger, actor, at))
        uow.commit()


def last_day(handover: Handover) -> date | None:
    """The last day on which it is certainly there; None where no school year's term holds it: it ended before."""
    term = kept_until(Schooljaar.parse(handover.school_year))
    if handover.ended_at is not None and handover.status is not HandoverStatus.CONFIRMED:
        return handover.kept_until
    return max(term, handover.kept_until or term)


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

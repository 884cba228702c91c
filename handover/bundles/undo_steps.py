"""Remembering what a press changes, in the same unit of work, so that it can be taken back until somebody went on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select

from handover.bundles.model import Handover
from handover.bundles.state import HandoverStatus
from handover.bundles.undo_model import Moved, Pressed, Step
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Application
from handover.policy import Actor
from handover.services import Services
from handover.terms.destination import Outcome, Tlv

FOR = timedelta(days=1)
"""How long a press can be taken back."""
UNRECEIVED = frozenset({HandoverStatus.SEALING, HandoverStatus.OFFERED})
"""In these a move can be taken back: the new school has not received it."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What an application said before."""

    outcome: Outcome
    outcome_on: date | None
    tlv: Tlv
    tlv_until: date | None


def decided_of(application: Application) -> Decided:
    """What it says now."""
    return Decided(
        outcome=application.outcome,
        outcome_on=application.outcome_on,
        tlv=application.tlv,
        tlv_until=application.tlv_until,
    )


def remember_outcome(uow: UnitOfWork, actor: Actor, press: str, application: Application, before: Decided) -> None:
    """Keep what an application said before this press.

    Of a refusal that became something else nothing is kept: why the child was refused was destroyed with it.
    """
    if before.outcome is Outcome.REFUSED:
        return
    uow.flush()
    step = _step(uow, actor, press, Pressed.OUTCOME, about_id=application.id, version=application.version)
    step.outcome, step.outcome_on = before.outcome, before.outcome_on
    step.tlv, step.tlv_until = before.tlv, before.tlv_until


def remember_place(
    uow: UnitOfWork, actor: Actor, press: str, handover: Handover, before: tuple[str, str | None, str | None]
) -> None:
    """Keep at which location, in which department and by whom it was taken care of before this press."""
    uow.flush()
    step = _step(uow, actor, press, Pressed.PLACED, about_id=handover.id, version=handover.version)
    step.receiver_brin, step.department_id, step.handler_id = before


def remember_confirmation(uow: UnitOfWork, actor: Actor, press: str, handover: Handover) -> None:
    """Keep that this press confirmed it."""
    uow.flush()
    _step(uow, actor, press, Pressed.CONFIRMED, about_id=handover.id, version=handover.version)


def steps_of(uow: UnitOfWork, actor: Actor, press: str) -> list[Step]:
    """What this press of this actor changed, as long as it can be taken back; that which was taken back with it."""
    return list(
        uow.session.scalars(
            select(Step)
            .where(Step.press_id == press, Step.person_id == actor.person_id, Step.pressed_at > _since(uow))
            .order_by(Step.pressed_at, Step.id)
        )
    )


def forget_presses(services: Services) -> None:
    """Delete what can no longer be taken back."""
    with services.uow() as uow:
        received = select(Handover.id).where(Handover.status.not_in(UNRECEIVED))
        uow.session.execute(delete(Step).where(Step.pressed_at <= _since(uow)))
        uow.session.execute(delete(Moved).where(Moved.handover_id.in_(received)))
        uow.commit()


def _since(uow: UnitOfWork) -> datetime:
    return uow.clock.now() - FOR


def _step(uow: UnitOfWork, actor: Actor, press: str, what: Pressed, *, about_id: str, version: int) -> Step:
    step = Step(
        press_id=press,
        person_id=actor.person_id,
        what=what,
        about_id=about_id,
        left_version=version,
        pressed_at=uow.clock.now(),
    )
    uow.session.add(step)
    return step

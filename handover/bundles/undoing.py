"""Taking a press back: everything it changed is as it was before, save what somebody changed since."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select

from handover.bundles.handovers import handover_of
from handover.bundles.model import Handover
from handover.bundles.outcomes import Tlvs, record_outcome_within
from handover.bundles.placing import Placing, place_within
from handover.bundles.reopening import reopen_within
from handover.bundles.state import HandoverStatus, ReopenReason
from handover.bundles.undo_model import Pressed, Step
from handover.bundles.undo_steps import steps_of
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, HandoverError, NotFound
from handover.policy import Actor, Role
from handover.services import Services

WITHIN = 3.0
"""Seconds of work in one request, so that colleagues need not wait."""


@dataclass(frozen=True, kw_only=True)
class Undone:
    """What became of taking a press back."""

    done: int
    """As they were before; what was taken back already counts."""
    left: tuple[str, ...]
    """References of those that stay as they are: somebody went on from there, or it may not be changed any more."""
    tried: int
    """Of how many of its steps, in their order, it is known what became of them."""
    total: int

    @property
    def goes_on(self) -> bool:
        """Whether there was no time for all of them: the rest is asked for again."""
        return self.tried < self.total


def undo(services: Services, actor: Actor, press: str, *, tried: int = 0, within: float = WITHIN) -> Undone:
    """Take back what this press of this actor changed. Each by itself: killed in between, those before it stand.

    Once more is no error. `tried`: how many of its steps an earlier request tried; `within`: seconds, and one step
    is tried however long that takes.

    Raises:
        NotFound: no such press of this actor, or it is a day ago, or they work there no more.
    """
    with services.uow() as uow:
        steps = [step.id for step in steps_of(uow, actor, press)]
    if not steps:
        raise NotFound
    until, strange = time.monotonic() + within, 0
    for step_id in steps[tried:]:
        strange += _is_strange(partial(_undo, services, actor, step_id))
        tried += 1
        if time.monotonic() > until:
            break
    with services.uow() as uow:
        now = steps_of(uow, actor, press)
        done = sum(step.undone_at is not None for step in now)
        left = [step.about_id for step in now[:tried] if step.undone_at is None]
        if strange == len(steps) and not done:
            raise NotFound
        return Undone(
            done=done, left=tuple(_references(uow, actor, left)), tried=min(tried, len(steps)), total=len(steps)
        )


def _is_strange(act: Callable[[], None]) -> bool:
    """Do it; whether it is about a school where the actor works no more. What cannot be taken back stays as it is."""
    try:
        act()
    except NotFound:
        return True
    except HandoverError:
        return False
    return False


def _undo(services: Services, actor: Actor, step_id: str) -> None:
    with services.uow() as uow:
        step = uow.session.get(Step, step_id, with_for_update=True)
        if step is None:
            raise NotFound
        if step.undone_at is None:
            _BACK[step.what](services, uow, actor, step)
            step.undone_at = uow.clock.now()
            uow.commit()


def _outcome(services: Services, uow: UnitOfWork, actor: Actor, step: Step) -> None:
    if step.outcome is None or step.tlv is None or _is_confirmed_since(uow, step):
        raise Conflict
    record_outcome_within(
        services,
        uow,
        actor,
        step.about_id,
        outcome=step.outcome,
        on=step.outcome_on,
        tlv=Tlvs(tlv=step.tlv, until=step.tlv_until),
        read=step.left_version,
    )


def _is_confirmed_since(uow: UnitOfWork, step: Step) -> bool:
    """Whether a colleague confirmed the handover on what this press said."""
    confirmed = select(Handover.id).where(
        Handover.application_id == step.about_id,
        Handover.status == HandoverStatus.CONFIRMED,
        Handover.confirmed_at >= step.pressed_at,
    )
    return uow.session.scalars(confirmed).first() is not None


def _place(_services: Services, uow: UnitOfWork, actor: Actor, step: Step) -> None:
    before = Placing(brin=step.receiver_brin or "", department_id=step.department_id, handler_id=step.handler_id)
    place_within(uow, actor, step.about_id, before, read=step.left_version)


def _confirmation(_services: Services, uow: UnitOfWork, actor: Actor, step: Step) -> None:
    handover = handover_of(uow, step.about_id, for_update=True)
    if handover.version != step.left_version:
        raise Conflict
    reopen_within(uow, actor, handover, reason=ReopenReason.MISTAKE)


_BACK: Mapping[Pressed, Callable[[Services, UnitOfWork, Actor, Step], None]] = {
    Pressed.OUTCOME: _outcome,
    Pressed.PLACED: _place,
    Pressed.CONFIRMED: _confirmation,
}


def _references(uow: UnitOfWork, actor: Actor, about: Sequence[str]) -> Sequence[str]:
    """Of handovers, named by themselves or by their application, at schools where the actor works."""
    found = select(Handover.reference).where(
        Handover.receiver_unit_id.in_(actor.units_as(*Role)),
        Handover.id.in_(about) | Handover.application_id.in_(about),
    )
    return uow.session.scalars(found.distinct().order_by(Handover.reference)).all()

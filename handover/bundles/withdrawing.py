"""Taking a handover back, before it was received."""

from __future__ import annotations

from handover.audit.log import record
from handover.bundles.events import HandoverWithdrawn, told_by_sender
from handover.bundles.handovers import end_handover, handover_of, take_from_receiver
from handover.bundles.model import Handover
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_after_all
from handover.bundles.sides import subject_with_group
from handover.bundles.state import HandoverAction
from handover.db.unit_of_work import UnitOfWork
from handover.policy import Action, Actor, require
from handover.services import Services


def withdraw(services: Services, actor: Actor, handover_id: str) -> None:
    """Take a handover back before it was received. The receiver's grants go at once.

    Raises:
        IllegalTransition: it was received already.
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        handover = handover_of(uow, handover_id)
        require(actor, Action.WITHDRAW, subject_with_group(uow, handover))
        withdraw_within(uow, actor, handover)
        uow.commit()


def withdraw_within(uow: UnitOfWork, actor: Actor, handover: Handover) -> None:
    """As `withdraw`, in the caller's unit of work, which asked policy and commits."""
    end_handover(uow, handover, HandoverAction.WITHDRAW)
    take_from_receiver(uow, handover)
    tell_after_all(uow, handover, NoticeKind.OFFERED, NoticeKind.WITHDRAWN)
    record(uow, told_by_sender(HandoverWithdrawn, actor, handover))

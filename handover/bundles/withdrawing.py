"""Taking a handover back, before it was received."""

from __future__ import annotations

from handover.audit.log import record
from handover.bundles.events import HandoverWithdrawn
from handover.bundles.handovers import handover_of, take_from_receiver
from handover.bundles.sides import subject_with_group
from handover.bundles.state import HandoverAction, advance
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
        handover.status = advance(handover.status, HandoverAction.WITHDRAW)
        handover.ended_at = uow.clock.now()
        take_from_receiver(uow, handover)
        record(
            uow,
            HandoverWithdrawn(
                actor_id=actor.person_id,
                unit_id=handover.sender_unit_id,
                other_unit_id=handover.receiver_unit_id,
                subject_kind="handover",
                subject_id=handover.id,
            ),
        )
        uow.commit()

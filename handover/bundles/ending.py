"""When a leaver's story ends otherwise: groep 8 again, another primary school, abroad; or it was entered by mistake.

A dossier that is under way is closed with it, and what the secondary school was given goes at once.
"""

from __future__ import annotations

from handover.audit.log import record
from handover.bundles.events import HandoverClosed, told_by_sender
from handover.bundles.handovers import end_handover, live_handover, take_from_receiver
from handover.bundles.state import HandoverAction
from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.events import LeaverEnded, LeaverReopened
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, require
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import LeaverEnd


def end_leaver(services: Services, actor: Actor, reference: str, *, end: LeaverEnd) -> None:
    """Take a child off the list, with the reason. A live handover is closed with it.

    Raises:
        IllegalTransition: it ended already, its dossier is being sealed at this moment, or the handover is confirmed.
        NotFound, NotAllowed: no such leaver for this actor.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference, for_update=True)
        # Taking off the list corrects the list: who may correct a name may do this.
        require(actor, Action.RENAME_LEAVER, subject_of(leaver))
        if leaver.ended_as is not None:
            raise IllegalTransition
        _close(uow, actor, leaver)
        leaver.ended_as, leaver.ended_on = end, local_day(uow.clock.now())
        record(
            uow,
            LeaverEnded(
                actor_id=actor.person_id,
                unit_id=leaver.unit_id,
                subject_kind="leaver",
                subject_id=leaver.id,
                end=end.value,
            ),
        )
        uow.commit()


def reopen_leaver(services: Services, actor: Actor, reference: str) -> None:
    """Put a child back on the list; a dossier that was closed with it is to be sent anew.

    Raises:
        IllegalTransition: it is on the list.
        NotFound, NotAllowed: no such leaver for this actor.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference, for_update=True)
        require(actor, Action.RENAME_LEAVER, subject_of(leaver))
        if leaver.ended_as is None:
            raise IllegalTransition
        leaver.ended_as, leaver.ended_on = None, None
        record(
            uow,
            LeaverReopened(
                actor_id=actor.person_id, unit_id=leaver.unit_id, subject_kind="leaver", subject_id=leaver.id
            ),
        )
        uow.commit()


def _close(uow: UnitOfWork, actor: Actor, leaver: Leaver) -> None:
    live = live_handover(uow, leaver.id)
    if live is None:
        return
    end_handover(uow, live, HandoverAction.CLOSE)
    take_from_receiver(uow, live)
    record(uow, told_by_sender(HandoverClosed, actor, live))

"""Taking a move to another school back, as long as that school has not received the dossier."""

from __future__ import annotations

from handover.bundles.handovers import live_handovers
from handover.bundles.model import Handover
from handover.bundles.reopening import give_up
from handover.bundles.sending import send_within
from handover.bundles.sides import subject_with_group
from handover.bundles.state import HandoverStatus
from handover.bundles.undo_model import Moved
from handover.bundles.undo_steps import UNRECEIVED
from handover.bundles.withdrawing import withdraw_within
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, IllegalTransition
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.applications import put_first
from handover.leavers.model import Application
from handover.leavers.recording import record_applied
from handover.policy import Action, Actor, require
from handover.services import Services
from handover.terms.destination import Outcome


def way_back(uow: UnitOfWork, handover: Handover) -> str | None:
    """The BRIN of the school that it can still go back to; None: it did not come by a move, or was received."""
    moved = uow.session.get(Moved, handover.id)
    if moved is None or handover.status not in UNRECEIVED:
        return None
    return uow.session.get_one(Application, moved.from_application_id).receiver_brin


def move_back(services: Services, actor: Actor, reference: str, *, of: str) -> str:
    """Take a move back, or all of it not: the dossier goes to the school that had it, sealed anew.

    Both applications say again what they said before the move. `of` is the handover that the actor saw going to the
    new school. Gives the id of the one that goes back.

    Raises:
        IllegalTransition: the new school received it, or the child is no longer on the list.
        Conflict: it is no longer there, or one of the schools recorded something of an application since.
        NotReady: something is left to do before it can go; everything stayed as it was.
        NotFound, NotAllowed, NoKey: not for this actor.
        StoreUnavailable: everything stayed as it was.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference, for_update=True)
        require(actor, Action.SEND, subject_of(leaver))
        there = live_handovers(uow, leaver.id)
        live = next((one for one in there if one.id == of), None)
        moved = uow.session.get(Moved, of)
        if live is None or moved is None:
            raise Conflict
        if live.status not in UNRECEIVED:
            raise IllegalTransition
        require(actor, Action.WITHDRAW, subject_with_group(uow, live))
        old, new = _applications(uow, moved, live)
        withdraw_within(uow, actor, live)
        if moved.to_outcome is Outcome.WITHDRAWN:
            give_up(uow, actor, live, by_sender=True)
        new.outcome, new.outcome_on = moved.to_outcome, moved.to_outcome_on
        old.outcome, old.outcome_on = moved.from_outcome, moved.from_outcome_on
        put_first(uow, old)
        record_applied(uow, actor, leaver, old)
        uow.session.delete(moved)
        uow.flush()
        is_second = any(one.status is not HandoverStatus.DRAFT for one in there if one is not live)
        handover_id = send_within(services, uow, actor, reference, to=old.receiver_brin, is_second=is_second)
        uow.commit()
        return handover_id


def _applications(uow: UnitOfWork, moved: Moved, live: Handover) -> tuple[Application, Application]:
    """That of the school that had it, and that of the new one, as the move left them."""
    old = uow.session.get_one(Application, moved.from_application_id)
    new = uow.session.get_one(Application, live.application_id)
    if (old.version, new.version) != (moved.from_left_version, moved.to_left_version):
        raise Conflict
    return old, new

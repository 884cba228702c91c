"""A new school in one step: the handover to the old one ends, and the dossier goes to the new one under new keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handover.bundles.handovers import live_handover
from handover.bundles.model import Handover
from handover.bundles.reopening import give_up, release_within
from handover.bundles.sending import send_within
from handover.bundles.sides import subject_with_group
from handover.bundles.state import HandoverStatus, ReleaseReason
from handover.bundles.withdrawing import withdraw_within
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, IllegalTransition
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.applications import put_first
from handover.leavers.recording import apply_within, record_applied
from handover.policy import Action, Actor, require
from handover.services import Services
from handover.terms.destination import Tlv


@dataclass(frozen=True, kw_only=True)
class NewSchool:
    """Where the child goes instead; day and TLV only count where no application stands there yet."""

    brin: str
    applied_on: date
    tlv: Tlv = Tlv.NOT_NEEDED


def move(
    services: Services,
    actor: Actor,
    reference: str,
    new: NewSchool,
    *,
    reason: ReleaseReason = ReleaseReason.OTHER_SCHOOL,
    leaving: str | None = None,
) -> str:
    """Send a dossier to another school instead of the one that has it, or all of it not. Gives the new handover's id.

    What was not received yet is taken back, what was is released for this reason; the application there is withdrawn,
    save when that school refused the child. `leaving` is the handover that the actor saw.

    Raises:
        IllegalTransition: nothing is under way, or the child is no longer on the list.
        Conflict: meanwhile the dossier went on, or it is that school that has it.
        Invalid: no open secondary school of that BRIN, a day to come, or nothing said of a TLV that is needed.
        NotReady: something is left to do before it can go there; everything stayed as it was.
        NotFound, NotAllowed, NoKey: not for this actor.
        StoreUnavailable: everything stayed as it was.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference, for_update=True)
        require(actor, Action.SEND, subject_of(leaver))
        live = live_handover(uow, leaver.id)
        if live is None or live.status is HandoverStatus.DRAFT:
            raise IllegalTransition
        if live.receiver_brin == new.brin or (leaving is not None and leaving != live.id):
            raise Conflict
        _let_go(uow, actor, live, reason)
        give_up(uow, actor, live, by_sender=True)
        application = apply_within(uow, actor, leaver, brin6=new.brin, applied_on=new.applied_on, tlv=new.tlv)
        put_first(uow, application)
        record_applied(uow, actor, leaver, application)
        uow.flush()
        handover_id = send_within(services, uow, actor, reference, to=new.brin)
        uow.commit()
        return handover_id


def _let_go(uow: UnitOfWork, actor: Actor, live: Handover, reason: ReleaseReason) -> None:
    subject = subject_with_group(uow, live)
    if live.status in {HandoverStatus.SEALING, HandoverStatus.OFFERED}:
        require(actor, Action.WITHDRAW, subject)
        withdraw_within(uow, actor, live)
    else:
        require(actor, Action.RELEASE, subject)
        release_within(uow, actor, live, reason, by_sender=True)
    uow.flush()

"""A new school in one step: the handover to the old one ends, and the dossier goes to the new one under new keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handover.audit.log import record
from handover.bundles.handovers import live_handover
from handover.bundles.model import Handover
from handover.bundles.reopening import release_within
from handover.bundles.sending import send_within
from handover.bundles.sides import subject_with_group
from handover.bundles.state import HandoverStatus, ReleaseReason
from handover.bundles.withdrawing import withdraw_within
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, IllegalTransition
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.applications import put_first
from handover.leavers.events import ApplicationWithdrawn
from handover.leavers.model import Application, Leaver
from handover.leavers.recording import apply_within
from handover.policy import Action, Actor, require
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Outcome, Tlv

_GIVEN_UP = frozenset({Outcome.ASKED, Outcome.ADMITTED, Outcome.WAITING, Outcome.ENROLLED})


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
        _give_up(uow, actor, leaver, live)
        put_first(uow, apply_within(uow, actor, leaver, brin6=new.brin, applied_on=new.applied_on, tlv=new.tlv))
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


def _give_up(uow: UnitOfWork, actor: Actor, leaver: Leaver, live: Handover) -> None:
    application = uow.session.get_one(Application, live.application_id)
    if application.outcome not in _GIVEN_UP:
        return
    application.outcome, application.outcome_on = Outcome.WITHDRAWN, local_day(uow.clock.now())
    record(
        uow,
        ApplicationWithdrawn(
            actor_id=actor.person_id,
            unit_id=leaver.unit_id,
            other_unit_id=application.receiver_unit_id,
            subject_kind="leaver",
            subject_id=leaver.id,
            receiver_brin=application.receiver_brin,
        ),
    )

"""After confirming: the receiver takes its confirmation back, or a school lets go of the handover."""

from __future__ import annotations

from handover.audit.events import AuditEvent
from handover.audit.log import record
from handover.bundles.events import HandoverReleased, HandoverReopened, told_by_receiver, told_by_sender
from handover.bundles.handovers import end_handover, handover_of
from handover.bundles.mentors import take_from_mentors
from handover.bundles.model import Handover
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_receiver, tell_sender
from handover.bundles.sides import stand, subject_with_group
from handover.bundles.state import HandoverAction, ReleaseReason, ReopenReason, advance
from handover.bundles.statements import take_back_confirmation
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.events import ApplicationWithdrawn, OutcomeRecorded
from handover.leavers.model import Application
from handover.policy import Action, Actor, require
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Outcome


def reopen(services: Services, actor: Actor, handover_id: str, *, reason: ReopenReason) -> None:
    """Take a confirmation back; what was signed stays on record as taken back.

    Raises:
        IllegalTransition: it is not confirmed.
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        reopen_within(uow, actor, handover_of(uow, handover_id), reason=reason)
        uow.commit()


def reopen_within(uow: UnitOfWork, actor: Actor, handover: Handover, *, reason: ReopenReason) -> None:
    """As `reopen`, in the caller's unit of work, which commits."""
    require(actor, Action.REOPEN, subject_with_group(uow, handover))
    handover.status, handover.confirmed_at = advance(handover.status, HandoverAction.REOPEN), None
    take_back_confirmation(uow, handover.id)
    take_from_mentors(uow, handover)
    record(uow, told_by_receiver(HandoverReopened, actor, handover, reason=reason.value))
    tell_sender(uow, handover, NoticeKind.REOPENED)


def release(services: Services, actor: Actor, handover_id: str, *, reason: ReleaseReason) -> None:
    """Let go of a handover that was received: from now on the receiver opens nothing of it.

    Its keys are destroyed with it after the weeks of `destroying.KEPT`; the primary school may send anew at once.

    Raises:
        IllegalTransition: it was not received, or has ended.
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        at = stand(uow, actor, handover_id, Action.RELEASE)
        release_within(uow, actor, at.handover, reason, by_sender=at.is_sender)
        uow.commit()


def release_within(
    uow: UnitOfWork, actor: Actor, handover: Handover, reason: ReleaseReason, *, by_sender: bool
) -> None:
    """As `release`, in the caller's unit of work, which asked policy and commits."""
    end_handover(uow, handover, HandoverAction.RELEASE)
    handover.released_because = reason
    take_from_mentors(uow, handover)
    give_up(uow, actor, handover, by_sender=by_sender)
    told = told_by_sender if by_sender else told_by_receiver
    record(uow, told(HandoverReleased, actor, handover, reason=reason.value))
    tell = tell_receiver if by_sender else tell_sender
    tell(uow, handover, NoticeKind.RELEASED)


def give_up(uow: UnitOfWork, actor: Actor, handover: Handover, *, by_sender: bool) -> None:
    """Withdraw the application that a handover belongs to: the child does not go there, and needs a school again.

    Where that school refused the child it stays so: the duty to find a place stays there.
    """
    application = uow.session.get_one(Application, handover.application_id)
    if application.outcome in {Outcome.REFUSED, Outcome.WITHDRAWN}:
        return
    application.outcome, application.outcome_on = Outcome.WITHDRAWN, local_day(uow.clock.now())
    about = {"actor_id": actor.person_id, "subject_kind": "leaver", "subject_id": handover.leaver_id}
    units = (handover.sender_unit_id, handover.receiver_unit_id)
    if by_sender:
        said: AuditEvent = ApplicationWithdrawn(
            **about, unit_id=units[0], other_unit_id=units[1], receiver_brin=application.receiver_brin
        )
    else:
        said = OutcomeRecorded(**about, unit_id=units[1], other_unit_id=units[0], outcome=Outcome.WITHDRAWN.value)
    record(uow, said)

"""A new school in one step: the handover to the old one ends, and the dossier goes to the new one under new keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from handover.bundles.handovers import live_handover
from handover.bundles.model import Handover
from handover.bundles.readiness import takes_part
from handover.bundles.reopening import give_up, release_within
from handover.bundles.sending import send_within
from handover.bundles.sides import subject_with_group
from handover.bundles.state import HandoverStatus, Origin, ReleaseReason
from handover.bundles.undo_model import Moved
from handover.bundles.undo_steps import Decided, decided_of
from handover.bundles.withdrawing import withdraw_within
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, IllegalTransition
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.applications import put_first
from handover.leavers.model import Application
from handover.leavers.recording import apply_within, record_applied
from handover.policy import Action, Actor, require
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Outcome, Tlv


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
        left = uow.session.get_one(Application, live.application_id)
        there = _standing_at(uow, leaver.id, new.brin)
        before, can_go_back = (decided_of(left), there), has_way_back(uow, live)
        _let_go(uow, actor, live, reason)
        give_up(uow, actor, live, by_sender=True)
        application = apply_within(uow, actor, leaver, brin6=new.brin, applied_on=new.applied_on, tlv=new.tlv)
        put_first(uow, application)
        record_applied(uow, actor, leaver, application)
        uow.flush()
        handover_id = send_within(services, uow, actor, reference, to=new.brin)
        if can_go_back:
            _remember(uow, handover_id, left, application, before)
        uow.commit()
        return handover_id


def has_way_back(uow: UnitOfWork, live: Handover) -> bool:
    """Whether a dossier moved from here could come back: it is ours, and that school takes part and did not refuse."""
    is_ours = live.origin is Origin.SEALED and takes_part(uow, live.receiver_unit_id)
    return is_ours and uow.session.get_one(Application, live.application_id).outcome is not Outcome.REFUSED


def _standing_at(uow: UnitOfWork, leaver_id: str, brin: str) -> Decided | None:
    """What the application at that location says; None: there is none."""
    found = uow.session.scalars(
        select(Application).where(Application.leaver_id == leaver_id, Application.receiver_brin == brin)
    ).one_or_none()
    return decided_of(found) if found else None


def _remember(
    uow: UnitOfWork, handover_id: str, left: Application, new: Application, before: tuple[Decided, Decided | None]
) -> None:
    was, there = before
    uow.flush()
    uow.session.add(
        Moved(
            handover_id=handover_id,
            from_application_id=left.id,
            from_outcome=was.outcome,
            from_outcome_on=was.outcome_on,
            from_left_version=left.version,
            to_outcome=there.outcome if there else Outcome.WITHDRAWN,
            to_outcome_on=there.outcome_on if there else local_day(uow.clock.now()),
            to_left_version=new.version,
        )
    )


def _let_go(uow: UnitOfWork, actor: Actor, live: Handover, reason: ReleaseReason) -> None:
    subject = subject_with_group(uow, live)
    if live.status in {HandoverStatus.SEALING, HandoverStatus.OFFERED}:
        require(actor, Action.WITHDRAW, subject)
        withdraw_within(uow, actor, live)
    else:
        require(actor, Action.RELEASE, subject)
        release_within(uow, actor, live, reason, by_sender=True)
    uow.flush()

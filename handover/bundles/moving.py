"""A new school in one step: the handover to the old one ends, and the dossier goes to the new one under new keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from handover.bundles.handovers import under_way
from handover.bundles.model import Handover
from handover.bundles.one_of_two import let_go_within
from handover.bundles.readiness import takes_part
from handover.bundles.reopening import give_up
from handover.bundles.sending import send_within
from handover.bundles.state import Origin, ReleaseReason
from handover.bundles.undo_model import Moved
from handover.bundles.undo_steps import Decided, decided_of
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
    save when that school refused the child. `leaving` is the handover that the actor saw; of a dossier at two schools
    it must be said.

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
        there_now = under_way(uow, leaver.id)
        live = _leaving(there_now, new.brin, leaving)
        left = uow.session.get_one(Application, live.application_id)
        there = _standing_at(uow, leaver.id, new.brin)
        before, can_go_back = (decided_of(left), there), has_way_back(uow, live)
        let_go_within(uow, actor, live, reason)
        give_up(uow, actor, live, by_sender=True)
        application = apply_within(uow, actor, leaver, brin6=new.brin, applied_on=new.applied_on, tlv=new.tlv)
        put_first(uow, application)
        record_applied(uow, actor, leaver, application)
        uow.flush()
        # Of two schools the other keeps it, and the new one is the second beside that.
        is_second = len(there_now) > 1
        handover_id = send_within(services, uow, actor, reference, to=new.brin, is_second=is_second)
        if can_go_back:
            _remember(uow, handover_id, left, application, before)
        uow.commit()
        return handover_id


def _leaving(there: Sequence[Handover], brin: str, leaving: str | None) -> Handover:
    """The handover that ends.

    Raises:
        IllegalTransition, Conflict: those of `move`.
    """
    if not there:
        raise IllegalTransition
    meant = [one for one in there if leaving in {None, one.id}]
    if len(meant) != 1 or any(one.receiver_brin == brin for one in there):
        raise Conflict
    return meant[0]


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

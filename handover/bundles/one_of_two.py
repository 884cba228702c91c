"""When a child's dossier lies at two schools, and it is known to which one the child goes: the other is let go of."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from handover.bundles.handovers import under_way
from handover.bundles.model import Handover
from handover.bundles.reopening import give_up, release_within
from handover.bundles.second import tlv_of_pair
from handover.bundles.sides import subject_with_group
from handover.bundles.state import HandoverStatus, ReleaseReason
from handover.bundles.withdrawing import withdraw_within
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict
from handover.leavers.actions import leaver_of, subject_of
from handover.policy import Action, Actor, require
from handover.services import Services
from handover.terms.destination import Tlv


class Because(StrEnum):
    """Why one of the two schools is to be let go of."""

    CONFIRMED = "confirmed"  # the other school has confirmed
    TLV_REFUSED = "tlv_refused"  # so it does not go to the VSO
    TLV_GRANTED = "tlv_granted"  # so it goes to the VSO


@dataclass(frozen=True)
class Surplus:
    """The handover that is to be let go of, and why."""

    handover: Handover
    because: Because


def surplus_of(uow: UnitOfWork, pair: Collection[Handover]) -> Surplus | None:
    """Which of two handovers under way is to be let go of; None: there are no two, or nobody knows yet."""
    if len(pair) < len(("one", "another")):
        return None
    confirmed = [one for one in pair if one.status is HandoverStatus.CONFIRMED]
    if confirmed:
        return Surplus(next(one for one in pair if one is not confirmed[0]), Because.CONFIRMED)
    tlv, special = tlv_of_pair(uow, pair)
    if special is not None and tlv is Tlv.REFUSED:
        return Surplus(special, Because.TLV_REFUSED)
    if special is not None and tlv is Tlv.GRANTED:
        return Surplus(next(one for one in pair if one is not special), Because.TLV_GRANTED)
    return None


def let_go_of(services: Services, actor: Actor, reference: str, handover_id: str) -> None:
    """Let go of the one of the two that is to go: it is taken back, or released where it was received. Twice is once.

    Its application is withdrawn, save when that school refused the child. That school is told what it always is told
    of a dossier that goes; not where the child goes instead.

    Raises:
        Conflict: it is not the one that is to go; nothing was changed.
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference, for_update=True)
        # Before anything is looked at: a receiver may release what it has, but not in the sender's name, and it would
        # hear what is decided elsewhere.
        require(actor, Action.SEND, subject_of(leaver))
        pair = under_way(uow, leaver.id)
        one = next((one for one in pair if one.id == handover_id), None)
        if one is None:
            if _was_let_go(uow, leaver.id, handover_id):
                return
            raise Conflict
        found = surplus_of(uow, pair)
        if found is None or found.handover.id != handover_id:
            raise Conflict
        let_go_within(uow, actor, one, ReleaseReason.OTHER_SCHOOL)
        give_up(uow, actor, one, by_sender=True)
        uow.commit()


def let_go_within(uow: UnitOfWork, actor: Actor, live: Handover, reason: ReleaseReason) -> None:
    """Take back what was not received, release what was, for the sender; in the caller's unit of work, which commits.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    subject = subject_with_group(uow, live)
    if live.status in {HandoverStatus.SEALING, HandoverStatus.OFFERED}:
        require(actor, Action.WITHDRAW, subject)
        withdraw_within(uow, actor, live)
    else:
        require(actor, Action.RELEASE, subject)
        release_within(uow, actor, live, reason, by_sender=True)
    uow.flush()


def _was_let_go(uow: UnitOfWork, leaver_id: str, handover_id: str) -> bool:
    row = uow.session.get(Handover, handover_id)
    return (
        row is not None
        and row.leaver_id == leaver_id
        and row.status in {HandoverStatus.WITHDRAWN, HandoverStatus.RELEASED}
    )

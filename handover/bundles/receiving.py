"""Receiving: accept, decline, confirm. Receiving a dossier is no admission of the child."""

from __future__ import annotations

from collections.abc import Sequence

from handover.audit.log import record
from handover.bundles.events import (
    HandoverAccepted,
    HandoverConfirmed,
    HandoverDeclined,
    OutsideConfirmed,
    told_by_receiver,
)
from handover.bundles.handovers import end_handover, handover_of, take_from_receiver
from handover.bundles.left import facts_of
from handover.bundles.mentor_keys import give_now
from handover.bundles.mentors import ask_for_mentors
from handover.bundles.model import Handover, Part
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_sender
from handover.bundles.own_rooms import own_room
from handover.bundles.rules import ConfirmFacts, Reason, unmet
from handover.bundles.sides import subject_with_group
from handover.bundles.state import ELSEWHERE, HandoverAction, advance
from handover.bundles.statements import state
from handover.bundles.undo_steps import remember_confirmation
from handover.bundles.versions import newest_given
from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition
from handover.policy import Action, Actor, require
from handover.rooms.grants import release
from handover.services import Services
from keys.letter import Acceptance, Confirmation

DECLINE_REASONS = frozenset({"not_applied_here", "other_location", "double"})
"""Only a wrong address: refusing a *child* is an outcome of its application."""


class NotComplete(IllegalTransition):
    """Something is left before this can be confirmed; `reasons` says what."""

    code = "not-complete"

    def __init__(self, reasons: Sequence[Reason] = ()) -> None:
        super().__init__()
        self.reasons = reasons


def accept(services: Services, actor: Actor, handover_id: str) -> None:
    """Receive a dossier: signs that it came, releases its keys, makes the school's own rooms.

    Raises:
        IllegalTransition: it is not offered (any more): withdrawn, or received already.
        NotFound, NotAllowed, NoKey: not for this actor.
        NoValidCard: the region does not vouch for this school now.
    """
    with services.uow() as uow:
        handover = handover_of(uow, handover_id)
        require(actor, Action.ACCEPT, subject_with_group(uow, handover))
        handover.status = advance(handover.status, HandoverAction.ACCEPT)
        handover.accepted_at = uow.clock.now()
        letter = newest_given(uow, handover.id).letter_digest
        statement = state(services, uow, actor, handover, letter, Acceptance)
        release(uow, room_ids=(handover.dossier_room_id, handover.care_room_id), unit_id=handover.receiver_unit_id)
        _make_own_rooms(uow, actor, handover)
        record(uow, told_by_receiver(HandoverAccepted, actor, handover, letter=letter, statement=statement))
        tell_sender(uow, handover, NoticeKind.ACCEPTED)
        uow.commit()


def decline(services: Services, actor: Actor, handover_id: str, *, reason: str) -> None:
    """Give a dossier back, unread: it was sent to a wrong address. What the school was given goes at once.

    Raises:
        IllegalTransition: it is not offered (any more), or the reason is not one of `DECLINE_REASONS`.
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        handover = handover_of(uow, handover_id)
        require(actor, Action.DECLINE, subject_with_group(uow, handover))
        if reason not in DECLINE_REASONS:
            raise IllegalTransition
        end_handover(uow, handover, HandoverAction.DECLINE)
        take_from_receiver(uow, handover)
        record(uow, told_by_receiver(HandoverDeclined, actor, handover, reason=reason))
        tell_sender(uow, handover, NoticeKind.DECLINED)
        uow.commit()


def confirm(services: Services, actor: Actor, handover_id: str, *, press: str | None = None) -> None:
    """Confirm that the child is enrolled and everything in its dossier was opened; signs that.

    Of a dossier that went outside the service: that it came. There is no letter, and nothing is signed.
    `press` is the press that it can be taken back with.

    Raises:
        NotComplete: something is left; nothing was changed.
        IllegalTransition: it is not received, or was confirmed already.
        NotFound, NotAllowed, NoKey: not for this actor.
        Tampered: the version that stands is not the one that was given last.
    """
    with services.uow() as uow:
        # Held: a supplement that settles now waits, and is not signed for unread.
        handover = handover_of(uow, handover_id, for_update=True)
        require(actor, Action.CONFIRM, subject_with_group(uow, handover))
        to = advance(handover.status, HandoverAction.CONFIRM)
        reasons = unmet(confirm_facts(uow, handover))
        if reasons:
            raise NotComplete(reasons)
        handover.status, handover.confirmed_at = to, uow.clock.now()
        if handover.origin not in ELSEWHERE:
            letter = newest_given(uow, handover.id).letter_digest
            statement = state(services, uow, actor, handover, letter, Confirmation)
            record(uow, told_by_receiver(HandoverConfirmed, actor, handover, letter=letter, statement=statement))
        else:
            record(uow, told_by_receiver(OutsideConfirmed, actor, handover))
        # Accepting made them; of what came by another way, or did at first, nobody accepted anything.
        _make_own_rooms(uow, actor, handover)
        tell_sender(uow, handover, NoticeKind.CONFIRMED)
        ask_for_mentors(uow, handover)
        if press is not None:
            remember_confirmation(uow, actor, press, handover)
        uow.commit()
    give_now(services, actor, handover_id)


def _make_own_rooms(uow: UnitOfWork, actor: Actor, handover: Handover) -> None:
    for part in Part:
        own_room(uow, actor, handover, part)


def confirm_facts(uow: UnitOfWork, handover: Handover) -> ConfirmFacts:
    """What stands between a handover and its confirmation.

    Raises:
        NotFound: it has no settled version.
    """
    return facts_of(uow, [handover])[handover.id]

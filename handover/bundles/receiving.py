"""Receiving: accept, decline, confirm. Receiving a dossier is no admission of the child."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import select

from handover.audit.events import AuditEvent
from handover.audit.log import record
from handover.bundles.events import HandoverAccepted, HandoverConfirmed, HandoverDeclined
from handover.bundles.handovers import handover_of, take_from_receiver
from handover.bundles.left import facts_of
from handover.bundles.model import Bundle, Handover, Statement
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_sender
from handover.bundles.rules import ConfirmFacts, Reason, unmet
from handover.bundles.sides import subject_with_group
from handover.bundles.state import BundleStatus, HandoverAction, advance
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, IllegalTransition, NotFound
from handover.policy import Action, Actor, require
from handover.rooms.cards import valid_card
from handover.rooms.grants import make_room, release
from handover.rooms.model import RoomKind, SubjectKind
from handover.services import Services
from keys.circle import Circle
from keys.jws import digest
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
        letter = newest_bundle(uow, handover.id).letter_digest
        statement = _state(services, uow, actor, handover, letter, Acceptance)
        release(uow, room_ids=(handover.dossier_room_id, handover.care_room_id), unit_id=handover.receiver_unit_id)
        for kind, circle in ((RoomKind.OWN, Circle.DOSSIER), (RoomKind.OWN_CARE, Circle.CARE)):
            held = actor.keyring.circle(uow, handover.receiver_unit_id, circle)
            subject = (SubjectKind.HANDOVER, handover.id)
            room = make_room(uow, kind=kind, subject=subject, maker=held, readers=[held.reader])
            if kind is RoomKind.OWN:
                handover.own_room_id = room.room_id
            else:
                handover.own_care_room_id = room.room_id
        record(uow, _told(HandoverAccepted, actor, handover, letter=letter, statement=statement))
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
        handover.status = advance(handover.status, HandoverAction.DECLINE)
        handover.ended_at = uow.clock.now()
        take_from_receiver(uow, handover)
        record(uow, _told(HandoverDeclined, actor, handover, reason=reason))
        tell_sender(uow, handover, NoticeKind.DECLINED)
        uow.commit()


def confirm(services: Services, actor: Actor, handover_id: str) -> None:
    """Confirm that the child is enrolled and everything in its dossier was opened; signs that.

    Raises:
        NotComplete: something is left; nothing was changed.
        IllegalTransition: it is not received, or was confirmed already.
        NotFound, NotAllowed, NoKey: not for this actor.
    """
    with services.uow() as uow:
        handover = handover_of(uow, handover_id)
        require(actor, Action.CONFIRM, subject_with_group(uow, handover))
        to = advance(handover.status, HandoverAction.CONFIRM)
        reasons = unmet(confirm_facts(uow, handover))
        if reasons:
            raise NotComplete(reasons)
        handover.status, handover.confirmed_at = to, uow.clock.now()
        letter = newest_bundle(uow, handover.id).letter_digest
        statement = _state(services, uow, actor, handover, letter, Confirmation)
        record(uow, _told(HandoverConfirmed, actor, handover, letter=letter, statement=statement))
        tell_sender(uow, handover, NoticeKind.CONFIRMED)
        uow.commit()


def confirm_facts(uow: UnitOfWork, handover: Handover) -> ConfirmFacts:
    """What stands between a handover and its confirmation.

    Raises:
        NotFound: it has no settled version.
    """
    return facts_of(uow, [handover])[handover.id]


def newest_bundle(uow: UnitOfWork, handover_id: str) -> Bundle:
    """The newest settled version: what readers get.

    Raises:
        NotFound: none is settled.
    """
    bundle = uow.session.scalars(
        select(Bundle)
        .where(Bundle.handover_id == handover_id, Bundle.status == BundleStatus.SETTLED)
        .order_by(Bundle.number.desc())
        .limit(1)
    ).first()
    if bundle is None:
        raise NotFound
    return bundle


def _state(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    handover: Handover,
    letter: str,
    kind: type[Acceptance | Confirmation],
) -> str:
    card = valid_card(uow, handover.receiver_unit_id, services.region, uow.clock.now())
    said = kind(handover_id=handover.id, letter=letter, receiver=card.party, at=uow.clock.now())
    jws = said.sign(actor.keyring.circle(uow, handover.receiver_unit_id, Circle.DOSSIER).key)
    name = "received" if kind is Acceptance else "confirmed"
    earlier = uow.session.scalars(
        select(Statement.id).where(
            Statement.handover_id == handover.id, Statement.kind == name, Statement.letter_digest == letter
        )
    ).first()
    if earlier is not None:
        raise Conflict
    uow.session.add(
        Statement(handover_id=handover.id, kind=name, jws=jws, letter_digest=letter, made_at=uow.clock.now())
    )
    return digest(jws)


def _told(kind: Callable[..., AuditEvent], actor: Actor, handover: Handover, **facts: str) -> AuditEvent:
    return kind(
        actor_id=actor.person_id,
        unit_id=handover.receiver_unit_id,
        other_unit_id=handover.sender_unit_id,
        subject_kind="handover",
        subject_id=handover.id,
        **facts,
    )

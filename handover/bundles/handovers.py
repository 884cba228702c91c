"""One handover: finding it, what policy knows of it, and taking it out of its receiver's hands."""

from __future__ import annotations

from sqlalchemy import select, update

from handover.bundles.codes import forget_code
from handover.bundles.mentor_model import Mentoring
from handover.bundles.model import Handover
from handover.bundles.state import LIVE, HandoverAction, HandoverStatus, Origin, advance, stage_of
from handover.db.unit_of_work import UnitOfWork
from handover.errors import NotFound
from handover.leavers.model import Announcement
from handover.policy import Subject
from handover.rooms.grants import take_rooms
from handover.rooms.names import take_names
from handover.terms.destination import Announced


def handover_of(uow: UnitOfWork, handover_id: str, *, for_update: bool = False) -> Handover:
    """A handover; whether the actor may know of it is the caller's to ask. `for_update` holds it.

    Raises:
        NotFound: there is none.
    """
    handover = uow.session.get(Handover, handover_id, with_for_update=for_update, populate_existing=for_update)
    if handover is None:
        raise NotFound
    return handover


def live_handovers(uow: UnitOfWork, leaver_id: str) -> list[Handover]:
    """The handovers of a leaver that have not ended, the oldest first: none, one, or two (`second`)."""
    return list(
        uow.session.scalars(
            select(Handover)
            .where(Handover.leaver_id == leaver_id, Handover.status.in_(LIVE))
            .order_by(Handover.created_at, Handover.id)
        )
    )


def under_way(uow: UnitOfWork, leaver_id: str) -> list[Handover]:
    """Those of them that were sent; of the others settling failed, and they make room for a new attempt."""
    return [one for one in live_handovers(uow, leaver_id) if one.status is not HandoverStatus.DRAFT]


def end_handover(uow: UnitOfWork, handover: Handover, action: HandoverAction) -> None:
    """End a handover by this action; what becomes of what the receiver was given is the caller's.

    Raises:
        IllegalTransition: it cannot be ended so, where it stands.
    """
    handover.status, handover.ended_at = advance(handover.status, action), uow.clock.now()
    handover.supplement_opened_at = None
    if handover.origin is Origin.ASKED and action in {HandoverAction.DECLINE, HandoverAction.RELEASE}:
        # Nobody at the primary school sees that it came back: the school that asked expects the child again.
        uow.session.execute(
            update(Announcement)
            .where(Announcement.application_id == handover.application_id)
            .values(state=Announced.ASKED, leaver_id=None, application_id=None, sender_unit_id=None, answered_at=None)
        )
    standing = (Mentoring.handover_id == handover.id, Mentoring.ended_at.is_(None))
    uow.session.execute(update(Mentoring).where(*standing).values(ended_at=handover.ended_at, given_at=None))


def subject_of_handover(handover: Handover, group_id: str | None, *, mentors: frozenset[str] = frozenset()) -> Subject:
    """What policy knows of a handover. One that was never offered has no receiver: nobody there ever heard of it."""
    return Subject(
        unit_id=handover.sender_unit_id,
        receiver_id=handover.receiver_unit_id if handover.offered_at else None,
        group_id=group_id,
        mentors=mentors,
        stage=stage_of(handover.status),
    )


def take_from_receiver(uow: UnitOfWork, handover: Handover) -> None:
    """Delete what the receiver was given: withdrawn, or declined. Its list keeps reference and school."""
    rooms = (handover.dossier_room_id, handover.care_room_id)
    take_rooms(uow, room_ids=rooms, unit_id=handover.receiver_unit_id)
    take_names(uow, subjects=(handover.id,), unit_id=handover.receiver_unit_id)
    forget_code(uow, handover.id)

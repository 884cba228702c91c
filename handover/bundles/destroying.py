"""Destroying a handover: its grants and texts in one transaction, its bytes after that.

The log proves that we did it, not that no copy exists: backups end when they are due. Who holds no key of it any more
cannot open what a backup still has.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import delete, select

from handover.audit.events import AuditEvent
from handover.audit.log import record
from handover.bundles.codes import forget_code
from handover.bundles.events import HandoverClosed, HandoverDestroyed
from handover.bundles.handovers import end_handover
from handover.bundles.hold_model import Hold
from handover.bundles.mentor_model import Mentoring
from handover.bundles.model import Bundle, Handover, Reading, SealedPart
from handover.bundles.opened_model import OpenedItem
from handover.bundles.outside_model import Outside
from handover.bundles.state import LIVE, TRANSITIONS, HandoverAction, HandoverStatus, advance
from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition, NotFound
from handover.rooms.grants import destroy_rooms
from handover.rooms.names import take_names
from handover.schools.calendar import year_dates
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.schooljaar import Schooljaar

WARNED_BEFORE = timedelta(days=14)
"""Nothing that both schools can read is destroyed sooner after they were told of it, whatever the day."""
KEPT = timedelta(days=28)
"""So long a handover that ended without being confirmed is kept, and released ones with it."""
DESTROYABLE = frozenset(status for status, action in TRANSITIONS if action is HandoverAction.DESTROY)


class Kept(IllegalTransition):
    """A school keeps it longer than its term, for a reason that stands in the trail."""

    code = "kept-longer"


def destroy(services: Services, handover_id: str, *, is_over: bool = False, again: bool = False) -> int:
    """Destroy one handover that has ended, or whose term `is_over`. Gives how many sealed files went.

    `again`: it was destroyed before, and a backup brought it back; nobody is asked anew.

    Killed between rows and bytes, the bytes lie in the store without a row and without a key, and the sweep of loose
    blobs takes them. Letters, statements and the log stay: they hold no personal data of a child.

    Raises:
        NotFound: there is no such handover.
        IllegalTransition: it has not ended, or was destroyed already.
        Kept: a school keeps it longer, or its term is not over.
    """
    with services.uow() as uow:
        handover = uow.session.get(Handover, handover_id, with_for_update=True)
        if handover is None:
            raise NotFound
        if not again and is_held(uow, handover.id):
            raise Kept
        if is_over and handover_id not in due(uow):
            raise Kept  # since the list was made its term, or what the schools were told, has become another
        if (is_over or again) and handover.status in LIVE - {HandoverStatus.CONFIRMED}:
            end_handover(uow, handover, HandoverAction.EXPIRE)
            record(uow, _told(HandoverClosed, handover))
        handover.status = advance(handover.status, HandoverAction.DESTROY)
        handover.ended_at = handover.ended_at or uow.clock.now()
        handover.supplement_opened_at = None
        keys = _take_rows(uow, handover)
        record(uow, _told(HandoverDestroyed, handover, files=len(keys)))
        uow.commit()
    for key in keys:
        services.store.delete(key)
    return len(keys)


def destroy_all(services: Services, reference: str) -> int:
    """Destroy every handover of a leaver; for `handover destroy`. Gives how many were destroyed now.

    Raises:
        NotFound: no leaver of this reference ever sent a dossier.
        IllegalTransition: one has not ended; nothing was destroyed.
        Kept: a school keeps one of them longer; those before it were destroyed.
    """
    with services.uow() as uow:
        found = uow.session.execute(
            select(Handover.id, Handover.status).where(Handover.reference == reference).order_by(Handover.created_at)
        ).all()
    if not found:
        raise NotFound
    waiting = [handover_id for handover_id, status in found if status is not HandoverStatus.DESTROYED]
    if any(status not in DESTROYABLE | {HandoverStatus.DESTROYED} for _id, status in found):
        raise IllegalTransition
    for handover_id in waiting:
        destroy(services, handover_id)
    return len(waiting)


def due(uow: UnitOfWork) -> list[str]:
    """The handovers whose term is over, oldest first.

    What was sent is kept for mentors until 31 January after the transition, or the day that the region set: a date of
    the school year, never one that runs from confirming, and no longer where nobody ever confirmed. What ended
    otherwise is kept for `KEPT`. What a school keeps longer waits for that day, and nothing goes that the schools were
    not told of `WARNED_BEFORE`.
    """
    now = uow.clock.now()
    ended = Handover.status.in_(DESTROYABLE - {HandoverStatus.CONFIRMED}) & (Handover.ended_at < now - KEPT)
    over = Handover.status.in_(LIVE) & Handover.school_year.in_(_over(uow, local_day(now)))
    told = Handover.offered_at.is_(None) | (Handover.warned_at <= now - WARNED_BEFORE)
    free = ~select(Hold.handover_id).where(Hold.handover_id == Handover.id, Hold.until >= local_day(now)).exists()
    return list(
        uow.session.scalars(select(Handover.id).where(ended | (over & told), free).order_by(Handover.created_at))
    )


def is_held(uow: UnitOfWork, handover_id: str) -> bool:
    """Whether a school keeps it longer, today."""
    held = select(Hold.handover_id).where(Hold.handover_id == handover_id, Hold.until >= local_day(uow.clock.now()))
    return uow.session.scalars(held).first() is not None


def kept_until(uow: UnitOfWork, year: Schooljaar) -> date:
    """The last day of what was sent for children who left in that school year: custom's, or the region's."""
    return year_dates(uow, year).retained_until


def _over(uow: UnitOfWork, today: date) -> list[str]:
    """The school years of which the term is over today."""
    years = uow.session.scalars(select(Handover.school_year).distinct())
    return [name for name in years if kept_until(uow, Schooljaar.parse(name)) < today]


def _told(kind: Callable[..., AuditEvent], handover: Handover, **facts: int) -> AuditEvent:
    return kind(
        actor_id=None,
        unit_id=handover.sender_unit_id,
        other_unit_id=handover.receiver_unit_id,
        subject_kind="handover",
        subject_id=handover.id,
        **facts,
    )


def _take_rows(uow: UnitOfWork, handover: Handover) -> list[str]:
    rooms = (
        handover.dossier_room_id,
        handover.care_room_id,
        handover.own_room_id,
        handover.own_care_room_id,
        handover.opened_room_id,
    )
    destroy_rooms(uow, room_ids=[room_id for room_id in rooms if room_id])
    take_names(uow, subjects=(handover.id,), unit_id=handover.receiver_unit_id)
    bundles = uow.session.scalars(select(Bundle.id).where(Bundle.handover_id == handover.id)).all()
    keys = list(uow.session.scalars(select(SealedPart.blob_key).where(SealedPart.bundle_id.in_(bundles))))
    copies = select(OpenedItem.blob_key).where(OpenedItem.handover_id == handover.id, OpenedItem.blob_key.is_not(None))
    keys += [key for key in uow.session.scalars(copies) if key is not None]
    forget_code(uow, handover.id)
    uow.session.execute(delete(Hold).where(Hold.handover_id == handover.id))
    uow.session.execute(delete(Outside).where(Outside.handover_id == handover.id))
    uow.session.execute(delete(OpenedItem).where(OpenedItem.handover_id == handover.id))
    uow.session.execute(delete(Mentoring).where(Mentoring.handover_id == handover.id))
    uow.session.execute(delete(Reading).where(Reading.bundle_id.in_(bundles)))
    uow.session.execute(delete(SealedPart).where(SealedPart.bundle_id.in_(bundles)))
    return keys

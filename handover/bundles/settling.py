"""Settling: read the stored bytes back, compare them with the letter, and offer. Needs no key; safe to run twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from sqlalchemy import Select, select
from sqlalchemy.orm.attributes import flag_modified

from handover.audit.events import AuditEvent
from handover.audit.log import record
from handover.bundles.events import HandoverOffered, SettlingFailed, SupplementArrived, SupplementFailed
from handover.bundles.mentors import standing
from handover.bundles.model import Bundle, Handover, SealedPart
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_person, tell_receiver, tell_sender
from handover.bundles.opened_model import OpenedItem
from handover.bundles.outside import came_here_after_all
from handover.bundles.state import LIVE, BundleStatus, HandoverAction, HandoverStatus, advance
from handover.db.unit_of_work import UnitOfWork
from handover.services import Services
from handover.storage.port import BlobNotFound, BlobStore
from keys.jws import digest

_PIECE = 1024 * 1024


def settle(services: Services, handover_id: str) -> bool:
    """Compare the version of a handover that waits with its letter, and give it to its readers if it is whole.

    The first version of it is offered then, or it is a draft again. A supplement that is not whole changes nothing
    for its readers, and its sender may send it once more. Gives whether it was whole now; False, too, where nothing
    waited: it was done already, or the handover ended meanwhile.

    Raises:
        StoreUnavailable: nothing was decided; the sweep tries again.
    """
    with services.uow() as uow:
        bundle = uow.session.scalars(_waiting().where(Bundle.handover_id == handover_id)).one_or_none()
        if bundle is None:
            return False
        parts = uow.session.scalars(select(SealedPart).where(SealedPart.bundle_id == bundle.id)).all()
    # Reading 50 MB back takes a while: no transaction is open meanwhile, what stands afterwards decides.
    whole = digest(bundle.letter) == bundle.letter_digest and all(is_as_stored(services.store, part) for part in parts)
    with services.uow() as uow:
        sealed = uow.session.scalars(_waiting().where(Bundle.id == bundle.id).with_for_update()).one_or_none()
        if sealed is None:
            return False
        _decide(uow, uow.session.get_one(Handover, handover_id), sealed, whole=whole)
        uow.commit()
    return whole


def unsettled(uow: UnitOfWork, *, before: datetime | None = None, limit: int | None = None) -> list[str]:
    """The handovers of which a version waits to be settled, oldest first; those sealed before that instant."""
    waiting = _waiting().with_only_columns(Bundle.handover_id)
    if before is not None:
        waiting = waiting.where(Bundle.sealed_at < before)
    return list(uow.session.scalars(waiting.order_by(Bundle.sealed_at).limit(limit)))


def is_as_stored(store: BlobStore, part: SealedPart | OpenedItem) -> bool:
    """Whether the bytes in the store are those of which size and SHA-256 were written down."""
    found, size = sha256(), 0
    if part.blob_key is None:
        return False
    try:
        with store.open(part.blob_key) as blob:
            while piece := blob.read(_PIECE):
                found.update(piece)
                size += len(piece)
    except BlobNotFound:
        return False
    return (found.hexdigest(), size) == (part.sha256, part.size)


def _tell_of_supplement(uow: UnitOfWork, handover: Handover) -> None:
    """Tell who received it, and the mentors who may have read what went before."""
    if handover.status is HandoverStatus.OFFERED:
        return  # a dossier waits there all the same
    tell_receiver(uow, handover, NoticeKind.SUPPLEMENT)
    for mentoring in standing(uow, [handover.id]):
        if mentoring.person_id is not None and mentoring.given_at is not None:
            tell_person(uow, handover, NoticeKind.SUPPLEMENT, person_id=mentoring.person_id)


def _waiting() -> Select[Bundle]:
    """Versions that wait, of handovers that have not ended."""
    return (
        select(Bundle)
        .join(Handover, Handover.id == Bundle.handover_id)
        .where(Bundle.status == BundleStatus.SEALING, Handover.status.in_(LIVE))
    )


def _decide(uow: UnitOfWork, handover: Handover, bundle: Bundle, *, whole: bool) -> None:
    bundle.status = BundleStatus.SETTLED if whole else BundleStatus.FAILED
    bundle.settled_at = uow.clock.now()
    if whole:
        # What it says counts from now on; what an earlier version asked for is not taken back by a later one.
        handover.has_care = handover.has_care or bundle.has_care
        handover.has_opp = handover.has_opp or bundle.has_opp
        handover.conversation_asked = handover.conversation_asked or bundle.conversation_asked
        handover.sent_content_version = bundle.content_version
        # Whoever read the handover before has not seen this version of it, though no fact of its row may differ.
        flag_modified(handover, "sent_content_version")
    is_first = handover.status is HandoverStatus.SEALING
    if is_first:
        handover.status = advance(handover.status, HandoverAction.SETTLE if whole else HandoverAction.FAIL)
    match is_first, whole:
        case True, True:
            handover.offered_at = uow.clock.now()
            kind: Callable[..., AuditEvent] = HandoverOffered
            tell_receiver(uow, handover, NoticeKind.OFFERED)  # to a guest a link goes, by `coded.mail_links`
        case True, False:
            kind = SettlingFailed
            tell_sender(uow, handover, NoticeKind.FAILED)
        case False, True:
            kind = SupplementArrived
            came_here_after_all(uow, handover)
            _tell_of_supplement(uow, handover)
        case _:
            kind = SupplementFailed
            handover.supplement_opened_at = uow.clock.now()
            tell_sender(uow, handover, NoticeKind.SUPPLEMENT_FAILED)
    record(
        uow,
        kind(
            actor_id=None,
            unit_id=handover.sender_unit_id,
            other_unit_id=handover.receiver_unit_id,
            subject_kind="handover",
            subject_id=handover.id,
            version=bundle.number,
            letter=bundle.letter_digest,
        ),
    )

"""Settling: read the stored bytes back, compare them with the letter, and offer. Needs no key; safe to run twice."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select

from handover.audit.log import record
from handover.bundles.events import HandoverOffered, SettlingFailed
from handover.bundles.model import Bundle, Handover, SealedPart
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_receiver, tell_sender
from handover.bundles.state import BundleStatus, HandoverAction, HandoverStatus, advance
from handover.db.unit_of_work import UnitOfWork
from handover.services import Services
from handover.storage.port import BlobNotFound, BlobStore
from keys.jws import digest

_PIECE = 1024 * 1024


def settle(services: Services, handover_id: str) -> bool:
    """Offer a handover whose stored bytes are what its letter says; else it is a draft again.

    Gives whether it is offered now. A handover that is not in `sealing` is left as it is: done already, or withdrawn.

    Raises:
        StoreUnavailable: nothing was decided; the sweep tries again.
    """
    with services.uow() as uow:
        handover = uow.session.get(Handover, handover_id)
        if handover is None or handover.status is not HandoverStatus.SEALING:
            return False
        bundle = uow.session.scalars(
            select(Bundle).where(Bundle.handover_id == handover_id, Bundle.status == BundleStatus.SEALING)
        ).one()
        parts = uow.session.scalars(select(SealedPart).where(SealedPart.bundle_id == bundle.id)).all()
    # Reading 50 MB back takes a while: no transaction is open meanwhile, the version decides afterwards.
    whole = digest(bundle.letter) == bundle.letter_digest and all(is_as_stored(services.store, part) for part in parts)
    with services.uow() as uow:
        now_standing, sealed = uow.session.get(Handover, handover_id), uow.session.get(Bundle, bundle.id)
        if now_standing is None or sealed is None or now_standing.status is not HandoverStatus.SEALING:
            return False
        _decide(uow, now_standing, sealed, whole=whole)
        uow.commit()
    return whole


def unsettled(uow: UnitOfWork, *, before: datetime | None = None, limit: int | None = None) -> list[str]:
    """The handovers that wait to be settled, oldest first; those sent before that instant, at most so many."""
    waiting = select(Handover.id).where(Handover.status == HandoverStatus.SEALING)
    if before is not None:
        waiting = waiting.where(Handover.created_at < before)
    return list(uow.session.scalars(waiting.order_by(Handover.created_at).limit(limit)))


def is_as_stored(store: BlobStore, part: SealedPart) -> bool:
    """Whether the bytes in the store are those of which size and SHA-256 were written down."""
    found, size = sha256(), 0
    try:
        with store.open(part.blob_key) as blob:
            while piece := blob.read(_PIECE):
                found.update(piece)
                size += len(piece)
    except BlobNotFound:
        return False
    return (found.hexdigest(), size) == (part.sha256, part.size)


def _decide(uow: UnitOfWork, handover: Handover, bundle: Bundle, *, whole: bool) -> None:
    now = uow.clock.now()
    bundle.status = BundleStatus.SETTLED if whole else BundleStatus.FAILED
    bundle.settled_at = now
    handover.status = advance(handover.status, HandoverAction.SETTLE if whole else HandoverAction.FAIL)
    if whole:
        handover.offered_at = now
        tell_receiver(uow, handover, NoticeKind.OFFERED)
    else:
        tell_sender(uow, handover, NoticeKind.FAILED)
    kind = HandoverOffered if whole else SettlingFailed
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

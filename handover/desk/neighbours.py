"""The dossiers before and after this one, in the order of the list that it stands on: to go on without the list."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select

from handover.bundles.model import Handover
from handover.bundles.state import HandoverStatus
from handover.db.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Neighbours:
    """Ids of the one before and the one after; None at an end. `number` counts from 1 of `total`."""

    before: str | None
    after: str | None
    number: int
    total: int


def neighbours(uow: UnitOfWork, handover: Handover) -> Neighbours | None:
    """Where a received dossier stands among all that its school received and did not confirm; None for another."""
    if handover.status is not HandoverStatus.ACCEPTED:
        return None
    since = Handover.accepted_at
    mine = (Handover.receiver_unit_id == handover.receiver_unit_id, Handover.status == HandoverStatus.ACCEPTED)
    earlier = or_(since < handover.accepted_at, and_(since == handover.accepted_at, Handover.id < handover.id))
    later = or_(since > handover.accepted_at, and_(since == handover.accepted_at, Handover.id > handover.id))
    before = uow.session.scalar(
        select(Handover.id).where(*mine, earlier).order_by(since.desc(), Handover.id.desc()).limit(1)
    )
    after = uow.session.scalar(select(Handover.id).where(*mine, later).order_by(since, Handover.id).limit(1))
    ahead = uow.session.scalar(select(func.count()).select_from(Handover).where(*mine, earlier)) or 0
    total = uow.session.scalar(select(func.count()).select_from(Handover).where(*mine)) or 0
    return Neighbours(before=before, after=after, number=ahead + 1, total=total)

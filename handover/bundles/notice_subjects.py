"""What a notice is about: a handover, an announcement or a passage, of which child and between which schools."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, or_, select

from handover.bundles.model import Handover
from handover.bundles.notice_model import Notice, NoticeKind
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Announcement, Leaver
from handover.leavers.passage_model import PassageRow
from handover.terms.destination import LeaverEnd


def about(notice: Notice) -> dict[str, str]:
    """The one thing that it is about, as the columns of another notice of the same."""
    if notice.handover_id is not None:
        return {"handover_id": notice.handover_id}
    if notice.passage_id is not None:
        return {"passage_id": notice.passage_id}
    return {"announcement_id": notice.announcement_id or ""}


def schools(uow: UnitOfWork, notice: Notice) -> list[str | None]:
    """The two schools that it is about."""
    if notice.passage_id is not None:
        passage = uow.session.get_one(PassageRow, notice.passage_id)
        return [passage.unit_id, uow.session.get_one(Leaver, passage.leaver_id).unit_id]
    if notice.handover_id is not None:
        handover = uow.session.get_one(Handover, notice.handover_id)
        return [handover.sender_unit_id, handover.receiver_unit_id]
    announcement = uow.session.get_one(Announcement, notice.announcement_id)
    return [announcement.sender_unit_id, announcement.receiver_unit_id]


def is_of_one_who_died() -> ColumnElement[bool]:
    """Whether a notice is about a child who died: nobody is mailed about it any more."""
    return (
        select(Leaver.id)
        .where(
            Leaver.id.in_([Handover.leaver_id, Announcement.leaver_id, PassageRow.leaver_id]),
            Leaver.ended_as == LeaverEnd.DIED,
        )
        .correlate(Handover, Announcement, PassageRow)
        .exists()
    )


def forget_unsent(uow: UnitOfWork, leaver_id: str, kinds: Collection[NoticeKind] = frozenset(NoticeKind)) -> None:
    """Delete what is still to be mailed of these kinds about this child, to whomever; the caller commits."""
    uow.session.execute(
        delete(Notice)
        .where(
            Notice.sent_at.is_(None),
            Notice.kind.in_(kinds),
            or_(
                Notice.handover_id.in_(select(Handover.id).where(Handover.leaver_id == leaver_id)),
                Notice.announcement_id.in_(select(Announcement.id).where(Announcement.leaver_id == leaver_id)),
                Notice.passage_id.in_(select(PassageRow.id).where(PassageRow.leaver_id == leaver_id)),
            ),
        )
        .execution_options(synchronize_session=False)
    )

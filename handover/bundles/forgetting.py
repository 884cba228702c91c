"""After the season: names that schools told each other to ask who a child is are deleted at both."""

from __future__ import annotations

from sqlalchemy import delete, select

from handover.audit.log import record
from handover.bundles.announcing import season_start
from handover.leavers.events import AnnouncementForgotten
from handover.leavers.model import Announcement
from handover.leavers.passage_model import PassageRow
from handover.rooms.model import Grant
from handover.services import Services
from keys.grant import GrantKind


def forget_old_announcements(services: Services) -> int:
    """Delete who was announced before this season began; gives of how many. The rows stay, as ids and states."""
    with services.uow() as uow:
        old = uow.session.scalars(
            select(Announcement)
            .where(
                Announcement.announced_at < season_start(uow),
                select(Grant.id).where(Grant.kind == GrantKind.NAME, Grant.subject == Announcement.id).exists(),
            )
            .order_by(Announcement.announced_at)
        ).all()
        for row in old:
            uow.session.execute(delete(Grant).where(Grant.kind == GrantKind.NAME, Grant.subject == row.id))
            record(
                uow,
                AnnouncementForgotten(
                    actor_id=None,
                    unit_id=row.receiver_unit_id,
                    other_unit_id=row.sender_unit_id,
                    subject_kind="announcement",
                    subject_id=row.id,
                ),
            )
        asked = select(PassageRow.id).where(PassageRow.begun_at < season_start(uow))
        uow.session.execute(delete(Grant).where(Grant.kind == GrantKind.NAME, Grant.subject.in_(asked)))
        uow.commit()
        return len(old)

"""For whom a mail to mentors still is when it goes: the mentor, or who stands in today; nobody for what was read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from handover.bundles.mentors import reads, standing
from handover.bundles.notice_model import NoticeKind
from handover.db.unit_of_work import UnitOfWork
from handover.schools.absences import Away, away_on, present_for
from handover.terms.clock import local_day

TO_MENTORS = frozenset({NoticeKind.MENTOR, NoticeKind.MENTOR_UNREAD})


@dataclass(frozen=True, kw_only=True)
class MentorsNow:
    """Who is mentor of these children, who of them read, and who is away from their school today."""

    by_handover: Mapping[str, Collection[str]]
    unit_of: Mapping[str, str]
    away: Mapping[str, Mapping[str, Away]]
    read: Mapping[tuple[str, str], datetime]

    def wait_for(self, kind: NoticeKind, handover_id: str, person_id: str, *, covers: bool) -> bool:
        """Whether this person is still to be told this; `covers`: in the place of a mentor who is away."""
        mentors = self.by_handover.get(handover_id, ())
        if covers and person_id in mentors:
            return False  # told as mentor
        away = self.away[self.unit_of[handover_id]] if covers and mentors else {}
        whose = [one for one in mentors if (present_for(one, away) if covers else one) == person_id]
        return any(kind is not NoticeKind.MENTOR_UNREAD or (handover_id, one) not in self.read for one in whose)


def mentors_now(uow: UnitOfWork, handover_ids: Collection[str]) -> MentorsNow:
    """The mentors of these, as they are now."""
    rows = standing(uow, handover_ids)
    by_handover: dict[str, list[str]] = {}
    for row in rows:
        if row.person_id is not None:
            by_handover.setdefault(row.handover_id, []).append(row.person_id)
    today = local_day(uow.clock.now())
    return MentorsNow(
        by_handover=by_handover,
        unit_of={row.handover_id: row.unit_id for row in rows},
        away={unit_id: away_on(uow, unit_id, today) for unit_id in {row.unit_id for row in rows}},
        read=reads(uow, handover_ids),
    )

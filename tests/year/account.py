"""What came of a year: read from the log, not from the script that played it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from handover.audit.model import AuditEntry
from handover.bundles.model import Handover
from handover.bundles.state import TRANSITIONS, HandoverAction, HandoverStatus, Transition
from handover.leavers.model import Leaver
from handover.leavers.passage_model import PassageRow
from tests.year.schools import FIRST_DAY, Year

_ACTION = {
    "handover.sent": HandoverAction.SEND,
    "handover.offered": HandoverAction.SETTLE,
    "handover.settling_failed": HandoverAction.FAIL,
    "handover.accepted": HandoverAction.ACCEPT,
    "handover.declined": HandoverAction.DECLINE,
    "handover.withdrawn": HandoverAction.WITHDRAW,
    "handover.supplemented": HandoverAction.SUPPLEMENT,
    "handover.supplement_acknowledged": HandoverAction.ACKNOWLEDGE,
    "handover.relocated": HandoverAction.RELOCATE,
    "handover.confirmed": HandoverAction.CONFIRM,
    "handover.fetched_with_code": HandoverAction.ACCEPT,
    "handover.confirmed_by_telephone": HandoverAction.CONFIRM_BY_TELEPHONE,
    "handover.handed_outside": HandoverAction.HAND_OUTSIDE,
    "handover.entered": HandoverAction.ENTER,
    "handover.entry_taken_back": HandoverAction.TAKE_BACK,
    "handover.outside_taken_back": HandoverAction.TAKE_BACK,
    "handover.outside_confirmed": HandoverAction.CONFIRM,
    "handover.reopened": HandoverAction.REOPEN,
    "handover.released": HandoverAction.RELEASE,
    "handover.destroyed": HandoverAction.DESTROY,
}


@dataclass(frozen=True)
class Played:
    """What came of it."""

    children: int
    used: Counter[str]
    unused: list[str]
    ends: Counter[str]
    passages: Counter[str]
    """How it stands with those who went to another primary school."""
    at_two: int
    """Children whose dossier lay at two schools at once."""
    longest_wait: timedelta
    """From offered to received, of those that were."""
    days: int


def account(year: Year) -> Played:
    """From the log: which transitions were taken, and where everything ended."""
    with year.thread.services.uow() as uow:
        entries = uow.session.scalars(
            select(AuditEntry).where(AuditEntry.name.startswith("handover.")).order_by(AuditEntry.id)
        ).all()
        handovers = uow.session.scalars(select(Handover)).all()
        passages = Counter(one.value for one in uow.session.scalars(select(PassageRow.state)))
        ended = uow.session.scalars(select(Leaver.ended_as).where(Leaver.ended_as.is_not(None))).all()
    status: dict[str, HandoverStatus] = {}
    used: Counter[str] = Counter()
    for entry in entries:
        before = status.get(entry.subject_id, HandoverStatus.DRAFT)
        action = _action(entry)
        taken: Transition | None = TRANSITIONS.get((before, action)) if action else None
        if action and taken:
            used[f"{before.value} {action.value}"] += 1
            status[entry.subject_id] = taken.to
    unused = [f"{at.value} {action.value}" for at, action in TRANSITIONS if f"{at.value} {action.value}" not in used]
    waits = [row.accepted_at - row.offered_at for row in handovers if row.accepted_at and row.offered_at]
    ends = Counter(row.status.value for row in handovers)
    ends.update(f"leaver {one.value}" for one in ended if one)
    return Played(
        children=year.children,
        used=used,
        unused=unused,
        ends=ends,
        passages=passages,
        at_two=sum(row.place > 0 for row in handovers),
        longest_wait=max(waits),
        days=(year.thread.region.clock.now() - FIRST_DAY).days,
    )


def _action(entry: AuditEntry) -> HandoverAction | None:
    if entry.name == "handover.closed":
        return HandoverAction.EXPIRE if entry.actor_id is None else HandoverAction.CLOSE
    return _ACTION.get(entry.name)


def lines(played: Played) -> Iterator[str]:
    """What it tells."""
    yield f"{played.children} children, {played.days} days, {sum(played.used.values())} transitions taken"
    unused = ", ".join(played.unused) or "none"
    yield f"{len(played.used)} of {len(TRANSITIONS)} kinds of transition; not taken: {unused}"
    for name, count in sorted(played.used.items()):
        yield f"  {count:4}  {name}"
    yield "where it ended: " + json.dumps(dict(sorted(played.ends.items())))
    yield f"{played.at_two} dossiers lay at two schools at once"
    yield "to another primary school: " + json.dumps(dict(sorted(played.passages.items())))
    yield f"longest wait before a dossier was received: {played.longest_wait.days} days"

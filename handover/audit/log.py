"""Writing to the log: within the transaction of what is logged, or it does not happen."""

from __future__ import annotations

from datetime import date, datetime

from handover.audit.entry import facts_text, new_entry_id
from handover.audit.events import AuditEvent
from handover.audit.model import AuditEntry
from handover.audit.tree import leaf_hash
from handover.db.unit_of_work import UnitOfWork
from handover.terms.clock import local_day


def record(uow: UnitOfWork, event: AuditEvent, *, log: str | None = None) -> str:
    """Add an entry to the transaction, and give its id. It waits for its number until the sequencer runs.

    Args:
        uow: an open unit of work; the caller commits.
        event: what happened.
        log: the school year in which the child leaves whom it is about (2026-2027), so that what happens to
            its handover after the summer stays in one log; None is the school year of today.

    Raises:
        TypeError: a fact is of a kind that no entry may hold.
        ValueError: an id or fact could be a name, a number of a person, or a title. Nothing was added.
    """
    event.check()
    at = uow.clock.now()
    entry = AuditEntry(
        id=new_entry_id(at),
        at=at,
        log=log or log_of(at),
        name=event.name,
        actor_id=event.actor_id,
        unit_id=event.unit_id,
        other_unit_id=event.other_unit_id,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        facts=facts_text(event.facts()),
    )
    entry.leaf_hash = leaf_hash(entry.to_bytes())
    uow.session.add(entry)
    return entry.id


def log_of(at: datetime) -> str:
    """Give the log of an instant by the school year that it falls in, 1 August to 31 July: 2026-2027."""
    day: date = local_day(at)
    first = day.year if day.month >= 8 else day.year - 1  # noqa: PLR2004  # August
    return f"{first}-{first + 1}"

"""Writing to the log: within the transaction of what is logged, or it does not happen."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from sqlalchemy import Table, insert

from handover.audit.entry import ROW_COLUMNS, EntryRow, entry_bytes, facts_text, instant_text, new_entry_id
from handover.audit.events import AuditEvent
from handover.audit.model import AuditEntry
from handover.audit.tree import leaf_hash
from handover.db.unit_of_work import UnitOfWork
from handover.terms.clock import local_day

_INSERT = insert(cast("Table", AuditEntry.__table__))


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
    log = log or log_of(at)
    row: EntryRow = (
        new_entry_id(at),
        instant_text(at),
        event.name,
        event.actor_id,
        event.unit_id,
        event.other_unit_id,
        event.subject_kind,
        event.subject_id,
        facts_text(event.facts()),
    )
    (written,) = entry_bytes(log, [row])
    values = dict(zip(ROW_COLUMNS, row, strict=True)) | {
        "at": at,
        "log": log,
        "leaf_hash": leaf_hash(written),
    }
    # Straight to the connection: nobody changes an entry, so no session need watch it, at twice the cost.
    uow.session.connection().execute(_INSERT, values)
    return row[0]


def log_of(at: datetime) -> str:
    """Give the log of an instant by the school year that it falls in, 1 August to 31 July: 2026-2027."""
    # The rule of a school year stands here until the terms have a value for it.
    day: date = local_day(at)
    first = day.year if day.month >= 8 else day.year - 1  # noqa: PLR2004  # August
    return f"{first}-{first + 1}"

"""Reading the log: the trail of a handover for both its schools, and pages for auditors."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, select, union

from handover.audit.entry import Fact, first_id_at
from handover.audit.model import AuditEntry, AuditLog
from handover.db.unit_of_work import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class TrailLine:
    """One entry as people read it. `seq` is None until the sequencer has numbered it."""

    id: str
    at: datetime
    log: str
    seq: int | None
    name: str
    actor_id: str | None
    unit_id: str | None
    other_unit_id: str | None
    subject_kind: str
    subject_id: str
    facts: dict[str, Fact]


@dataclass(frozen=True, kw_only=True)
class TrailPage:
    """Lines, the newest first, and where the next page begins; None after the last."""

    lines: list[TrailLine]
    before: str | None


@dataclass(frozen=True, kw_only=True)
class LogHead:
    """How far a log has grown; `root` is hexadecimal."""

    name: str
    size: int
    root: str
    updated_at: datetime


@dataclass(frozen=True, kw_only=True)
class Search:
    """What an auditor asks for; None leaves a thing open."""

    unit_id: str | None = None
    """A unit on either side."""
    since: datetime | None = None
    until: datetime | None = None
    """Up to, but not at, this instant."""
    name: str | None = None
    log: str | None = None


def trail(uow: UnitOfWork, subject_ids: Collection[str], *, limit: int = 1000) -> list[TrailLine]:
    """Give what was done to these subjects, the oldest first: a handover, its bundles, its questions.

    Both schools of a handover see the same lines. The newest `limit` are given where there are more.
    """
    rows = uow.session.scalars(
        select(AuditEntry).where(AuditEntry.subject_id.in_(subject_ids)).order_by(AuditEntry.id.desc()).limit(limit)
    )
    return [_line(row) for row in rows][::-1]


def last_at(uow: UnitOfWork, subject_id: str, name: str) -> datetime | None:
    """When something was last done to a subject; None: never."""
    return uow.session.scalar(
        select(AuditEntry.at)
        .where(AuditEntry.subject_id == subject_id, AuditEntry.name == name)
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )


def entries(uow: UnitOfWork, search: Search, *, before: str | None = None, limit: int = 50) -> TrailPage:
    """Give a page of the log, the newest first.

    Args:
        uow: an open unit of work.
        search: what to look for.
        before: what the page before this one gave; None begins at the newest.
        limit: lines a page.
    """
    found = uow.session.scalars(_matching(search, before, limit + 1)).all()
    lines = [_line(row) for row in found[:limit]]
    return TrailPage(lines=lines, before=lines[-1].id if len(found) > limit else None)


def log_heads(uow: UnitOfWork) -> list[LogHead]:
    """Give all logs, the newest school year first."""
    rows = uow.session.scalars(select(AuditLog).order_by(AuditLog.name.desc()))
    return [LogHead(name=row.name, size=row.size, root=row.root.hex(), updated_at=row.updated_at) for row in rows]


def _matching(search: Search, before: str | None, limit: int) -> Select[AuditEntry]:
    conditions = _conditions(search, before)
    newest = AuditEntry.id.desc()
    if search.unit_id is None:
        return select(AuditEntry).where(*conditions).order_by(newest).limit(limit)
    # Each side by its own index and cut to a page: an OR would read and sort all that a unit ever did.
    sides = (
        select(AuditEntry.id).where(side == search.unit_id, *conditions).order_by(newest).limit(limit).subquery()
        for side in (AuditEntry.unit_id, AuditEntry.other_unit_id)
    )
    ids = union(*(select(side.c.id) for side in sides)).subquery()
    return select(AuditEntry).where(AuditEntry.id.in_(select(ids.c.id))).order_by(newest).limit(limit)


def _conditions(search: Search, before: str | None) -> list[ColumnElement[bool]]:
    """Say the search in SQL; the period by id, which sorts by time, so that one index serves both."""
    wanted: list[tuple[Any, ColumnElement[bool]]] = [
        (before, AuditEntry.id < (before or "")),
        (search.since, AuditEntry.id >= (first_id_at(search.since) if search.since else "")),
        (search.until, AuditEntry.id < (first_id_at(search.until) if search.until else "")),
        (search.name, AuditEntry.name == search.name),
        (search.log, AuditEntry.log == search.log),
    ]
    return [condition for value, condition in wanted if value is not None]


def _line(row: AuditEntry) -> TrailLine:
    return TrailLine(
        id=row.id,
        at=row.at,
        log=row.log,
        seq=row.seq,
        name=row.name,
        actor_id=row.actor_id,
        unit_id=row.unit_id,
        other_unit_id=row.other_unit_id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        facts=json.loads(row.facts),
    )

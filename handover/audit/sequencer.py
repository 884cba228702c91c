"""Giving entries their numbers, as leaves of their log's tree, after their transactions have committed.

An action never waits for another's number: it writes its entry without one. Here those are taken in order of
time, which is the order of commits but for transactions that ran at once; one that commits late gets the next
number at the next run. Two sequencers at once do no harm: the second waits at the log's row, or finds that
the log has grown and gives way.
"""

from __future__ import annotations

from typing import cast

from sqlalchemy import CursorResult, Select, bindparam, select, update

from handover.audit.model import AuditEntry, AuditLog
from handover.audit.tree import EMPTY_ROOT, Frontier
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict


def sequence(uow: UnitOfWork, *, batch: int = 1000) -> int:
    """Number waiting entries, at most `batch` of each log, and commit; give how many were numbered.

    Run it again while it gives more than nothing. Safe to run twice and at once.

    Raises:
        Conflict: another sequencer was first; nothing was changed.
    """
    waiting = uow.session.scalars(select(AuditEntry.log).where(AuditEntry.seq.is_(None)).distinct())
    numbered = sum(_number(uow, name, batch) for name in sorted(waiting))
    uow.commit()
    return numbered


def _number(uow: UnitOfWork, name: str, batch: int) -> int:
    """Number the waiting entries of one log."""
    log = _locked(uow, name)
    waiting = uow.session.execute(
        select(AuditEntry.id, AuditEntry.leaf_hash)
        .where(AuditEntry.log == name, AuditEntry.seq.is_(None))
        .order_by(AuditEntry.id)
        .limit(batch)
    ).all()
    if not waiting:
        return 0
    frontier = Frontier.from_bytes(log.size, log.frontier)
    frontier.extend(leaf for _, leaf in waiting)
    uow.session.connection().execute(
        update(AuditEntry).where(AuditEntry.id == bindparam("entry_id")).values(seq=bindparam("number")),
        [{"entry_id": row.id, "number": number} for number, row in enumerate(waiting, start=log.size)],
    )
    grown = uow.session.execute(
        update(AuditLog)
        .where(AuditLog.name == name, AuditLog.size == log.size)
        .values(
            size=frontier.size,
            root=frontier.root(),
            frontier=frontier.to_bytes(),
            updated_at=uow.clock.now(),
        )
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[object]", grown).rowcount != 1:
        uow.session.rollback()
        raise Conflict(log=name)
    return len(waiting)


def _locked(uow: UnitOfWork, name: str) -> AuditLog:
    """Give the log's row, made where there was none, locked until the commit.

    SQLite knows no row locks and needs none: its transactions that write begin one after the other.
    """
    log = uow.session.scalar(_for_update(name))
    if log is None:
        uow.session.add(
            AuditLog(name=name, size=0, root=EMPTY_ROOT, frontier=b"", updated_at=uow.clock.now()),
        )
        uow.flush()  # a Conflict when another sequencer makes it at this very moment
        log = uow.session.scalars(_for_update(name)).one()
    return log


def _for_update(name: str) -> Select[AuditLog]:
    return select(AuditLog).where(AuditLog.name == name).with_for_update().execution_options(populate_existing=True)

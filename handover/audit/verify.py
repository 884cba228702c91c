"""Holding the rows against the tree: every leaf hashed anew, every number looked for, every root made again.

It reads and never writes. What it cannot see is an entry removed before it had a number, a whole database
put back to an earlier day, and a tree that was made anew over changed rows: for the first there are the features'
deep checks, for the others there is what others keep of the root.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import func, or_, select

from handover.audit.findings import Finding, FindingKind, Findings, Report, VerifiedLog
from handover.audit.model import AuditEntry, AuditLog
from handover.audit.reading import LogReading, numbered_batches
from handover.audit.tree import Frontier
from handover.db.unit_of_work import UnitOfWork

DeepCheck = Callable[[UnitOfWork], Iterator[Finding]]
"""A feature's check of its own records against the log: reads, never writes."""


class DeepChecks:
    """The checks that features add for `--deep`; the composition root holds one of these."""

    def __init__(self) -> None:
        self._checks: dict[str, DeepCheck] = {}

    def register(self, name: str, check: DeepCheck) -> None:
        """Add a check under a name.

        Raises:
            ValueError: there is one of this name.
        """
        if name in self._checks:
            msg = f"there is a deep check {name} already"
            raise ValueError(msg)
        self._checks[name] = check

    def run(self, uow: UnitOfWork) -> Iterator[Finding]:
        """Give what all checks find, in the order in which they were registered."""
        for check in self._checks.values():
            yield from check(uow)


def verify(uow: UnitOfWork, *, deep: DeepChecks | None = None) -> Report:
    """Read the whole log and say what is wrong with it.

    Memory does not grow with the log. Entries that are written and numbered meanwhile are no findings. On
    SQLite nobody else writes until it is done, as in any transaction there.

    Args:
        uow: an open unit of work; nothing is written or committed.
        deep: checks that go beyond the log; None runs none.
    """
    findings = Findings()
    # Names first: a log that is begun between these two reads has a head, but no entry that we look for.
    names = uow.session.scalars(select(AuditEntry.log).where(AuditEntry.seq.is_not(None)).distinct()).all()
    heads = {
        row.name: row
        for row in uow.session.execute(select(AuditLog.name, AuditLog.size, AuditLog.root, AuditLog.frontier))
    }
    logs = []
    for name in sorted({*heads, *names}):
        head = heads.get(name)
        reading = LogReading(name, findings)
        if head is None:
            findings.add(Finding(kind=FindingKind.NO_LOG, log=name, detail="nothing is kept of its tree"))
        else:
            for batch in numbered_batches(uow, name, head.size):
                reading.take(batch)
            reading.end(head.size)
            findings.extend(_against_head(reading, head.size, head.root, head.frontier))
        findings.extend(_beyond(uow, name))
        logs.append(VerifiedLog(name=name, size=reading.tree.size, root=reading.tree.root()))
    if deep is not None:
        findings.extend(deep.run(uow))
    waiting = uow.session.scalar(select(func.count()).where(AuditEntry.seq.is_(None))) or 0
    return Report(logs=tuple(logs), waiting=waiting, findings=tuple(findings.kept), more=findings.more)


def _against_head(reading: LogReading, size: int, root: bytes, packed: bytes) -> Iterator[Finding]:
    """Compare the tree that the rows make with what the sequencer wrote down of it."""
    try:
        written = Frontier.from_bytes(size, packed)
    except ValueError:
        written = None
    if written is None or written.root() != root:
        detail = "the subtrees that were written down do not make the root beside them"
        yield Finding(kind=FindingKind.WRONG_FRONTIER, log=reading.name, detail=detail)
    if reading.tree.root() == root:
        return
    detail = f"the entries make {reading.tree.root().hex()}, written down is {root.hex()}"
    if written is not None and reading.tree.size == size:
        pairs = zip(reading.tree.ranges(), reading.tree.peaks, written.peaks, strict=True)
        differing = [f"{span.start}-{span.stop - 1}" for span, made, kept in pairs if made != kept]
        detail += f"; they differ within {', '.join(differing) or 'none of its parts'}"
    yield Finding(kind=FindingKind.WRONG_ROOT, log=reading.name, detail=detail)


def _beyond(uow: UnitOfWork, name: str) -> Iterator[Finding]:
    """Look for numbers that the log, as it is by now, has not given."""
    size = uow.session.scalar(select(AuditLog.size).where(AuditLog.name == name)) or 0
    rows = uow.session.execute(
        select(AuditEntry.id, AuditEntry.seq)
        .where(AuditEntry.log == name, or_(AuditEntry.seq < 0, AuditEntry.seq >= size))
        .order_by(AuditEntry.seq)
    )
    for row in rows:
        detail = f"the log has given {size} numbers"
        yield Finding(kind=FindingKind.BEYOND, log=name, seq=row.seq, entry_id=row.id, detail=detail)

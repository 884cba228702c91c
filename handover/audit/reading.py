"""Reading a log in the order of its numbers, in batches, and making its tree anew from the rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, func, select, type_coerce

from handover.audit.entry import EntryRow, entry_bytes
from handover.audit.findings import Finding, FindingKind, Findings
from handover.audit.model import AuditEntry
from handover.audit.tree import Frontier, leaf_hash, leaf_hashes
from handover.db.unit_of_work import UnitOfWork

LATEST = timedelta(minutes=15)
"""How much older than the one before it an entry may be: no transaction and no two clocks differ by more."""

_BATCH = 2_000

NumberedRow = tuple[int, bytes, str, str, str, str | None, str | None, str | None, str, str, str]
"""Number, stored leaf hash, and the entry as `EntryRow`."""


def numbered_batches(uow: UnitOfWork, name: str, size: int) -> Iterator[Sequence[NumberedRow]]:
    """Give the entries with the numbers 0 to `size` - 1, in order, some thousands at a time."""
    statement = (
        select(
            AuditEntry.seq,
            AuditEntry.leaf_hash,
            AuditEntry.id,
            _instant(uow),
            AuditEntry.name,
            AuditEntry.actor_id,
            AuditEntry.unit_id,
            AuditEntry.other_unit_id,
            AuditEntry.subject_kind,
            AuditEntry.subject_id,
            AuditEntry.facts,
        )
        .where(AuditEntry.log == name, AuditEntry.seq >= 0, AuditEntry.seq < size)
        .order_by(AuditEntry.seq)
        .execution_options(yield_per=_BATCH)
    )
    batches: Any = uow.session.connection().execute(statement).partitions()
    yield from batches


def _instant(uow: UnitOfWork) -> ColumnElement[str]:
    """Give `at` as `instant_text` writes it, from the database: twice as fast as by way of a datetime."""
    if uow.session.get_bind().dialect.name == "sqlite":
        return func.replace(type_coerce(AuditEntry.at, String), " ", "T", type_=String).concat("Z")
    pattern = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
    return func.to_char(func.timezone("UTC", AuditEntry.at), pattern, type_=String)


class LogReading:
    """One log as its rows make it; what is wrong with them goes to `findings`."""

    def __init__(self, name: str, findings: Findings) -> None:
        self.name = name
        self.tree = Frontier()
        self._findings = findings
        self._next = 0
        self._before = ""

    def take(self, batch: Sequence[NumberedRow]) -> None:
        """Take the next entries, in the order of their numbers."""
        leaves = self._leaves([row[2:] for row in batch])
        self._look_at_times([(row[0], row[3]) for row in batch])
        if leaves != [row[1] for row in batch]:
            self._find_changed(batch, leaves)
        numbers = [row[0] for row in batch]
        if numbers != list(range(self._next, self._next + len(batch))):
            self._find_misnumbered(batch)
        self._next = numbers[-1] + 1
        self.tree.extend(leaves)

    def end(self, size: int) -> None:
        """All were taken: whatever number below `size` has not come is missing."""
        self._miss(size)

    def _leaves(self, rows: list[EntryRow]) -> list[bytes]:
        try:
            return leaf_hashes(entry_bytes(self.name, rows))
        except TypeError:  # SQLite keeps bytes or a number in a column of text, if somebody puts them there
            return [self._leaf(row) for row in rows]

    def _leaf(self, row: EntryRow) -> bytes:
        try:
            return leaf_hash(*entry_bytes(self.name, [row]))
        except TypeError:
            return leaf_hash(b"")

    def _find_changed(self, batch: Sequence[NumberedRow], leaves: list[bytes]) -> None:
        for row, leaf in zip(batch, leaves, strict=True):
            if row[1] != leaf:
                self._find(FindingKind.CHANGED, row, "its hash does not fit what it says")

    def _find_misnumbered(self, batch: Sequence[NumberedRow]) -> None:
        for row in batch:
            if row[0] < self._next:
                self._find(FindingKind.DUPLICATE, row, "another entry has this number")
            self._miss(row[0])
            self._next = row[0] + 1

    def _miss(self, number: int) -> None:
        """Tell the numbers from the next one up to, but not, this one as missing."""
        if number > self._next:
            one = number == self._next + 1
            numbers = f"{self._next}" if one else f"{self._next} to {number - 1}"
            detail = f"no entry has the number {numbers}"
            self._findings.add(Finding(kind=FindingKind.MISSING, log=self.name, detail=detail))

    def _look_at_times(self, times: list[tuple[int, str]]) -> None:
        """Tell entries that are much older than the one before; a little comes of transactions at once."""
        before = self._before
        for number, at in times:
            if at < before and not _is_near(at, before):
                finding = Finding(
                    kind=FindingKind.OUT_OF_ORDER,
                    log=self.name,
                    seq=number,
                    detail=f"of {at}, after one of {before}",
                )
                self._findings.add(finding)
            before = at
        self._before = before

    def _find(self, kind: FindingKind, row: NumberedRow, detail: str) -> None:
        self._findings.add(Finding(kind=kind, log=self.name, seq=row[0], entry_id=row[2], detail=detail))


def _is_near(at: str, before: str) -> bool:
    """Whether an instant lies little before another. One that cannot be read has changed, and is told so."""
    try:
        return datetime.fromisoformat(before) - datetime.fromisoformat(at) <= LATEST
    except (TypeError, ValueError):
        return True

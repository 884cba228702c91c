"""The tables of the log: entries, written once, and for each log how far its tree has grown."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    DDL,
    BigInteger,
    CheckConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    event,
)
from sqlalchemy.orm import Mapped, mapped_column

from handover.audit.append_only import ENTRY_TRIGGERS, LOG_TRIGGERS
from handover.audit.entry import entry_bytes, instant_text
from handover.db.base import Base


class AuditEntry(Base):
    """One thing that somebody did. The database refuses to change it, but for giving it its number once.

    `leaf_hash` is the hash of `entry_bytes`, which can be made again from the other columns; `seq` counts
    from 0 in its log.
    """

    __tablename__ = "audit_entry"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime]
    log: Mapped[str] = mapped_column(String(16))
    """The school year in which the children leave whom it is about: 2026-2027."""
    name: Mapped[str] = mapped_column(String(64))
    actor_id: Mapped[str | None] = mapped_column(String(64))
    unit_id: Mapped[str | None] = mapped_column(String(64))
    other_unit_id: Mapped[str | None] = mapped_column(String(64))
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[str] = mapped_column(String(64))
    facts: Mapped[str] = mapped_column(Text)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    seq: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        CheckConstraint("length(leaf_hash) = 32", name="leaf_hash_length"),
        CheckConstraint("seq >= 0", name="seq_from_zero"),
        # Ids sort by time, so each of these gives the newest first without sorting.
        Index(None, "subject_id", "id"),
        Index(None, "unit_id", "id"),
        Index(None, "other_unit_id", "id"),
        Index(None, "name", "id"),
        # The time-ordered id is where a row lies: new ones come at the end, and the indexes hold it anyway.
        {"sqlite_with_rowid": False},
    )

    def to_bytes(self) -> bytes:
        """Give what is hashed as its leaf."""
        row = (
            self.id,
            instant_text(self.at),
            self.name,
            self.actor_id,
            self.unit_id,
            self.other_unit_id,
            self.subject_kind,
            self.subject_id,
            self.facts,
        )
        return entry_bytes(self.log, [row])[0]


# Only what has its number: writing an entry need not touch it.
Index(
    "uq_audit_entry_log_seq",
    AuditEntry.log,
    AuditEntry.seq,
    unique=True,
    sqlite_where=AuditEntry.seq.is_not(None),
    postgresql_where=AuditEntry.seq.is_not(None),
)
# What has no number yet is little: the sequencer finds it without reading the rest.
Index(
    "ix_audit_entry_unnumbered",
    AuditEntry.log,
    AuditEntry.id,
    sqlite_where=AuditEntry.seq.is_(None),
    postgresql_where=AuditEntry.seq.is_(None),
)


class AuditLog(Base):
    """How far the tree of one log has grown. Only the sequencer writes it, and only onwards."""

    __tablename__ = "audit_log"

    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    root: Mapped[bytes] = mapped_column(LargeBinary(32))
    frontier: Mapped[bytes] = mapped_column(LargeBinary(32 * 63))
    """The roots of the tree's perfect subtrees, the largest first: what is needed to add leaves."""
    updated_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("size >= 0", name="size_from_zero"),
        CheckConstraint("length(root) = 32", name="root_length"),
    )


def _ddl(statement: str) -> DDL:
    return DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # SQLAlchemy's has no types


def _keep_append_only() -> None:
    for table, triggers in ((AuditEntry.__table__, ENTRY_TRIGGERS), (AuditLog.__table__, LOG_TRIGGERS)):
        for dialect, statements in triggers.items():
            for statement in statements:
                event.listen(table, "after_create", _ddl(statement).execute_if(dialect=dialect))
    # Dropping a table takes its triggers along, but not PostgreSQL's functions.
    for table, function in (
        (AuditEntry.__table__, "audit_entry_refusal"),
        (AuditLog.__table__, "audit_log_refusal"),
    ):
        statement = f"DROP FUNCTION IF EXISTS {function}()"
        event.listen(table, "after_drop", _ddl(statement).execute_if(dialect="postgresql"))


_keep_append_only()

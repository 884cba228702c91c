"""Rows that somebody counts: whoever changes one leaves a mark, in the same transaction, at the school it is about.

The mark is left by the session itself, so that no action can forget it. It says only that what was counted for that
school may be wrong now. Marks are added and taken away, never changed: two writers at one school do not wait for each
other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import ClassVar

from sqlalchemy import ForeignKey, String, inspect
from sqlalchemy.orm import Mapped, ORMExecuteState, Session, mapped_column

from handover.db.base import Base, new_id

COUNTS_NOTHING = {"counts_nothing": True}
"""Execution options of a statement over many counted rows that changes no counted column."""


class Counted:
    """A row that is counted for a school."""

    counted: ClassVar[Collection[str]] = ()
    """The attributes on which a count depends."""

    def counted_at(self, session: Session) -> Iterable[str]:
        """The units at which it counts, and counted before this change."""
        raise NotImplementedError


class StaleCount(Base):
    """What was counted for this unit may be wrong. Several for one unit are as good as one."""

    __tablename__ = "stale_count"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))


def mark(session: Session, unit_ids: Iterable[str]) -> None:
    """Let these units be counted again."""
    session.add_all(StaleCount(unit_id=unit_id) for unit_id in sorted(set(unit_ids)))


def mark_what_changes(session: Session, _context: object, _instances: object) -> None:
    """Before each flush: mark the units whose counts it changes."""
    rows = (*session.new, *session.dirty, *session.deleted)
    changed = [row for row in rows if isinstance(row, Counted) and _is_changed(session, row)]
    mark(session, {unit_id for row in changed for unit_id in row.counted_at(session)})


def refuse_in_bulk(state: ORMExecuteState) -> None:
    """Before each statement: one that changes many counted rows at once would pass the marks by.

    Raises:
        AssertionError: it does not say that it changes nothing that counts.
    """
    if not (state.is_insert or state.is_update or state.is_delete) or state.execution_options.get("counts_nothing"):
        return
    mapper = state.bind_mapper
    if mapper is not None and issubclass(mapper.class_, Counted):
        msg = f"internal error: {mapper.class_.__name__} is counted: change its rows one by one"
        raise AssertionError(msg)


def _is_changed(session: Session, row: Counted) -> bool:
    if row in session.new or row in session.deleted:
        return True
    attributes = inspect(row).attrs
    return any(attributes[name].history.has_changes() for name in row.counted)

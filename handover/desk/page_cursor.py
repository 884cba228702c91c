"""Pages of rows that are ordered by an instant, the last first, and by id among those of one instant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from handover.errors import Invalid
from handover.web.pagination import Cursor, read_cursor

Rows = TypeVar("Rows", bound=Select[Any])


def after(
    query: Rows, cursor: str | None, *, at: InstrumentedAttribute[datetime], key: InstrumentedAttribute[str], size: int
) -> Rows:
    """The rows that follow, one more than a page.

    Raises:
        Invalid: a cursor that we never gave out.
    """
    if cursor:
        instant, last = _position(cursor)
        query = query.where(or_(at < instant, and_(at == instant, key < last)))
    return query.order_by(at.desc(), key.desc()).limit(size + 1)


def position(instant: datetime, key: str) -> Cursor:
    """The cursor of a row."""
    return instant.astimezone(UTC).isoformat(), key


def _position(text: str) -> tuple[datetime, str]:
    match read_cursor(text):
        case (str(instant), str(key)) if "\0" not in key:
            try:
                read = datetime.fromisoformat(instant)
            except ValueError:
                read = datetime.min  # noqa: DTZ901  # naive on purpose: refused below
            if read.tzinfo is not None:
                return read, key
    msg = "not a cursor that was given out"
    raise Invalid(msg, fields={"after": msg})

"""Column types that behave the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Dialect, Enum
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant. SQLite forgets the zone, so what comes back is marked UTC again."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # the library names it
        """Refuse a naive instant: nobody can tell later which hour it was."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a naive datetime cannot be stored"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # the library names it
        """Give the instant back aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def enum_column(kind: type[StrEnum], *, name: str = "") -> Enum:
    """A closed set stored by value as text with a check constraint, so that both databases can migrate it.

    `name` is that of the constraint, for a table with two of a kind.
    """

    def values(members: Any) -> list[str]:
        return [member.value for member in members]

    return Enum(
        kind,
        values_callable=values,
        native_enum=False,
        length=32,
        create_constraint=True,
        name=name or kind.__name__.lower(),
    )

"""The one reader of the time. Instants are aware and in UTC; days are those of Amsterdam."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC)


def local_day(instant: datetime) -> date:
    """The day on which schools experience this instant."""
    return instant.astimezone(AMSTERDAM).date()

"""A clock that stands where a test puts it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class StandingClock:
    """Tells the time that it was set to."""

    def __init__(self, at: datetime = datetime(2027, 4, 8, 13, 12, tzinfo=UTC)) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def pass_by(self, time: timedelta) -> None:
        self.at += time

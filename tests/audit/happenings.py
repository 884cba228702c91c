"""Events, a clock and short ways to record, for the tests of the log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from sqlalchemy.orm import Session, sessionmaker

from handover.audit.events import AuditEvent
from handover.audit.log import record
from handover.audit.sequencer import sequence
from handover.db.unit_of_work import UnitOfWork

SPRING = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
LOG = "2026-2027"


@dataclass
class StandingClock:
    """Tells one instant until it is moved."""

    instant: datetime = field(default=SPRING)

    def now(self) -> datetime:
        return self.instant

    def move(self, by: timedelta) -> None:
        self.instant += by


@dataclass(frozen=True, kw_only=True)
class ParcelSent(AuditEvent):
    """Something that only these tests send."""

    name: ClassVar[str] = "test_parcel.sent"
    subject_kind: str = "parcel"
    version: int
    sha256: str
    has_care: bool = False
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class ParcelReceived(AuditEvent):
    """The other side has it; nothing more to say."""

    name: ClassVar[str] = "test_parcel.received"
    subject_kind: str = "parcel"


def sent(number: int = 1, *, parcel: str = "parcel-1", by: str = "po-1", to: str | None = "vo-1") -> ParcelSent:
    return ParcelSent(
        actor_id="person-1",
        unit_id=by,
        other_unit_id=to,
        subject_id=parcel,
        version=number,
        sha256=f"{number:064x}",
    )


def received(*, parcel: str = "parcel-1", by: str = "vo-1", to: str = "po-1") -> ParcelReceived:
    return ParcelReceived(actor_id=None, unit_id=by, other_unit_id=to, subject_id=parcel)


@dataclass
class Ledger:
    """A log in a database of its own."""

    sessions: sessionmaker[Session]
    clock: StandingClock

    @property
    def is_sqlite(self) -> bool:
        with self.sessions() as session:
            return session.get_bind().dialect.name == "sqlite"

    def uow(self) -> UnitOfWork:
        return UnitOfWork(self.sessions, self.clock)

    def record(self, *events: AuditEvent, log: str | None = None) -> list[str]:
        """Record in one transaction, and give the entries' ids."""
        with self.uow() as uow:
            ids = [record(uow, event, log=log) for event in events]
            uow.commit()
        return ids

    def sequence(self, *, batch: int = 1000) -> int:
        with self.uow() as uow:
            return sequence(uow, batch=batch)

    def a_numbered_log(self, entries: int) -> list[str]:
        """Record entries a second apart, number them, and give their ids in order."""
        ids = []
        for number in range(entries):
            self.clock.move(timedelta(seconds=1))
            ids += self.record(sent(number))
        self.sequence(batch=entries)
        return ids

"""A log on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from handover.audit.model import AuditEntry, AuditLog
from handover.db.base import Base
from handover.db.session import make_engine, session_factory
from tests.audit.happenings import Ledger, StandingClock


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'log.sqlite'}"
    url: str = request.getfixturevalue("postgres_url")()
    return url


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    engine = make_engine(database_url)
    Base.metadata.create_all(engine, tables=[AuditEntry.__table__, AuditLog.__table__])  # type: ignore[list-item]
    yield Ledger(session_factory(engine), StandingClock())
    engine.dispose()

"""A region in an empty database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from handover.db.base import Base
from handover.db.session import make_engine, session_factory
from handover.rooms import model
from tests.rooms.region import Handover, Region

_TABLES = (
    model.CircleKeyRow,
    model.Sheet,
    model.KeyCopy,
    model.CardRow,
    model.CertificateRow,
    model.Room,
    model.Grant,
    model.SealedRecord,
)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = make_engine(f"sqlite:///{tmp_path / 'rooms.sqlite'}")
    tables = [Base.metadata.tables[one.__tablename__] for one in _TABLES]
    Base.metadata.create_all(engine, tables=tables)
    yield engine
    engine.dispose()


@pytest.fixture
def region(engine: Engine) -> Region:
    return Region(session_factory(engine))


@pytest.fixture
def handover(region: Region) -> Handover:
    return Handover(region).make()

"""The database's history: it leads to what the models say, and back, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Engine, MetaData, inspect, text
from sqlalchemy.exc import DatabaseError

from handover.db import migrate
from handover.db.session import make_engine
from handover.tables import all_tables
from handover.terms.aanmeldcode import parse_aanmeldcode

STEPS = Path(migrate.__file__).parent / "migrations"


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    url = f"sqlite:///{tmp_path / 'history.sqlite'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")()
    made = make_engine(url)
    yield made
    made.dispose()


def test_the_history_leads_to_what_the_models_say(engine: Engine) -> None:
    migrate.upgrade(engine)

    assert migrate.differences(engine, all_tables()) == []


def test_it_can_be_walked_back_and_forth(engine: Engine) -> None:
    migrate.upgrade(engine)
    migrate.downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}

    migrate.upgrade(engine)

    assert migrate.differences(engine, all_tables()) == []


def test_the_log_of_a_migrated_database_is_append_only(engine: Engine) -> None:
    migrate.upgrade(engine)
    values = "'a', CURRENT_TIMESTAMP, '2026-2027', 'x.y', 'leaver', 'b', '{}'"
    columns = "id, at, log, name, subject_kind, subject_id, facts, leaf_hash"
    digits = "ab" * 32
    leaf = f"X'{digits}'" if engine.dialect.name == "sqlite" else rf"'\x{digits}'"
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO audit_entry ({columns}) VALUES ({values}, {leaf})"))  # noqa: S608  # constants of this test

    for change in ("DELETE FROM audit_entry", "UPDATE audit_entry SET facts = '{\"a\"\\:1}'"):
        with pytest.raises(DatabaseError), engine.begin() as connection:
            connection.execute(text(change))


def test_the_newest_step_is_named_in_its_file() -> None:
    assert (STEPS / "head.txt").read_text().strip() == migrate.head()


def test_steps_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (STEPS / "versions").glob("*.py"))

    assert numbers == list(range(1, len(numbers) + 1))


def test_leavers_of_before_get_a_code_and_keep_what_is_theirs(engine: Engine) -> None:
    migrate.upgrade(engine, "0004")
    now, year = datetime(2027, 3, 1, tzinfo=UTC), "2026-2027"
    tables = MetaData()
    tables.reflect(engine)
    with engine.begin() as connection:
        rows: list[tuple[str, dict[str, object]]] = [
            ("unit", {"id": "po", "side": "po", "name": "x", "place": "y", "status": "enrolled", "made_at": now}),
            ("location", {"brin6": "25AA00", "name": "x", "kind": "vo"}),
            ("leaver", {"id": "l1", "reference": "l1", "unit_id": "po", "school_year": year}),
            ("leaver", {"id": "l2", "reference": "l2", "unit_id": "po", "school_year": year}),
            ("application", {"id": "a", "leaver_id": "l1", "receiver_brin": "25AA00", "applied_on": now.date()}),
        ]
        for table, row in rows:
            columns = [column for column in tables.tables[table].columns if not column.nullable]
            made = {column.name: _plain(column, now) for column in columns}
            connection.execute(tables.tables[table].insert().values({**made, **row}))

    migrate.upgrade(engine)

    with engine.connect() as connection:
        codes = connection.scalars(text("SELECT aanmeldcode FROM leaver ORDER BY id")).all()
        of_whom = connection.scalars(text("SELECT leaver_id FROM application")).all()
    assert [parse_aanmeldcode(code) for code in codes] == codes
    assert len(set(codes)) == 2
    assert of_whom == ["l1"]


def _plain(column: Column[Any], now: datetime) -> object:
    """Something that this column takes, for those that the test says nothing of."""
    words = {"outcome": "asked", "tlv": "not_needed"}
    if column.name in words:
        return words[column.name]
    kind = column.type.python_type
    return {str: "", int: 0, bool: False, datetime: now, date: now.date()}[kind]

"""The database itself refuses to change the log; on PostgreSQL also to whom the service runs as."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DatabaseError

from handover.audit.append_only import TRIGGERS, grants
from handover.db.session import make_engine, session_factory
from handover.errors import Conflict, Invalid
from tests.audit.happenings import Ledger, StandingClock, sent
from tests.servers.postgres import SERVICE

COLUMNS = [
    "id",
    "at",
    "log",
    "name",
    "actor_id",
    "unit_id",
    "other_unit_id",
    "subject_kind",
    "subject_id",
    "facts",
    "leaf_hash",
]
ONCE = "an audit entry is written once"
GROWS = "an audit log only grows"


@contextmanager
def refused(why: str) -> Iterator[None]:
    """The database itself says no; a unit of work calls that a conflict where it is one of integrity."""
    with pytest.raises((DatabaseError, Conflict)) as caught:
        yield
    error = caught.value.__cause__ if isinstance(caught.value, Conflict) else caught.value
    assert re.search(why, str(error))


def attempt(ledger: Ledger, statement: str) -> None:
    with ledger.uow() as uow:
        uow.session.execute(text(statement))
        uow.session.commit()


@pytest.mark.parametrize("numbered", [False, True])
@pytest.mark.parametrize("column", COLUMNS)
def test_no_field_of_an_entry_can_be_changed(ledger: Ledger, column: str, numbered: bool) -> None:
    ledger.record(sent())
    if numbered:
        ledger.sequence()
    other = {"at": "'2027-03-02 12:00:00+00:00'", "leaf_hash": "sha"}.get(column, "'other'")
    if column == "leaf_hash":
        other = "zeroblob(32)" if ledger.is_sqlite else "decode(repeat('00', 32), 'hex')"

    with refused(ONCE):
        attempt(ledger, f"UPDATE audit_entry SET {column} = {other}")  # noqa: S608  # fixed words


def test_an_entry_cannot_be_changed_under_cover_of_its_number(ledger: Ledger) -> None:
    ledger.record(sent())

    with refused(ONCE):
        attempt(ledger, "UPDATE audit_entry SET seq = 0, facts = '{}'")


@pytest.mark.parametrize("number", ["1", "NULL", "0"])
def test_a_number_is_given_once(ledger: Ledger, number: str) -> None:
    ledger.a_numbered_log(1)

    with refused(ONCE):
        attempt(ledger, f"UPDATE audit_entry SET seq = {number}")  # noqa: S608  # fixed words


@pytest.mark.parametrize("table", ["audit_entry", "audit_log"])
def test_nothing_can_be_deleted(ledger: Ledger, table: str) -> None:
    ledger.a_numbered_log(2)

    with refused(f"{ONCE}|{GROWS}"):
        attempt(ledger, f"DELETE FROM {table}")  # noqa: S608  # fixed words


def test_an_entry_cannot_be_written_with_a_number(ledger: Ledger) -> None:
    ledger.record(sent())

    with refused(ONCE):
        attempt(
            ledger,
            "INSERT INTO audit_entry (id, at, log, name, subject_kind, subject_id, facts, leaf_hash, seq)"
            " SELECT 'other', at, log, name, subject_kind, subject_id, facts, leaf_hash, 5 FROM audit_entry",
        )


@pytest.mark.parametrize("change", ["size = size - 1", "size = 0", "root = leaf", "name = 'other'"])
def test_a_log_cannot_shrink_or_be_rewritten(ledger: Ledger, change: str) -> None:
    ledger.a_numbered_log(3)
    change = change.replace("leaf", "(SELECT leaf_hash FROM audit_entry WHERE seq = 0)")

    with refused(GROWS):
        attempt(ledger, f"UPDATE audit_log SET {change}")  # noqa: S608  # fixed words


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry WHERE seq IS NULL",
        "UPDATE OR REPLACE audit_entry SET seq = 0 WHERE seq IS NULL",
        "INSERT OR REPLACE INTO audit_log SELECT * FROM audit_log",
    ],
)
def test_sqlite_cannot_replace_a_row_either(ledger: Ledger, statement: str) -> None:
    ledger.a_numbered_log(2)
    ledger.record(sent())

    with refused(f"{ONCE}|{GROWS}"):
        attempt(ledger, statement)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", ["audit_entry", "audit_log"])
def test_postgresql_cannot_truncate_either(ledger: Ledger, table: str) -> None:
    with refused(f"{ONCE}|{GROWS}"):
        attempt(ledger, f"TRUNCATE {table}")


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_the_services_role_can_log_and_number_and_nothing_else(ledger: Ledger, database_url: str) -> None:
    # Given the role, and a database whose owner has put the triggers out of action
    with ledger.uow() as uow:
        for statement in grants(SERVICE):
            uow.session.execute(text(statement))
        for table in ("audit_entry", "audit_log"):
            uow.session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
        uow.session.commit()
    engine = make_engine(make_url(database_url).set(username=SERVICE).render_as_string())
    service = Ledger(session_factory(engine), StandingClock())

    service.a_numbered_log(3)

    for forbidden in (
        "DELETE FROM audit_entry",
        "UPDATE audit_entry SET facts = '{}'",
        "UPDATE audit_log SET name = 'other'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
    ):
        with refused(r"permission denied|must be owner"):
            attempt(service, forbidden)
    engine.dispose()


def test_grants_are_for_a_plain_name() -> None:
    with pytest.raises(Invalid, match="plain name"):
        grants("service; DROP TABLE audit_entry")


@pytest.mark.usefixtures("ledger")
def test_the_triggers_of_a_migration_are_those_of_the_models(database_url: str) -> None:
    dialect = make_url(database_url).get_backend_name()
    query = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }[dialect]

    engine = create_engine(database_url)
    with engine.connect() as connection:
        made = set(connection.scalars(text(query)))
    engine.dispose()

    assert made == {sql.split()[2] for sql in TRIGGERS[dialect] if sql.startswith("CREATE TRIGGER")}

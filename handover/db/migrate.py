"""Bringing a database to a step of its history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, MetaData

_HERE = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, to: str = "head") -> None:
    """Go forward to a step; nothing to do is fine."""
    with _stepping(engine) as connection:
        command.upgrade(_config(connection), to)


def downgrade(engine: Engine, to: str) -> None:
    """Go back to a step; `base` is the empty database."""
    with _stepping(engine) as connection:
        command.downgrade(_config(connection), to)


def revision(engine: Engine, message: str, number: str) -> None:
    """Write a new step from what the models have and the database has not."""
    with engine.connect() as connection:
        command.revision(_config(connection), message=message, autogenerate=True, rev_id=number)


def head() -> str | None:
    """The newest step."""
    return ScriptDirectory.from_config(_config(None)).get_current_head()


def differences(engine: Engine, metadata: MetaData) -> list[object]:
    """What the models have and the database has not, or the other way round."""
    with engine.connect() as connection:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))


@contextmanager
def _stepping(engine: Engine) -> Iterator[Connection]:
    """A connection on which a table may be made anew while rows of others point at it; the step checks them itself.

    SQLite changes a column by copying the table and dropping the old one, and it cannot be told to look away
    once a transaction has begun: https://www.sqlite.org/lang_altertable.html#otheralter
    """
    with engine.connect() as connection:
        raw: Any = connection.connection.driver_connection
        if engine.dialect.name == "sqlite":
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
            connection.commit()
        finally:
            connection.rollback()
            if engine.dialect.name == "sqlite":
                raw.execute("PRAGMA foreign_keys=ON")


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config

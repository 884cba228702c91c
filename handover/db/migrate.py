"""Bringing a database to a step of its history."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData

_HERE = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, to: str = "head") -> None:
    """Go forward to a step; nothing to do is fine."""
    with engine.connect() as connection:
        command.upgrade(_config(connection), to)
        connection.commit()


def downgrade(engine: Engine, to: str) -> None:
    """Go back to a step; `base` is the empty database."""
    with engine.connect() as connection:
        command.downgrade(_config(connection), to)
        connection.commit()


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


def _config(connection: object) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config

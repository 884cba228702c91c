"""How Alembic runs a step: with time limits, and one at a time on PostgreSQL."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

from handover.db.base import Base

# One number for all installations: whoever holds this lock migrates.
_LOCK = 0x0FE7D8A9


def run(connection: Connection) -> None:
    """Bring the database that `migrate` opened to where it was asked to."""
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=False)
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET lock_timeout = '10s'"))
            connection.execute(text("SET statement_timeout = '300s'"))
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        context.run_migrations()
        if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise RuntimeError("rows of one table point at rows of another that are not there")


run(context.config.attributes["connection"])

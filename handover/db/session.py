"""Engine and sessions. SQLite is set up as a durable database: WAL, full synchronisation, foreign keys."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.orm import Session, sessionmaker

from handover.db.counted import mark_what_changes, refuse_in_bulk


def make_engine(url: str) -> Engine:
    """An engine that never shows bound values in errors or logs: they may be sealed, but they are nobody's business."""
    if url.startswith("sqlite"):
        engine = create_engine(
            url,
            hide_parameters=True,
            connect_args={"timeout": 30, "check_same_thread": False},
        )
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_immediately)
        return engine
    return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=8)


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver's own transactions start late and not for reads; ours start with the BEGIN below.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin_immediately(connection: Any) -> None:
    # A deferred transaction that first reads and then writes fails at once when another wrote in between (no waiting
    # helps it); taking the write lock at the start lets the timeout do its work.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def session_factory(engine: Engine) -> sessionmaker[Session]:
    """Sessions whose objects stay readable after the commit, and which mark what must be counted again."""
    made = sessionmaker(engine, expire_on_commit=False)
    event.listen(made, "before_flush", mark_what_changes)
    event.listen(made, "do_orm_execute", refuse_in_bulk)
    return made

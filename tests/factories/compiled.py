"""Statements compiled once for all the databases of this process.

SQLAlchemy keeps what it compiled by dialect, and each engine has a dialect of its own: a test on a fresh database, as
nearly every test is, would compile again what the one before it compiled. That was a seventh of a run's time.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

_COMPILED: Final[LRUCache[Any, Any]] = LRUCache(4000)


class OneDialect(SQLiteDialect_pysqlite):
    """SQLite's dialect, equal to any other of its kind: here all of them are set up alike."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OneDialect)

    def __hash__(self) -> int:
        return hash(OneDialect)


def share_compiled(engine: Engine) -> Engine:
    """The same engine; what it compiles serves all others that were given here, and theirs serve it."""
    engine.update_execution_options(compiled_cache=_COMPILED)
    return engine


registry.register("sqlite", __name__, "OneDialect")

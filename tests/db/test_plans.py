"""No page goes through what all schools have: with a national year around a school, that takes seconds."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event

from tests.factories.access import Member
from tests.factories.thread import Thread, given_thread
from tests.factories.web import given_app, given_signed_in

PAGES = {
    "intake": ("/dossiers?stap=ontvangen", "/dossiers?stap=alles", "/dossiers/verwacht", "/mentoren"),
    "teacher": ("/groep",),
    "swv": ("/regio/stand", "/regio/leerlingen"),
}
WHOLE = {f"SCAN {table}" for table in ("handover", "leaver", "application", "announcement", "passage")}
"""How SQLite begins a line of a plan that goes through all rows of a table of children, for want of an index."""


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    """A child announced and one received: else much is not asked."""
    thread = given_thread(tmp_path_factory.mktemp("plans"))
    thread.announced()
    thread.accepted()
    return thread


@pytest.mark.parametrize(("who", "path"), [(who, path) for who, paths in PAGES.items() for path in paths])
def test_a_page_looks_up_its_children_by_an_index(thread: Thread, who: str, path: str) -> None:
    engine = thread.region.engine
    asked: list[tuple[str, Any]] = []
    visitor = given_signed_in(given_app(thread.region), _member(thread, who))

    def keep(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "after_cursor_execute", keep)
    answer = visitor.get(path)
    event.remove(engine, "after_cursor_execute", keep)

    assert answer.status_code == 200
    with engine.connect() as connection:
        plans = {
            statement: [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
            for statement, parameters in asked
            if statement.startswith("SELECT")
        }
    assert any(" handover " in plan for lines in plans.values() for plan in lines)
    assert [(statement, line) for statement, lines in plans.items() for line in lines if line in WHOLE] == []


def _member(thread: Thread, who: str) -> Member:
    return {"intake": thread.intake, "teacher": thread.teacher, "swv": thread.region.swv}[who]

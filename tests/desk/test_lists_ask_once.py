"""Lists and the night ask as many queries for many children as for a few: what two of them share is asked once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.remarks import ask
from handover.bundles.reminding import remind
from handover.desk.expected import expected
from handover.desk.questions_page import open_questions_of
from tests.factories.thread import Thread, given_thread


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def queries(thread: Thread, doing: Callable[[], object], *, of: str = "") -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT") and of in statement:
            seen.append(statement)

    event.listen(thread.region.engine, "before_cursor_execute", note)
    doing()
    event.remove(thread.region.engine, "before_cursor_execute", note)
    return len(seen)


def test_of_each_expected_child_nothing_is_asked_apart(thread: Thread) -> None:
    actor = thread.office.actor

    def listed() -> None:
        with thread.services.uow() as uow:
            expected(thread.services, uow, actor, thread.vo.id)

    thread.announced()
    listed()  # the keys are opened
    before = queries(thread, listed)
    for name in ("Anna", "Bram", "Cas"):
        thread.announced(first_name=name)

    assert queries(thread, listed) == before


def test_whom_to_call_is_asked_once_for_all_questions_of_two_schools(thread: Thread) -> None:
    actor = thread.teacher.actor

    def asked(name: str) -> None:
        handover_id = thread.accepted(first_name=name)
        ask(thread.services, thread.intake.actor, handover_id, text="Wat helpt?")

    def listed() -> None:
        with thread.services.uow() as uow:
            open_questions_of(uow, actor)

    asked("Anna")
    before = queries(thread, listed, of="FROM absence")
    asked("Bram")

    assert queries(thread, listed, of="FROM absence") == before > 0


def test_both_schools_are_told_of_a_term_with_as_many_questions_for_many(tmp_path: Path) -> None:
    def reminded(*names: str) -> int:
        thread = given_thread(tmp_path / str(len(names)))
        for name in names:
            thread.offered(first_name=name)
        thread.region.clock.at = datetime(2028, 1, 20, 12, tzinfo=UTC)
        count = queries(thread, lambda: remind(thread.services))
        with thread.services.uow() as uow:
            told = select(func.count()).select_from(Notice).where(Notice.kind == NoticeKind.TERM)
            assert uow.session.scalar(told) == 2 * len(names)
        return count

    assert reminded("Anna") == reminded("Bram", "Cas", "Daan", "Eva")

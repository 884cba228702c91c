"""Somebody writes while somebody counts, on PostgreSQL, where neither waits for the other. On SQLite they do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from handover.db.counted import StaleCount
from handover.leavers.model import Leaver
from handover.oversight.count_model import SchoolCount
from handover.oversight.counting import Counts, count_by_unit
from handover.oversight.recounting import recount, wrong_counts
from handover.terms.destination import LeaverEnd
from tests.factories.access import made_region
from tests.factories.thread import Thread, given_thread_in


@pytest.fixture
def thread(tmp_path: Path, postgres_url: Callable[..., str]) -> Iterator[Thread]:
    made = given_thread_in(made_region(tmp_path, database_url=postgres_url()))
    yield made
    made.region.engine.dispose()


def shown(thread: Thread) -> Counts:
    with thread.services.uow() as uow:
        return count_by_unit(uow)[thread.po.id]


def test_a_mark_that_lands_while_somebody_counts_is_still_there(thread: Thread) -> None:
    thread.leaver()
    with thread.services.uow() as counting:
        counting.session.execute(delete(StaleCount))  # as `recount` begins
        thread.leaver(first_name="Anna")
        counting.commit()

    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(StaleCount)) == 1
    assert shown(thread).nowhere == 2


def test_what_is_not_committed_yet_is_counted_the_next_time(thread: Thread) -> None:
    thread.leaver()
    with thread.services.uow() as writing:
        leaver = writing.session.scalars(select(Leaver)).one()
        leaver.ended_as, leaver.ended_on = LeaverEnd.ABROAD, writing.clock.now().date()
        writing.flush()
        with thread.services.uow() as uow:
            assert recount(uow) == 1
        assert shown(thread) == Counts(nowhere=1)
        writing.commit()

    assert shown(thread) == Counts(elsewhere=1)
    with thread.services.uow() as uow:
        assert recount(uow) == 1
    assert shown(thread) == Counts(elsewhere=1)


def test_many_write_and_two_count_and_in_the_end_it_is_right(thread: Thread) -> None:
    actor_of = thread.teacher
    actor_of.actor  # noqa: B018  # opened once, before the threads

    def write(number: int) -> None:
        thread.leaver(first_name=f"Kind{number}")

    def count(_number: int) -> None:
        with thread.services.uow() as uow:
            recount(uow)

    with ThreadPoolExecutor(6) as pool:
        written = [pool.submit(write, number) for number in range(12)]
        counted = [pool.submit(count, number) for number in range(12)]
        for one in (*written, *counted):
            one.result()

    assert shown(thread) == Counts(nowhere=12)
    with thread.services.uow() as uow:
        recount(uow)
    with thread.services.uow() as uow:
        assert wrong_counts(uow) == frozenset()
        assert uow.session.scalars(select(SchoolCount.nowhere)).all() == [12]

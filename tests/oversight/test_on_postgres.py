"""The region's queries on PostgreSQL: most tests ask them of SQLite, which is less strict about types and groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from handover.oversight.bocs import assign
from handover.oversight.effects import effects
from handover.oversight.overview import Choice, Why, overview
from handover.oversight.settings import changes, read_settings, set_region
from handover.policy import Role
from tests.factories.access import Colleague, GivenUnit, given_colleague, made_region
from tests.factories.thread import Thread, given_thread_in
from tests.oversight.test_settings import current, wanted


@pytest.fixture
def thread(tmp_path: Path, postgres_url: Callable[..., str]) -> Iterator[Thread]:
    made = given_thread_in(made_region(tmp_path, database_url=postgres_url()))
    yield made
    made.region.engine.dispose()


def test_the_region_is_counted_divided_and_set(thread: Thread) -> None:
    region = thread.region
    thread.offered()
    thread.applied(thread.leaver(first_name="Anna"))
    thread.leaver(first_name="Bram")
    desk = GivenUnit(id=region.swv_id, brin6="swv", admin=region.swv, sheet=region.sheet, words="")
    boc = given_colleague(desk, Colleague(name="Bas Litjens", roles=(Role.BOC,)))
    swv = region.swv.actor
    assert assign(thread.services, swv, seen={thread.po.id: None}, boc=boc.person_id) == 1
    region.clock.at += timedelta(days=14)

    actor = boc.actor
    with thread.services.uow() as uow:
        found = overview(uow, actor, Choice(mine=True))

    counts = found.whole.counts
    assert (counts.total, counts.offered, counts.late, counts.unsent, counts.nowhere) == (3, 1, 1, 2, 1)
    assert [call.why for call in found.calls] == [Why.NOWHERE, Why.LATE]
    said: dict[str, Any] = {
        "send_before": date(2027, 5, 20),
        "first_school_day": date(2027, 8, 23),
        "retained_until": date(2027, 12, 1),
        "long_wait": 3,
        "late_key_work": 3,
        "remind_before": 9,
        "warn_before": 60,
    }
    settings, now = wanted(thread, **said), current(thread)
    with thread.services.uow() as uow:
        assert len(effects(uow, changes(now, settings), settings)) == 7
    assert len(set_region(thread.services, swv, settings)) == 7
    with thread.services.uow() as uow:
        assert read_settings(uow, swv).years[0].retained_until == date(2027, 12, 1)

"""A process that ends while a dossier is sent to a second school: the first keeps what it has, whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.audit.sequencer import sequence
from handover.audit.verify import verify
from handover.bundles.deep import handovers_against_log
from handover.bundles.model import Handover
from handover.bundles.sending import send
from handover.bundles.state import HandoverStatus
from handover.queue import TaskName
from tests.bundles.test_second import allow, child_at_two, given_vso
from tests.factories.thread import Thread
from tests.promises.kill_table import ALONE, BESIDE, SECOND, Kill
from tests.promises.place import given_place, moved, set_clock
from tests.promises.processes import Processes
from tests.queue.valkey import Valkey
from tests.queue.workers import wait_until


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Thread, str]:
    """A dossier that waits at one school, and may go to another."""
    made = given_place(tmp_path_factory.mktemp("prepared") / "place")
    allow(made)
    two = child_at_two(made, given_vso(made))
    two.sent()
    return made, two.reference


@pytest.fixture
def thread(prepared: tuple[Thread, str], tmp_path: Path, valkey: Valkey) -> Iterator[Thread]:
    """A copy of it, in a folder of this test, with a broker that answers."""
    made = moved(prepared[0], tmp_path / "place", broker_url=valkey.url)
    yield made
    made.region.engine.dispose()


def stand(thread: Thread) -> list[HandoverStatus]:
    """How all handovers stand; and that log, rows and bytes agree."""
    with thread.services.uow() as uow:
        while sequence(uow):
            pass
    with thread.services.uow() as uow:
        assert verify(uow).is_sound
        assert list(handovers_against_log(thread.services.store)(uow)) == []
        return sorted(uow.session.scalars(select(Handover.status)))


@pytest.mark.parametrize("kill", SECOND, ids=str)
def test_killed_while_sending_to_a_second_school(
    kill: Kill, prepared: tuple[Thread, str], thread: Thread, processes: Processes
) -> None:
    _made, reference = prepared

    assert processes.do("send beside", "Marieke Janssen", reference, until=kill.until) is None

    found = {ALONE: [HandoverStatus.OFFERED], BESIDE: [HandoverStatus.OFFERED, HandoverStatus.SEALING]}
    assert stand(thread) == found[kill.found]
    if kill.found == ALONE:
        send(thread.services, thread.teacher.actor, reference, is_second=True)
    set_clock(thread, ahead=timedelta(minutes=2))
    thread.services.queue.enqueue(TaskName.SWEEP)
    processes.worker()
    wait_until(lambda: stand(thread) == [HandoverStatus.OFFERED] * 2, seconds=120)

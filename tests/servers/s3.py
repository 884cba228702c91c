"""Two real S3 servers, each with what it lacks: rclone signs, ministack honours conditions and checksums."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from handover.storage.s3 import connect

BIN = Path(sys.prefix) / "bin"


@dataclass
class S3Server:
    """A server on loopback; `lacks` says what the contract suite must not ask of it."""

    name: str
    command: list[str]
    environment: dict[str, str]
    endpoint: str
    access_key: str
    secret_key: str
    lacks: frozenset[str]
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.environment},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        port = int(self.endpoint.rpartition(":")[2])
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        msg = f"{self.name} did not start"
        raise RuntimeError(msg)

    def stop(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def make_bucket(self, name: str) -> None:
        client = connect(
            endpoint=self.endpoint, region="eu-west-1", access_key=self.access_key, secret_key=self.secret_key
        )
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        client.close()


@pytest.fixture(scope="session")
def rclone() -> Iterator[S3Server]:
    folder, port = tempfile.mkdtemp(prefix="rclone-"), free_port()
    server = S3Server(
        name="rclone",
        command=[
            str(BIN / "rclone"),
            *f"serve s3 {folder} --addr 127.0.0.1:{port} --config /dev/null --no-cleanup".split(),
            "--auth-key",
            "reader,secretsecret",
        ],
        environment={},
        endpoint=f"http://127.0.0.1:{port}",
        access_key="reader",
        secret_key="secretsecret",
        lacks=frozenset({"conditional put"}),
    )
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def ministack() -> Iterator[S3Server]:
    port = free_port()
    server = S3Server(
        name="ministack",
        command=[str(BIN / "ministack")],
        environment={"BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port), "PORT": str(port)},
        endpoint=f"http://127.0.0.1:{port}",
        access_key="test",
        secret_key="test",
        lacks=frozenset({"authentication", "restart"}),
    )
    server.start()
    yield server
    server.stop()


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

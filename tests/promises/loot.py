"""All that a thief can carry away: what lies where, as bytes, and ways to lay something there on purpose."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import redis
from sqlalchemy import Engine, NullPool, create_engine, make_url, select, text

from handover.mail import FolderMailer, Message
from handover.storage.port import new_blob_key
from handover.tables import all_tables
from tests.factories.thread import Thread
from tests.promises.place import CLOCK, PEOPLE, SETTINGS
from tests.promises.processes import TEMPORARY
from tests.queue.valkey import Valkey
from tests.servers.postgres import OWNER

OURS = {PEOPLE, SETTINGS, CLOCK}
"""Files of the test itself."""


@dataclass(frozen=True)
class Places:
    """Where things lie of one installation. `cluster`: the data folder of its PostgreSQL, if that is its database."""

    thread: Thread
    valkey: Valkey
    cluster: Path | None

    @property
    def folder(self) -> Path:
        return self.thread.region.folder

    def snapshot(self) -> dict[str, bytes]:
        """What lies in each place at this moment."""
        return {
            "rows": b"\n".join(self._rows()),
            "blobs": b"\n".join(self._blobs()),
            "broker": _all_in(self.valkey.folder),
            "mail": _all_in(self.folder / "mail"),
            "logs": _all_in(self.folder.parent / "logs"),
            "temporary files": _all_in(self.folder.parent / TEMPORARY),
            "files on the host": b"\n".join(
                path.read_bytes()
                for path in sorted(self.folder.glob("*"))
                if path.is_file() and path.name not in OURS and not path.name.startswith("handover.sqlite")
            ),
        }

    def plant(self, needles: Sequence[bytes]) -> dict[str, Callable[[], object]]:
        """Ways to lay these in each place, by the program that writes there."""
        beside, data = self.folder.parent, b"\n-\n".join(needles)
        mail = FolderMailer(self.folder / "mail", "x@localhost")
        return {
            "rows": lambda: self._insert(needles),
            "blobs": lambda: self.thread.services.store.put(new_blob_key(), [data]),
            "broker": lambda: _set(self.valkey, data),
            "mail": lambda: mail.send(Message(to="x@localhost", subject="x", text=data.decode("latin-1"))),
            "logs": lambda: (beside / "logs" / "planted").write_bytes(data),
            "temporary files": lambda: (beside / TEMPORARY / "planted").write_bytes(data),
            "files on the host": lambda: (self.folder / "planted").write_bytes(data),
        }

    def _rows(self) -> Iterator[bytes]:
        yield from self._dump()
        if self.cluster is None:
            yield from (path.read_bytes() for path in sorted(self.folder.glob("handover.sqlite*")))
            return
        with self.thread.services.uow() as uow:
            number = uow.session.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
        with self._owner().connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("CHECKPOINT")
        yield _all_in(self.cluster / "base" / str(number))
        yield _all_in(self.cluster / "pg_wal")

    def _blobs(self) -> Iterator[bytes]:
        store = self.thread.services.store
        for key, _stored_at in store.keys():  # noqa: SIM118  # a store is no dict
            with store.open(key) as blob:
                yield blob.read()

    def _dump(self) -> Iterator[bytes]:
        """Each value of each row, as a dump has it: PostgreSQL keeps large ones compressed in a way of its own."""
        with self.thread.region.engine.connect() as connection:
            for table in all_tables().sorted_tables:
                for row in connection.execute(select(table)):
                    yield from (value if isinstance(value, bytes) else str(value).encode() for value in row)

    def _insert(self, needles: Sequence[bytes]) -> None:
        kind = "BLOB" if self.cluster is None else "BYTEA"
        with self._owner().begin() as connection:
            connection.exec_driver_sql(f"CREATE TABLE planted (data {kind})")
            connection.execute(text("INSERT INTO planted VALUES (:data)"), [{"data": one} for one in needles])

    def _owner(self) -> Engine:
        """The database as its owner enters it, who may do more than the service."""
        if self.cluster is None:
            return self.thread.region.engine
        url = make_url(self.thread.services.settings.database_url).set(username=OWNER)
        return create_engine(url, poolclass=NullPool)


def _all_in(folder: Path) -> bytes:
    """The bytes of all files below, and their names: a name of a file tells something too."""
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.exists() else []
    return b"\n".join(bytes(path.relative_to(folder)) + b"\n" + path.read_bytes() for path in files)


def _set(valkey: Valkey, data: bytes) -> None:
    with redis.Redis(port=valkey.port) as client:
        client.set("planted", data)

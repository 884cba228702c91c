"""Real adapters around real ones, that end their own process at a named moment, as a power cut would: with SIGKILL."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Self, cast

from sqlalchemy import event
from sqlalchemy.orm import Session

from handover.mail import Mailer, Message
from handover.queue import Queue, TaskName
from handover.services import Services
from handover.storage.port import BlobStore, Stored


class Moment(StrEnum):
    """Where a process can end."""

    BEFORE_BYTES = "before storing bytes"
    AMID_BYTES = "amid storing bytes"
    AFTER_BYTES = "after storing bytes"
    BEFORE_READING = "before reading bytes back"
    AMID_READING = "amid reading bytes back"
    BEFORE_COMMIT = "before the commit"
    AFTER_COMMIT = "after the commit"
    AFTER_MESSAGE = "after the message"
    BEFORE_MAIL = "before the mail"
    AFTER_MAIL = "after the mail"


@dataclass
class Reaper:
    """Ends this process at the `count`-th time that the moment comes; with `armed_by`, once that file is there.

    Where a process does many things, only commits count that come after bytes were moved: `after_bytes`.
    """

    moment: Moment
    count: int = 1
    armed_by: Path | None = None
    after_bytes: bool = False
    _moved: bool = field(default=False)

    @classmethod
    def parse(cls, text: str, *, armed_by: Path | None = None, after_bytes: bool = False) -> Reaper:
        """Read `moment` or `moment:count`."""
        moment, _, count = text.partition(":")
        return cls(Moment(moment), int(count or 1), armed_by, after_bytes)

    def comes(self, moment: Moment) -> None:
        """That moment is here."""
        if self.armed_by is not None and not self.armed_by.exists():
            return
        if self.after_bytes and not self._moved and "commit" in moment:
            return  # that a session was seen, or the like
        self._moved = self._moved or "bytes" in moment
        if moment is self.moment:
            self.count -= 1
            if self.count == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def killing(services: Services, reaper: Reaper) -> Services:
    """The same services, in a process that ends at its moment."""
    event.listen(services.sessions, "before_commit", _at(reaper, Moment.BEFORE_COMMIT))
    event.listen(services.sessions, "after_commit", _at(reaper, Moment.AFTER_COMMIT))
    return replace(
        services,
        store=KillingStore(services.store, reaper),
        queue=KillingQueue(services.queue, reaper),
        mailer=KillingMailer(services.mailer, reaper),
    )


def _at(reaper: Reaper, moment: Moment) -> Any:
    def comes(_session: Session) -> None:
        reaper.comes(moment)

    return comes


class KillingStore:
    """A store in a process that ends."""

    def __init__(self, store: BlobStore, reaper: Reaper) -> None:
        self._store, self._reaper = store, reaper

    def put(self, key: str, pieces: Iterable[bytes]) -> Stored:
        self._reaper.comes(Moment.BEFORE_BYTES)
        stored = self._store.put(key, self._watched(pieces))
        self._reaper.comes(Moment.AFTER_BYTES)
        return stored

    def open(self, key: str) -> BinaryIO:
        self._reaper.comes(Moment.BEFORE_READING)
        return cast("BinaryIO", _Watched(self._store.open(key), self._reaper))

    def exists(self, key: str) -> bool:
        return self._store.exists(key)

    def delete(self, key: str) -> None:
        self._store.delete(key)

    def keys(self) -> Iterator[tuple[str, datetime]]:
        return self._store.keys()

    def _watched(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            yield piece
            self._reaper.comes(Moment.AMID_BYTES)


class _Watched:
    def __init__(self, file: BinaryIO, reaper: Reaper) -> None:
        self._file, self._reaper = file, reaper

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_of: object) -> None:
        self._file.close()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._reaper.comes(Moment.AMID_READING)
        return piece

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class KillingQueue:
    """A queue in a process that ends."""

    def __init__(self, queue: Queue, reaper: Reaper) -> None:
        self._queue, self._reaper = queue, reaper

    def enqueue(self, name: TaskName, *ids: str) -> None:
        self._queue.enqueue(name, *ids)
        self._reaper.comes(Moment.AFTER_MESSAGE)


class KillingMailer:
    """A mailer in a process that ends."""

    def __init__(self, mailer: Mailer, reaper: Reaper) -> None:
        self._mailer, self._reaper = mailer, reaper

    def send(self, message: Message) -> None:
        self._reaper.comes(Moment.BEFORE_MAIL)
        self._mailer.send(message)
        self._reaper.comes(Moment.AFTER_MAIL)

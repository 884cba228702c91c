"""Somebody who has everything that is stored, and tries every key that turns up on everything that is locked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from handover.tables import all_tables
from keys.age.file import decrypt_bytes
from keys.age.hybrid import HybridIdentity
from keys.age.scrypt import PassphraseIdentity
from keys.errors import KeysError
from tests.factories.thread import Thread

AGE = b"age-encryption.org/v1\n"
Key = HybridIdentity | PassphraseIdentity
_WRITTEN = re.compile(rb"AGE-SECRET-KEY-PQ-1[A-Z0-9]+")
_LENGTH = 32
_NO_ID = re.compile(rb"[0-9a-f]{32}")


@dataclass
class Thief:
    """`locked` by where it lies; `opened` is what became of it."""

    locked: dict[str, bytes]
    opened: dict[str, bytes] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list)

    def tries(self, keys: Iterable[Key]) -> None:
        """Try these keys on all that is locked, and all that this gives, until nothing more opens."""
        waiting = list(keys)
        self.keys += waiting
        while waiting:
            found: list[bytes] = []
            for name, data in list(self.locked.items()):
                if name not in self.opened and (inside := _open(data, waiting)) is not None:
                    self.opened[name] = inside
                    found.append(inside)
                    if inside.startswith(AGE):
                        self.locked[f"{name}: inside"] = inside
            new = [key for data in found for key in keys_in(data)]
            self.keys += new
            # What lay inside something may be for a key that was tried before.
            waiting = list(self.keys) if any(data.startswith(AGE) for data in found) else new

    def count(self, kind: str) -> tuple[int, int]:
        """Of the locked things of one kind: how many there are, and how many opened."""
        mine = [name for name in self.locked if name.startswith(kind)]
        return len(mine), len([name for name in mine if name in self.opened])


def keys_in(data: bytes) -> Iterator[Key]:
    """Identities that stand in these bytes: written as text, or being all of them."""
    for match in _WRITTEN.finditer(data):
        try:
            yield HybridIdentity.parse(match[0].decode())
        except KeysError:
            continue
    if len(data) == _LENGTH and not _NO_ID.fullmatch(data):
        yield HybridIdentity(data)


def stolen(thread: Thread) -> Thief:
    """All age files of an installation: in each column, and in the store."""
    locked: dict[str, bytes] = {}
    for name, value in values_of(thread):
        if value.startswith(AGE):
            locked[f"{name} {len(locked)}"] = value
    for key, _stored_at in thread.services.store.keys():  # noqa: SIM118  # a store is no dict
        with thread.services.store.open(key) as blob:
            locked[f"blob {key}"] = blob.read()
    return Thief(locked)


def keys_of(thread: Thread) -> list[Key]:
    """Every identity that stands in some value, or is one."""
    return [key for value in {value for _, value in values_of(thread)} for key in keys_in(value)]


def values_of(thread: Thread) -> Iterator[tuple[str, bytes]]:
    """Every value of every row, by column."""
    with thread.region.engine.connect() as connection:
        for table in all_tables().sorted_tables:
            for row in connection.execute(select(table)):
                for column, value in zip(table.columns, row, strict=True):
                    if isinstance(value, bytes | str):
                        raw = value if isinstance(value, bytes) else value.encode()
                        yield f"{table.name}.{column.name}", raw


def _open(data: bytes, keys: list[Key]) -> bytes | None:
    for key in keys:
        try:
            return decrypt_bytes(key, data)
        except KeysError:
            continue
    return None

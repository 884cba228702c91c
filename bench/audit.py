"""What the log costs: audited commits beside bare ones, and verifying a year beside bare hashing.

The year is a national one: 180,000 handovers, 1.8 million entries. `python -m bench.audit 100000` takes fewer,
and after it the URL of an empty database measures on that one; durable, as PostgreSQL is by default.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Column, Engine, LargeBinary, MetaData, String, Table, insert

from bench.rows import Row, disk, interleaved
from handover.audit.entry import entry_bytes, facts_text, instant_text, new_entry_id
from handover.audit.events import AuditEvent
from handover.audit.log import log_of, record
from handover.audit.model import AuditEntry, AuditLog
from handover.audit.sequencer import sequence
from handover.audit.tree import inclusion_proof, leaf_hashes, proves_inclusion, root_of
from handover.audit.verify import verify
from handover.db.base import Base, new_id
from handover.db.session import make_engine, session_factory
from handover.db.unit_of_work import UnitOfWork
from handover.terms.clock import SystemClock

YEAR = 1_800_000
_ROUNDS = 5
_COMMITS = 200
_CHUNK = 20_000
_CLOCK = SystemClock()

_things = Table("bench_thing", MetaData(), Column("id", String(32), primary_key=True), Column("sealed", LargeBinary))


@dataclass(frozen=True, kw_only=True)
class ThingChanged(AuditEvent):
    """Stands for an action: a version, a digest, a flag."""

    name: ClassVar[str] = "bench_thing.changed"
    subject_kind: str = "bench_thing"
    version: int
    sha256: str
    has_care: bool


def rows(entries: int = YEAR, url: str | None = None) -> Iterator[Row]:
    """Measure on SQLite in a folder of its own, or on the database of the URL."""
    with tempfile.TemporaryDirectory(dir=disk()) as folder:
        engine = make_engine(url or f"sqlite:///{Path(folder) / 'log.sqlite'}")
        Base.metadata.create_all(engine, tables=[AuditEntry.__table__, AuditLog.__table__])  # type: ignore[list-item]
        _things.create(engine)
        yield from _commits(engine)
        yield from _year(engine, entries)
        engine.dispose()


def _commits(engine: Engine) -> Iterator[Row]:
    seconds = interleaved(
        {"audited": lambda: _audited(engine), "bare": lambda: _bare(engine), "raw": lambda: _raw(engine)},
        rounds=_ROUNDS,
    )
    rate = {name: _COMMITS / taken for name, taken in seconds.items()}
    work, ours = f"audited commits, {engine.dialect.name}", f"{rate['audited']:,.0f}/s"
    ratio = rate["audited"] / rate["bare"]
    yield Row(
        work=work,
        ours=ours,
        beside=f"{rate['bare']:,.0f}/s, unaudited",
        ratio=ratio,
        target=">= 0.5 x",
        met=ratio >= 0.5,  # noqa: PLR2004  # the target
    )
    # Most of this is the price of any transaction of ours; it shrinks as the disk's own fsync takes longer.
    beside = f"{rate['raw']:,.0f}/s, one row by the driver"
    yield Row(work=work, ours=ours, beside=beside, ratio=rate["audited"] / rate["raw"])


def _audited(engine: Engine) -> None:
    sessions = session_factory(engine)
    for number in range(_COMMITS):
        with UnitOfWork(sessions, _CLOCK) as uow:
            thing = new_id()
            uow.session.execute(insert(_things).values(id=thing, sealed=bytes(300)))
            record(uow, _event(thing, number))
            uow.commit()


def _bare(engine: Engine) -> None:
    sessions = session_factory(engine)
    for _ in range(_COMMITS):
        with UnitOfWork(sessions, _CLOCK) as uow:
            uow.session.execute(insert(_things).values(id=new_id(), sealed=bytes(300)))
            uow.commit()


def _raw(engine: Engine) -> None:
    """Insert the same rows on the same connection settings, with nothing of ours or SQLAlchemy's between."""
    connection: Any = engine.raw_connection()
    sqlite = engine.dialect.name == "sqlite"
    statement = f"INSERT INTO bench_thing VALUES ({'?, ?' if sqlite else '%s, %s'})"  # noqa: S608  # fixed words
    cursor = connection.cursor()
    for _ in range(_COMMITS):
        if sqlite:
            cursor.execute("BEGIN IMMEDIATE")
        cursor.execute(statement, (new_id(), bytes(300)))
        connection.driver_connection.commit()
    cursor.close()
    connection.close()


def _event(subject: str, number: int) -> ThingChanged:
    return ThingChanged(
        actor_id=new_id(),
        unit_id=new_id(),
        other_unit_id=new_id(),
        subject_id=subject,
        version=number % 7,
        sha256=sha256(subject.encode()).hexdigest(),
        has_care=number % 3 == 0,
    )


def _year(engine: Engine, entries: int) -> Iterator[Row]:
    """Write a year's entries, number them, and verify them all."""
    chunk = _fill(engine, entries)
    _number(engine)
    sessions = session_factory(engine)

    def ours() -> None:
        with UnitOfWork(sessions, _CLOCK) as uow:
            report = verify(uow)
        if not report.is_sound or sum(log.size for log in report.logs) < entries:
            raise RuntimeError(report.lines())

    seconds = interleaved({"ours": ours, "hashing": lambda: _hash(chunk, entries)}, rounds=3)
    ratio = seconds["ours"] / seconds["hashing"]
    yield Row(
        work=f"verify {entries:,} entries, {engine.dialect.name}",
        ours=f"{seconds['ours']:.1f} s",
        beside=f"{seconds['hashing']:.1f} s, bare hashing",
        ratio=ratio,
        target="< 3 x",
        met=ratio < 3,  # noqa: PLR2004  # the target
    )
    yield _receipt(chunk, entries)


def _receipt(chunk: list[bytes], entries: int) -> Row:
    leaves = (leaf_hashes(chunk) * (entries // len(chunk) + 1))[:entries]
    root, index = root_of(leaves), entries // 3
    proof = inclusion_proof(leaves, index)

    def check() -> None:
        if not proves_inclusion(proof, leaf=leaves[index], index=index, size=entries, root=root):
            raise RuntimeError("refused")

    milliseconds = interleaved({"check": check}, rounds=100)["check"] * 1000
    return Row(
        work=f"check one proof of {entries:,}",
        ours=f"{milliseconds:.3f} ms",
        beside="",
        target="< 10 ms",
        met=milliseconds < 10,  # noqa: PLR2004  # the target
    )


def _fill(engine: Engine, entries: int) -> list[bytes]:
    """Write entries without the cost of an action each, and give the bytes of the first of them."""
    first: list[bytes] = []
    for start in range(0, entries, _CHUNK):
        made = [_entry(number) for number in range(start, min(start + _CHUNK, entries))]
        log = log_of(_CLOCK.now())
        columns = (
            "id",
            "name",
            "actor_id",
            "unit_id",
            "other_unit_id",
            "subject_kind",
            "subject_id",
            "facts",
        )
        written = entry_bytes(
            log, [(row["id"], instant_text(row["at"]), *(row[name] for name in columns[1:])) for row in made]
        )
        for row, leaf in zip(made, leaf_hashes(written), strict=True):
            row |= {"log": log, "leaf_hash": leaf}
        with engine.begin() as connection:
            connection.execute(insert(AuditEntry), made)
        first = first or written
    return first


def _entry(number: int) -> dict[str, Any]:
    event, at = _event(new_id(), number), _CLOCK.now()
    return {
        "id": new_entry_id(at),
        "at": at,
        "name": event.name,
        "actor_id": event.actor_id,
        "unit_id": event.unit_id,
        "other_unit_id": event.other_unit_id,
        "subject_kind": event.subject_kind,
        "subject_id": event.subject_id,
        "facts": facts_text(event.facts()),
    }


def _number(engine: Engine) -> None:
    sessions = session_factory(engine)
    numbered = 1
    while numbered:
        with UnitOfWork(sessions, _CLOCK) as uow:
            numbered = sequence(uow, batch=_CHUNK)


def _hash(chunk: list[bytes], entries: int) -> None:
    """Hash as many leaves and nodes as there are in the log's tree, from memory."""
    level: list[bytes] = []
    while len(level) < entries:
        level += [sha256(b"\x00" + entry).digest() for entry in chunk[: entries - len(level)]]
    while len(level) > 1:
        odd = level[-1:] if len(level) & 1 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\x01" + left + right).digest() for left, right in pairs] + odd


if __name__ == "__main__":
    _entries = int(sys.argv[1]) if sys.argv[1:] else YEAR
    for _row in rows(_entries, sys.argv[2] if sys.argv[2:] else None):
        print(_row, flush=True)

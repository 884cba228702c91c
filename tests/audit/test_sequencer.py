"""Every committed entry gets one number, in the order of time, however often the sequencer runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from handover.audit.log import record
from handover.audit.model import AuditEntry, AuditLog
from handover.audit.queries import log_heads
from handover.audit.tree import EMPTY_ROOT, root_of
from handover.audit.verify import verify
from handover.errors import Conflict
from tests.audit.happenings import LOG, Ledger, sent


def numbers(ledger: Ledger) -> list[tuple[str, int | None]]:
    with ledger.uow() as uow:
        rows = uow.session.execute(select(AuditEntry.id, AuditEntry.seq).order_by(AuditEntry.id))
        return [(row.id, row.seq) for row in rows]


def leaves(ledger: Ledger, log: str = LOG) -> list[bytes]:
    with ledger.uow() as uow:
        statement = select(AuditEntry.leaf_hash).where(AuditEntry.log == log, AuditEntry.seq.is_not(None))
        return list(uow.session.scalars(statement.order_by(AuditEntry.seq)))


def heads(ledger: Ledger) -> dict[str, tuple[int, str]]:
    with ledger.uow() as uow:
        return {head.name: (head.size, head.root) for head in log_heads(uow)}


def test_entries_are_numbered_in_the_order_of_time(ledger: Ledger) -> None:
    ids = ledger.record(sent(1), sent(2))
    ledger.clock.move(timedelta(seconds=1))
    ids += ledger.record(sent(3))

    assert ledger.sequence() == 3

    assert numbers(ledger) == [(ids[0], 0), (ids[1], 1), (ids[2], 2)]
    assert heads(ledger) == {LOG: (3, root_of(leaves(ledger)).hex())}


def test_running_it_again_changes_nothing(ledger: Ledger) -> None:
    ledger.a_numbered_log(3)
    before = numbers(ledger), heads(ledger)

    assert ledger.sequence() == 0

    assert (numbers(ledger), heads(ledger)) == before


def test_batches_make_the_same_tree_as_one_run(ledger: Ledger) -> None:
    for number in range(10):
        ledger.record(sent(number))

    assert [ledger.sequence(batch=4) for _ in range(4)] == [4, 4, 2, 0]

    assert heads(ledger) == {LOG: (10, root_of(leaves(ledger)).hex())}


def test_an_entry_that_was_committed_late_is_taken_at_the_next_run(ledger: Ledger) -> None:
    start = ledger.clock.now()
    ledger.clock.move(timedelta(seconds=5))
    (later,) = ledger.record(sent(2))
    ledger.sequence()
    ledger.clock.instant = start
    (late,) = ledger.record(sent(1))

    assert ledger.sequence() == 1

    assert numbers(ledger) == [(late, 1), (later, 0)]
    with ledger.uow() as uow:
        assert verify(uow).is_sound


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite lets one write at a time
def test_an_action_under_way_holds_up_neither_others_nor_the_sequencer(ledger: Ledger) -> None:
    with ledger.uow() as slow:
        late = record(slow, sent(1))
        ledger.clock.move(timedelta(seconds=5))
        (later,) = ledger.record(sent(2))
        assert ledger.sequence() == 1
        slow.commit()

    assert ledger.sequence() == 1

    assert numbers(ledger) == [(late, 1), (later, 0)]


def test_what_is_not_committed_gets_no_number(ledger: Ledger) -> None:
    with ledger.uow() as uow:
        record(uow, sent())
        uow.flush()

    assert ledger.sequence() == 0
    assert heads(ledger) == {}


def test_each_school_year_has_numbers_of_its_own(ledger: Ledger) -> None:
    ledger.record(sent(1), sent(2))
    ledger.clock.instant = datetime(2027, 9, 1, tzinfo=UTC)
    ledger.record(sent(3))

    assert ledger.sequence() == 3

    assert [number for _, number in numbers(ledger)] == [0, 1, 0]
    assert {name: size for name, (size, _) in heads(ledger).items()} == {LOG: 2, "2027-2028": 1}


def test_two_sequencers_at_once_give_each_entry_one_number(ledger: Ledger) -> None:
    for number in range(60):
        ledger.record(sent(number))
    together = Barrier(4)

    def run() -> int:
        together.wait()
        numbered = 0
        for _ in range(200):
            try:
                taken = ledger.sequence(batch=7)
            except Conflict:
                continue
            if not taken:
                return numbered
            numbered += taken
        raise AssertionError("never done")

    with ThreadPoolExecutor(4) as pool:
        counts = [job.result() for job in [pool.submit(run) for _ in range(4)]]

    assert sum(counts) == 60
    assert sorted(number for _, number in numbers(ledger) if number is not None) == list(range(60))
    assert heads(ledger) == {LOG: (60, root_of(leaves(ledger)).hex())}


def test_a_log_without_entries_yet_has_the_empty_root(ledger: Ledger) -> None:
    with ledger.uow() as uow:
        uow.session.add(AuditLog(name=LOG, size=0, root=EMPTY_ROOT, frontier=b"", updated_at=ledger.clock.now()))
        uow.commit()

    with ledger.uow() as uow:
        assert verify(uow).is_sound

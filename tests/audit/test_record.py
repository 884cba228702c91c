"""An entry belongs to the transaction of what it tells, and says it in bytes that never change."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from handover.audit.entry import EntryRow, entry_bytes, first_id_at, instant_text, new_entry_id
from handover.audit.log import log_of, record
from handover.audit.model import AuditEntry
from handover.audit.tree import leaf_hash
from handover.db.unit_of_work import UnitOfWork
from tests.audit.happenings import LOG, SPRING, Ledger, ParcelSent, received, sent


def entries(uow: UnitOfWork) -> list[AuditEntry]:
    return list(uow.session.scalars(select(AuditEntry).order_by(AuditEntry.id)))


def test_what_is_not_committed_is_not_in_the_log(ledger: Ledger) -> None:
    with ledger.uow() as uow:
        record(uow, sent())
        uow.flush()

    with ledger.uow() as uow:
        assert entries(uow) == []


def test_an_entry_says_who_did_what_to_what_and_when(ledger: Ledger) -> None:
    (entry_id,) = ledger.record(sent(2))

    with ledger.uow() as uow:
        (entry,) = entries(uow)
    assert (entry.id, entry.at, entry.log, entry.seq) == (entry_id, SPRING, LOG, None)
    assert (entry.name, entry.actor_id) == ("test_parcel.sent", "person-1")
    assert (entry.unit_id, entry.other_unit_id) == ("po-1", "vo-1")
    assert (entry.subject_kind, entry.subject_id) == ("parcel", "parcel-1")
    assert json.loads(entry.facts) == {"has_care": False, "reason": None, "sha256": f"{2:064x}", "version": 2}


def test_what_is_read_back_hashes_to_its_leaf(ledger: Ledger) -> None:
    ledger.clock.move(timedelta(microseconds=7))
    ledger.record(sent(), received())

    with ledger.uow() as uow:
        assert [leaf_hash(entry.to_bytes()) == entry.leaf_hash for entry in entries(uow)] == [True, True]


def test_entries_of_one_instant_keep_their_order(ledger: Ledger) -> None:
    ids = ledger.record(*(sent(number) for number in range(50)))

    assert ids == sorted(ids)


def test_nothing_is_added_when_a_fact_is_refused(ledger: Ledger) -> None:
    with ledger.uow() as uow:
        with pytest.raises(ValueError, match="the fact reason"):
            record(
                uow,
                ParcelSent(actor_id=None, unit_id=None, subject_id="p", version=1, sha256="a", reason="Jan J"),
            )
        uow.commit()

    with ledger.uow() as uow:
        assert entries(uow) == []


def test_a_log_can_be_named_for_what_happens_after_the_summer(ledger: Ledger) -> None:
    ledger.clock.instant = datetime(2027, 9, 15, tzinfo=UTC)
    ledger.record(sent(), log="2026-2027")
    ledger.record(sent())

    with ledger.uow() as uow:
        assert [entry.log for entry in entries(uow)] == ["2026-2027", "2027-2028"]


@pytest.mark.parametrize(
    ("instant", "log"),
    [
        (datetime(2027, 7, 31, 21, 59, tzinfo=UTC), "2026-2027"),
        (datetime(2027, 7, 31, 22, 0, tzinfo=UTC), "2027-2028"),  # midnight in Amsterdam
        (datetime(2027, 1, 1, tzinfo=UTC), "2026-2027"),
    ],
)
def test_the_log_of_an_instant_is_the_school_year_in_amsterdam(instant: datetime, log: str) -> None:
    assert log_of(instant) == log


def test_an_entry_is_one_line_of_json_in_a_form_that_never_changes() -> None:
    row: EntryRow = (
        "id-1",
        "2027-03-01T12:00:00.000000Z",
        "parcel.sent",
        None,
        "po-1",
        None,
        "parcel",
        "p-1",
        '{"a":1}',
    )

    (written,) = entry_bytes("2026-2027", [row])

    assert written == (
        b'{"v":1,"id":"id-1","at":"2027-03-01T12:00:00.000000Z","log":"2026-2027","name":"parcel.sent","actor_id":null,'
        b'"unit_id":"po-1","other_unit_id":null,"subject_kind":"parcel","subject_id":"p-1","facts":{"a":1}}'
    )
    assert list(json.loads(written)) == [
        *(
            "v",
            "id",
            "at",
            "log",
            "name",
            "actor_id",
            "unit_id",
            "other_unit_id",
            "subject_kind",
            "subject_id",
            "facts",
        )
    ]


# Texts that try to look like the seams between two fields.
TEXTS = st.text(alphabet='ab",:{}\\nul\n', max_size=12) | st.sampled_from(
    ['","at":"', '","log":"', "null", '"facts":{']
)
ROWS = st.tuples(TEXTS, TEXTS, TEXTS, st.none() | TEXTS, st.none() | TEXTS, st.none() | TEXTS, TEXTS, TEXTS, TEXTS)


@given(TEXTS, ROWS)
def test_whatever_the_fields_hold_they_can_be_read_back_from_the_bytes(log: str, row: EntryRow) -> None:
    """So two rows never give the same bytes: nothing before `facts` reaches over its seam."""
    (written,) = entry_bytes(log, [row])

    seam = b',"facts":'
    head = written[: len(written) - len(row[8].encode()) - len(seam) - 1]
    assert written == head + seam + row[8].encode() + b"}"
    assert list(json.loads(head + b"}").values()) == [1, row[0], row[1], log, *row[2:8]]


INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # made aware


@given(INSTANTS, INSTANTS)
def test_ids_sort_by_time(one: datetime, other: datetime) -> None:
    earlier, later = sorted((one, other))

    assert first_id_at(earlier) <= new_entry_id(earlier)
    assert earlier == later or new_entry_id(earlier) < first_id_at(later)


def test_an_instant_is_written_in_utc_with_six_decimals() -> None:
    noon = datetime(2027, 3, 1, 13, 0, tzinfo=timezone(timedelta(hours=1)))

    assert instant_text(noon) == "2027-03-01T12:00:00.000000Z"

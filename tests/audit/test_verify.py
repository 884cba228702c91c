"""Whatever somebody who owns the database changes in a numbered log is found, and said in one line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from handover.audit.append_only import TRIGGERS
from handover.audit.findings import Finding, FindingKind, Findings, Report
from handover.audit.log import record
from handover.audit.model import AuditEntry
from handover.audit.reading import LATEST
from handover.audit.tree import leaf_hash, root_of
from handover.audit.verify import DeepChecks, verify
from handover.db.unit_of_work import UnitOfWork
from tests.audit.happenings import LOG, Ledger, sent

KINDS = FindingKind


def report(ledger: Ledger) -> Report:
    with ledger.uow() as uow:
        return verify(uow)


def kinds(ledger: Ledger) -> list[FindingKind]:
    return [finding.kind for finding in report(ledger).findings]


def tamper(ledger: Ledger, *statements: str, **values: object) -> None:
    """Do what only the database's owner can: put the triggers out of action, and change."""
    with ledger.uow() as uow:
        if ledger.is_sqlite:
            for statement in TRIGGERS["sqlite"]:
                uow.session.execute(text(f"DROP TRIGGER IF EXISTS {statement.split()[2]}"))
        else:
            uow.session.execute(text("ALTER TABLE audit_entry DISABLE TRIGGER USER"))
            uow.session.execute(text("ALTER TABLE audit_log DISABLE TRIGGER USER"))
        for statement in statements:
            names = {name: values[name] for name in values if f":{name}" in statement}
            uow.session.execute(text(statement), names)
        uow.session.commit()


def test_an_untouched_log_is_sound(ledger: Ledger) -> None:
    ledger.a_numbered_log(7)
    ledger.record(sent())

    found = report(ledger)

    (log,) = found.logs
    assert (found.is_sound, found.waiting, log.size) == (True, 1, 7)
    assert found.lines() == [
        f"audit: log {LOG}: 7 entries, root {log.root.hex()}, nothing wrong",
        "audit: 1 entries wait for their number",
    ]


def test_nothing_at_all_is_sound(ledger: Ledger) -> None:
    assert report(ledger).lines() == ["audit: 0 entries, nothing wrong"]


@pytest.mark.parametrize(
    "change",
    [
        "at = '2027-03-01 12:00:05.000001+00:00'",
        "name = 'parcel.lost'",
        "actor_id = 'person-2'",
        "actor_id = NULL",
        "unit_id = 'po-2'",
        "other_unit_id = NULL",
        "subject_kind = 'letter'",
        "subject_id = 'parcel-2'",
        "facts = replace(facts, '4', '5')",
        "facts = '{}'",
        "facts = facts || ' '",
        "id = replace(id, '0', '1')",
    ],
)
def test_any_changed_field_is_found(ledger: Ledger, change: str) -> None:
    ids = ledger.a_numbered_log(7)
    tamper(ledger, f"UPDATE audit_entry SET {change} WHERE seq = 4")  # noqa: S608  # fixed words

    found = report(ledger).findings

    assert [finding.kind for finding in found] == [KINDS.CHANGED, KINDS.WRONG_ROOT]
    assert (found[0].log, found[0].seq) == (LOG, 4)
    assert change.startswith("id") or found[0].entry_id == ids[4]


def test_a_changed_entry_with_a_fitting_hash_is_found_by_the_root_and_where_it_lies(ledger: Ledger) -> None:
    ids = ledger.a_numbered_log(7)
    with ledger.uow() as uow:
        entry = uow.session.get_one(AuditEntry, ids[4])
        entry.facts = "{}"
        leaf = leaf_hash(entry.to_bytes())
    tamper(ledger, "UPDATE audit_entry SET facts = '{}', leaf_hash = :leaf WHERE seq = 4", leaf=leaf)

    (finding,) = report(ledger).findings

    assert finding.kind is KINDS.WRONG_ROOT
    assert finding.line().endswith("; they differ within 4-5")


def test_a_rewritten_root_does_not_fit_the_subtrees_beside_it(ledger: Ledger) -> None:
    ledger.a_numbered_log(7)
    tamper(ledger, "UPDATE audit_log SET root = :root", root=root_of([]))

    assert kinds(ledger) == [KINDS.WRONG_FRONTIER, KINDS.WRONG_ROOT]


def test_subtrees_that_cannot_be_are_told(ledger: Ledger) -> None:
    ledger.a_numbered_log(7)
    tamper(ledger, "UPDATE audit_log SET frontier = :packed", packed=b"short")

    assert kinds(ledger) == [KINDS.WRONG_FRONTIER]


@pytest.mark.parametrize(
    ("gone", "told"), [("= 3", "3"), ("BETWEEN 2 AND 4", "2 to 4"), (">= 5", "5 to 6"), ("= 0", "0")]
)
def test_dropped_entries_are_missed(ledger: Ledger, gone: str, told: str) -> None:
    ledger.a_numbered_log(7)
    tamper(ledger, f"DELETE FROM audit_entry WHERE seq {gone}")  # noqa: S608  # fixed words

    found = report(ledger).findings

    assert [finding.kind for finding in found] == [KINDS.MISSING, KINDS.WRONG_ROOT]
    assert found[0].detail == f"no entry has the number {told}"


def test_two_entries_that_changed_places_are_found(ledger: Ledger) -> None:
    ledger.a_numbered_log(7)
    tamper(
        ledger,
        "UPDATE audit_entry SET seq = 99 WHERE seq = 2",
        "UPDATE audit_entry SET seq = 2 WHERE seq = 5",
        "UPDATE audit_entry SET seq = 5 WHERE seq = 99",
    )

    assert kinds(ledger) == [KINDS.WRONG_ROOT]


def test_two_entries_with_one_number_are_found(ledger: Ledger) -> None:
    ledger.a_numbered_log(7)
    if ledger.is_sqlite:  # which cannot drop a constraint: the table is made again without
        drop = [
            "CREATE TABLE copied AS SELECT * FROM audit_entry",
            "DROP TABLE audit_entry",
            "ALTER TABLE copied RENAME TO audit_entry",
        ]
    else:
        drop = ["DROP INDEX uq_audit_entry_log_seq"]
    tamper(ledger, *drop, "UPDATE audit_entry SET seq = 3 WHERE seq = 4")

    assert kinds(ledger)[:2] == [KINDS.DUPLICATE, KINDS.MISSING]


def test_a_number_that_was_never_given_is_found(ledger: Ledger) -> None:
    ledger.a_numbered_log(3)
    (entry,) = ledger.record(sent(8))
    tamper(ledger, "UPDATE audit_entry SET seq = 3 WHERE id = :entry", entry=entry)

    (finding,) = report(ledger).findings

    assert (finding.kind, finding.seq, finding.entry_id) == (KINDS.BEYOND, 3, entry)


def test_a_log_of_which_nothing_is_kept_is_found(ledger: Ledger) -> None:
    ledger.a_numbered_log(2)
    tamper(ledger, "DELETE FROM audit_log")

    assert kinds(ledger) == [KINDS.NO_LOG, KINDS.BEYOND, KINDS.BEYOND]


@pytest.mark.parametrize(
    ("older_by", "expected"), [(LATEST, []), (LATEST + timedelta(seconds=1), [KINDS.OUT_OF_ORDER])]
)
def test_an_entry_much_older_than_the_one_before_it_is_told(
    ledger: Ledger, older_by: timedelta, expected: list[FindingKind]
) -> None:
    ledger.a_numbered_log(2)
    ledger.clock.move(-older_by)
    ledger.record(sent())
    ledger.sequence()

    assert kinds(ledger) == expected


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("value", ["5", "x'00'"])
def test_sqlite_may_hold_what_is_no_text_and_that_is_found(ledger: Ledger, value: str) -> None:
    ledger.a_numbered_log(3)
    tamper(
        ledger,
        "CREATE TABLE copied AS SELECT * FROM audit_entry",
        "DROP TABLE audit_entry",
        "CREATE TABLE audit_entry (id, at, log, name, actor_id, unit_id, other_unit_id, subject_kind,"
        " subject_id, facts, leaf_hash, seq)",
        "INSERT INTO audit_entry SELECT * FROM copied",
        f"UPDATE audit_entry SET actor_id = {value} WHERE seq = 1",  # noqa: S608  # fixed words
    )

    assert kinds(ledger) == [KINDS.CHANGED, KINDS.WRONG_ROOT]


def test_a_log_is_read_across_batches(ledger: Ledger) -> None:
    with ledger.uow() as uow:
        for number in range(4_100):
            record(uow, sent(number))
        uow.commit()
    ledger.sequence(batch=5_000)
    assert report(ledger).is_sound

    tamper(
        ledger,
        "UPDATE audit_entry SET name = 'a.b' WHERE seq = 2000",
        "DELETE FROM audit_entry WHERE seq = 3999",
    )

    assert kinds(ledger) == [KINDS.CHANGED, KINDS.MISSING, KINDS.WRONG_ROOT]


def test_deep_checks_add_what_they_find(ledger: Ledger) -> None:
    ledger.a_numbered_log(2)
    deep = DeepChecks()

    def stored_bundles(uow: UnitOfWork) -> Iterator[Finding]:
        assert uow.session.is_active
        yield Finding(kind=KINDS.DEEP, detail="bundle b-1 is not what its letter says")

    deep.register("bundles", stored_bundles)
    deep.register("cards", lambda _: iter(()))
    with ledger.uow() as uow:
        found = verify(uow, deep=deep)

    assert found.lines()[-1] == "audit: deep: bundle b-1 is not what its letter says"
    assert found.lines()[0].endswith("1 wrong")


def test_two_deep_checks_cannot_have_one_name() -> None:
    deep = DeepChecks()
    deep.register("bundles", lambda _: iter(()))

    with pytest.raises(ValueError, match="there is a deep check bundles already"):
        deep.register("bundles", lambda _: iter(()))


def test_a_log_in_ruins_is_told_within_bounds() -> None:
    findings = Findings(keep=2)
    findings.extend(Finding(kind=KINDS.CHANGED, log=LOG, seq=number, detail="x") for number in range(5))

    told = Report(logs=(), waiting=0, findings=tuple(findings.kept), more=findings.more).lines()

    assert told == [
        "audit: 0 entries, 5 wrong",
        f"audit: changed: log {LOG}, number 0, x",
        f"audit: changed: log {LOG}, number 1, x",
        "audit: and 3 more",
    ]

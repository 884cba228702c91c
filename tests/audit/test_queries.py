"""Both schools read the trail of a handover; an auditor pages through the log."""

from __future__ import annotations

from datetime import timedelta

from handover.audit.queries import Search, TrailLine, entries, trail
from tests.audit.happenings import LOG, SPRING, Ledger, received, sent


def pages(ledger: Ledger, search: Search, *, limit: int) -> list[list[TrailLine]]:
    """Read page after page to the end."""
    found, before = [], None
    with ledger.uow() as uow:
        while True:
            page = entries(uow, search, before=before, limit=limit)
            found.append(page.lines)
            before = page.before
            if before is None:
                return found


def names(ledger: Ledger, search: Search) -> list[str]:
    (lines,) = pages(ledger, search, limit=100)
    return [f"{line.name} {line.subject_id}" for line in lines]


def test_the_trail_of_a_parcel_is_what_happened_to_it_oldest_first(ledger: Ledger) -> None:
    ledger.record(sent(1))
    ledger.record(sent(1, parcel="parcel-2"))
    ledger.record(received(), sent(2, parcel="bundle-9"))

    with ledger.uow() as uow:
        lines = trail(uow, ["parcel-1", "bundle-9"])

    assert [line.name for line in lines] == ["test_parcel.sent", "test_parcel.received", "test_parcel.sent"]
    assert lines[0] == TrailLine(
        id=lines[0].id,
        at=SPRING,
        log=LOG,
        seq=None,
        name="test_parcel.sent",
        actor_id="person-1",
        unit_id="po-1",
        other_unit_id="vo-1",
        subject_kind="parcel",
        subject_id="parcel-1",
        facts={"version": 1, "sha256": f"{1:064x}", "has_care": False, "reason": None},
    )


def test_of_a_long_trail_the_newest_lines_are_given(ledger: Ledger) -> None:
    ids = ledger.record(*(sent(number) for number in range(5)))

    with ledger.uow() as uow:
        assert [line.id for line in trail(uow, ["parcel-1"], limit=2)] == ids[3:]


def test_a_trail_of_nothing_is_empty(ledger: Ledger) -> None:
    ledger.record(sent())

    with ledger.uow() as uow:
        assert trail(uow, []) == []


def test_pages_follow_one_another_newest_first_and_give_each_line_once(ledger: Ledger) -> None:
    ids = ledger.record(*(sent(number) for number in range(7)))

    found = pages(ledger, Search(), limit=3)

    assert [[line.id for line in page] for page in found] == [ids[:3:-1], ids[3:0:-1], ids[:1]]


def test_a_full_last_page_is_the_last(ledger: Ledger) -> None:
    ledger.record(*(sent(number) for number in range(6)))

    assert [len(page) for page in pages(ledger, Search(), limit=3)] == [3, 3]


def test_a_unit_is_found_on_either_side(ledger: Ledger) -> None:
    ledger.record(sent(parcel="a"), received(parcel="b"), sent(parcel="c", by="po-2"), sent(parcel="d", to=None))
    ledger.record(sent(parcel="e", by="vo-1", to="vo-1"))

    vo = ["test_parcel.sent e", "test_parcel.sent c", "test_parcel.received b", "test_parcel.sent a"]
    assert names(ledger, Search(unit_id="vo-1")) == vo
    assert names(ledger, Search(unit_id="po-2")) == ["test_parcel.sent c"]
    assert [len(page) for page in pages(ledger, Search(unit_id="vo-1"), limit=3)] == [3, 1]


def test_a_period_begins_at_its_first_instant_and_ends_before_its_last(ledger: Ledger) -> None:
    for parcel in "abcd":
        ledger.record(sent(parcel=parcel))
        ledger.clock.move(timedelta(days=1))

    found = names(ledger, Search(since=SPRING + timedelta(days=1), until=SPRING + timedelta(days=3)))

    assert found == ["test_parcel.sent c", "test_parcel.sent b"]


def test_a_name_and_a_log_narrow_the_search(ledger: Ledger) -> None:
    ledger.record(sent(), received())
    ledger.record(received(parcel="old"), log="2025-2026")

    assert names(ledger, Search(name="test_parcel.received")) == [
        "test_parcel.received old",
        "test_parcel.received parcel-1",
    ]
    assert names(ledger, Search(name="test_parcel.received", log=LOG)) == ["test_parcel.received parcel-1"]
    assert names(ledger, Search(unit_id="po-1", name="test_parcel.sent")) == ["test_parcel.sent parcel-1"]

"""Two schools at once: by those who may not, at one moment, cut off halfway, and after something changed meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from handover.audit.model import AuditEntry
from handover.bundles.destroying import destroy, due
from handover.bundles.ending import end_leaver
from handover.bundles.handovers import handover_of
from handover.bundles.model import Part
from handover.bundles.one_of_two import Because, let_go_of
from handover.bundles.placing import Placing, place
from handover.bundles.reading import open_for_reading
from handover.bundles.receiving import accept, decline
from handover.bundles.remarks import ask, close, note, remarks_of, reply
from handover.bundles.sending import send
from handover.bundles.settling import settle
from handover.bundles.state import HandoverStatus
from handover.bundles.supplementing import open_supplement
from handover.desk.receipt import receipt_of
from handover.desk.sent import is_closed
from handover.desk.trail import trail_lines
from handover.errors import Conflict, HandoverError, IllegalTransition, NotFound
from handover.leavers.applications import prefer_application
from handover.leavers.recording import record_application
from handover.schools.model import UnitLocation
from handover.terms.destination import LeaverEnd, Outcome, Tlv
from handover.terms.school_kind import SchoolKind
from tests.bundles.test_histories import lose_what_waits
from tests.bundles.test_second import VSO, Two, allow, child_at_two, given_vso
from tests.bundles.test_second_at_once import at_once
from tests.factories.access import given_location, made_region
from tests.factories.thread import DAY, given_krekel, given_thread, given_thread_in
from tests.promises.test_meanwhile import LONG, StoreThatWaits


@pytest.fixture
def two(tmp_path: Path) -> Two:
    thread = given_thread(tmp_path)
    allow(thread)
    return child_at_two(thread, given_vso(thread))


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Two]:
    """The same on both databases: on SQLite one writes at a time, on PostgreSQL many do."""
    if request.param == "SQLite":
        thread = given_thread(tmp_path)
    else:
        url: Callable[[], str] = request.getfixturevalue("postgres_url")
        thread = given_thread_in(made_region(tmp_path, database_url=url()))
    allow(thread)
    yield child_at_two(thread, given_vso(thread))
    thread.region.engine.dispose()


def told(two: Two, name: str) -> int:
    with two.thread.services.uow() as uow:
        return uow.session.scalar(select(func.count()).where(AuditEntry.name == name)) or 0


def also_vso(two: Two) -> Placing:
    """The Raayland has a location for VSO too. Gives what moves a dossier there."""
    given_location(two.thread.services, "25FY01", "Raayland VSO", kind=SchoolKind.VSO)
    with two.thread.services.uow() as uow:
        uow.session.add(UnitLocation(unit_id=two.thread.vo.id, brin6="25FY01"))
        uow.commit()
    return Placing(brin="25FY01", department_id=None, handler_id=None)


@pytest.mark.parametrize("is_received", [False, True])
def test_nobody_but_its_primary_school_lets_go_of_one_or_hears_which(two: Two, *, is_received: bool) -> None:
    first, second = two.both()
    if is_received:
        accept(two.thread.services, two.intake, second)
        accept(two.thread.services, two.thread.intake.actor, first)
    krekel = given_krekel(two.thread.region)
    two.tlv(Tlv.REFUSED)
    was = (two.status(first), two.status(second))
    strangers = [two.intake, two.thread.intake.actor, two.thread.office.actor, two.thread.po.admin.actor]
    for actor in (*strangers, *(one.actor for one in krekel.people.values())):
        for one in (first, second, "0" * 32):
            with pytest.raises(HandoverError) as error:
                let_go_of(two.thread.services, actor, two.reference, one)
            assert not isinstance(error.value, Conflict), "that would say what is decided elsewhere"
    assert (two.status(first), two.status(second)) == was
    assert two.outcome(two.special) is Outcome.ASKED


def test_neither_school_reads_or_answers_what_is_beside_the_other(two: Two) -> None:
    first, second = two.both()
    services, here, there = two.thread.services, two.thread.intake.actor, two.intake
    accept(services, here, first)
    accept(services, there, second)
    note(services, here, first, text="een notitie")
    asked = ask(services, here, first, text="een vraag")
    for act in (
        lambda: note(services, there, first, text="ook een"),
        lambda: ask(services, there, first, text="ook een"),
        lambda: reply(services, there, asked, text="een antwoord"),
        lambda: close(services, there, asked),
        lambda: receipt_of(services, there, first),
        lambda: decline(services, there, first, reason="double"),
        lambda: open_for_reading(services, there, first, Part.DOSSIER),
        lambda: place(services, there, first, Placing(brin=VSO, department_id=None, handler_id=None)),
    ):
        with pytest.raises(NotFound):
            act()
    with services.uow() as uow, pytest.raises(NotFound):
        remarks_of(uow, there, first)
    with services.uow() as uow:
        assert remarks_of(uow, there, second) == []


def test_the_trail_of_a_school_has_nothing_of_the_other(two: Two) -> None:
    first, second = two.both()
    services = two.thread.services
    accept(services, two.intake, second)
    two.confirmed_at_the_raayland(first)
    let_go_of(services, two.teacher, two.reference, second)
    for actor, other in ((two.intake, "Raayland"), (two.thread.intake.actor, "Wijnberg")):
        with services.uow() as uow:
            lines = [line for _at, line in trail_lines(uow, actor, [two.leaver_id, first, second])]
        assert lines
        assert not [line for line in lines if other in line]


def test_two_colleagues_let_go_of_it_at_once_and_it_is_done_once(either: Two) -> None:
    first, second = either.both()
    services = either.thread.services
    accept(services, either.intake, second)
    either.tlv(Tlv.REFUSED)

    people = (either.teacher, either.thread.ib.actor, either.teacher)
    at_once(*(partial(let_go_of, services, who, either.reference, second) for who in people))

    assert either.status(second) is HandoverStatus.RELEASED
    assert either.status(first) is HandoverStatus.OFFERED
    assert told(either, "handover.released") == 1
    assert told(either, "application.withdrawn") == 1


@pytest.mark.parametrize("table", ["handover", "application", "audit_entry", "notice"])
@pytest.mark.parametrize("is_received", [False, True])
def test_cut_off_at_any_row_nothing_of_letting_go_is_done(two: Two, table: str, *, is_received: bool) -> None:
    first, second = two.both()
    if is_received:
        accept(two.thread.services, two.intake, second)
    two.tlv(Tlv.REFUSED)
    was, was_told = two.status(second), told(two, "application.withdrawn")
    with two.thread.region.engine.begin() as connection:
        for when in ("INSERT", "UPDATE"):
            connection.execute(
                text(f"CREATE TRIGGER cut_{when} BEFORE {when} ON {table} BEGIN SELECT RAISE(ABORT, 'cut off'); END")
            )
    if table == "notice" and not is_received:
        return  # nobody was mailed that it waits, so nobody is told that it does not

    with pytest.raises(Conflict):
        let_go_of(two.thread.services, two.teacher, two.reference, second)

    assert (two.status(first), two.status(second)) == (HandoverStatus.OFFERED, was)
    assert two.outcome(two.special) is Outcome.ASKED
    assert told(two, "application.withdrawn") == was_told


def test_what_was_seen_on_the_page_is_no_longer_so(two: Two) -> None:
    first, second = two.both()
    services = two.thread.services
    two.tlv(Tlv.REFUSED)
    two.tlv(Tlv.REQUESTED)
    with pytest.raises(Conflict):
        let_go_of(services, two.teacher, two.reference, second)
    two.tlv(Tlv.GRANTED)
    with pytest.raises(Conflict):
        let_go_of(services, two.teacher, two.reference, second)
    decline(services, two.thread.intake.actor, first, reason="double")
    with pytest.raises(Conflict):
        let_go_of(services, two.teacher, two.reference, first)
    assert two.status(second) is HandoverStatus.OFFERED


def test_letting_go_still_works_where_two_are_no_longer_allowed(two: Two) -> None:
    _first, second = two.both()
    two.tlv(Tlv.REFUSED)
    allow(two.thread, two=False)

    let_go_of(two.thread.services, two.teacher, two.reference, second)

    assert two.status(second) is HandoverStatus.WITHDRAWN


def test_letting_go_closes_what_was_opened_to_be_sent_after_it(two: Two) -> None:
    first, second = two.both()
    services = two.thread.services
    accept(services, two.intake, second)
    open_supplement(services, two.teacher, two.reference, of=second)
    two.tlv(Tlv.REFUSED)

    let_go_of(services, two.teacher, two.reference, second)

    with services.uow() as uow:
        assert is_closed(uow, two.leaver_id)
        assert handover_of(uow, second).supplement_opened_at is None
    open_supplement(services, two.teacher, two.reference, of=first)


def test_a_child_that_one_school_has_confirmed_is_not_taken_off_the_list_by_halves(two: Two) -> None:
    first, second = two.both()
    two.confirmed_at_the_raayland(first)
    with pytest.raises(IllegalTransition):
        end_leaver(two.thread.services, two.teacher, two.reference, end=LeaverEnd.ABROAD)
    assert (two.status(first), two.status(second)) == (HandoverStatus.CONFIRMED, HandoverStatus.OFFERED)


def test_a_location_of_the_other_kind_is_not_chosen_while_a_second_is_being_sealed(
    tmp_path: Path, postgres_url: Callable[..., str]
) -> None:
    thread = given_thread_in(made_region(tmp_path, database_url=postgres_url()))
    allow(thread)
    two = child_at_two(thread, given_vso(thread))
    first, wanted = two.sent(), also_vso(two)
    store = StoreThatWaits(thread.region.folder / "blobs")
    waits = replace(thread.services, store=store)
    with ThreadPoolExecutor(2) as pool:
        sent = pool.submit(send, waits, two.teacher, two.reference, to=VSO, is_second=True)
        assert store.begun.wait(LONG)
        placed = pool.submit(place, thread.services, thread.intake.actor, first, wanted)
        store.goes_on.set()
        assert sent.result(LONG)
        assert isinstance(placed.exception(LONG), IllegalTransition)
    with thread.services.uow() as uow:
        assert handover_of(uow, first).receiver_brin == thread.vo.brin6
    thread.region.engine.dispose()


def test_one_that_did_not_come_whole_keeps_the_other_from_nothing(two: Two) -> None:
    first, wanted = two.sent(), also_vso(two)
    failed = send(two.thread.services, two.teacher, two.reference, is_second=True)
    lose_what_waits(two.thread.services, failed)
    assert not settle(two.thread.services, failed)

    open_supplement(two.thread.services, two.teacher, two.reference)
    place(two.thread.services, two.thread.intake.actor, first, wanted)

    with two.thread.services.uow() as uow:
        assert handover_of(uow, first).receiver_brin == "25FY01"


def test_the_most_wanted_of_those_that_can_be_the_second_is(two: Two) -> None:
    services = two.thread.services
    given_location(services, "27VS01", "De Wijnberg 2", kind=SchoolKind.VSO)
    first = two.sent()
    two.tlv(Tlv.REFUSED)
    with services.uow() as uow:
        uow.session.add(UnitLocation(unit_id=two.vso.id, brin6="27VS01"))
        uow.commit()
    record_application(services, two.teacher, two.reference, brin6="27VS01", applied_on=DAY, tlv=Tlv.REQUESTED)
    prefer_application(services, two.teacher, two.reference, two.special)

    second = two.sent(is_second=True)

    with services.uow() as uow:
        assert handover_of(uow, second).receiver_brin == "27VS01"
    assert two.surplus() is None
    assert two.status(first) is HandoverStatus.OFFERED


def test_what_is_left_of_one_that_was_let_go_of_is_destroyed_and_the_other_still_opens(two: Two) -> None:
    first, second = two.both()
    services = two.thread.services
    accept(services, two.intake, second)
    two.confirmed_at_the_raayland(first)
    assert two.surplus() == (second, Because.CONFIRMED)
    let_go_of(services, two.teacher, two.reference, second)
    two.thread.region.clock.pass_by(timedelta(days=29))

    with services.uow() as uow:
        ready = due(uow)
    assert ready == [second]
    destroy(services, second)

    assert two.status(second) is HandoverStatus.DESTROYED
    open_for_reading(services, two.thread.intake.actor, first, Part.DOSSIER).inside.close()
    assert two.surplus() is None

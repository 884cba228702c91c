"""What goes wrong between two schools after sending: pages that are too old, rows put back, bytes lost, terms over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from handover.bundles.deep import handovers_against_log
from handover.bundles.destroying import KEPT
from handover.bundles.handovers import handover_of
from handover.bundles.left import facts_of
from handover.bundles.model import Bundle, Handover, Part, SealedPart
from handover.bundles.opening import Tampered
from handover.bundles.outcomes import record_outcome
from handover.bundles.placing import Placing, place
from handover.bundles.receiving import accept, decline
from handover.bundles.remarks import note
from handover.bundles.reopening import release
from handover.bundles.sending import NotReady, left_to_do
from handover.bundles.settling import settle
from handover.bundles.state import BundleStatus, HandoverStatus, ReleaseReason
from handover.bundles.supplementing import acknowledge, open_supplement, supplement
from handover.bundles.tasks import destroy_what_is_due
from handover.bundles.withdrawing import withdraw
from handover.desk.expected import expected
from handover.desk.sent import is_closed
from handover.dossiers.documents import list_documents, remove
from handover.dossiers.drafts import keep_document
from handover.dossiers.lock import close_when
from handover.dossiers.rules import Missing
from handover.errors import Conflict, IllegalTransition
from handover.leavers.actions import leaver_of
from handover.leavers.model import Application
from handover.leavers.recording import record_application
from handover.terms.destination import Outcome, Tlv
from tests.bundles.test_life import (
    TESTS,
    documents,
    given_second_location,
    handover,
    outcome,
    reference_of,
    seen_again,
    sent_after,
)
from tests.factories.thread import DAY, REPORT, Thread, given_thread
from tests.factories.web import given_app, given_signed_in, text_of


@pytest.fixture
def thread(tmp_path: Path) -> Iterator[Thread]:
    close_when(is_closed)
    yield given_thread(tmp_path)
    close_when(lambda _uow, _leaver_id: False)


def test_a_supplement_never_becomes_a_dossier_to_a_school_that_let_go(thread: Thread) -> None:
    handover_id = thread.accepted()
    reference = reference_of(thread, handover_id)
    teacher = given_signed_in(given_app(thread.region), thread.teacher)
    open_supplement(thread.services, thread.teacher.actor, reference)
    release(thread.services, thread.intake.actor, handover_id, reason=ReleaseReason.WRONG_SCHOOL)

    pressed = teacher.post(f"/leerling/{reference}/versturen", {"brin": thread.vo.brin6, "na": handover_id})

    assert pressed.status_code == 409
    assert "Er is niets nagestuurd" in pressed.text
    with thread.services.uow() as uow:
        assert len(uow.session.scalars(select(Handover)).all()) == 1
    with pytest.raises(IllegalTransition):
        supplement(thread.services, thread.teacher.actor, reference, of=handover_id)


def test_a_child_that_was_let_go_of_needs_a_school_again(thread: Thread) -> None:
    handover_id = thread.confirmed()
    release(thread.services, thread.intake.actor, handover_id, reason=ReleaseReason.NOT_COMING)

    assert outcome(thread, handover_id) is Outcome.WITHDRAWN
    with thread.services.uow() as uow:
        left = left_to_do(thread.services, uow, thread.teacher.actor, reference_of(thread, handover_id))
    assert [todo.missing for todo in left] == [Missing.APPLICATION]


def test_a_child_whose_dossier_was_destroyed_unread_is_expected_again(thread: Thread) -> None:
    reference = thread.leaver()
    thread.written(reference)
    thread.announced(reference=reference)
    handover_id = thread.send(reference)
    withdraw(thread.services, thread.teacher.actor, handover_id)
    thread.region.clock.pass_by(KEPT + timedelta(days=1))

    destroy_what_is_due(thread.services)

    assert handover(thread, handover_id).status is HandoverStatus.DESTROYED
    with thread.services.uow() as uow:
        assert len(expected(thread.services, uow, thread.office.actor, thread.vo.id).rows) == 1


def test_a_note_stays_beside_its_document_when_others_are_counted_anew(thread: Thread) -> None:
    handover_id = thread.accepted(has_opp=False)
    sent_after(thread, handover_id)
    note(thread.services, thread.intake.actor, handover_id, text="Zie de tabel.", document=2, page=1)
    note(thread.services, thread.intake.actor, handover_id, text="Bij het rapport.", document=1)
    reference = reference_of(thread, handover_id)
    open_supplement(thread.services, thread.teacher.actor, reference)
    with thread.services.uow() as uow:
        kept = list_documents(uow, thread.teacher.actor, leaver_of(uow, reference))
    remove(thread.services, thread.teacher.actor, reference, kept[0].id)
    keep_document(thread.services, thread.teacher.actor, reference, TESTS)
    report = kept[0]
    assert report.kind.value == "okr"
    with pytest.raises(NotReady):
        supplement(thread.services, thread.teacher.actor, reference)
    newer = type(TESTS)(data=REPORT + b"\n", title="nieuw rapport.pdf", kind=report.kind, pages=2)
    keep_document(thread.services, thread.teacher.actor, reference, newer)
    seen_again(thread, reference)
    supplement(thread.services, thread.teacher.actor, reference)
    assert settle(thread.services, handover_id)

    page = given_signed_in(given_app(thread.region), thread.intake).page(f"/dossier/{handover_id}")

    notes = text_of(page.select("#notities")[0])
    assert "Toetsresultaten, bladzijde 1" in notes
    assert "Document 1 van een eerdere versie" in notes


def test_a_version_that_nobody_saw_is_not_signed_for(thread: Thread) -> None:
    handover_id = thread.confirmed()
    sent_after(thread, handover_id)
    newer = type(TESTS)(data=TESTS.data + b"\n", title="nog een.pdf", kind=TESTS.kind, pages=1)
    sent_after(thread, handover_id, newer)

    with pytest.raises(Conflict):
        acknowledge(thread.services, thread.intake.actor, handover_id, version=2)
    acknowledge(thread.services, thread.intake.actor, handover_id, version=3)


def test_what_was_decided_goes_along_to_the_other_location(thread: Thread) -> None:
    handover_id, other = thread.accepted(), given_second_location(thread)
    record_application(
        thread.services,
        thread.teacher.actor,
        reference_of(thread, handover_id),
        brin6=other,
        applied_on=DAY,
        tlv=Tlv.NOT_NEEDED,
    )
    first = handover(thread, handover_id).application_id
    record_outcome(thread.services, thread.office.actor, first, outcome=Outcome.ENROLLED)

    place(thread.services, thread.intake.actor, handover_id, Placing(brin=other, department_id=None, handler_id=None))

    assert outcome(thread, handover_id) is Outcome.ENROLLED
    with thread.services.uow() as uow:
        assert uow.session.get_one(Application, handover(thread, handover_id).application_id).preference == 1
        assert uow.session.get_one(Application, first).outcome is Outcome.WITHDRAWN


def test_a_lost_earlier_version_takes_nothing_with_it(thread: Thread) -> None:
    handover_id = thread.accepted()
    sent_after(thread, handover_id)
    with thread.services.uow() as uow:
        keys = uow.session.scalars(
            select(SealedPart.blob_key).join(Bundle, Bundle.id == SealedPart.bundle_id).where(Bundle.number == 1)
        ).all()
    for key in keys:
        thread.services.store.delete(key)

    page = given_signed_in(given_app(thread.region), thread.intake).page(f"/dossier/{handover_id}")

    assert "2 nieuwe documenten." in text_of(page)
    assert "Er is iets mis geweest" not in text_of(page)


def test_what_a_supplement_asks_for_counts_once_it_is_there(thread: Thread) -> None:
    handover_id = thread.accepted(has_opp=False)
    reference = reference_of(thread, handover_id)
    open_supplement(thread.services, thread.teacher.actor, reference)
    thread.written(reference, has_opp=True, conversation=True)
    supplement(thread.services, thread.teacher.actor, reference)

    before = handover(thread, handover_id)
    assert (before.has_opp, before.conversation_asked) == (False, False)
    assert settle(thread.services, handover_id)
    after = handover(thread, handover_id)
    assert (after.has_opp, after.has_care, after.conversation_asked) == (True, True, True)
    with thread.services.uow() as uow:
        assert facts_of(uow, [handover_of(uow, handover_id)])[handover_id].conversation_asked


def test_what_nobody_ever_confirmed_goes_with_the_rest(thread: Thread) -> None:
    offered, declined = thread.offered(), thread.offered(last_name="Bakker")
    decline(thread.services, thread.intake.actor, declined, reason="double")
    for night in (datetime(2028, 1, 10, 12, tzinfo=UTC), datetime(2028, 2, 1, 12, tzinfo=UTC)):
        thread.region.clock.at = night
        destroy_what_is_due(thread.services)

    assert handover(thread, offered).status is HandoverStatus.DESTROYED
    assert handover(thread, declined).status is HandoverStatus.DESTROYED
    with thread.services.uow() as uow:
        assert list(handovers_against_log(thread.services.store)(uow)) == []


@pytest.mark.parametrize("attack", ["status", "row"])
def test_rows_that_were_put_back_are_signed_by_nobody_and_found(thread: Thread, attack: str) -> None:
    handover_id = thread.offered()
    sent_after(thread, handover_id)
    with thread.services.uow() as uow:
        newest = uow.session.scalars(select(Bundle).where(Bundle.number == 2)).one()
        if attack == "status":
            newest.status = BundleStatus.FAILED
        else:
            uow.session.execute(delete(SealedPart).where(SealedPart.bundle_id == newest.id))
            uow.session.delete(newest)
        uow.commit()

    with pytest.raises(Tampered):
        accept(thread.services, thread.intake.actor, handover_id)

    with thread.services.uow() as uow:
        assert list(handovers_against_log(thread.services.store)(uow)) != []


def test_the_parts_of_what_was_destroyed_open_for_nobody(thread: Thread) -> None:
    handover_id = thread.accepted()
    release(thread.services, thread.teacher.actor, handover_id, reason=ReleaseReason.NOT_COMING)
    assert documents(thread, handover_id, thread.teacher.actor) == 1, "its sender reads what was sent"
    thread.region.clock.pass_by(KEPT + timedelta(days=1))
    destroy_what_is_due(thread.services)

    teacher = given_signed_in(given_app(thread.region), thread.teacher)

    assert teacher.get(f"/dossier/{handover_id}").status_code == 200
    assert teacher.get(f"/dossier/{handover_id}/document/{Part.DOSSIER.value}/1").status_code == 404

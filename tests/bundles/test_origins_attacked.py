"""Where what came by another way, what was asked for outside and what is sealed here meet: nothing falls in between."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from handover.audit.model import AuditEntry
from handover.bundles.answering_asked import put_ready
from handover.bundles.asking import ask_outside
from handover.bundles.entering import enter, undo_entry
from handover.bundles.model import Handover, Part
from handover.bundles.outside import hand_outside, take_back
from handover.bundles.outside_model import Outside, OutsideWay
from handover.bundles.receiving import NotComplete, accept, confirm, decline
from handover.bundles.remarks import ask, note
from handover.bundles.reopening import release
from handover.bundles.settling import settle
from handover.bundles.state import Origin, ReleaseReason
from handover.bundles.supplementing import open_supplement, supplement
from handover.bundles.trying import CodeShut
from handover.desk.expected import expected
from handover.desk.receipt import receipt_of
from handover.errors import IllegalTransition
from handover.leavers.model import Announcement
from handover.leavers.recording import record_application
from handover.rooms.errors import NoValidCard
from handover.schools.model import UnitSide
from handover.terms.destination import Announced, Tlv
from handover.terms.document_kind import DocumentKind
from tests.bundles.test_notices import mailed
from tests.bundles.test_outside import WENT, enrolled, findings, row, went_outside
from tests.factories.access import given_enrolled_unit
from tests.factories.asked import FILES, MAIL, WRONG, Request, given_outside, given_request
from tests.factories.thread import DAY, Thread, given_thread


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_outside(given_thread(tmp_path))


@pytest.fixture
def request_(thread: Thread) -> Request:
    return given_request(thread)


def sent_after_all(thread: Thread, handover_id: str) -> None:
    reference = row(thread, handover_id).reference
    open_supplement(thread.services, thread.teacher.actor, reference)
    thread.written(reference)
    supplement(thread.services, thread.teacher.actor, reference)
    assert settle(thread.services, handover_id)


def logged(thread: Thread, name: str) -> int:
    with thread.services.uow() as uow:
        return uow.session.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.name == name)) or 0


def state_of(thread: Thread, announcement_id: str) -> Announced:
    with thread.services.uow() as uow:
        return uow.session.get_one(Announcement, announcement_id).state


@pytest.mark.parametrize("part", list(Part))
def test_after_the_dossier_came_here_after_all_its_school_writes_notes(thread: Thread, part: Part) -> None:
    handover_id = went_outside(thread)
    sent_after_all(thread, handover_id)

    writer = thread.care if part is Part.CARE else thread.intake
    note(thread.services, writer.actor, handover_id, text="Zit vooraan.", part=part)

    made = row(thread, handover_id)
    assert (made.own_care_room_id if part is Part.CARE else made.own_room_id) is not None


def test_what_was_confirmed_on_paper_has_no_receipt_that_says_who_signed(thread: Thread) -> None:
    handover_id = went_outside(thread)
    enrolled(thread, handover_id)
    confirm(thread.services, thread.intake.actor, handover_id)
    sent_after_all(thread, handover_id)
    assert row(thread, handover_id).origin is Origin.SEALED

    with pytest.raises(IllegalTransition):
        receipt_of(thread.services, thread.intake.actor, handover_id)


def test_with_the_code_of_another_child_nothing_is_entered(thread: Thread) -> None:
    reference = thread.leaver()
    announcement_id = thread.announced(reference=reference, first_name="Heel", last_name="Anders")
    assert state_of(thread, announcement_id) is Announced.BY_CODE

    with pytest.raises(IllegalTransition):
        enter(thread.services, thread.office.actor, announcement_id, way=OutsideWay.OSO, came_on=DAY)

    with thread.services.uow() as uow:
        assert uow.session.scalars(select(Handover.id)).all() == []


@pytest.mark.parametrize("how", ["declined", "released"])
def test_a_child_whose_asked_dossier_was_given_back_is_expected_and_asked_for_again(
    thread: Thread, request_: Request, how: str
) -> None:
    request_.delivered()
    with thread.services.uow() as uow:
        handover_id = uow.session.scalars(select(Handover.id)).one()
    intake = thread.intake.actor
    if how == "declined":
        decline(thread.services, intake, handover_id, reason="not_applied_here")
    else:
        accept(thread.services, intake, handover_id)
        release(thread.services, intake, handover_id, reason=ReleaseReason.NOT_COMING)

    with thread.services.uow() as uow:
        [waiting] = expected(thread.services, uow, intake, thread.vo.id).rows
    assert waiting.can_ask_outside
    ask_outside(thread.services, intake, request_.announcement_id, email=MAIL)


def test_a_secondary_school_whose_key_waits_is_no_guest(thread: Thread) -> None:
    waits = given_enrolled_unit(thread.region, UnitSide.VO, "Citaverde College", brin6="20AA00", certified=False)
    reference = thread.leaver()
    record_application(
        thread.services, thread.teacher.actor, reference, brin6=waits.brin6, applied_on=DAY, tlv=Tlv.NOT_NEEDED
    )

    with pytest.raises(NoValidCard):
        hand_outside(thread.services, thread.teacher.actor, reference, WENT, to=waits.brin6)


def test_the_right_words_leave_an_entry_and_wrong_ones_none(thread: Thread, request_: Request) -> None:
    with pytest.raises(CodeShut):
        request_.opened(WRONG)
    assert logged(thread, "application.asked_opened") == 0

    request_.opened()

    assert logged(thread, "application.asked_opened") == 1


def test_a_row_that_says_it_lies_elsewhere_hides_nothing(thread: Thread) -> None:
    handover_id = thread.accepted()
    enrolled(thread, handover_id)
    with thread.services.uow() as uow:
        uow.session.get_one(Handover, handover_id).origin = Origin.OUTSIDE
        uow.session.add(Outside(handover_id=handover_id, way=OutsideWay.PAPER, went_on=DAY))
        uow.commit()

    with pytest.raises(NotComplete):
        confirm(thread.services, thread.intake.actor, handover_id)
    assert [one for one in findings(thread) if handover_id in str(one)] != []


def test_nobody_is_asked_anything_at_a_school_where_nobody_reads(thread: Thread, request_: Request) -> None:
    handover_id = enter(thread.services, thread.office.actor, request_.announcement_id, way=OutsideWay.OSO, came_on=DAY)

    with pytest.raises(IllegalTransition):
        ask(thread.services, thread.intake.actor, handover_id, text="Wat helpt?")


def test_what_is_being_sent_here_is_not_taken_away_under_way(thread: Thread) -> None:
    handover_id = went_outside(thread)
    reference = row(thread, handover_id).reference
    open_supplement(thread.services, thread.teacher.actor, reference)
    thread.written(reference)
    supplement(thread.services, thread.teacher.actor, reference)

    with pytest.raises(IllegalTransition):
        take_back(thread.services, thread.teacher.actor, handover_id)
    with pytest.raises(IllegalTransition):
        undo_entry(thread.services, thread.office.actor, handover_id)
    assert settle(thread.services, handover_id)


def test_the_same_file_again_leaves_no_bytes_behind(thread: Thread, request_: Request) -> None:
    opened, (title, data) = request_.ready(), FILES[DocumentKind.OKR]
    before = len(list(thread.services.store.keys()))

    for _press in range(3):
        put_ready(thread.services, opened, file_name=title, data=bytearray(data), kind=DocumentKind.OKR)

    assert len(list(thread.services.store.keys())) == before


def test_who_was_mailed_that_it_went_outside_is_mailed_that_it_did_not(thread: Thread) -> None:
    handover_id = went_outside(thread)
    assert len(mailed(thread)) == 1
    thread.region.clock.pass_by(timedelta(minutes=1))

    take_back(thread.services, thread.teacher.actor, handover_id)

    assert len(mailed(thread)) == 1

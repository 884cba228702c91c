"""A school that closed in the open register while children are on their way: both schools and the region hear of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from handover.bundles.announcing import Application, announce
from handover.bundles.closed_schools import Concerns, at_closed, tell_of_closed
from handover.bundles.ending import end_leaver
from handover.bundles.model import Handover
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.sending import NotReady, send
from handover.dossiers.rules import Missing
from handover.leavers.recording import record_application
from handover.schools.register import import_register
from handover.terms.clock import local_day
from handover.terms.destination import LeaverEnd, Tlv
from handover.terms.school_kind import SchoolKind
from tests.factories.access import given_location
from tests.factories.thread import DAY, NOAH, Thread, given_thread
from tests.factories.web import given_app, given_signed_in, text_of
from tests.web.valid import check_page

PAGE = "/regio/leerlingen"
HEAD = "INSTELLINGSCODE,VESTIGINGSCODE,VESTIGINGSNAAM,PLAATSNAAM\n"


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def imported(thread: Thread, kind: SchoolKind) -> int:
    """A new register in which the schools of this kind that the test knows are no more. Gives how many were told of."""
    other = "99ZZ,00,De Nieuwe,Venray\n"
    with thread.services.uow() as uow:
        on = local_day(uow.clock.now())
        report = import_register(uow, (HEAD + other).encode(), kind=kind, on=on, whole=True)
        told = tell_of_closed(uow, report.closed)
        uow.commit()
        return told


def told(thread: Thread, kind: NoticeKind) -> set[str | None]:
    with thread.services.uow() as uow:
        return set(uow.session.scalars(select(Notice.person_id).where(Notice.kind == kind)))


def reference_of(thread: Thread, handover_id: str) -> str:
    with thread.services.uow() as uow:
        return uow.session.get_one(Handover, handover_id).reference


def seen(thread: Thread) -> str:
    page = given_signed_in(given_app(thread.region), thread.region.swv).get(PAGE)
    check_page(page.text)
    assert "Wójcik" not in page.text
    return text_of(BeautifulSoup(page.text, "html.parser"))


def test_a_receiver_that_closed_is_shown_to_the_region_and_told_to_both_schools(thread: Thread) -> None:
    handover_id = thread.offered()
    reference = reference_of(thread, handover_id)
    assert "De school is gesloten" not in seen(thread)

    assert imported(thread, SchoolKind.VO) == 1

    text = seen(thread)
    assert "De school is gesloten (1)" in text
    assert f"Gaat erheen: {reference}" in text
    assert "De Hommel, Venray" in text
    assert told(thread, NoticeKind.SCHOOL_CLOSED) == {thread.teacher.person_id, thread.intake.person_id}
    row = given_signed_in(given_app(thread.region), thread.teacher).get("/groep")
    assert "Raayland College is gesloten: vraag de ouders waar het kind heen gaat" in row.text


def test_a_second_import_tells_nobody_again(thread: Thread) -> None:
    thread.offered()
    imported(thread, SchoolKind.VO)

    assert imported(thread, SchoolKind.VO) == 0


def test_nothing_is_sent_to_a_closed_school_and_the_list_says_what_to_do(thread: Thread) -> None:
    reference = thread.leaver()
    thread.written(reference)
    thread.applied(reference)
    imported(thread, SchoolKind.VO)

    with pytest.raises(NotReady) as refused:
        send(thread.services, thread.teacher.actor, reference)

    assert [todo.missing for todo in refused.value.reasons] == [Missing.RECEIVER_CLOSED]
    row = given_signed_in(given_app(thread.region), thread.teacher).get("/groep")
    assert "De nieuwe school is gesloten: vraag de ouders naar een andere school" in row.text
    with thread.services.uow() as uow:
        (line,) = at_closed(uow)
    assert (line.concerns, line.references, line.unit_id) == (Concerns.GOES_THERE, [reference], thread.po.id)


def test_a_primary_school_that_closed_is_shown_with_its_children(thread: Thread) -> None:
    reference = reference_of(thread, thread.accepted())
    unsent = thread.leaver(first_name="Fenna")
    ended = thread.leaver(first_name="Sem")
    end_leaver(thread.services, thread.teacher.actor, ended, end=LeaverEnd.ABROAD)

    assert imported(thread, SchoolKind.BO) == 1

    with thread.services.uow() as uow:
        lines = {line.unit_id: line for line in at_closed(uow)}
    assert lines[thread.vo.id].references == [reference]
    assert lines[thread.po.id].references == [unsent], "of whom nobody knows where it goes"
    assert {line.concerns for line in lines.values()} == {Concerns.COMES_FROM}
    assert thread.intake.person_id in told(thread, NoticeKind.SCHOOL_CLOSED)


def test_a_confirmed_dossier_of_a_primary_school_that_closed_is_nobodys_worry(thread: Thread) -> None:
    thread.confirmed()

    assert imported(thread, SchoolKind.BO) == 0
    assert "De school is gesloten" not in seen(thread)


def test_who_announced_a_child_from_a_closed_primary_school_is_told(thread: Thread) -> None:
    given_location(thread.services, "30AA00", "De Keg", kind=SchoolKind.BO)
    said = Application(receiver_brin=thread.vo.brin6, name=NOAH, applied_on=DAY, sender_brin="30AA00")
    announce(thread.services, thread.office.actor, said)

    assert imported(thread, SchoolKind.BO) == 1

    assert told(thread, NoticeKind.PRIMARY_CLOSED) == {thread.office.person_id}
    assert "1 aanmelding zonder kenmerk" in seen(thread)


def test_a_child_whose_dossier_is_at_another_school_is_not_shown_for_the_one_that_closed(thread: Thread) -> None:
    given_location(thread.services, "26AA00", "De Wijer", kind=SchoolKind.VO)
    reference = reference_of(thread, thread.offered())
    actor = thread.teacher.actor
    record_application(thread.services, actor, reference, brin6="26AA00", applied_on=DAY, tlv=Tlv.NOT_NEEDED)
    with thread.services.uow() as uow:
        stays = HEAD + "25FY,00,Raayland College,Venray\n"
        report = import_register(uow, stays.encode(), kind=SchoolKind.VO, on=DAY, whole=True)
        uow.commit()

    assert report.closed == ["26AA00"]
    assert "De school is gesloten" not in seen(thread)


def test_a_school_that_is_back_is_off_the_list(thread: Thread) -> None:
    thread.offered()
    imported(thread, SchoolKind.VO)
    with thread.services.uow() as uow:
        back = HEAD + "25FY,00,Raayland College,Venray\n"
        import_register(uow, back.encode(), kind=SchoolKind.VO, on=DAY, whole=False)
        uow.commit()

    assert "De school is gesloten" not in seen(thread)

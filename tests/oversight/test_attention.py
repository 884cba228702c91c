"""What the samenwerkingsverband must look at: by reference and school, never a name, and only what is stuck."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select
from werkzeug.test import TestResponse

from handover.bundles.announcing import Application, announce
from handover.bundles.answering import answer_unknown
from handover.bundles.model import Handover
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import find_readers, tell_sender
from handover.leavers.model import Leaver
from handover.policy import Role
from handover.schools.model import Membership, UnitSide
from handover.terms.school_kind import SchoolKind
from tests.factories.access import Colleague, given_colleague, given_enrolled_unit, given_location
from tests.factories.thread import DAY, NOAH, Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page

PAGE = "/regio/leerlingen"


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def swv(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.region.swv)


def read(answer: TestResponse) -> str:
    return text_of(BeautifulSoup(answer.text, "html.parser"))


def test_nobody_is_shown_while_all_goes_well(thread: Thread, swv: Visitor) -> None:
    thread.announced(reference=thread.leaver())
    thread.announced(first_name="Fenna")

    page = swv.get(PAGE)

    check_page(page.text)
    assert "Alle aanmeldingen komen terecht" in page.text


def test_a_child_at_two_schools_is_shown_by_its_reference(thread: Thread, swv: Visitor) -> None:
    reference = thread.leaver()
    there = given_enrolled_unit(
        thread.region,
        UnitSide.VO,
        "Dendroncollege",
        brin6="19XX00",
        place="Horst",
        people=[Colleague(name="Koen Sijbers", roles=(Role.VO_OFFICE,))],
    )
    thread.announced(reference=reference)
    with thread.services.uow() as uow:
        code = uow.session.scalars(select(Leaver.aanmeldcode)).one()
    said = Application(receiver_brin=there.brin6, name=NOAH, applied_on=DAY, code=code)
    announce(thread.services, there.people["Koen Sijbers"].actor, said)

    page = swv.get(PAGE)

    check_page(page.text)
    for text in (reference, "De Hommel, Venray", "Raayland College, Venray", "Dendroncollege, Horst"):
        assert text in read(page)
    assert "Wójcik" not in page.text
    assert code not in page.text


def test_silence_is_shown_after_a_week_and_unknown_children_at_once(thread: Thread, swv: Visitor) -> None:
    thread.announced()
    unknown = thread.announced(first_name="Fenna")
    answer_unknown(thread.services, thread.ib.actor, unknown)
    assert "De basisschool kent het kind niet (1)" in read(swv.get(PAGE))
    assert "antwoordt niet" not in read(swv.get(PAGE))

    thread.region.clock.at += timedelta(days=14)
    shown = given_signed_in(given_app(thread.region), thread.region.swv).get(PAGE)

    check_page(shown.text)
    assert "De basisschool antwoordt niet (1)" in read(shown)


def test_a_primary_school_that_takes_no_part_is_shown_with_its_telephone(thread: Thread, swv: Visitor) -> None:
    given_location(thread.services, "30AA00", "De Keg", kind=SchoolKind.BO)
    said = Application(receiver_brin=thread.vo.brin6, name=NOAH, applied_on=DAY, sender_brin="30AA00")
    announce(thread.services, thread.office.actor, said)

    assert "De basisschool doet nog niet mee (1)" in read(swv.get(PAGE))
    assert "De Keg, Venray" in read(swv.get(PAGE))


def test_a_school_at_which_nobody_can_be_told_is_on_the_list_until_somebody_can(thread: Thread, swv: Visitor) -> None:
    thread.offered()
    with thread.services.uow() as uow:
        people = [thread.teacher.person_id, thread.ib.person_id, thread.po.admin.person_id]
        held = uow.session.query(Membership).filter(Membership.person_id.in_(people))
        held.update({Membership.ended_at: uow.clock.now()})
        (handover,) = uow.session.scalars(select(Handover)).all()
        tell_sender(uow, handover, NoticeKind.QUESTION)
        uow.commit()

    page = swv.get(PAGE)

    check_page(page.text)
    assert "Bij deze scholen is niemand te bereiken (1)" in read(page)
    assert "De Hommel, Venray : 1 bericht wacht" in read(page).replace("Venray:", "Venray :")
    with thread.services.uow() as uow:
        uow.session.query(Membership).filter_by(person_id=thread.ib.person_id).update({Membership.ended_at: None})
        find_readers(uow)
        uow.commit()
    assert "niemand te bereiken" not in read(swv.get(PAGE))


def test_a_school_that_hangs_on_one_person_is_counted_and_its_admin_is_told_what_to_do(
    thread: Thread, swv: Visitor
) -> None:
    said = read(swv.get(PAGE))
    admin = given_signed_in(swv.client.application, thread.po.admin)

    assert "2 scholen rusten op één mens" in said
    assert "De Hommel, Venray: 1 sleutel" in said
    assert "Marieke" not in said, "who it is, the school knows"
    page = admin.get("/school")
    check_page(page.text)
    assert "De beheersleutel heeft alleen Beheer De Hommel." in read(page)
    assert "rust op één mens" not in read(given_signed_in(swv.client.application, thread.teacher).get("/school"))

    given_colleague(thread.po, Colleague(name="Bea Bestuur", roles=(Role.PO_ADMIN,)), with_keys=True)

    assert "1 school rust op één mens" in read(swv.get(PAGE))
    assert "rust op één mens" not in read(admin.get("/school"))

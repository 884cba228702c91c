"""The administration of a secondary school records that a dossier is there already, on the pages and over the API."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from handover.bundles.model import Handover
from handover.terms.school_kind import SchoolKind
from tests.bundles.test_entering import FAR_AWAY, announced_from_afar, entered, known
from tests.factories.access import given_location
from tests.factories.api import given_program
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page

FORM = {"way": "oso", "came_on": "3 april"}


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    made = given_thread(tmp_path)
    given_location(made.services, FAR_AWAY, "De Verre Weide", place="Assen", kind=SchoolKind.BO)
    return made


@pytest.fixture
def office(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.office)


def the_handover(thread: Thread) -> str:
    with thread.services.uow() as uow:
        return uow.session.scalars(select(Handover.id)).one()


def test_from_what_is_expected_to_what_came(thread: Thread, office: Visitor) -> None:
    path = f"/dossiers/verwacht/{announced_from_afar(thread)}/is-er"
    assert "Het dossier is er al" in text_of(office.page("/dossiers/verwacht"))
    form = office.get(path).text
    check_page(form)
    assert "De Verre Weide in Assen" in form
    wrong = office.post(path, {"way": "duif", "came_on": "ooit"})
    assert wrong.status_code == 422
    check_page(wrong.text)
    assert "Kies hoe het dossier kwam." in wrong.text

    assert "Het kind staat nu bij Ontvangen" in office.post(path, FORM, follow=True).text
    assert "Dit kan nu niet" in office.post(path, FORM, follow=True).text
    assert "Buiten de dienst: via OSO, 3 april" in text_of(office.page("/dossiers?stap=ontvangen"))
    intake = given_signed_in(given_app(thread.region), thread.intake)
    there = intake.get(f"/dossier/{the_handover(thread)}").text
    check_page(there)
    assert "Uw school legde vast dat het dossier er is: via OSO, 3 april" in there
    assert "Stel de vraag" not in there  # nobody would read it

    outcome = office.get(f"/dossiers/{the_handover(thread)}/uitslag").text
    check_page(outcome)
    assert "Haal dit weg" in outcome
    undo = f"/dossiers/{the_handover(thread)}/is-er/terug"
    assert "U verwacht het dossier weer" in office.post(undo, follow=True).text
    assert "Dit kan niet meer" in office.post(undo, follow=True).text
    assert "De Verre Weide" in text_of(office.page("/dossiers/verwacht"))


def test_the_primary_school_sees_it_and_can_still_send(thread: Thread) -> None:
    reference = thread.leaver()
    entered(thread, known(thread, reference))
    teacher = given_signed_in(given_app(thread.region), thread.teacher)

    page = teacher.get(f"/leerling/{reference}/versturen").text
    check_page(page)
    shown = text_of(BeautifulSoup(page, "html5lib"))
    assert "De school legde zelf vast dat zij het heeft" in shown
    assert "Stuur het dossier toch hier na" in shown
    assert "haal het weg" not in shown
    assert "Raayland College" in shown
    assert "legde vast: het dossier kwam buiten de dienst, via OSO" in text_of(
        teacher.page(f"/leerling/{reference}/spoor")
    )


def test_a_child_whom_nobody_knows_yet_waits_for_its_school(thread: Thread, office: Visitor) -> None:
    announcement_id = thread.announced()

    assert "Het dossier is er al" not in text_of(office.page("/dossiers/verwacht"))
    path = f"/dossiers/verwacht/{announcement_id}/is-er"
    assert "Dit kan nu niet" in office.get(path, follow_redirects=True).text
    assert "Dit kan nu niet" in office.post(path, FORM, follow=True).text


def test_over_the_api(thread: Thread) -> None:
    announcement_id = announced_from_afar(thread)
    program = given_program(given_app(thread.region), thread.office)
    came = {"way": "paper", "came_on": "2027-04-03"}

    made = program.post(f"/announcements/{announcement_id}/entered", json=came)

    assert made.status_code == 201
    listed = program.read(made.headers["Location"])
    assert (listed["origin"], listed["status"], listed["sender"]["name"]) == ("entered", "accepted", "De Verre Weide")
    assert program.post(f"/announcements/{announcement_id}/entered", json=came).status_code == 409
    for status in (204, 409):
        assert program.post(f"/announcements/{announcement_id}/entered/take-back").status_code == status

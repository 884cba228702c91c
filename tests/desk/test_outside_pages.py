"""Handing over outside the service, on the pages of both schools and over the API."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from handover.bundles.model import Handover
from handover.bundles.receiving import confirm
from handover.bundles.settling import settle
from handover.terms.school_kind import SchoolKind
from tests.bundles.test_outside import FAR_AWAY, WHOM, enrolled, went_far_away, went_outside
from tests.factories.access import given_location
from tests.factories.api import given_program
from tests.factories.everybody import given_everybody
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page

FORM = {"way": "paper", "went_on": "3 april", "whom": WHOM}


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    made = given_thread(tmp_path)
    given_location(made.services, FAR_AWAY, "Verweg College", place="Assen", kind=SchoolKind.VO)
    return made


@pytest.fixture
def teacher(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.teacher)


@pytest.fixture
def intake(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.intake)


def the_handover(thread: Thread) -> str:
    with thread.services.uow() as uow:
        return uow.session.scalars(select(Handover.id)).one()


def reference_of(thread: Thread, handover_id: str) -> str:
    with thread.services.uow() as uow:
        return uow.session.get_one(Handover, handover_id).reference


def test_from_the_page_of_a_child_to_the_confirmation_of_its_school(
    thread: Thread, teacher: Visitor, intake: Visitor
) -> None:
    reference = thread.leaver()
    thread.applied(reference)
    href = f"/leerling/{reference}"
    assert "Leg vast dat het buiten de dienst is overgedragen" in text_of(teacher.page(f"{href}/versturen"))
    before = teacher.get(f"{href}/buiten-de-dienst")
    check_page(before.text)
    assert "Hier was het dossier nog niet klaar" in before.text
    assert "Raayland College" in before.text

    done = teacher.post(f"{href}/buiten-de-dienst", FORM | {"brin": thread.vo.brin6}, follow=True)
    check_page(done.text)
    assert f"op papier, 3 april, aan {WHOM}" in text_of(BeautifulSoup(done.text, "html5lib"))
    assert "Buiten de dienst overgedragen: op papier, 3 april" in text_of(teacher.page("/groep"))
    own = teacher.get(href).text
    check_page(own)
    assert "Niet afgemaakt" in own
    assert "buiten de dienst overgedragen, op papier, op 3 april 2027, aan Raayland College" in text_of(
        teacher.page(f"{href}/spoor")
    )

    handover_id = the_handover(thread)
    assert "Buiten de dienst: op papier, 3 april" in text_of(intake.page("/dossiers?stap=ontvangen"))
    there = intake.get(f"/dossier/{handover_id}").text
    check_page(there)
    assert "Het dossier zelf zit niet in deze dienst" in there
    assert WHOM in there
    assert "/download" not in there
    check_page(teacher.get(f"/dossier/{handover_id}").text)
    noted = {"note-text": "Ligt in de kast.", "toon": "dossier-0", "v": "0"}
    assert intake.post(f"/dossier/{handover_id}/notitie", noted).status_code == 303
    assert "Ligt in de kast." in text_of(intake.page(f"/dossier/{handover_id}"))
    enrolled(thread, handover_id)
    assert "het dossier is bij ons (op papier, 3 april)" in text_of(intake.page(f"/dossier/{handover_id}/bevestigen"))
    intake.post(f"/dossier/{handover_id}/bevestigen")
    assert "De overdracht is bevestigd" in text_of(teacher.page(f"{href}/versturen"))
    check_page(intake.get(f"/dossier/{handover_id}/eerste-week").text)
    assert intake.get(f"/dossier/{handover_id}/ontvangstbewijs.pdf").status_code == 409


def test_what_is_wrong_is_said_all_at_once_and_what_was_typed_stays(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    thread.applied(reference)
    path = f"/leerling/{reference}/buiten-de-dienst"

    answer = teacher.post(path, {"brin": thread.vo.brin6, "way": "duif", "went_on": "ooit", "whom": ""})
    assert answer.status_code == 422
    check_page(answer.text)
    for said in ("Kies hoe het dossier daar kwam.", "Vul de dag in", "Schrijf op aan wie"):
        assert said in answer.text
    later = teacher.post(path, FORM | {"brin": thread.vo.brin6, "went_on": "1-7-2027"})
    assert later.status_code == 422
    assert "Deze dag komt nog" in later.text
    assert WHOM in later.text


def test_twice_and_to_another_school_change_nothing(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    thread.applied(reference)
    path = f"/leerling/{reference}/buiten-de-dienst"

    assert "Er is niets vastgelegd" in teacher.post(path, FORM | {"brin": FAR_AWAY}, follow=True).text
    teacher.post(path, FORM | {"brin": thread.vo.brin6})
    again = teacher.post(path, FORM | {"brin": thread.vo.brin6})
    assert "De overdracht van dit kind staat al vast" in again.text
    assert the_handover(thread)


def test_it_is_undone_once_and_not_when_the_school_works_with_it(
    thread: Thread, teacher: Visitor, intake: Visitor
) -> None:
    handover_id = went_outside(thread)
    path = f"/leerling/{reference_of(thread, handover_id)}/buiten-de-dienst/terug"

    assert "Het staat er niet meer" in teacher.post(path, follow=True).text
    assert "Het staat er niet meer" in teacher.post(path, follow=True).text

    second = went_outside(thread)
    intake.post(f"/dossier/{second}/vraag", {"ask-text": "Waar is het?", "toon": "dossier-0", "v": "0"})
    path = f"/leerling/{reference_of(thread, second)}/buiten-de-dienst/terug"
    assert "Dit kan niet meer" in teacher.post(path, follow=True).text


def test_it_is_sent_here_after_all(thread: Thread, teacher: Visitor, intake: Visitor) -> None:
    handover_id = went_outside(thread)
    reference = reference_of(thread, handover_id)
    teacher.post(f"/leerling/{reference}/aanvulling")
    assert "kreeg het dossier buiten deze dienst" in teacher.get(f"/leerling/{reference}").text
    thread.written(reference, has_opp=False)
    sending = {"brin": thread.vo.brin6, "na": handover_id}
    assert "De aanvulling is verstuurd" in teacher.post(f"/leerling/{reference}/versturen", sending, follow=True).text
    assert "Het dossier gaat nu op slot" in teacher.get(f"/leerling/{reference}/versturen").text
    assert settle(thread.services, handover_id)

    there = intake.get(f"/dossier/{handover_id}").text
    check_page(there)
    assert "1 nieuw document." in there
    assert "Teken voor ontvangst" in there
    assert "een vaste plek" in there


def test_a_school_that_takes_no_part_is_called(thread: Thread, teacher: Visitor) -> None:
    handover_id = went_far_away(thread)
    href = f"/leerling/{reference_of(thread, handover_id)}"
    page = teacher.get(f"{href}/versturen").text
    check_page(page)
    assert "Bevestigd aan de telefoon door" in page

    done = teacher.post(f"{href}/met-code/bevestigd", {"by": "G. Gast"}, follow=True)

    assert "Aan de telefoon door G. Gast" in text_of(BeautifulSoup(done.text, "html5lib"))


def test_the_page_of_another_schools_child_is_not_there(thread: Thread, tmp_path: Path) -> None:
    handover_id = went_outside(thread)
    elsewhere = given_everybody(tmp_path / "elders").thread
    stranger = given_signed_in(given_app(elsewhere.region), elsewhere.teacher)
    href = f"/leerling/{reference_of(thread, handover_id)}"

    assert stranger.get(f"{href}/buiten-de-dienst").status_code == 404
    assert stranger.post(f"{href}/buiten-de-dienst/terug").status_code == 404


def test_over_the_api(thread: Thread) -> None:
    reference = thread.leaver()
    thread.applied(reference)
    program = given_program(given_app(thread.region), thread.teacher)
    body = {"to": thread.vo.brin6, "way": "oso", "went_on": "2027-04-03", "whom": WHOM}

    made = program.post(f"/leavers/{reference}/outside-handover", json=body)
    assert made.status_code == 201
    listed = program.read(made.headers["Location"])
    assert (listed["origin"], listed["status"]) == ("outside", "accepted")
    assert "take_back" in listed["possible"]
    assert "acknowledge" not in listed["possible"]
    assert program.post(f"/leavers/{reference}/outside-handover", json=body).status_code == 409
    handover_id = listed["id"]
    enrolled(thread, handover_id)
    confirm(thread.services, thread.intake.actor, handover_id)
    assert program.post(f"/handovers/{handover_id}/take-back").status_code == 409

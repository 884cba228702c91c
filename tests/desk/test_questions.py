"""All open questions of somebody's dossiers, by whose turn it is; and those about one child."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from handover.bundles.model import Handover, Part
from handover.bundles.remarks import ask, close, note, reply
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, given_visitor, text_of
from tests.web.valid import check_page


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def app(thread: Thread) -> Flask:
    return given_app(thread.region)


def page_of(visitor: Visitor, path: str) -> BeautifulSoup:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.text[:500]
    check_page(answer.text)
    return BeautifulSoup(answer.text, "html5lib")


def group(page: BeautifulSoup, name: str) -> str:
    heading = page.find(id=name)
    section = heading.find_parent("section") if heading else None
    return text_of(section) if section else ""


def test_nothing_open_says_when_something_will_come(thread: Thread, app: Flask) -> None:
    for member in (thread.teacher, thread.intake):
        assert "Geen open vragen" in text_of(page_of(given_signed_in(app, member), "/vragen"))
    for member in (thread.office, thread.region.swv):
        assert given_signed_in(app, member).get("/vragen").status_code == 403
    assert given_visitor(app).get("/vragen").status_code == 303


def test_questions_stand_by_dossier_under_whose_turn_it_is(thread: Thread, app: Flask) -> None:
    services = thread.services
    asked, answered, both = (
        thread.accepted(first_name=first, last_name=last)
        for first, last in (("Sanne", "Peeters"), ("Bram", "Janssen"), ("Fenna", "Smeets"))
    )
    ask(services, thread.intake.actor, asked, text="Wat werkt?")
    reply(services, thread.teacher.actor, ask(services, thread.intake.actor, answered, text="Wie?"), text="Ik.")
    ask(services, thread.intake.actor, both, text="Waar?")
    ask(services, thread.teacher.actor, both, text="Mag zij kijken?")
    close(services, thread.intake.actor, ask(services, thread.intake.actor, both, text="Nooit te zien"))
    note(services, thread.intake.actor, both, text="Ook nooit te zien")

    theirs = page_of(given_signed_in(app, thread.intake), "/vragen")
    ours = page_of(given_signed_in(app, thread.teacher), "/vragen")

    assert "Fenna Smeets" in group(theirs, "aan-u")
    assert "Bram Janssen" in group(theirs, "beantwoord")
    assert "Sanne Peeters" in group(theirs, "wacht")
    assert "2 vragen wachten op uw antwoord" in text_of(ours)
    assert {"Sanne Peeters", "Fenna Smeets"} <= {one.get_text() for one in ours.select("[data-name]")}
    for page in (theirs, ours):
        assert "ooit te zien" not in text_of(page)


def test_a_question_is_answered_on_the_page_and_then_waits_for_the_other(thread: Thread, app: Flask) -> None:
    handover = thread.accepted()
    question = ask(thread.services, thread.care.actor, handover, text="Wie?", part=Part.CARE, document=1, page=1)
    teacher = given_signed_in(app, thread.teacher)
    assert "Zorgdocument 1, bladzijde 1" in group(page_of(teacher, "/vragen"), "aan-u")

    empty = teacher.post(f"/vragen/{question}/antwoord", {f"antwoord-{question}": " ", "terug": "/vragen"})
    assert empty.status_code == 422
    check_page(empty.text)
    assert f"fout-antwoord-{question}" in empty.text
    done = teacher.post(f"/vragen/{question}/antwoord", {f"antwoord-{question}": "Ineke.", "terug": "/vragen"})

    assert (done.status_code, done.headers["Location"]) == (303, "/vragen")
    assert group(page_of(teacher, "/vragen"), "aan-u") == ""
    assert "Ineke." in group(page_of(given_signed_in(app, thread.care), "/vragen"), "beantwoord")


def test_nobody_is_sent_elsewhere_by_a_form(thread: Thread, app: Flask) -> None:
    question = ask(thread.services, thread.intake.actor, thread.accepted(), text="Wat?")
    teacher = given_signed_in(app, thread.teacher)

    answer = teacher.post(
        f"/vragen/{question}/antwoord", {f"antwoord-{question}": "Dit.", "terug": "//elders.example/"}
    )

    assert answer.headers["Location"] == "/"


def test_who_may_not_read_a_dossier_answers_and_closes_nothing(thread: Thread, app: Flask) -> None:
    handover = thread.accepted()
    question = ask(thread.services, thread.intake.actor, handover, text="Wat?")
    secret = note(thread.services, thread.intake.actor, handover, text="voor ons")

    for member, refused in ((thread.office, 403), (thread.region.swv, 404)):
        visitor = given_signed_in(app, member)
        for path in (f"/vragen/{question}/antwoord", f"/vragen/{question}/sluiten"):
            assert visitor.post(path, {f"antwoord-{question}": "x"}).status_code == refused
        assert "Wat?" not in visitor.get("/vragen").text
    teacher = given_signed_in(app, thread.teacher)
    assert teacher.post(f"/vragen/{question}/sluiten").status_code == 403
    for path in (f"/vragen/{secret}/antwoord", f"/vragen/{secret}/sluiten", "/vragen/x/antwoord"):
        assert teacher.post(path, {f"antwoord-{secret}": ""}).status_code == 404


def test_the_primary_school_reads_all_that_was_asked_about_a_child(thread: Thread, app: Flask) -> None:
    handover = thread.accepted()
    with thread.services.uow() as uow:
        reference = uow.session.get_one(Handover, handover).reference
    teacher = given_signed_in(app, thread.teacher)
    assert "Er is nog niets gevraagd" in text_of(page_of(teacher, f"/leerling/{reference}/vragen"))

    close(thread.services, thread.intake.actor, ask(thread.services, thread.intake.actor, handover, text="Al klaar?"))
    ask(thread.services, thread.intake.actor, handover, text="En dit?")

    page = page_of(teacher, f"/leerling/{reference}/vragen")
    assert {"Al klaar?", "En dit?"} <= {one.get_text().strip() for one in page.select(".wo-lines")}
    assert page.select_one(f'a[href="/dossier/{handover}"]')
    assert given_signed_in(app, thread.intake).get(f"/leerling/{reference}/vragen").status_code == 404


def test_before_it_was_sent_there_is_nothing_to_ask(thread: Thread, app: Flask) -> None:
    reference = thread.leaver()

    assert "Nog geen vragen" in text_of(page_of(given_signed_in(app, thread.teacher), f"/leerling/{reference}/vragen"))

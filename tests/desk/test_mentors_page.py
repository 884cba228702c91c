"""Mentors on the pages: a class list pasted, who has not read, the first week, a line back, and asking mentors in."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from handover.bundles.model import Part
from handover.bundles.opened import open_document, open_remark
from handover.bundles.remarks import note
from handover.policy import Role
from tests.bundles.test_mentors import MAIL, confirmed_with_mentor, mentor_in, named, what_works
from tests.factories.access import Colleague, given_colleague
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page

LIST = "Naam\tGeboortedatum\tKlas\tMentor\nNoah Wójcik\t19-6-2015\t1b\t{mentor}\nNiemand Bekend\t1-1-2015\t1b\t{mentor}"


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def visitors(thread: Thread) -> dict[str, Visitor]:
    app = given_app(thread.region)
    members = {
        "teacher": thread.teacher,
        "intake": thread.intake,
        "care": thread.care,
        "office": thread.office,
        "admin": thread.vo.admin,
    }
    return {name: given_signed_in(app, member) for name, member in members.items()}


def shown(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    check_page(answer.text)
    return text_of(BeautifulSoup(answer.text, "html5lib"))


def test_nothing_was_received_says_so(visitors: dict[str, Visitor]) -> None:
    assert "Neem eerst een dossier in ontvangst" in shown(visitors["intake"], "/mentoren")


def test_the_office_pastes_a_class_list_and_what_could_not_be_read_stays(
    thread: Thread, visitors: dict[str, Visitor]
) -> None:
    handover_id, office = thread.confirmed(), visitors["office"]
    joris = mentor_in(thread)
    text = LIST.format(mentor="Joris Vink")

    looked = office.post("/mentoren/plakken", {"rijen": text, "doe": "kijk"})
    assert "Bij 1 kind is de mentor duidelijk" in looked.text
    assert "staat niet bij uw ontvangen dossiers" in looked.text
    assert "1 nog zonder mentor" in shown(office, "/mentoren")

    done = office.post("/mentoren/plakken", {"rijen": text, "doe": "wijs"})
    check_page(done.text)
    assert "1 kind heeft zijn mentor" in done.text
    assert "Niemand Bekend" in done.text
    assert "Wójcik" not in done.text
    assert "Wacht op de sleutel van een collega" in shown(office, "/mentoren")

    given_signed_in(given_app(thread.region), thread.intake)  # signing in does the key work
    assert what_works(thread, joris, handover_id) == thread.report.what_works
    assert "Elk kind heeft een mentor, en elke mentor las het rapport" in shown(office, "/mentoren")


def test_a_class_without_a_mentor_is_filled_in_beside_the_list(thread: Thread, visitors: dict[str, Visitor]) -> None:
    thread.confirmed()
    office, text = visitors["office"], "Naam\tKlas\tGymtas\nNoah Wójcik\t1b\tja"

    looked = office.post("/mentoren/plakken", {"rijen": text, "doe": "kijk"})
    assert "Wie is de mentor van deze klassen?" in looked.text
    assert "Wij herkenden de koppen: Hele naam , Klas . Deze kolommen laten wij weg: Gymtas." in text_of(
        BeautifulSoup(looked.text, "html5lib")
    )
    office.post("/mentoren/plakken", {"rijen": text, "doe": "wijs", "klas": "1b", "klasmentor": "nieuw@school.example"})

    assert "Nieuw" in shown(office, "/mentoren")


def test_an_empty_paste_and_a_press_without_a_child_say_what_is_missing(
    thread: Thread, visitors: dict[str, Visitor]
) -> None:
    thread.confirmed()

    assert "Plak eerst de klassenlijst" in visitors["office"].post("/mentoren/plakken", {"rijen": " "}).text
    answer = visitors["office"].post("/mentoren", {"mentor": ""})
    assert answer.status_code == 422
    assert "Zet eerst een vinkje bij een kind" in answer.text
    assert "Vul in wie de mentor is" in answer.text


def test_chosen_children_get_one_mentor_in_one_press(thread: Thread, visitors: dict[str, Visitor]) -> None:
    first, second = thread.confirmed(), thread.accepted(first_name="Lieke")
    joris = mentor_in(thread)

    visitors["intake"].post("/mentoren", {"kies": [first, second], "mentor": "Joris Vink", "klas": "1b"})

    page = shown(visitors["intake"], "/mentoren")
    assert "0 van 2" in page
    assert "nog niet bevestigd" in page
    assert what_works(thread, joris, first) == thread.report.what_works


def test_a_child_of_another_school_cannot_be_chosen(visitors: dict[str, Visitor]) -> None:
    answer = visitors["intake"].post("/mentoren", {"kies": ["0" * 32], "mentor": MAIL})

    assert answer.status_code == 404


def test_a_mentor_is_replaced_for_all_children_in_one_step(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id, _joris = confirmed_with_mentor(thread)
    anna, intake = mentor_in(thread, "Anna Bos"), visitors["intake"]
    href = intake.page("/mentoren").select_one("a[href$='/vervang']")
    assert href is not None
    path = str(href["href"])
    assert "Wie komt er in de plaats van Joris Vink?" in shown(intake, path)

    assert "Dit is dezelfde mentor" in intake.post(path, {"mentor": MAIL}).text
    assert "Vul één mentor in" in intake.post(path, {"mentor": "anna@vo.nl; joris@vo.nl"}).text
    intake.post(path, {"mentor": "Anna Bos"})
    twice = intake.post(path, {"mentor": "Anna Bos"}, follow=True)

    assert twice.status_code == 200
    assert what_works(thread, anna, handover_id) == thread.report.what_works


def test_one_child_has_its_own_page_of_mentors(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id, _joris = confirmed_with_mentor(thread)
    intake, path = visitors["intake"], f"/dossier/{handover_id}/mentoren"

    assert "Deze mentor kennen wij niet bij naam" in intake.post(path, {"mentor": "Niemand"}).text
    intake.post(path, {"mentor": "tweede@school.example", "klas": "1c"})
    assert "Tweede · klas 1c" in shown(intake, path)
    line = next(line for line in intake.page(path).select(".wo-kept li") if "Joris Vink" in text_of(line))
    intake.post(str(line.select("form")[0]["action"]))

    assert "Joris Vink" not in text_of(intake.page(path).select(".wo-kept")[0])


def test_a_mentor_finds_the_own_children_reads_and_writes_back(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    other = thread.accepted(first_name="Ander")
    note(thread.services, thread.intake.actor, handover_id, text="Zet hem vooraan.")
    mentor = given_signed_in(given_app(thread.region), joris)

    inbox = shown(mentor, "/dossiers")
    assert "Lees wat de basisschool meegaf" in inbox
    assert "Ander" not in inbox
    page = shown(mentor, f"/dossier/{handover_id}")
    assert "een vaste plek" in page
    assert "Nog 1 punt" not in page
    assert mentor.get(f"/dossier/{other}").status_code == 404
    card = shown(mentor, f"/dossier/{handover_id}/eerste-week")
    assert "Zet hem vooraan." in card
    assert "077 000 00 01" in card
    assert "Gelezen" in shown(mentor, "/dossiers")

    mentor.post(f"/dossier/{handover_id}/terugkoppeling", {"regel": "Heeft zijn plek gevonden."})
    there = shown(visitors["teacher"], f"/dossier/{handover_id}")
    assert "Heeft zijn plek gevonden." in there
    assert "Las het rapport op" in there


def test_too_long_a_line_is_refused_and_says_so(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    mentor = given_signed_in(given_app(thread.region), joris)

    answer = mentor.post(f"/dossier/{handover_id}/terugkoppeling", {"regel": "x" * 301}, follow=True)

    assert "ten hoogste 300 tekens" in answer.text


def test_care_opens_a_document_and_a_note_and_closes_them_again(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    care, mentor = visitors["care"], given_signed_in(given_app(thread.region), joris)
    written = note(thread.services, thread.care.actor, handover_id, text="Geef hem een kaartje.", part=Part.CARE)
    assert "Open dit stuk voor de mentor" in shown(care, f"/dossier/{handover_id}?toon=care-1")

    care.post(f"/dossier/{handover_id}/geopend", {"document": "1", "v": "1", "toon": "care-1"})
    care.post(f"/dossier/{handover_id}/geopend", {"notitie": written})
    page = mentor.page(f"/dossier/{handover_id}")
    link = page.select_one("#geopend a")
    assert "Geef hem een kaartje." in text_of(page)
    assert link is not None
    check_page(mentor.get(str(link["href"])).text)
    assert mentor.get(f"{link['href']}/bestand").data.startswith(b"%PDF")
    assert "Sluit weer voor de mentor" in shown(care, f"/dossier/{handover_id}?toon=care-1")

    for form in care.page(f"/dossier/{handover_id}").select("#geopend form"):
        care.post(str(form["action"]))
    assert mentor.get(str(link["href"])).status_code == 404
    assert "Geef hem een kaartje." not in shown(mentor, f"/dossier/{handover_id}")


def test_a_copy_is_not_opened_under_another_child(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id, _joris = confirmed_with_mentor(thread)
    other = thread.accepted(first_name="Ander")
    item = open_document(thread.services, thread.care.actor, handover_id, 1)
    written = note(thread.services, thread.care.actor, handover_id, text="x", part=Part.CARE)

    assert visitors["care"].get(f"/dossier/{other}/geopend/{item}").status_code == 404
    assert visitors["care"].post(f"/dossier/{other}/geopend", {"notitie": written}).status_code == 404
    assert open_remark(thread.services, thread.care.actor, written, handover_id=handover_id)


def test_the_admin_asks_all_mentors_in_with_one_press(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id, admin = thread.confirmed(), visitors["admin"]
    here = given_colleague(thread.vo, Colleague(name="Bea Beide", roles=(Role.CARE,)))
    for email in ("nieuw@school.example", here.email):
        named(thread, handover_id, thread.intake, email=email)
    assert "Uw beheerder nodigt hen uit" in shown(visitors["office"], "/mentoren")
    assert "2 mentoren doen nog niet mee" in shown(admin, "/mentoren/uitnodigen")

    answer = admin.post("/mentoren/uitnodigen", {"kies": ["nieuw@school.example", here.email, "x@y.example"]})

    check_page(answer.text)
    assert "Geef deze codes zelf" in answer.text
    assert "Werkt hier al en is nu ook mentor" in answer.text
    after = shown(admin, "/mentoren/uitnodigen")
    assert "Uitgenodigd, nog niet binnen" in after
    assert "Geef deze codes zelf" not in after
    assert "1 mentor doet nog niet mee" in shown(visitors["office"], "/mentoren")


def test_nothing_chosen_invites_nobody(thread: Thread, visitors: dict[str, Visitor]) -> None:
    named(thread, thread.confirmed(), thread.intake, email="nieuw@school.example")

    answer = visitors["admin"].post("/mentoren/uitnodigen", {})

    assert answer.status_code == 422
    assert "Zet eerst een vinkje bij een mentor" in answer.text


def test_all_take_part_says_so(visitors: dict[str, Visitor]) -> None:
    assert "Alle mentoren doen mee" in shown(visitors["admin"], "/mentoren/uitnodigen")


def test_the_class_list_of_the_primary_school_says_that_the_mentor_read(
    thread: Thread, visitors: dict[str, Visitor]
) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    assert "de mentor las het" not in shown(visitors["teacher"], "/groep")

    what_works(thread, joris, handover_id)

    assert "de mentor las het" in shown(visitors["teacher"], "/groep")

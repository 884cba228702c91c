"""A school that takes no part, on the pages: the six words, the guest's two pages, and what the sender sees of it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from sqlalchemy import select

from handover.bundles.code_model import HandoverCode
from handover.bundles.model import Handover
from handover.bundles.settling import settle
from handover.bundles.tasks import sweep
from handover.terms.school_kind import SchoolKind
from tests.bundles.test_coded import ELSEWHERE, MAIL, ready, sent
from tests.factories.access import given_location
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, given_visitor, text_of
from tests.web.valid import check_page


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    made = given_thread(tmp_path)
    given_location(made.services, ELSEWHERE, "Verweg College", place="Assen", kind=SchoolKind.VO)
    return made


@pytest.fixture
def teacher(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.teacher)


@pytest.fixture
def guest(thread: Thread) -> Visitor:
    return given_visitor(given_app(thread.region))


def link(thread: Thread) -> str:
    with thread.services.uow() as uow:
        return f"/gast/{uow.session.scalars(select(HandoverCode.id)).one()}"


def test_from_the_class_list_to_the_telephone(thread: Thread, teacher: Visitor, guest: Visitor) -> None:
    reference = ready(thread)
    href = f"/leerling/{reference}"
    assert "doet niet mee: wacht, of verstuur met een code" in text_of(teacher.page("/groep"))
    assert "Verstuur met een code" in text_of(teacher.page(f"{href}/versturen"))
    before = teacher.get(f"{href}/met-code")
    check_page(before.text)
    assert "Verweg College" in before.text

    assert "Dit is geen e-mailadres" in teacher.post(f"{href}/met-code", {"brin": ELSEWHERE, "email": "x"}).text
    answer = teacher.post(f"{href}/met-code", {"brin": ELSEWHERE, "email": MAIL})
    check_page(answer.text)
    words = shown_words(answer.text)
    assert len(words.split()) == 6
    with thread.services.uow() as uow:
        handover_id = uow.session.scalars(select(HandoverCode.handover_id)).one()
    assert settle(thread.services, handover_id)
    sweep(thread.services)
    assert "De link ging naar intake@verweg.example" in text_of(teacher.page(f"{href}/versturen"))

    door = guest.get(link(thread))
    check_page(door.text)
    assert "Hommel" not in door.text
    page = guest.post(link(thread), {"woorden": words})
    check_page(page.text)
    assert "Noah Wójcik" in page.text
    assert "De Hommel in Venray" in page.text
    who = {"woorden": words, "naam": "Gea Gast", "functie": ""}
    assert "Vul uw functie in" in guest.post(f"{link(thread)}/ophalen", who).text
    file = guest.post(f"{link(thread)}/ophalen", who | {"functie": "intakecoördinator"})
    assert file.data.startswith(b"PK")
    assert file.headers["Content-Length"] == str(len(file.data))
    assert "Wójcik" not in file.headers["Content-Disposition"]
    assert guest.post(link(thread), {"woorden": words}).status_code == 401

    there = text_of(teacher.page(f"{href}/versturen"))
    assert "Opgehaald door Gea Gast, intakecoördinator" in there
    assert "Vul aan en stuur na" not in there
    assert "Vul in wie u sprak" in teacher.post(f"{href}/met-code/bevestigd", {"by": ""}, follow=True).text
    done = teacher.post(f"{href}/met-code/bevestigd", {"by": "G. Gast"}, follow=True)
    assert "Bevestigd aan de telefoon door G. Gast" in done.text
    assert "opgehaald met de code" in text_of(teacher.page(f"{href}/spoor"))
    proof = PdfReader(BytesIO(teacher.get(f"/dossier/{handover_id}/ontvangstbewijs.pdf").data))
    told = " ".join(" ".join(page.extract_text() for page in proof.pages).split())
    assert "Gea Gast, intakecoördinator" in told
    assert "ondertekende niets" in told
    assert "alles gelezen" not in told
    assert "JWS" not in told


def shown_words(text: str) -> str:
    return " ".join(text_of(one) for one in BeautifulSoup(text, "html5lib").select(".wo-words li"))


def test_wrong_words_say_so_and_what_is_left_is_seen_by_the_sender(
    thread: Thread, teacher: Visitor, guest: Visitor
) -> None:
    sent(thread)
    for _try in range(2):
        answer = guest.post(link(thread), {"woorden": "aap noot mies wim zus jet"})
        assert answer.status_code == 401
        check_page(answer.text)
        assert "Dit gaat niet open" in answer.text
    page = text_of(teacher.page(f"/leerling/{reference_of(thread)}/versturen"))
    assert "Er zijn nog 3 pogingen over." in page

    for _try in range(3):
        guest.post(link(thread), {"woorden": "aap noot mies wim zus jet"})
    assert "vijf keer verkeerde woorden" in text_of(teacher.page(f"/leerling/{reference_of(thread)}/versturen"))


def reference_of(thread: Thread) -> str:
    with thread.services.uow() as uow:
        return uow.session.scalars(select(Handover.reference)).one()


def test_a_link_that_leads_nowhere_looks_like_any_other(guest: Visitor) -> None:
    nowhere = f"/gast/{'0' * 32}"

    assert guest.get(nowhere).status_code == 200
    assert guest.post(nowhere, {"woorden": "aap noot mies wim zus jet"}).status_code == 401


def test_what_is_missing_is_listed_instead_of_the_form(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()

    page = text_of(teacher.page(f"/leerling/{reference}/met-code"))
    assert "Er is nog geen school" in page


def test_a_school_that_takes_part_needs_no_code(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    thread.written(reference)
    thread.applied(reference)

    assert "Een code is niet nodig" in text_of(teacher.page(f"/leerling/{reference}/met-code"))
    answer = teacher.post(f"/leerling/{reference}/met-code", {"brin": thread.vo.brin6, "email": MAIL}, follow=True)
    assert "Er is niets verstuurd" in answer.text


def test_the_link_is_mailed_again_only_while_it_works(thread: Thread, teacher: Visitor) -> None:
    sent(thread)
    path = f"/leerling/{reference_of(thread)}/met-code/mail"

    assert "nog een keer weg" in teacher.post(path, follow=True).text
    teacher.post(f"/leerling/{reference_of(thread)}/terughalen")
    assert "De link werkt niet meer" in teacher.post(path, follow=True).text

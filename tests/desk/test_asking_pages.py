"""A dossier asked for outside, on the pages: from the list of who is expected to the guest's receipt and the inbox."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from handover.bundles.asked_model import AskedDossier, AskedFile
from handover.bundles.asking import take_back_asked
from handover.bundles.model import Handover
from handover.bundles.receiving import accept, confirm
from handover.bundles.remarks import ask
from handover.bundles.tasks import sweep
from handover.errors import IllegalTransition
from tests.dossiers import pdfs
from tests.factories.asked import MAIL, WRONG, announced_outside, given_outside, given_request
from tests.factories.thread import PLAN, REPORT, Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, given_visitor, text_of
from tests.web.forms import CONTENT_TYPE, a_field, a_file, a_form
from tests.web.valid import check_page


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_outside(given_thread(tmp_path))


@pytest.fixture
def intake(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.intake)


@pytest.fixture
def guest(thread: Thread) -> Visitor:
    return given_visitor(given_app(thread.region))


SAID = {
    "naam": "Bea Boter",
    "functie": "leerkracht groep 8",
    "telefoon": "",
    "gezien": "ja",
    "eens": "ja",
    "zienswijze": "Goed.",
}


def link(thread: Thread) -> str:
    with thread.services.uow() as uow:
        return f"/aanleveren/{uow.session.scalars(select(AskedDossier.id)).one()}"


def upload(guest: Visitor, href: str, words: str, kind: str, *files: tuple[str, bytes]) -> TestResponse:
    """As a browser sends it: the token first, then the words, then the files."""
    fields = [a_field("csrf_token", guest.token()), a_field("woorden", words), a_field("soort", kind)]
    return sent(guest, href, a_form(*fields, *(a_file(name, data) for name, data in files)))


def sent(guest: Visitor, href: str, body: bytes) -> TestResponse:
    return guest.client.post(f"{href}/bestanden", data=body, content_type=CONTENT_TYPE)


def shown_words(text: str) -> str:
    return " ".join(text_of(one) for one in BeautifulSoup(text, "html5lib").select(".wo-words li"))


def files_of(thread: Thread) -> int:
    with thread.services.uow() as uow:
        return len(uow.session.scalars(select(AskedFile)).all())


def test_from_the_list_of_who_is_expected_to_the_telephone(thread: Thread, intake: Visitor) -> None:
    announcement_id = announced_outside(thread)
    href = f"/dossiers/verwacht/{announcement_id}/opvragen"
    assert "Vraag het dossier op" in text_of(intake.page("/dossiers/verwacht"))
    page = intake.get(href)
    check_page(page.text)
    assert "De Verte" in page.text
    wrong = intake.post(href, {"email": "x"})
    check_page(wrong.text)
    assert "Dit is geen e-mailadres" in wrong.text
    asked = intake.post(href, {"email": MAIL})
    check_page(asked.text)
    words = shown_words(asked.text)
    assert len(words.split()) == 6
    assert "Opgevraagd op" in text_of(intake.page("/dossiers/verwacht"))
    sweep(thread.services)
    check_page(intake.get(href).text)
    assert "De link ging naar directie@deverte.example" in text_of(intake.page(href))


def test_from_the_words_to_the_receipt_and_the_inbox(thread: Thread, intake: Visitor, guest: Visitor) -> None:
    words = given_request(thread).asked.words
    at = link(thread)
    door = guest.get(at)
    check_page(door.text)
    assert "Raayland" not in door.text
    opened = guest.post(at, {"woorden": words})
    check_page(opened.text)
    assert "Noah Wójcik" in opened.text
    assert "Verstuur het dossier" not in opened.text
    kept = upload(guest, at, words, "okr", ("okr noah.pdf", REPORT), ("virus.pdf", pdfs.with_script_at_opening()))
    check_page(kept.text)
    assert "1 van 2 staat klaar" in kept.text
    assert "virus" in kept.text
    with_plan = upload(guest, at, words, "opp", ("opp noah.pdf", PLAN))
    check_page(with_plan.text)
    incomplete = guest.post(f"{at}/versturen", {"woorden": words} | SAID | {"functie": "", "gezien": ""})
    check_page(incomplete.text)
    assert incomplete.status_code == 422
    assert "Vul uw functie in" in incomplete.text
    assert "Kies of de ouders dit hebben gezien" in incomplete.text
    assert "Bea Boter" in incomplete.text
    receipt = guest.post(f"{at}/versturen", {"woorden": words} | SAID)
    check_page(receipt.text)
    assert "Het dossier is verstuurd" in receipt.text
    assert "Noah" not in receipt.text
    again = guest.post(f"{at}/versturen", {"woorden": words} | SAID)
    assert again.status_code == 401
    assert "misschien is het al verstuurd" in again.text
    read_at_school(thread, intake)


def read_at_school(thread: Thread, intake: Visitor) -> None:
    """What the school that asked sees of it."""
    assert "U verwacht geen dossier" in text_of(intake.page("/dossiers/verwacht"))
    assert "De Verte" in text_of(intake.page("/dossiers"))
    with thread.services.uow() as uow:
        handover_id = uow.session.scalars(select(Handover.id)).one()
    assert "Geüpload door Bea Boter, leerkracht groep 8" in text_of(intake.page(f"/dossiers/{handover_id}/ontvangen"))
    intake.post(f"/dossiers/{handover_id}/ontvangen")
    reading = intake.get(f"/dossier/{handover_id}")
    check_page(reading.text)
    assert "Niet ondertekend door een aangesloten school" in reading.text
    assert "doet niet mee, en kan hier niets lezen" in reading.text
    assert "Stel de vraag" not in reading.text
    assert "met de link en de zes woorden" in reading.text
    with pytest.raises(IllegalTransition):
        ask(thread.services, thread.intake.actor, handover_id, text="Wat helpt?")


def test_the_receipt_says_that_no_school_that_takes_part_signed_it(thread: Thread, intake: Visitor) -> None:
    given_request(thread).delivered()
    with thread.services.uow() as uow:
        handover = uow.session.scalars(select(Handover)).one()
    accept(thread.services, thread.intake.actor, handover.id)
    thread.read(handover.id)
    thread.enrolled(handover.application_id)
    confirm(thread.services, thread.intake.actor, handover.id)

    receipt = intake.get(f"/dossier/{handover.id}/ontvangstbewijs.pdf")

    said = "".join(page.extract_text() for page in PdfReader(BytesIO(receipt.data)).pages)
    assert "aangeleverd door Bea Boter" in " ".join(said.split())


def test_who_only_announces_sees_that_it_was_asked_and_cannot_ask(thread: Thread) -> None:
    request = given_request(thread)
    office = given_signed_in(given_app(thread.region), thread.office)

    page = text_of(office.page("/dossiers/verwacht"))

    assert "Opgevraagd op" in page
    assert "Vraag het dossier op" not in page
    assert office.get(f"/dossiers/verwacht/{request.announcement_id}/opvragen").status_code == 403


def test_asking_again_stopping_and_mailing_again(thread: Thread, intake: Visitor) -> None:
    request = given_request(thread)
    href = f"/dossiers/verwacht/{request.announcement_id}/opvragen"

    assert "nog een keer weg" in intake.post(f"{href}/mail", follow=True).text
    assert shown_words(intake.post(href, {"email": MAIL}).text) != request.asked.words
    assert "niet meer op" in intake.post(f"{href}/stop", follow=True).text
    assert "werkt niet meer" in intake.post(f"{href}/mail", follow=True).text


def test_what_needs_no_asking_says_so(thread: Thread, intake: Visitor) -> None:
    takes_part = intake.get(f"/dossiers/verwacht/{thread.announced()}/opvragen", follow_redirects=True)
    known = thread.announced(reference=thread.leaver(first_name="Jip"), first_name="Jip")
    recognised = intake.get(f"/dossiers/verwacht/{known}/opvragen", follow_redirects=True)

    assert "Deze basisschool doet mee" in takes_part.text
    assert "Dit kan nu niet" in recognised.text


def test_wrong_words_open_nothing_on_any_of_the_guests_pages(thread: Thread, guest: Visitor) -> None:
    given_request(thread)
    at = link(thread)

    answers = [
        guest.post(at, {"woorden": WRONG}),
        upload(guest, at, WRONG, "okr", ("okr.pdf", REPORT)),
        guest.post(f"{at}/weg", {"woorden": WRONG}),
        guest.post(f"{at}/versturen", {"woorden": WRONG} | SAID),
        guest.post(f"/aanleveren/{'0' * 32}", {"woorden": WRONG}),
    ]

    assert [answer.status_code for answer in answers] == [401] * 5
    check_page(answers[0].text)
    assert files_of(thread) == 0


def test_a_form_without_its_token_does_nothing(thread: Thread, guest: Visitor) -> None:
    request = given_request(thread)
    guest.get(link(thread))

    forged = sent(guest, link(thread), a_form(a_field("woorden", request.asked.words), a_file("okr.pdf", REPORT)))

    assert forged.status_code == 403
    assert files_of(thread) == 0


def test_a_file_is_taken_out_and_a_form_without_files_says_so(thread: Thread, guest: Visitor) -> None:
    request = given_request(thread)
    file = request.ready().files[0]
    words = {"woorden": request.asked.words}

    page = guest.post(f"{link(thread)}/weg", words | {"bestand": file.id})
    check_page(page.text)
    assert files_of(thread) == 1
    assert "Er kwam geen bestand mee" in upload(guest, link(thread), request.asked.words, "okr").text
    missing = guest.post(f"{link(thread)}/versturen", words | SAID)
    assert "Kies eerst het onderwijskundig rapport" in missing.text


def test_a_file_that_is_too_large_is_passed_over_and_the_next_is_kept(thread: Thread, guest: Visitor) -> None:
    request = given_request(thread)

    page = upload(
        guest,
        link(thread),
        request.asked.words,
        "okr",
        ("groot.pdf", b"%PDF-" + bytes(26_000_000)),
        ("okr.pdf", REPORT),
    )

    assert "1 van 2 staat klaar" in page.text
    assert "groot" in page.text
    assert files_of(thread) == 1


def test_taken_back_while_the_guest_is_busy(thread: Thread, guest: Visitor) -> None:
    request = given_request(thread)
    request.ready()
    take_back_asked(thread.services, thread.intake.actor, request.announcement_id)

    answer = guest.post(f"{link(thread)}/versturen", {"woorden": request.asked.words} | SAID)

    assert answer.status_code == 401
    with thread.services.uow() as uow:
        assert uow.session.scalars(select(Handover)).all() == []

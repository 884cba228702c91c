"""The page of one leaver, in every state that it can be in, for everybody who may knock."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from handover.bundles.model import Handover
from handover.bundles.receiving import DECLINE_REASONS, accept, decline
from handover.bundles.withdrawing import withdraw
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, given_visitor, text_of
from tests.web.valid import check_page

PARTS = ("leerling", "advies", "rapport", "ondersteuning", "gesprek")


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    return given_thread(tmp_path_factory.mktemp("thread"))


@pytest.fixture(scope="module")
def app(thread: Thread) -> Flask:
    return given_app(thread.region)


@pytest.fixture(scope="module")
def teacher(app: Flask, thread: Thread) -> Visitor:
    return given_signed_in(app, thread.teacher)


def reference_of(thread: Thread, handover_id: str) -> str:
    with thread.services.uow() as uow:
        return uow.session.get_one(Handover, handover_id).reference


def page_of(visitor: Visitor, path: str) -> BeautifulSoup:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.text[:500]
    check_page(answer.text)
    return BeautifulSoup(answer.text, "html5lib")


def test_an_empty_dossier_says_what_is_left_and_leads_to_each_of_it(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    page = page_of(teacher, f"/leerling/{reference}")

    spine = page.select(".wo-spine .wo-todo a")
    assert "Nog 11 punten" in text_of(page)
    assert len(spine) == 11
    for link in spine:
        path, _, field = str(link["href"]).partition("#")
        if "/school" in path:
            continue
        there = page_of(teacher, path)
        assert not field or there.find(id=field), f"{path} has no {field}"


def test_the_one_next_step_is_the_first_that_is_left(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    page = page_of(teacher, f"/leerling/{reference}")

    step = page.select_one(".wo-nextstep a")
    assert step is not None
    assert step["href"] == f"/leerling/{reference}/advies#veld-test_advice"
    assert len(page.select(".utrecht-button--primary-action")) == 1


def test_what_is_done_is_folded_and_what_is_left_is_open(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    thread.written(reference)
    page = page_of(teacher, f"/leerling/{reference}")

    assert {str(part["id"]) for part in page.select("details.wo-part")} == {
        "leerling", "advies", "rapport", "ondersteuning", "documenten", "ouders", "gesprek",
    }  # fmt: skip
    assert [str(part["id"]) for part in page.select("section.wo-part")] == ["school"]
    assert "Nog 1 punt" in text_of(page)


def test_a_complete_dossier_leads_to_the_last_check_and_names_the_place_of_the_school(
    thread: Thread, teacher: Visitor
) -> None:
    reference = thread.leaver()
    thread.written(reference)
    thread.applied(reference)
    page = page_of(teacher, f"/leerling/{reference}")

    button = page.select_one(".utrecht-button--primary-action")
    assert button is not None
    assert button["href"] == f"/leerling/{reference}/versturen"
    assert "Raayland College in Venray" in text_of(page)
    assert page.select_one(".wo-nextstep") is None


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("offered", "moet het nog ontvangen"),
        ("accepted", "Dat is geen toelating"),
        ("declined", "gaf dit dossier terug"),
        ("withdrawn", "U haalde dit dossier terug"),
    ],
)
def test_after_sending_the_page_says_how_it_stands(thread: Thread, teacher: Visitor, state: str, said: str) -> None:
    handover_id = thread.offered()
    if state == "accepted":
        accept(thread.services, thread.intake.actor, handover_id)
    elif state == "declined":
        decline(thread.services, thread.intake.actor, handover_id, reason=next(iter(DECLINE_REASONS)))
    elif state == "withdrawn":
        withdraw(thread.services, thread.teacher.actor, handover_id)
    reference = reference_of(thread, handover_id)
    page = page_of(teacher, f"/leerling/{reference}")

    assert said in text_of(page)
    is_closed = state in {"offered", "accepted"}
    assert bool(page.find(string="Alleen lezen: het dossier is verstuurd")) is is_closed
    for part in PARTS:
        form = page_of(teacher, f"/leerling/{reference}/{part}").select_one("main form")
        assert (form is None) is is_closed
    for path in ("documenten", "ouders"):
        page_of(teacher, f"/leerling/{reference}/{path}")


def test_a_name_stands_nowhere_but_where_it_can_be_hidden(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver(first_name="Zwaantje", last_name="Ümit-Ångström")
    thread.written(reference)
    for path in ("", "/leerling", "/rapport", "/documenten", "/ouders", "/ouders/p1"):
        page = page_of(teacher, f"/leerling/{reference}{path}")
        for hidden in page.select("[data-name]"):
            hidden.decompose()
        assert "Zwaantje" not in str(page)
        assert "Ångström" not in str(page)
        assert "F. Wójcik" not in str(page)


@pytest.mark.parametrize("name", ["عمر", "Łucja", "李小龍", "O'Brien-d'Été", "न‍ेहा", "Ж" * 100, "<b>&amp;"])
def test_names_of_any_script_are_shown_as_they_are(thread: Thread, teacher: Visitor, name: str) -> None:
    reference = thread.leaver(first_name=name)

    heading = page_of(teacher, f"/leerling/{reference}").find("h1")
    assert heading is not None
    assert text_of(heading).startswith(name)


def test_the_administration_is_told_that_it_sees_names_only(app: Flask, thread: Thread) -> None:
    reference, admin = thread.leaver(), given_signed_in(app, thread.po.admin)
    for path in ("", "/rapport", "/documenten", "/ouders", "/afschrift.pdf"):
        answer = admin.get(f"/leerling/{reference}{path}")
        assert answer.status_code == 403
        assert "U ziet namen, geen dossiers" in answer.text
        check_page(answer.text)


def test_for_others_there_is_no_such_child(app: Flask, thread: Thread) -> None:
    reference = thread.leaver()
    for stranger in (thread.intake, thread.office, thread.region.swv):
        visitor = given_signed_in(app, stranger)
        for path in ("", "/rapport", "/documenten", "/ouders", "/afschrift.pdf"):
            assert visitor.get(f"/leerling/{reference}{path}").status_code == 404
    nobody = given_visitor(app).get(f"/leerling/{reference}")
    assert nobody.headers["Location"].startswith("/aanmelden")


def test_the_ib_opens_the_dossiers_of_all_groups(app: Flask, thread: Thread) -> None:
    page_of(given_signed_in(app, thread.ib), f"/leerling/{thread.leaver()}")

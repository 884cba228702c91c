"""Signing in and out, as a browser without scripts sees it."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories.thread import Thread, given_thread
from tests.factories.web import given_app, given_signed_in, given_visitor, text_of
from tests.web.valid import check_page


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    return given_thread(tmp_path_factory.mktemp("thread"))


@pytest.fixture
def app(thread: Thread) -> Flask:
    return given_app(thread.region)


def test_the_door_is_a_page_of_ours(app: Flask) -> None:
    check_page(given_visitor(app).get("/aanmelden").text)


def test_five_words_open_the_first_page_of_a_role(app: Flask, thread: Thread) -> None:
    teacher = given_signed_in(app, thread.teacher)

    assert teacher.get("/").headers["Location"] == "/groep"
    assert "Marieke Janssen" in text_of(teacher.page("/hulp"))
    assert "De Hommel" in text_of(teacher.page("/hulp"))


def test_wrong_words_get_one_answer_that_does_not_say_which_was_wrong(app: Flask, thread: Thread) -> None:
    visitor = given_visitor(app)
    known = visitor.post("/aanmelden", {"email": thread.teacher.email, "wachtzin": "een twee drie vier vijf"})
    unknown = visitor.post("/aanmelden", {"email": "niemand@school.example", "wachtzin": "een twee drie vier vijf"})

    assert (known.status_code, unknown.status_code) == (401, 401)
    assert "horen niet bij elkaar" in known.text
    assert "horen niet bij elkaar" in unknown.text
    check_page(known.text)


def test_leaving_ends_the_session_even_for_who_kept_its_cookie(app: Flask, thread: Thread) -> None:
    teacher = given_signed_in(app, thread.teacher)
    kept = teacher.client.get_cookie("zitting")
    assert kept is not None

    teacher.post("/afmelden")

    teacher.client.set_cookie("zitting", kept.value)
    assert teacher.get("/").headers["Location"].startswith("/aanmelden")


def test_leaving_everywhere_ends_the_other_computer_too(app: Flask, thread: Thread) -> None:
    here, there = given_signed_in(app, thread.intake), given_signed_in(app, thread.intake)

    here.post("/afmelden", {"overal": "ja"})

    assert there.get("/").headers["Location"].startswith("/aanmelden")


def test_signing_in_leads_back_to_where_somebody_was_but_never_elsewhere(app: Flask, thread: Thread) -> None:
    words = {"email": thread.teacher.email, "wachtzin": thread.teacher.passphrase}

    assert given_visitor(app).post("/aanmelden", {**words, "terug": "/hulp"}).headers["Location"] == "/hulp"
    assert given_visitor(app).post("/aanmelden", {**words, "terug": "//elders.example"}).headers["Location"] == "/"

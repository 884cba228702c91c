"""Each page has help at its foot: two sentences, for that page, also when a form comes back with something wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from handover.desk.page_help import PAGE_HELP
from tests.factories.thread import given_thread
from tests.factories.web import given_app, given_signed_in
from tests.web.valid import check_page

WITHOUT = {
    "/": "leads on",
    "/aanleveren/<asked_id>": "the door of a guest says it all",
    "/aanmelden": "the door: two fields, and the way to somebody who helps",
    "/demo/post": "the demo's own",
    "/gast/<code_id>": "the door of a guest says it all",
    "/gezond": "no page",
    "/hulp": "help itself",
    "/toegankelijkheid": "a statement",
    "/uitnodiging": "the door of an invitation",
    "/welkom": "help itself",
    "/wie-ziet-wat": "help itself",
}
FILES = ("/download", "/bestand", ".pdf", "/document/<part>/<int:number>")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return given_app(given_thread(tmp_path_factory.mktemp("help")).region)


def test_every_page_has_help_or_says_here_why_not(app: Flask) -> None:
    pages = {
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
        and not rule.rule.startswith(("/static/", "/api/"))
        and not rule.rule.endswith(FILES)
    }

    assert pages - set(PAGE_HELP) == set(WITHOUT)
    posts = {rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    assert set(PAGE_HELP) <= pages | posts


@pytest.mark.parametrize("rule", sorted(PAGE_HELP))
def test_it_is_two_sentences(app: Flask, rule: str) -> None:
    with app.test_request_context():
        text = str(PAGE_HELP[rule])

    assert len(re.findall(r"[.?!](?: |$)", text)) == 2, text
    assert text.endswith(".")
    assert len(text) < 240


def test_it_stands_on_the_page_and_on_the_form_that_comes_back_and_on_no_error(tmp_path: Path) -> None:
    thread = given_thread(tmp_path)
    reference = thread.leaver()
    teacher = given_signed_in(given_app(thread.region), thread.teacher)

    page = teacher.get(f"/leerling/{reference}/naam")
    check_page(page.text)
    back = teacher.post(f"/leerling/{reference}/naam", {"roepnaam": ""})

    assert "Hulp bij deze bladzijde" in page.text
    assert back.status_code == 422
    assert "Hulp bij deze bladzijde" in back.text
    assert "Hulp bij deze bladzijde" not in teacher.get("/leerling/0000-00/naam").text

"""Rules for every page, held here on the gallery; `check_page` is for all who render pages in a test."""

from __future__ import annotations

import pytest
from flask import render_template_string

from tests.web.gallery import Gallery
from tests.web.valid import check_page

PAGES = [
    "/galerij/velden",
    "/galerij/lijst",
    "/galerij/dossier",
    "/galerij/lezen",
    "/galerij/deur",
    "/fout/ongeldig",
    "/fout/stuk",
    "/api/",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_page_keeps_to_the_rules(gallery: Gallery, path: str, language: str) -> None:
    client = gallery.app.test_client()
    client.set_cookie("taal", language)

    check_page(client.get(path).text, language=language)


@pytest.mark.parametrize(
    ("page", "rule"),
    [
        ("<p style='color:red'>x</p>", "style"),
        ("<p onclick='x()'>x</p>", "onclick"),
        ("<script>1</script>", "script"),
        ("<h1>twee</h1>", "h1"),
        ("<input name=x>", "label"),
        ("<form method=post action=/doe></form>", "csrf"),
        ("<div><p></div></p>", "parse"),
        ("<i id=a></i><i id=a></i>", "twice"),
        ("<a href='javascript:1'>x</a>", "javascript"),
    ],
)
def test_a_page_that_breaks_a_rule_is_found(page: str, rule: str) -> None:
    head = "<!doctype html><html lang=nl><head><title>x - y</title></head>"
    whole = f"{head}<body><h1>een</h1>{page}</body></html>"

    with pytest.raises(AssertionError, match=rule):
        check_page(whole)


def test_undo_is_offered_once_on_the_next_page(gallery: Gallery) -> None:
    client = gallery.app.test_client()
    token = client.get("/galerij/velden").text.split('name="csrf_token" value="')[1].split('"')[0]

    first = client.post("/doe", data={"csrf_token": token}).text
    second = client.get("/galerij/velden").text

    assert "Dat kan tot het is ontvangen." in first
    assert "Dat kan tot het is ontvangen." not in second
    check_page(first)


def test_what_was_typed_is_shown_as_text_and_never_as_markup(gallery: Gallery) -> None:
    template = (
        '{% from "macros/veld.html" import tekst, tekstvak, foutenlijst %}'
        '{% from "macros/beeld.html" import merk, draad %}'
        "{{ tekst('a', v, waarde=v, uitleg=v, ziet=v, fouten={'a': v}) }}{{ tekstvak('b', v, waarde=v) }}"
        "{{ foutenlijst({'a': v}) }}{{ merk(v) }}{{ draad([(v, 'now')]) }}"
    )
    with gallery.app.test_request_context("/"):
        text = render_template_string(template, v="<b>\"'&")

    assert "<b>" not in text
    assert "&lt;b&gt;&#34;&#39;&amp;" in text

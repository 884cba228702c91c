"""The gallery in a real browser: accessible in both themes and widths, nothing refused by our policy."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.web.axe import violations
from tests.web.conftest import Served, Tab
from tests.web.gallery import signed_in

PAGES = ["/galerij/velden", "/galerij/lijst", "/galerij/dossier", "/galerij/lezen", "/galerij/deur", "/api/"]


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), list(product((1280, 360), ("light", "dark"))))
def test_every_part_is_accessible(browser: Browser, served: Served, width: int, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    complaints: list[str] = []
    found = {}
    for path in PAGES:
        served.gallery.visit = None if path.endswith("deur") else signed_in()
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.goto(served.url + path)
        if path == "/galerij/lezen":
            page.locator(".wo-viewer__text span").first.wait_for()
        found[path] = violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{path} scrolls sideways"
        page.close()
    context.close()

    assert found == {path: [] for path in PAGES}
    assert complaints == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_scrolls_sideways_at_the_narrowest(tab: Tab, path: str) -> None:
    tab.page.set_viewport_size({"width": 320, "height": 700})

    assert tab.open(path).evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_list_of_keys_is_accessible(tab: Tab) -> None:
    page = tab.open("/galerij/lijst")
    page.keyboard.press("?")

    assert page.locator("dialog[open]").is_visible()
    assert violations(page) == []


def test_a_page_of_an_error_is_accessible(tab: Tab) -> None:
    page = tab.open("/fout/weg")

    assert violations(page) == []
    assert "404" in tab.complaints.pop()


def test_a_summary_of_errors_gets_the_focus_and_leads_to_the_field(tab: Tab) -> None:
    page = tab.open("/galerij/velden")

    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.get_by_role("link", name="31 april bestaat niet.").click()
    assert page.evaluate("document.activeElement.id") == "veld-geboren"


def test_a_form_of_ours_passes_in_a_real_browser(tab: Tab, served: Served) -> None:
    before = served.gallery.done
    page = tab.open("/galerij/velden")

    page.get_by_role("button", name="Bewaar", exact=True).click()

    expect(page.get_by_text("Dat kan tot het is ontvangen.")).to_be_visible()
    assert served.gallery.done == before + 1


def test_a_form_on_another_site_does_not(tab: Tab, served: Served) -> None:
    before = served.gallery.done
    page = tab.page
    trap = f'<form method="post" action="{served.url}/doe"><button>Gratis ijs</button></form>'
    page.route("http://ijs.example/", lambda route: route.fulfill(body=trap, content_type="text/html"))
    page.goto("http://ijs.example/")

    page.get_by_role("button").click()
    page.wait_for_url("**/doe")

    assert served.gallery.done == before
    assert "403" in tab.complaints.pop()


def test_the_language_is_switched_and_stays(tab: Tab) -> None:
    page = tab.open("/galerij/lijst")

    page.get_by_role("button", name="English").click()

    assert page.url.endswith("/galerij/lijst")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("button", name="Nederlands").click()
    assert page.locator("html").get_attribute("lang") == "nl"


def test_printed_a_page_has_no_buttons_and_menus(tab: Tab) -> None:
    page = tab.open("/galerij/dossier")
    page.emulate_media(media="print")

    assert not page.get_by_role("button").first.is_visible()
    assert not page.get_by_role("navigation", name="Hoofdmenu").is_visible()
    assert page.get_by_role("heading", level=1).is_visible()

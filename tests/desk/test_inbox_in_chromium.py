"""The inbox and the pages around it in a real browser: accessible, refused nothing, worked through by keyboard."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.factories.thread import Thread, given_thread
from tests.factories.web import given_app, given_signed_in, served
from tests.web.browsing import as_visitor


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    return given_thread(tmp_path_factory.mktemp("thread"))


@pytest.fixture(scope="module")
def app(thread: Thread) -> Flask:
    return given_app(thread.region)


@pytest.fixture(scope="module")
def url(app: Flask) -> Iterator[str]:
    with served(app) as address:
        yield address


@pytest.fixture
def page(browser: Browser, app: Flask, thread: Thread, url: str) -> Iterator[Page]:
    """A tab of the intakecoördinator's. The test fails on anything that its console said."""
    context = as_visitor(browser, url, given_signed_in(app, thread.intake))
    made = context.new_page()
    complaints: list[str] = []
    made.on("console", lambda message: complaints.append(message.text))
    yield made
    context.close()
    assert complaints == []


def test_a_coordinator_chooses_and_receives_by_keyboard(page: Page, thread: Thread) -> None:
    thread.offered(first_name="Aagje")
    page.goto("/dossiers")
    before = page.locator("[data-keys-row]").count()

    page.keyboard.press("j")
    assert page.locator("[data-keys-row].wo-row--here").count() == 1
    page.keyboard.press("x")
    assert page.locator("[name=kies]:checked").count() == 1
    page.keyboard.press("a")
    page.wait_for_url("**/dossiers?stap=ontvangen")

    assert "1 dossier is ontvangen" in page.locator("#meldingen").inner_text()
    page.goto("/dossiers")
    assert page.locator("[data-keys-row]").count() == before - 1


def test_enter_opens_the_row_and_slash_goes_to_the_search(page: Page, thread: Thread, url: str) -> None:
    thread.offered(first_name="Bas")
    page.goto("/dossiers")

    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "zoek"
    page.keyboard.type("bas")
    page.keyboard.press("Enter")
    page.get_by_text("1 dossier gevonden").wait_for()
    assert page.url == f"{url}/dossiers"
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ontvangen")

    assert "Neemt u dit dossier in ontvangst?" in page.locator("h1").inner_text()

"""The inbox and the pages around it in a real browser: accessible, refused nothing, worked through by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.factories.access import Member
from tests.factories.thread import Thread, given_thread
from tests.factories.web import given_app, served


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    return given_thread(tmp_path_factory.mktemp("thread"))


@pytest.fixture(scope="module")
def url(thread: Thread) -> Iterator[str]:
    with served(given_app(thread.region)) as address:
        yield address


def signed_in(browser: Browser, url: str, member: Member, **options: Any) -> BrowserContext:
    context = browser.new_context(**options)
    page = context.new_page()
    page.goto(f"{url}/aanmelden")
    page.fill("[name=email]", member.email)
    page.fill("[name=wachtzin]", member.passphrase)
    page.click("main button[type=submit]")
    page.close()
    return context


def opened(context: BrowserContext, address: str, complaints: list[str]) -> Page:
    page = context.new_page()
    page.on("console", lambda message: complaints.append(f"{address}: {message.text}"))
    page.goto(address)
    return page


def test_a_coordinator_chooses_and_receives_by_keyboard(browser: Browser, thread: Thread, url: str) -> None:
    thread.offered(first_name="Aagje")
    context = signed_in(browser, url, thread.intake)
    page = opened(context, f"{url}/dossiers", [])
    before = page.locator("[data-keys-row]").count()

    page.keyboard.press("j")
    assert page.locator("[data-keys-row].wo-row--here").count() == 1
    page.keyboard.press("x")
    assert page.locator("[name=kies]:checked").count() == 1
    page.keyboard.press("a")
    page.wait_for_url("**/dossiers?stap=ontvangen")

    assert "1 dossier is ontvangen" in page.locator("#meldingen").inner_text()
    page.goto(f"{url}/dossiers")
    assert page.locator("[data-keys-row]").count() == before - 1
    context.close()


def test_enter_opens_the_row_and_slash_goes_to_the_search(browser: Browser, thread: Thread, url: str) -> None:
    thread.offered(first_name="Bas")
    context = signed_in(browser, url, thread.intake)
    page = opened(context, f"{url}/dossiers", [])

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
    context.close()

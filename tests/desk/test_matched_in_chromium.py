"""A pasted list in a real browser: worked through by keyboard alone, axe finds nothing, nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from handover.bundles.handovers import handover_of
from tests.factories.thread import Thread, given_thread
from tests.factories.web import given_app, given_signed_in, served
from tests.web.axe import too_wide, violations
from tests.web.browsing import as_visitor

SIZES = (ViewportSize(width=1280, height=900), ViewportSize(width=360, height=760))
HEAD = "Roepnaam\tAchternaam\tGeboortedatum\tStatus\n"


@pytest.fixture
def there(tmp_path: Path) -> Iterator[tuple[Thread, str]]:
    thread = given_thread(tmp_path)
    with served(given_app(thread.region)) as url:
        yield thread, url


def look(page: Page) -> None:
    for size in SIZES:
        page.set_viewport_size(size)
        assert violations(page) == []
        assert not too_wide(page)


def walk_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    pytest.fail(f"no key leads to {selector}")


@pytest.mark.slow
def test_a_list_is_done_without_a_mouse(browser: Browser, there: tuple[Thread, str]) -> None:
    thread, url = there
    for name in ("Bakker", "Cox"):
        thread.accepted(has_opp=False, last_name=name)
    for day in range(1, 13):
        thread.announced(last_name=f"Verwacht{'abcdefghijkl'[day - 1]}", birth_date=f"2015-03-{day:02}")
    rows = [f"Noah\tVerwacht{'abcdefghijkl'[day - 1]}\t{day}-3-2015\tWachtlijst\n" for day in range(1, 13)]
    text = (
        HEAD + "Noah\tBakker\t20-6-2015\tIngeschreven\nNoah\tCox\t19-6-2015\tgeweigerd\nX\tY\t\tklaar\n" + "".join(rows)
    )
    page = as_visitor(browser, url, given_signed_in(given_app(thread.region), thread.office)).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(f"{url}/dossiers/lijst")
    look(page)
    page.fill("#veld-rijen", text)
    walk_to(page, "button[value=kijk]")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Dit zou er gebeuren").wait_for()
    look(page)

    walk_to(page, "input[name='keuze-2']")
    page.keyboard.press("Space")
    walk_to(page, "button[value=leg]")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Wat er met de lijst gebeurde").wait_for()
    look(page)

    assert "13 regels zijn gedaan, 2 niet" in page.locator("main").inner_text()
    page.locator("summary", has_text="Kopieer dit").click()
    look(page)
    assert complaints == []


@pytest.mark.slow
def test_a_conversation_is_asked_for_over_many(browser: Browser, there: tuple[Thread, str]) -> None:
    thread, url = there
    handover_id = thread.accepted(has_opp=False)
    with thread.services.uow() as uow:
        reference = handover_of(uow, handover_id).reference
    page = as_visitor(browser, url, given_signed_in(given_app(thread.region), thread.care)).new_page()
    page.goto(f"{url}/dossiers?stap=ontvangen&kies=alle")
    page.get_by_role("button", name="Vraag een gesprek").click()
    page.get_by_role("button", name="Vraag het").wait_for()
    look(page)
    page.get_by_role("button", name="Vraag het").click()
    page.get_by_role("heading", name="Bij 1 leerling is het gevraagd").wait_for()
    look(page)

    assert reference in page.locator("main").inner_text()

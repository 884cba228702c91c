"""The guest who fetches a dossier, in a real browser: pages that only a form opens, and no walk over addresses sees."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from handover.terms.school_kind import SchoolKind
from tests.bundles.test_coded import ELSEWHERE, code_id, sent
from tests.factories.access import given_location
from tests.factories.thread import Thread, given_thread
from tests.factories.web import given_app, served
from tests.web.axe import too_wide, violations

WIDE, NARROW = ViewportSize(width=1280, height=900), ViewportSize(width=360, height=760)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[tuple[Thread, str]]:
    thread = given_thread(tmp_path)
    given_location(thread.services, ELSEWHERE, "Verweg College", place="Assen", kind=SchoolKind.VO)
    with served(given_app(thread.region)) as url:
        yield thread, url


def look(page: Page) -> None:
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert violations(page) == []
        assert not too_wide(page)


@pytest.mark.slow
def test_wrong_words_then_the_right_ones_and_the_file(browser: Browser, there: tuple[Thread, str]) -> None:
    thread, url = there
    made = sent(thread)
    outside = browser.new_context(locale="nl-NL")
    guest = outside.new_page()

    guest.goto(f"{url}/gast/{code_id(thread, made)}")
    guest.fill("#veld-woorden", "dit zijn niet de zes woorden")
    guest.keyboard.press("Enter")
    expect(guest.get_by_text("Dit gaat niet open").first).to_be_visible()
    look(guest)
    guest.fill("#veld-woorden", made.words)
    guest.keyboard.press("Enter")
    expect(guest.get_by_text("Noah Wójcik").first).to_be_visible()
    look(guest)
    guest.get_by_role("button", name="Haal het dossier op").click()
    expect(guest.get_by_text("Vul uw functie in").first).to_be_visible()
    look(guest)
    guest.fill("#veld-naam", "Gea Gast")
    guest.fill("#veld-functie", "intakecoördinator")
    with guest.expect_download() as loaded:
        guest.get_by_role("button", name="Haal het dossier op").click()
    assert loaded.value.path().read_bytes().startswith(b"PK")
    outside.close()

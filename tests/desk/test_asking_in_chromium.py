"""Asking outside and answering in a real browser: axe finds nothing, and nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy import select

from handover.bundles.asked_model import AskedDossier
from tests.dossiers import pdfs
from tests.factories.asked import MAIL, announced_outside, given_outside
from tests.factories.thread import PLAN, REPORT, Thread, given_thread
from tests.factories.web import given_app, given_signed_in, served
from tests.web.axe import too_wide, violations
from tests.web.browsing import as_visitor

WIDE, NARROW = ViewportSize(width=1280, height=900), ViewportSize(width=360, height=760)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[tuple[Thread, str]]:
    thread = given_outside(given_thread(tmp_path))
    with served(given_app(thread.region)) as url:
        yield thread, url


def look(page: Page) -> None:
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert violations(page) == []
        assert not too_wide(page)


@pytest.mark.slow
def test_asked_answered_and_received(browser: Browser, there: tuple[Thread, str], tmp_path: Path) -> None:
    thread, url = there
    announcement_id = announced_outside(thread)
    for name, data in (("okr.pdf", REPORT), ("opp.pdf", PLAN), ("kwaad.pdf", pdfs.with_script_at_opening())):
        (tmp_path / name).write_bytes(data)
    visitor = given_signed_in(given_app(thread.region), thread.intake)
    inside, outside = as_visitor(browser, url, visitor), browser.new_context(locale="nl-NL")
    intake, guest = inside.new_page(), outside.new_page()

    intake.goto(f"{url}/dossiers/verwacht/{announcement_id}/opvragen")
    look(intake)
    intake.fill("#veld-email", MAIL)
    intake.get_by_role("button", name="Vraag op en toon").click()
    look(intake)
    words = " ".join(intake.locator(".wo-words li").all_inner_texts())
    intake.goto(f"{url}/dossiers/verwacht")
    look(intake)
    intake.get_by_role("link", name="Kijk bij het opvragen").click()
    look(intake)

    with thread.services.uow() as uow:
        guest.goto(f"{url}/aanleveren/{uow.session.scalars(select(AskedDossier.id)).one()}")
    look(guest)
    guest.fill("#veld-woorden", words)
    guest.get_by_role("button", name="Ga verder").click()
    look(guest)
    for kind, names in (("okr", ["okr.pdf", "kwaad.pdf"]), ("opp", ["opp.pdf"])):
        guest.select_option("#veld-soort", kind)
        guest.set_input_files("#veld-bestanden", [str(tmp_path / name) for name in names])
        guest.get_by_role("button", name="Zet klaar").click()
        look(guest)
    guest.get_by_role("button", name="Verstuur het dossier").click()
    expect(guest.get_by_text("Vul uw functie in").first).to_be_visible()
    look(guest)
    guest.locator("input[name=gezien]").first.check()
    guest.locator("input[name=eens]").first.check()
    guest.fill("#veld-naam", "Bea Boter")
    guest.fill("#veld-functie", "leerkracht groep 8")
    guest.get_by_role("button", name="Verstuur het dossier").click()
    expect(guest.get_by_role("heading", name="Het dossier is verstuurd")).to_be_visible()
    look(guest)

    intake.goto(f"{url}/dossiers")
    expect(intake.locator("tbody tr").first).to_contain_text("De Verte")
    inside.close()
    outside.close()

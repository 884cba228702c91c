"""Coming in, in a real Chromium, without a finding of axe on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from handover.access.enrolment import invite_unit
from handover.schools.model import UnitSide
from handover.terms.school_kind import SchoolKind
from handover.web.catalogue import untranslated
from tests.factories.access import (
    given_location,
    given_region,
)
from tests.factories.web import given_app, served
from tests.web.axe import too_wide, violations


@dataclass
class Place:
    """A region that is served, with a school that was invited."""

    url: str
    code: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    region = given_region(tmp_path_factory.mktemp("access"))
    given_location(region.services, "04AB00", "De Krekel", place="Horst", kind=SchoolKind.BO)
    code = invite_unit(
        region.services,
        region.swv.actor,
        side=UnitSide.PO,
        brins=("04AB00",),
        admin_name="Anja de Wit",
        admin_email="anja@krekel.example",
    ).code
    with served(given_app(region)) as url:
        yield Place(url=url, code=code)


def complaints_of(page: Page) -> list[str]:
    return [*violations(page), *too_wide(page)]


@pytest.mark.slow
def test_a_school_comes_in_on_a_telephone(browser: Browser, place: Place) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="nl-NL")
    page = context.new_page()
    found = []
    page.goto(f"{place.url}/uitnodiging")
    found += complaints_of(page)
    page.get_by_label("Code").fill(place.code.lower().replace("-", " "))
    page.get_by_role("button", name="Ga verder").click()
    found += complaints_of(page)
    first = page.locator(".wo-words").inner_text()
    page.get_by_role("button", name="Geef mij andere woorden").click()
    expect(page.locator(".wo-words")).not_to_have_text(first, use_inner_text=True)
    page.wait_for_load_state()
    words = page.locator("ol.wo-words li").all_inner_texts()
    page.get_by_label("Ik heb de vijf woorden opgeschreven").check()
    page.get_by_role("button", name="Ga verder").click()
    found += complaints_of(page)
    page.get_by_label("Uw vijf woorden").fill(" ".join(words))
    page.get_by_role("button", name="Sluit de school aan").click()
    page.get_by_role("heading", name="De Krekel is aangesloten").wait_for()
    found += complaints_of(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download het herstelblad (pdf)").click()

    assert download.value.suggested_filename == "herstelblad.pdf"
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    page.get_by_role("link", name="Klaar: ga naar uw school").click()
    page.get_by_role("heading", name="Wie werkt hier").wait_for()
    context.close()
    assert found == []


def test_every_text_has_its_english() -> None:
    assert untranslated("access") == []

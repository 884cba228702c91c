"""Reading in a real browser: the viewer shows the page, and what is written lands on the page that is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect

from handover.bundles.model import Part
from handover.bundles.remarks import RemarkView, ask, remarks_of
from handover.dossiers.drafts import Checked, keep_document
from handover.terms.document_kind import DocumentKind
from tests.factories.thread import Thread, given_thread
from tests.factories.web import given_app, served
from tests.web.axe import too_wide, violations
from tests.web.gallery import a_pdf

THREE = a_pdf(("Rekenen", "Taal", "Lezen"))


class WithTests(Thread):
    """The same two schools; each dossier has a document of three pages more."""

    def written(self, reference: str, *, has_opp: bool = True, conversation: bool = False) -> None:
        more = Checked(data=THREE, title="toetsen.pdf", kind=DocumentKind.TOETSRESULTATEN, pages=3)
        keep_document(self.services, self.teacher.actor, reference, more)
        super().written(reference, has_opp=has_opp, conversation=conversation)


@dataclass
class Tab:
    """A signed-in intakecoördinator in Chromium, and what the console said."""

    page: Page
    thread: Thread
    url: str
    complaints: list[str]

    def open(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page

    def remarks(self, handover_id: str) -> list[RemarkView]:
        with self.thread.services.uow() as uow:
            return remarks_of(uow, self.thread.intake.actor, handover_id)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Thread, str]]:
    made = given_thread(tmp_path_factory.mktemp("thread"))
    thread = WithTests(region=made.region, po=made.po, vo=made.vo)
    with served(given_app(thread.region)) as url:
        yield thread, url


@pytest.fixture
def tab(browser: Browser, there: tuple[Thread, str]) -> Iterator[Tab]:
    thread, url = there
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL")
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{url}/aanmelden?terug=/hulp")
    page.fill("#veld-email", thread.intake.email)
    page.fill("#veld-wachtzin", thread.intake.passphrase)
    page.get_by_role("button", name="Meld aan").click()
    page.wait_for_url("**/hulp")
    yield Tab(page=page, thread=thread, url=url, complaints=complaints)
    heard = list(complaints)
    context.close()
    assert heard == []


@pytest.mark.slow
def test_a_note_and_a_question_land_on_the_page_that_the_viewer_shows(tab: Tab) -> None:
    handover = tab.thread.accepted()
    page = tab.open(f"/dossier/{handover}")
    page.locator(".wo-doclist a", has_text="Toetsresultaten").click()
    expect(page.locator(".wo-viewer__text span").first).to_have_text("Rekenen")
    expect(page.locator("[data-viewer-page]")).to_have_text("Bladzijde 1 van 3")

    page.keyboard.press("n")
    expect(page.locator("[data-viewer-page]")).to_have_text("Bladzijde 2 van 3")
    page.keyboard.press("o")
    page.keyboard.type("Goed in taal")
    page.get_by_role("button", name="Bewaar de notitie").click()
    expect(page.locator(".wo-note", has_text="Goed in taal")).to_contain_text("Toetsresultaten, bladzijde 2")

    expect(page.locator("[data-viewer-page]")).to_have_text("Bladzijde 1 van 3")
    page.keyboard.press("n")
    page.keyboard.press("n")
    page.keyboard.press("p")
    page.keyboard.press("n")
    expect(page.locator("#veld-ask-page")).to_have_value("3")
    page.keyboard.press("v")
    page.keyboard.type("Welke toets?")
    page.get_by_role("button", name="Stel de vraag").click()
    expect(page.locator(".wo-note", has_text="Welke toets?")).to_contain_text("Toetsresultaten, bladzijde 3")

    places = {(one.text, one.part, one.page) for one in tab.remarks(handover)}
    assert places == {("Goed in taal", Part.DOSSIER, 2), ("Welke toets?", Part.DOSSIER, 3)}


@pytest.mark.slow
def test_the_keys_lead_to_confirming_and_back(tab: Tab) -> None:
    handover = tab.thread.accepted()
    page = tab.open(f"/dossier/{handover}")

    page.keyboard.press("c")
    assert page.url.endswith("#bevestigen")
    page.keyboard.press("?")
    listed = page.locator("dialog[open] [data-keys-added]").all_inner_texts()
    assert {line.split()[0] for line in listed} >= {"o", "v", "c", "u"}
    page.keyboard.press("Escape")
    assert page.locator('[data-key="u"]').get_attribute("href") == "/dossiers"


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 360])
def test_every_page_of_reading_is_accessible_and_keeps_to_the_width(tab: Tab, width: int) -> None:
    handover, offered = tab.thread.accepted(conversation=True), tab.thread.offered()
    ask(tab.thread.services, tab.thread.teacher.actor, handover, text="Mag hij kijken?")
    ask(tab.thread.services, tab.thread.intake.actor, handover, text="Wie?", document=1, page=1)
    tab.page.set_viewport_size({"width": width, "height": 900})

    found = {}
    for path in (
        f"/dossier/{handover}",
        f"/dossier/{handover}?toon=care-0",
        f"/dossier/{handover}?toon=care-1",
        f"/dossier/{offered}",
        f"/dossier/{handover}/gesprek",
        f"/dossier/{handover}/verzegeld",
        "/vragen",
    ):
        page = tab.open(path)
        if path.endswith("care-1"):
            page.locator(".wo-viewer__text span").first.wait_for()
        found[path] = [*violations(page), *too_wide(page)]

    assert {path: wrong for path, wrong in found.items() if wrong} == {}

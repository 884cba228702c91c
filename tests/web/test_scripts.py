"""Our own scripts, in a real browser, and what happens where there are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import Served, Tab

INK = "rgba(0, 0, 0, 0)"


def colour_of_a_name(page: Page) -> str:
    colour: str = page.locator("[data-name]:not(input)").first.evaluate("name => getComputedStyle(name).color")
    return colour


def expect_names(page: Page) -> None:
    """They may come back softly; going away is at once."""
    expect(page.locator("[data-name]:not(input)").first).not_to_have_css("color", INK)


def here(page: Page) -> str:
    return page.locator(".wo-row--here [data-name]").inner_text()


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    made = []
    for name in ("Rapport Noah.pdf", "geweigerd.pdf", "Rapport Amira.pdf"):
        path = tmp_path / name
        path.write_bytes(b"%PDF" + bytes(1000))
        made.append(str(path))
    return made


def test_one_key_hides_every_name_and_one_brings_them_back(tab: Tab) -> None:
    page = tab.open("/galerij/lijst")
    page.keyboard.press("h")

    assert colour_of_a_name(page) == INK
    assert colour_of_a_name(tab.open("/galerij/dossier")) == INK
    page.keyboard.press("h")
    expect_names(page)
    expect_names(tab.open("/galerij/lijst"))


def test_a_name_that_is_typed_becomes_dots(tab: Tab) -> None:
    page = tab.open("/galerij/lijst")
    page.keyboard.press("h")
    search = page.get_by_label("Zoek op naam")

    assert search.evaluate("field => getComputedStyle(field).webkitTextSecurity") == "disc"


def test_a_button_does_the_same_and_says_so(tab: Tab) -> None:
    page = tab.open("/galerij/lijst")
    page.get_by_role("button", name="Verberg namen").click()

    assert colour_of_a_name(page) == INK
    expect(page.locator("[data-announce]")).to_have_text("De namen zijn verborgen, in dit hele venster.")
    page.get_by_role("button", name="Toon namen").click()
    expect_names(page)


def test_names_stay_hidden_before_anything_is_drawn(tab: Tab) -> None:
    page = tab.open("/galerij/lijst")
    page.keyboard.press("h")
    page.route("**/shell.js", lambda route: route.abort())

    page.goto(f"{tab.url}/galerij/dossier")

    assert colour_of_a_name(page) == INK
    assert all("shell.js" in said or "ERR_FAILED" in said for said in tab.complaints)
    tab.complaints.clear()


def test_a_letter_typed_in_a_field_is_a_letter(tab: Tab) -> None:
    page = tab.open("/galerij/lijst")
    page.get_by_label("Zoek op naam").press_sequentially("hjx?")

    assert page.get_by_label("Zoek op naam").input_value() == "hjx?"
    expect_names(page)


def test_the_list_is_walked_with_the_keyboard(tab: Tab) -> None:
    page = tab.open("/galerij/lijst")

    page.keyboard.press("j")
    assert here(page).startswith("Lieke")
    for key in "jjjjj":
        page.keyboard.press(key)
    assert here(page).startswith("Teun")
    page.keyboard.press("k")
    page.keyboard.press("x")
    assert page.locator(".wo-row--chosen [data-name]").inner_text().startswith("Sara")
    assert page.locator("[name=k]:checked").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_url("**/galerij/dossier")


def test_slash_goes_to_the_search_box(tab: Tab) -> None:
    page = tab.open("/galerij/lijst")
    page.keyboard.press("/")

    assert page.evaluate("document.activeElement.id") == "veld-zoek"
    assert page.get_by_label("Zoek op naam").input_value() == ""


def test_a_key_presses_the_button_that_names_it(tab: Tab, served: Served) -> None:
    before = served.gallery.done
    page = tab.open("/galerij/lijst")
    page.keyboard.press("a")
    page.wait_for_url("**/doe")

    assert served.gallery.done == before + 1


def test_the_keys_are_listed_and_can_be_switched_off(tab: Tab) -> None:
    page = tab.open("/galerij/lijst")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Toetsen")

    expect(dialog).to_contain_text("Neem in ontvangst")
    dialog.get_by_label("Gebruik losse letters als toets").uncheck()
    dialog.get_by_role("button", name="Sluit").click()
    page.keyboard.press("h")
    expect_names(page)
    page.reload()
    page.get_by_role("button", name="Toetsen").click()
    page.get_by_label("Gebruik losse letters als toets").check()
    page.keyboard.press("Escape")
    page.keyboard.press("h")
    assert colour_of_a_name(page) == INK


def test_files_go_one_by_one_and_each_says_what_became_of_it(tab: Tab, served: Served, files: list[str]) -> None:
    page = tab.open("/galerij/lijst")
    page.locator("#veld-bestand").set_input_files(files)

    expect(page.locator("[data-upload-status]")).to_have_text("1 niet bewaard. Kies die opnieuw.")
    expect(page.locator(".wo-upload--done")).to_have_count(2)
    refused = page.locator(".wo-upload--failed")
    expect(refused).to_contain_text("Niet bewaard. Er zit een programma in dit bestand.")
    # A file is often named after its child: what is said in sight beside it does not name it again.
    assert all("pdf" not in text for text in page.locator(".wo-upload__said").all_inner_texts())
    assert served.gallery.received == [("Rapport Noah.pdf", 1004), ("Rapport Amira.pdf", 1004)]
    assert "422" in tab.complaints.pop()


def test_files_can_be_dropped(tab: Tab, served: Served) -> None:
    page = tab.open("/galerij/lijst")
    dropped = page.evaluate_handle(
        "() => { const all = new DataTransfer(); all.items.add(new File(['%PDF'], 'a.pdf')); return all; }"
    )
    form = page.locator("form[data-upload]")
    form.dispatch_event("dragover", {"dataTransfer": dropped})
    assert "wo-drop--over" in (form.get_attribute("class") or "")
    form.dispatch_event("drop", {"dataTransfer": dropped})

    expect(page.locator("[data-upload-status]")).to_have_text("Alle bestanden zijn bewaard.")
    assert served.gallery.received == [("a.pdf", 4)]


def test_without_scripts_files_go_by_the_form_itself(
    browser: Browser, tab: Tab, served: Served, files: list[str]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{tab.url}/galerij/lijst")
    page.locator("#veld-bestand").set_input_files(files[:1])
    page.get_by_role("button", name="Verstuur").click()
    context.close()

    assert served.gallery.received == [("Rapport Noah.pdf", 1004)]


def test_a_document_is_read_page_by_page(tab: Tab) -> None:
    page = tab.open("/galerij/lezen")
    shown = page.locator("[data-viewer-page]")

    expect(shown).to_have_text("Bladzijde 1 van 3")
    page.get_by_role("button", name="Volgende").click()
    expect(shown).to_have_text("Bladzijde 2 van 3")
    expect(page.locator("#bladzijde")).to_have_value("2")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("n")
    expect(shown).to_have_text("Bladzijde 3 van 3")
    page.keyboard.press("p")
    expect(shown).to_have_text("Bladzijde 2 van 3")


def test_a_document_can_be_read_out_and_selected(tab: Tab) -> None:
    page = tab.open("/galerij/lezen")

    expect(page.get_by_text("Wat Noah nodig heeft")).to_be_attached()
    box = page.get_by_text("Wat Noah nodig heeft").bounding_box()
    sheet = page.locator(".wo-viewer__sheet").first.bounding_box()
    assert box
    assert sheet
    # The line is 24 points high, 72 from the left of 595: the layer of text lies on what is seen.
    assert (box["x"] - sheet["x"]) / sheet["width"] == pytest.approx(72 / 595, abs=0.02)
    assert box["width"] / sheet["width"] == pytest.approx(0.39, abs=0.05)


def test_a_page_is_drawn_and_grows(tab: Tab) -> None:
    page = tab.open("/galerij/lezen")
    canvas = page.locator(".wo-viewer__sheet canvas").first
    expect(canvas).to_be_visible()
    inked = "c => new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height).data).size"
    assert canvas.evaluate(inked) > 2
    before = canvas.bounding_box()

    page.get_by_role("button", name="Groter").click()
    expect(canvas).to_be_visible()
    after = page.locator(".wo-viewer__sheet").first.bounding_box()

    assert before
    assert after
    assert after["width"] / before["width"] == pytest.approx(1.25, abs=0.02)


def test_a_document_that_cannot_be_shown_says_so(tab: Tab) -> None:
    tab.page.route("**/document.pdf", lambda route: route.fulfill(body="geen pdf", content_type="application/pdf"))
    page = tab.open("/galerij/lezen")

    expect(page.locator("[data-viewer-plain]")).to_contain_text("Dit bestand is niet te tonen.")
    expect(page.get_by_role("link", name="Download het document")).to_be_visible()
    assert tab.complaints.pop() == "viewer: InvalidPDFException"
    tab.complaints.clear()

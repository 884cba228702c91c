"""Documents in a real browser: dropped with progress, read in the page; and all pages here, for everybody to use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.dossiers import pdfs
from tests.factories.thread import REPORT, Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, served
from tests.web.axe import violations
from tests.web.browsing import as_visitor

PAGES = ("", "/leerling", "/advies", "/rapport", "/ondersteuning", "/gesprek", "/documenten", "/ouders")


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    return given_thread(tmp_path_factory.mktemp("thread"))


@pytest.fixture(scope="module")
def app(thread: Thread) -> Flask:
    return given_app(thread.region)


@pytest.fixture(scope="module")
def address(app: Flask) -> Iterator[str]:
    with served(app) as url:
        yield url


@pytest.fixture(scope="module")
def teacher(app: Flask, thread: Thread) -> Visitor:
    return given_signed_in(app, thread.teacher)


def a_page(browser: Browser, visitor: Visitor, address: str, *, scripts: bool = True) -> Page:
    return as_visitor(
        browser, address, visitor, java_script_enabled=scripts, viewport={"width": 1280, "height": 900}
    ).new_page()


def files(folder: Path, **given: bytes) -> list[Path]:
    made = []
    for name, data in given.items():
        path = folder / f"{name}.pdf"
        path.write_bytes(data)
        made.append(path)
    return made


def test_files_are_dropped_checked_and_read_in_the_page(
    browser: Browser, thread: Thread, teacher: Visitor, address: str, tmp_path: Path
) -> None:
    reference = thread.leaver()
    page = a_page(browser, teacher, address)
    page.goto(f"/leerling/{reference}/documenten")

    page.set_input_files("#veld-bestanden", files(tmp_path, okr=REPORT, opp=pdfs.a_scan()))
    expect(page.locator(".wo-file")).to_have_count(2)
    assert violations(page) == []
    page.set_input_files("#veld-bestanden", files(tmp_path, kwaad=pdfs.with_script_at_opening()))
    expect(page.locator(".wo-upload--failed")).to_contain_text("Niet bewaard. In deze pdf zit een programma")

    page.click("text=okr.pdf")
    expect(page.locator(".wo-viewer__text").first).to_contain_text("Onderwijskundig rapport")
    assert violations(page) == []
    page.click("text=Haal weg")
    page.click("text=Zet het terug")
    expect(page.locator(".wo-file")).to_have_count(2)
    page.context.close()


def test_without_scripts_a_form_of_several_files_says_what_became_of_each(
    browser: Browser, thread: Thread, teacher: Visitor, address: str, tmp_path: Path
) -> None:
    reference = thread.leaver()
    page = a_page(browser, teacher, address, scripts=False)
    page.goto(f"/leerling/{reference}/documenten")

    page.set_input_files("#veld-bestanden", files(tmp_path, okr=REPORT, kwaad=pdfs.with_launch()))
    page.click("button:has-text('Verstuur')")

    expect(page.locator("h1")).to_have_text("1 van 2 bewaard")
    page.click("text=Verder met de documenten")
    expect(page.locator(".wo-file")).to_have_count(1)
    page.context.close()


def test_what_another_answer_makes_needless_is_not_asked(
    browser: Browser, thread: Thread, teacher: Visitor, address: str
) -> None:
    reference = thread.leaver()
    page = a_page(browser, teacher, address)
    page.goto(f"/leerling/{reference}/ondersteuning")
    expect(page.locator("#veld-pupil_voice")).to_be_hidden()
    page.check("#veld-has_opp")
    expect(page.locator("#veld-pupil_voice")).to_be_visible()
    page.goto(f"/leerling/{reference}/leerling")
    page.check("#veld-secret_address")
    expect(page.locator("#veld-street")).to_be_hidden()
    page.context.close()

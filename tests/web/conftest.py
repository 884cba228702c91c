from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.factories.web import whole
from tests.web.gallery import Gallery, a_gallery, signed_in


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    made = a_gallery(tmp_path)
    made.visit = signed_in()
    return made


@dataclass(frozen=True, kw_only=True)
class Served:
    gallery: Gallery
    url: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    made = a_gallery(tmp_path_factory.mktemp("gallery"))
    made.visit = signed_in()
    server = make_server("127.0.0.1", 0, whole(made.app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Served(gallery=made, url=f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass(frozen=True, kw_only=True)
class Tab:
    """A page in Chromium, and what it complained of."""

    page: Page
    url: str
    complaints: list[str]

    def open(self, path: str) -> Page:
        self.page.goto(self.url + path)
        return self.page


@pytest.fixture
def tab(browser: Browser, served: Served) -> Iterator[Tab]:
    """A tab of its own. The test fails on anything that its console said, our policy's refusals included."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="nl-NL")
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    served.gallery.visit = signed_in()
    served.gallery.received.clear()
    yield Tab(page=page, url=served.url, complaints=complaints)
    heard = list(complaints)  # before closing, which breaks off what is still being fetched
    context.close()
    assert heard == []

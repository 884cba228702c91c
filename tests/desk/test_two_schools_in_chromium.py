"""A child at two schools on the class list, in a real browser: both are read to the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.bundles.test_second import allow, child_at_two, given_vso
from tests.factories.thread import given_thread
from tests.factories.web import given_app, given_signed_in, served
from tests.web.browsing import as_visitor

CUT_OFF = """() => {
  const edge = document.querySelector('.wo-pupils').parentElement.getBoundingClientRect().right;
  return [...document.querySelectorAll('.wo-pupils td')]
    .filter(cell => cell.getBoundingClientRect().right > edge + 1).map(cell => cell.textContent);
}"""


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The teacher's; one of her children is at two schools."""
    thread = given_thread(tmp_path)
    allow(thread)
    child_at_two(thread, given_vso(thread), first_name="Lieke", infix="van den", last_name="Heuvelmans").both()
    app = given_app(thread.region)
    with served(app) as url:
        context = as_visitor(browser, url, given_signed_in(app, thread.teacher))
        yield context.new_page()
        context.close()


@pytest.mark.parametrize("width", [1280, 1100, 360])
def test_both_schools_are_read_to_the_end(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto("/groep")
    page.locator("td.wo-two", has_text="De Wijnberg").wait_for()

    assert page.evaluate(CUT_OFF) == []

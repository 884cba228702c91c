"""A class of 300 with all its columns, pasted in a real browser: it goes on by itself, and again after a closed tab."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from handover.dossiers.drafts import open_draft
from handover.leavers.model import Application, Leaver
from tests.factories.thread import Thread, given_thread
from tests.factories.web import given_app, given_signed_in, served
from tests.web.axe import too_wide, violations
from tests.web.browsing import as_visitor

PATIENCE = 180_000
"""Milliseconds for all 300 on a machine that does much else."""
HEADINGS = (
    "Roepnaam\tAchternaam\tGeboortedatum\tGeslacht\tDefinitief advies\tDatum definitief advies"
    "\tOuder 1\tSchool\tAanmelddatum"
)
WRONG = {
    40: "Kind40\tKlas40\t31-2-2015\tmeisje\thavo\t23-3-2027\tOuder 40\t25FY00\t30-3-2027",
    150: "Kind150\tKlas150\t7-3-2015\tmeisje\tuniversiteit\t23-3-2027\tOuder 150\t25FY00\t30-3-2027",
    260: "Kind260\tKlas260\t5-3-2015\tmeisje\thavo\t23-3-2027\tOuder 260\tonbekende school\t30-3-2027",
}


@pytest.fixture
def there(tmp_path: Path) -> Iterator[tuple[Thread, str]]:
    thread = given_thread(tmp_path)
    with served(given_app(thread.region)) as url:
        yield thread, url


def _class_of_300(brin: str) -> str:
    rows = [
        f"Kind{number}\tKlas{number}\t{number % 28 + 1}-3-2015\tjongen\thavo\t23-3-2027"
        f"\tOuder {number}\t{brin}\t30-3-2027"
        for number in range(300)
    ]
    for number, row in WRONG.items():
        rows[number] = row.replace("25FY00", brin)
    return "\n".join([HEADINGS, *rows])


def _count(thread: Thread, table: type[Leaver | Application]) -> int:
    with thread.services.uow() as uow:
        return uow.session.scalar(select(func.count()).select_from(table)) or 0


def _pasted(page: Page, url: str, group: str, text: str) -> None:
    page.goto(f"{url}/groep/{group}/plakken")
    page.get_by_label("Rijen, één kind per regel").fill(text)
    page.get_by_role("button", name="Kijk na", exact=True).click()
    page.get_by_text("vakken konden wij niet lezen").wait_for(timeout=PATIENCE)


@pytest.mark.slow
def test_a_class_of_300_goes_on_by_itself_and_again_after_the_tab_was_closed(
    browser: Browser, there: tuple[Thread, str]
) -> None:
    thread, url = there
    group, text = thread.po.groups["8a"], _class_of_300(thread.vo.brin6)
    context = as_visitor(browser, url, given_signed_in(given_app(thread.region), thread.teacher))
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    _pasted(page, url, group, text)
    # The first part is done, and the tab closes when it would go on with the second.
    parts: list[Route] = []

    def let_one_through(route: Route) -> None:
        parts.append(route)
        if len(parts) == 1:
            route.continue_()
        else:
            route.abort()

    page.route("**/plakken", let_one_through)
    with page.expect_event("requestfailed", lambda one: one.method == "POST", timeout=PATIENCE):
        page.get_by_role("button", name="Zet op de lijst en vul in").click()
    page.close()
    assert _count(thread, Leaver) == 299
    assert len(parts) == 2
    assert 0 < _count(thread, Application) < 298

    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    _pasted(page, url, group, text)
    expect(page.get_by_text("dossiers worden aangevuld")).to_be_visible()
    page.get_by_role("button", name="Vul in", exact=True).click()
    expect(page.get_by_role("heading", name="Wat er met de lijst gebeurde")).to_be_visible(timeout=PATIENCE)

    assert violations(page) == []
    assert not too_wide(page)
    rows = page.get_by_role("row")
    expect(rows).to_have_count(301)
    expect(rows.nth(1)).to_contain_text("naam of geboortedatum klopt niet")
    expect(rows.nth(2)).to_contain_text("1 vak konden wij niet lezen")
    expect(rows.nth(3)).to_contain_text("1 vak konden wij niet lezen")
    assert (_count(thread, Leaver), _count(thread, Application)) == (299, 298)
    actor = thread.teacher.actor
    with thread.services.uow() as uow:
        reference = uow.session.scalars(select(Leaver.reference).limit(1)).one()
        assert open_draft(uow, actor, reference).content.parents
    assert [one for one in complaints if "ERR_FAILED" not in one] == []

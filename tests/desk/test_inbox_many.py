"""More dossiers than one request does: chosen over all pages, done in parts, told once, taken back with one press."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, expect
from werkzeug.test import TestResponse

from handover.bundles.many import AT_ONCE
from handover.policy import Role
from tests.factories.access import Colleague, given_colleague
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, served, text_of
from tests.web.browsing import as_visitor
from tests.web.valid import check_page

MANY = AT_ONCE + 2


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    """So many that they take two requests."""
    made = given_thread(tmp_path_factory.mktemp("many"))
    for number in range(MANY):
        made.accepted(first_name=f"Kind{chr(ord('a') + number % 26)}", has_opp=False)
    return made


@pytest.fixture(scope="module")
def visitors(thread: Thread) -> dict[str, Visitor]:
    app = given_app(thread.region)
    return {name: given_signed_in(app, getattr(thread, name)) for name in ("intake", "office")}


def page_of(answer: TestResponse) -> BeautifulSoup:
    assert answer.status_code == 200, answer.text[:2000]
    check_page(answer.text)
    return BeautifulSoup(answer.text, "html5lib")


def sent(page: BeautifulSoup, action: str) -> tuple[str, dict[str, list[str]]]:
    """A form as a browser sends it: what is hidden, and what is ticked."""
    form = next(one for one in page.select("form") if re.search(action, str(one["action"])))
    found: dict[str, list[str]] = {}
    for field in form.select("input[type=hidden], input[type=checkbox][checked]"):
        if field["name"] != "csrf_token":
            found.setdefault(str(field["name"]), []).append(str(field["value"]))
    return str(form["action"]), found


def chosen_all(visitor: Visitor) -> dict[str, list[str]]:
    """All of the step, of which the page shows ten."""
    page = visitor.page("/dossiers?stap=ontvangen&limit=10&kies=filter")
    assert f"Ook {MANY - 10} dossiers op andere bladzijden zijn gekozen." in text_of(page)
    _action, form = sent(page, "^/dossiers/ontvangen$")
    assert len(form["kies"]) == MANY
    return form


def test_all_of_a_filter_are_done_in_parts_and_taken_back_with_one_press(visitors: dict[str, Visitor]) -> None:
    office = visitors["office"]
    form = chosen_all(office)

    going = page_of(office.post("/dossiers/samen", {**form, "doe": "admit"}, follow=True))

    assert f"{AT_ONCE} van {MANY} gedaan." in text_of(going)
    action, more = sent(going, "^/dossiers/samen/[0-9a-f]{32}$")
    left = page_of(office.get("/dossiers?stap=ontvangen"))
    assert "U was bezig: vastleggen: toegelaten" in text_of(left)
    told = page_of(office.post(action, more, follow=True))
    assert f"{MANY} dossiers: toegelaten" in text_of(told)
    assert f"Maak deze {MANY} ongedaan" in text_of(told)
    again = page_of(office.post("/dossiers/samen", {**form, "doe": "admit"}, follow=True))
    assert f"Maak deze {MANY} ongedaan" in text_of(again), "the same form once more is the same press"
    assert "U was bezig" not in text_of(page_of(office.get("/dossiers?stap=ontvangen")))

    way_back, nothing = sent(told, "^/ongedaan/")
    back = office.post(way_back, nothing, follow=True)
    assert f"{MANY} dossiers zijn weer zoals ze waren." in back.text


def test_stopped_the_rest_stays_in_the_list(visitors: dict[str, Visitor]) -> None:
    intake = visitors["intake"]
    form = chosen_all(intake)
    going = page_of(intake.post("/dossiers/samen", {**form, "doe": "take"}, follow=True))

    action, more = sent(going, "/stop$")
    told = page_of(intake.post(action, more, follow=True))

    assert "U stopte. 2 dossiers zijn niet gedaan, en staan nog in de lijst." in text_of(told)
    assert visitors["office"].get(action.removesuffix("/stop")).status_code == 404


def test_a_question_goes_along_from_part_to_part_and_is_asked_for_again_later(visitors: dict[str, Visitor]) -> None:
    intake = visitors["intake"]
    form = chosen_all(intake)
    asked = page_of(intake.post("/dossiers/gesprek", form))
    _action, form = sent(asked, "^/dossiers/gesprek$")
    going = page_of(intake.post("/dossiers/gesprek", {**form, "vraag": "Wat helpt?", "doe": "vraag"}))
    action, more = sent(going, "^/dossiers/samen/[0-9a-f]{32}$")
    assert more["vraag"] == ["Wat helpt?"]

    later = page_of(intake.get(action))
    assert later.select_one("textarea[name=vraag]") is not None
    assert later.select_one("[data-going-on]") is None, "what is to be typed does not go on by itself"
    empty = intake.post(action, {"vraag": " "})
    assert empty.status_code == 422
    done = page_of(intake.post(action, more, follow=True))

    assert f"Bij {MANY} leerlingen is het gevraagd" in text_of(done)
    assert "Hulp bij deze bladzijde" in done.text
    assert "Hulp bij deze bladzijde" in asked.text


def test_who_was_second_reads_who_was_first(tmp_path: Path) -> None:
    thread = given_thread(tmp_path)
    chosen = [thread.accepted(last_name=name) for name in ("Bakker", "Cox")]
    colleague = given_colleague(thread.vo, Colleague(name="Tweede Kracht", roles=(Role.VO_OFFICE,)))
    app = given_app(thread.region)
    first, second = given_signed_in(app, thread.office), given_signed_in(app, colleague)
    first.post("/dossiers/samen", {"kies": chosen, "doe": "enrol"})

    told = page_of(second.post("/dossiers/samen", {"kies": chosen, "doe": "enrol"}, follow=True))

    assert "2 dossiers: ingeschreven" in text_of(told)
    assert "2 daarvan deed Olga Franssen al." in text_of(told)
    assert "/ongedaan/" not in str(told)


def test_by_keys_and_with_scripts_it_goes_on_by_itself(
    browser: Browser, thread: Thread, visitors: dict[str, Visitor]
) -> None:
    with served(given_app(thread.region)) as url, as_visitor(browser, url, visitors["intake"]) as context:
        page = context.new_page()
        page.goto("/dossiers?stap=ontvangen&limit=10&kies=filter")
        expect(page.get_by_text(f"Ook {MANY - 10} dossiers op andere bladzijden zijn gekozen.")).to_be_visible()
        page.keyboard.press("b")
        expect(page.locator("#uitkomst")).to_be_focused(timeout=60_000)
        # None was read, so none can be confirmed; and each of them was tried, without a further press.
        expect(page.locator("#uitkomst")).to_have_text("0 dossiers: de overdracht is bevestigd")
        expect(page.locator(".wo-kept li")).to_have_count(MANY)

"""The inbox narrowed: marks with counts that hold, an empty list that says what to leave out, filters that are kept."""

from __future__ import annotations

from datetime import timedelta
from itertools import combinations, islice
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

from handover.access.invitations import invite
from handover.access.people import accept_invitation
from handover.bundles.remarks import ask
from handover.policy import Role
from handover.schools.model import UnitSide
from tests.factories.access import Colleague, given_colleague, given_enrolled_unit
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page

RECEIVED = "/dossiers?stap=ontvangen"


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    """Anna has an OPP and is to be spoken of, Bram was read, of Cato something is asked; Daan and Eva wait."""
    made = given_thread(tmp_path_factory.mktemp("filters"))
    made.accepted(first_name="Anna", has_opp=True, conversation=True)
    made.read(made.accepted(first_name="Bram", has_opp=False))
    ask(made.services, made.intake.actor, made.accepted(first_name="Cato", has_opp=False), text="Wat helpt?")
    made.offered(first_name="Daan")
    made.region.clock.pass_by(timedelta(days=8))
    made.offered(first_name="Eva", conversation=True)
    return made


@pytest.fixture(scope="module")
def app(thread: Thread) -> Flask:
    return given_app(thread.region)


@pytest.fixture(scope="module")
def intake(app: Flask, thread: Thread) -> Visitor:
    return given_signed_in(app, thread.intake)


@pytest.fixture(scope="module")
def office(app: Flask, thread: Thread) -> Visitor:
    return given_signed_in(app, thread.office)


def names(page: BeautifulSoup) -> set[str]:
    found = (row.select_one("th [data-name]") for row in page.select("[data-keys-row]"))
    return {text_of(one).split()[0] for one in found if one}


def chips(page: BeautifulSoup) -> dict[str, int]:
    found = {}
    for chip in page.select(".wo-filterbar .wo-chip"):
        count = chip.select_one("b")
        assert count is not None
        found[text_of(chip).split(f" {text_of(count)}")[0]] = int(text_of(count))
    return found


def kept(page: BeautifulSoup) -> list[str]:
    return [text_of(one) for one in page.select(".wo-keptfilters .wo-chip")]


def pressed(page: BeautifulSoup, label: str) -> str:
    """Where a chip leads."""
    return str(next(one["href"] for one in page.select("a.wo-chip") if label in text_of(one)))


def form_of(page: BeautifulSoup, action: str) -> dict[str, object]:
    form = next(one for one in page.select("form") if action in str(one["action"]))
    sent: dict[str, object] = {}
    for field in form.select("input[type=hidden]"):
        sent.setdefault(str(field["name"]), []).append(str(field["value"]))  # type: ignore[attr-defined]
    return {name: value for name, value in sent.items() if name != "csrf_token"}


def test_each_mark_is_counted_and_holds_what_it_counts(intake: Visitor) -> None:
    page = intake.page(RECEIVED)

    assert chips(page) == {
        "nog niet gelezen": 2,
        "gesprek nog te houden": 1,
        "open vraag": 1,
        "met OPP": 1,
        "met zorgdeel": 1,
    }
    for label, whom in (
        ("nog niet gelezen", {"Anna", "Cato"}),
        ("gesprek nog te houden", {"Anna"}),
        ("open vraag", {"Cato"}),
        ("met OPP", {"Anna"}),
        ("met zorgdeel", {"Anna"}),
    ):
        answer = intake.get(pressed(page, label))
        check_page(answer.text)
        assert names(BeautifulSoup(answer.text, "html5lib")) == whom, label


def test_marks_go_together_and_count_what_is_left(intake: Visitor) -> None:
    page = intake.page(pressed(intake.page(RECEIVED), "nog niet gelezen"))
    assert chips(page)["met OPP"] == 1

    both = intake.page(pressed(page, "met OPP"))

    assert names(both) == {"Anna"}
    assert "1 dossier in dit filter" in text_of(both)
    assert names(intake.page(pressed(both, "nog niet gelezen"))) == {"Anna"}, "pressed again it is left out"


def test_waiting_long_is_what_the_mark_of_the_row_says(intake: Visitor, office: Visitor) -> None:
    for visitor in (intake, office):
        page = visitor.page("/dossiers?stap=nieuw")
        assert chips(page) == {"wacht lang": 1}
        assert names(visitor.page(pressed(page, "wacht lang"))) == {"Daan"}


def test_nobody_finds_by_what_they_may_not_see(intake: Visitor, office: Visitor) -> None:
    page = office.page(RECEIVED)
    assert chips(page) == {}
    assert names(office.page(f"{RECEIVED}&alleen=opp&alleen=gesprek")) == {"Anna", "Bram", "Cato"}
    # Eva's conversation is not told before she is received.
    assert names(intake.page("/dossiers?stap=alles&alleen=gesprek")) == {"Anna"}


def test_a_search_keeps_the_filter_and_the_filter_the_search(intake: Visitor) -> None:
    found = intake.post("/dossiers", {"zoek": "a", "stap": "ontvangen", "alleen": ["ongelezen"]})
    page = BeautifulSoup(found.text, "html5lib")
    assert names(page) == {"Anna", "Cato"}
    chip = next(one for one in page.select("button.wo-chip") if "met OPP" in text_of(one))

    fewer = intake.post(
        "/dossiers", {"zoek": "a", "stap": "ontvangen", "alleen": ["ongelezen"], str(chip["name"]): str(chip["value"])}
    )

    page = BeautifulSoup(fewer.text, "html5lib")
    assert names(page) == {"Anna"}
    box = page.select_one("input[name=zoek]")
    assert isinstance(box, Tag)
    assert box["value"] == "a"
    back = page.select_one("input[name=stap]")
    assert isinstance(back, Tag)
    assert back["value"] == "ontvangen"


def test_an_empty_list_says_what_to_leave_out_and_leaves_it_out_with_one_press(intake: Visitor) -> None:
    answer = intake.get(f"{RECEIVED}&alleen=vraag&alleen=opp&wie=niemand")
    check_page(answer.text)
    page = BeautifulSoup(answer.text, "html5lib")

    said = [text_of(one) for one in page.select(".wo-empty .wo-chip")]
    assert said == ["Zonder: nog van niemand 0", "Zonder: open vraag 1", "Zonder: met OPP 1"]
    assert names(intake.page(str(page.select(".wo-empty .wo-chip")[1]["href"]))) == {"Anna"}


def test_a_filter_is_kept_with_one_press_begun_with_and_dropped(app: Flask, thread: Thread) -> None:
    intake, office = given_signed_in(app, thread.intake), given_signed_in(app, thread.office)
    page = intake.page(f"{RECEIVED}&wie=niemand&alleen=opp&alleen=ongelezen")

    answer = intake.post("/dossiers/filters", form_of(page, "/dossiers/filters"), follow=True)

    check_page(answer.text)
    page = BeautifulSoup(answer.text, "html5lib")
    assert kept(page) == ["Ontvangen · nog van niemand · nog niet gelezen · met OPP 1"]
    assert kept(office.page(RECEIVED)) == [], "it is one's own"
    assert names(intake.page(pressed(page, "nog van niemand"))) == {"Anna"}
    begin = str(next(one["action"] for one in page.select("form") if str(one["action"]).endswith("/begin")))

    page = BeautifulSoup(intake.post(begin, form_of(page, "/begin"), follow=True).text, "html5lib")
    assert kept(page) == ["Ontvangen · nog van niemand · nog niet gelezen · met OPP 1 · begin"]
    assert intake.get("/dossiers").headers["Location"] == f"{RECEIVED}&wie=niemand&alleen=ongelezen&alleen=opp"
    assert names(intake.page("/dossiers?stap=nieuw")) == {"Daan", "Eva"}, "a step that is named is that step"
    assert office.post(begin, {}).status_code == 404

    intake.post(begin, form_of(page, "/begin"))
    assert intake.get("/dossiers").status_code == 200
    gone = intake.post(begin.replace("/begin", "/weg"), form_of(page, "/weg"), follow=True)
    assert kept(BeautifulSoup(gone.text, "html5lib")) == []


def test_a_ninth_is_not_kept_and_that_is_said(app: Flask, thread: Thread) -> None:
    care = given_signed_in(app, thread.care)
    marks = ("ongelezen", "gesprek", "vraag", "opp", "zorg")
    for pair in islice(combinations(marks, 2), 8):
        care.post("/dossiers/filters", {"stap": "ontvangen", "alleen": list(pair)})

    said = care.post("/dossiers/filters", {"stap": "bevestigd", "wie": "ik"}, follow=True)

    assert "U kunt 8 filters bewaren. Haal er eerst een weg." in said.text


def test_who_chose_a_school_in_the_header_can_still_choose_another(tmp_path: Path) -> None:
    thread = given_thread(tmp_path)
    other = given_enrolled_unit(thread.region, UnitSide.VO, "Dendron College", brin6="16PK00", place="Horst")
    person = given_colleague(thread.vo, Colleague(name="Bea Beide", roles=(Role.INTAKE,)))
    asked = invite(
        thread.services,
        other.admin.actor,
        other.id,
        name="Bea Beide",
        email=person.email,
        roles=(Role.INTAKE,),
        groups=frozenset(),
    )
    accept_invitation(thread.services, code=asked.code, actor=person.actor)
    visitor = given_signed_in(given_app(thread.region), person)
    visitor.post("/school-kiezen", {"school": thread.vo.id})

    link = visitor.page(f"/dossiers?bij={thread.vo.id}").select_one("a[href='/dossiers?bij=kies']")
    assert link is not None
    page = visitor.page(str(link["href"]))

    assert "Voor welke school kijkt u?" in text_of(page)

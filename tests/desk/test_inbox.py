"""The inbox of a secondary school, as its people see it without scripts."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

from handover.access.invitations import invite
from handover.access.people import accept_invitation
from handover.bundles.receiving import confirm, decline
from handover.bundles.withdrawing import withdraw
from handover.policy import Role
from handover.schools.model import RegionSetting, UnitSide
from tests.desk.received import application_of
from tests.factories.access import Colleague, Member, given_colleague, given_enrolled_unit
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, given_visitor, text_of
from tests.web.valid import check_page

APPS: dict[Path, Flask] = {}
VISITORS: dict[tuple[Path, str], Visitor] = {}
BORN = "19 juni 2015"


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    """Two schools between which nothing was sent."""
    return given_thread(tmp_path_factory.mktemp("quiet"))


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    """A dossier at each step: Anna new since a week, Bram since today, Cato received, Daan confirmed, two gone."""
    thread = given_thread(tmp_path_factory.mktemp("busy"))
    thread.offered(first_name="Anna", last_name="Aerts")
    thread.region.clock.pass_by(timedelta(days=7))
    thread.offered(first_name="Bram", last_name="Bos", conversation=True)
    thread.accepted(first_name="Cato", last_name="Claes", conversation=True)
    confirmed = thread.accepted(first_name="Daan", last_name="Dings", has_opp=False)
    thread.enrolled(application_of(thread, confirmed))
    thread.read(confirmed)
    confirm(thread.services, thread.intake.actor, confirmed)
    decline(thread.services, thread.intake.actor, thread.offered(last_name="Elders"), reason="double")
    withdraw(thread.services, thread.teacher.actor, thread.offered(last_name="Foppen"))
    return thread


def app_of(thread: Thread) -> Flask:
    """One application for each fixture: its templates are compiled once."""
    if thread.region.folder not in APPS:
        APPS[thread.region.folder] = given_app(thread.region)
    return APPS[thread.region.folder]


def signed_in(thread: Thread, member: Member) -> Visitor:
    """Somebody of the thread, with one session for all tests of this module."""
    key = (thread.region.folder, member.person_id)
    if key not in VISITORS:
        VISITORS[key] = given_signed_in(app_of(thread), member)
    return VISITORS[key]


def rows(page: BeautifulSoup) -> list[Tag]:
    return page.select("[data-keys-row]")


def names(page: BeautifulSoup) -> list[str]:
    return [text_of(found) for row in rows(page) if (found := row.select_one("th [data-name]"))]


@pytest.mark.parametrize("member", ["intake", "care", "office"])
@pytest.mark.parametrize("tab", ["nieuw", "ontvangen", "bevestigd", "teruggegeven", "alles"])
def test_each_step_is_a_page_of_ours_full_and_empty(quiet: Thread, busy: Thread, member: str, tab: str) -> None:
    for thread in (quiet, busy):
        visitor = signed_in(thread, getattr(thread, member))
        answer = visitor.get(f"/dossiers?stap={tab}")
        assert answer.status_code == 200
        check_page(answer.text)


def test_an_empty_step_says_why_and_what_to_do(quiet: Thread) -> None:
    page = signed_in(quiet, quiet.intake).page("/dossiers")

    assert "Er wacht niets op u" in text_of(page)
    assert page.select_one(".wo-empty a[href='/hulp']")


def test_steps_are_counted_and_the_longest_waiting_comes_first(busy: Thread) -> None:
    page = signed_in(busy, busy.intake).page("/dossiers")

    assert [text_of(tab) for tab in page.select(".wo-tabs a")] == [
        "0 Verwacht",
        "2 Nieuw",
        "1 Ontvangen",
        "1 Bevestigd",
        "2 Terug",
        "6 Alles",
    ]
    assert names(page) == ["Anna Aerts", "Bram Bos"]
    assert "5 schooldagen sinds 8 april" in text_of(rows(page)[0])
    assert "vandaag" in text_of(rows(page)[1])
    assert "1 daarvan langer dan 4 schooldagen" in text_of(page)


def test_long_is_a_day_before_the_region_calls(tmp_path: Path) -> None:
    thread = given_thread(tmp_path)
    thread.offered()
    thread.region.clock.at += timedelta(days=7)
    intake = signed_in(thread, thread.intake)
    assert "1 daarvan langer dan 4 schooldagen" in text_of(intake.page("/dossiers"))

    with thread.services.uow() as uow:
        uow.session.add(RegionSetting(long_wait=8, late_key_work=5, remind_before=7, warn_before=31))
        uow.commit()

    page = intake.page("/dossiers")
    assert "5 schooldagen sinds 8 april" in text_of(rows(page)[0])
    assert "langer dan" not in text_of(page)


def test_a_new_dossier_says_who_it_is_and_from_where_and_nothing_else(busy: Thread) -> None:
    row = rows(signed_in(busy, busy.intake).page("/dossiers"))[1]

    said = re.sub(r"[0-9A-Z]{4}-[0-9A-Z]{2}", "KENMERK", text_of(row))
    assert said == f"Bram Bos {BORN} · KENMERK De Hommel, Venray Wacht vandaag Neem in ontvangst : Bram Bos"


def test_a_received_dossier_says_what_to_look_out_for_and_one_next_step(busy: Thread) -> None:
    page = signed_in(busy, busy.intake).page("/dossiers?stap=ontvangen")

    row = text_of(rows(page)[0])
    assert "aan u: Lees het rapport" in row
    for badge in ("Gesprek gevraagd", "OPP", "Zorgdeel", "Nog niet ingeschreven"):
        assert badge in row


def test_the_office_sees_names_and_its_own_next_step_but_nothing_of_the_content(busy: Thread) -> None:
    office = signed_in(busy, busy.office)
    page = office.page("/dossiers?stap=ontvangen")

    assert names(page) == ["Cato Claes"]
    row = text_of(rows(page)[0])
    assert "aan u: Leg vast dat de leerling is ingeschreven" in row
    for closed in ("OPP", "Zorgdeel", "Gesprek", "vraag"):
        assert closed not in row
    assert not page.select("a[href^='/dossier/']")
    assert not office.page("/dossiers").select("button[formaction]")


def test_the_name_goes_with_what_was_given_back_or_taken_back(busy: Thread) -> None:
    page = signed_in(busy, busy.intake).page("/dossiers?stap=teruggegeven")

    said = [text_of(row) for row in rows(page)]
    assert len(said) == 2
    assert all("De naam is gewist" in row for row in said)
    assert sum("Teruggegeven door uw school" in row for row in said) == 1
    assert sum("Teruggehaald door de basisschool" in row for row in said) == 1


@pytest.mark.parametrize("typed", ["anna", "AERTS", "aerts anna", "Aërts"])
def test_a_search_finds_names_as_people_type_them_and_leaves_no_trace_in_an_address(busy: Thread, typed: str) -> None:
    intake = signed_in(busy, busy.intake)

    answer = intake.post("/dossiers", {"zoek": typed})

    assert answer.status_code == 200
    check_page(answer.text)
    assert names(BeautifulSoup(answer.text, "html5lib")) == ["Anna Aerts"]


def test_a_search_finds_a_reference_and_a_school_too(busy: Thread) -> None:
    intake = signed_in(busy, busy.intake)
    row = rows(intake.page("/dossiers"))[0]
    reference = text_of(row.select(".wo-mono")[0])

    by_reference = intake.post("/dossiers", {"zoek": reference.replace("-", "").lower()}).text
    by_school = intake.post("/dossiers", {"zoek": "hommel venray"}).text

    assert names(BeautifulSoup(by_reference, "html5lib")) == ["Anna Aerts"]
    assert len(rows(BeautifulSoup(by_school, "html5lib"))) == 6


def test_a_step_can_be_sorted_by_name_and_no_name_stands_in_an_address(tmp_path: Path) -> None:
    thread = given_thread(tmp_path)
    for first, infix, last in (
        ("Noor", "van den", "Berg"),
        ("Zoë", "", "Ali"),
        ("Anna", "", "Berg"),
        ("Émile", "", "Åal"),
    ):
        thread.offered(first_name=first, infix=infix, last_name=last, has_opp=False)
    intake = given_signed_in(given_app(thread.region), thread.intake)
    assert intake.page("/dossiers").select("button[name=sorteer]")

    answer = intake.post("/dossiers", {"stap": "nieuw", "sorteer": "naam"})

    check_page(answer.text)
    page = BeautifulSoup(answer.text, "html5lib")
    assert names(page) == ["Émile Åal", "Zoë Ali", "Anna Berg", "Noor van den Berg"]
    assert "4 dossiers, op achternaam" in text_of(page)
    assert "Location" not in answer.headers
    assert len(page.select("input[name=kies]")) == 4, "what was found so can be received so"
    assert intake.post("/dossiers", {"stap": "bevestigd", "sorteer": "naam"}).status_code == 200


def test_a_search_without_a_hit_says_so_and_shows_the_way_back(busy: Thread) -> None:
    answer = signed_in(busy, busy.intake).post("/dossiers", {"zoek": "zebra"})

    check_page(answer.text)
    assert "Niets gevonden" in answer.text
    assert 'href="/dossiers?stap=nieuw"' in answer.text


def test_a_school_is_chosen_without_typing_a_name(busy: Thread) -> None:
    intake = signed_in(busy, busy.intake)

    to = intake.post("/dossiers", {"zoek": "", "van": busy.po.id, "stap": "nieuw"}).headers["Location"]
    page = intake.page(to)

    assert to == f"/dossiers?stap=nieuw&van={busy.po.id}"
    assert names(page) == ["Anna Aerts", "Bram Bos"]
    nothing = intake.page(f"/dossiers?van={'0' * 32}")
    assert "Geen dossier past in dit filter" in text_of(nothing)
    assert [text_of(one) for one in nothing.select(".wo-empty .wo-chip")] == ["Zonder: deze school 2"]


def test_fifty_stand_on_a_page_and_the_rest_on_the_next(busy: Thread) -> None:
    intake = signed_in(busy, busy.intake)
    found: list[str] = []
    at = "/dossiers?stap=alles&limit=2"
    for _page in range(3):
        page = intake.page(at)
        found += [text_of(row.select(".wo-mono")[0]) for row in rows(page)]
        following = page.select_one("a[rel=next]")
        at = f"{following['href']}&limit=2" if following else ""

    assert at == ""
    assert len(set(found)) == 6


def test_a_position_that_was_never_given_out_is_an_error_in_words(busy: Thread) -> None:
    answer = signed_in(busy, busy.intake).get("/dossiers?after=bm9wZQ")

    assert answer.status_code == 422


def test_all_on_the_page_are_chosen_without_a_script(busy: Thread) -> None:
    page = signed_in(busy, busy.intake).page("/dossiers?kies=alle")

    assert len(page.select("input[name=kies][checked]")) == 2


def test_a_mentor_sees_an_empty_list_that_says_when_it_fills(busy: Thread) -> None:
    mentor = given_colleague(busy.vo, Colleague(name="Mia Peeters", roles=(Role.MENTOR,)))
    visitor = signed_in(busy, mentor)
    answer = visitor.get("/dossiers")

    check_page(answer.text)
    assert "Uw klas staat hier nog niet" in answer.text
    assert not rows(BeautifulSoup(visitor.post("/dossiers", {"zoek": "cato"}).text, "html5lib"))
    assert visitor.post("/dossiers/ontvangen", {}).status_code == 403


def test_who_lacks_the_key_of_names_is_told_how_to_get_it(busy: Thread) -> None:
    newcomer = given_colleague(busy.vo, Colleague(name="Nel Nieuw", roles=(Role.INTAKE,)), with_keys=False)
    answer = signed_in(busy, newcomer).get("/dossiers")

    check_page(answer.text)
    assert "Namen zitten voor u nog op slot" in answer.text
    assert "Anna" not in answer.text


def test_who_works_at_two_schools_chooses_one(busy: Thread) -> None:
    other = given_enrolled_unit(busy.region, UnitSide.VO, "Dendron College", brin6="16PK00", place="Horst")
    both = given_colleague(busy.vo, Colleague(name="Bea Beide", roles=(Role.CARE,)))
    asked = invite(
        busy.services,
        other.admin.actor,
        other.id,
        name="Bea Beide",
        email=both.email,
        roles=(Role.INTAKE,),
        groups=frozenset(),
    )
    accept_invitation(busy.services, code=asked.code, actor=both.actor)
    visitor = signed_in(busy, both)

    answer = visitor.get("/dossiers")
    check_page(answer.text)
    assert "Voor welke school kijkt u?" in answer.text
    assert "2 nieuwe dossiers" in answer.text
    page = visitor.page(f"/dossiers?bij={busy.vo.id}&stap=ontvangen")
    assert names(page) == ["Cato Claes"]
    assert "bij=" in str(page.select(".wo-tabs a")[0]["href"])
    assert visitor.get(f"/dossiers?bij={busy.po.id}").status_code == 404


def test_others_find_no_inbox(busy: Thread) -> None:
    for member in (busy.teacher, busy.po.admin, busy.vo.admin, busy.region.swv):
        visitor = signed_in(busy, member)
        assert visitor.get("/dossiers").status_code == 404
        assert visitor.post("/dossiers", {"zoek": "anna"}).status_code == 404
        assert visitor.post("/dossiers/ontvangen", {}).status_code == 404
    assert given_visitor(app_of(busy)).get("/dossiers").headers["Location"].startswith("/aanmelden")


def test_the_menu_counts_new_dossiers_for_who_receives_them(busy: Thread) -> None:

    def menu(visitor: Visitor) -> str:
        return text_of(visitor.page("/hulp").select(".wo-menu")[0])

    assert "Dossiers 2 nieuwe" in menu(signed_in(busy, busy.intake))
    assert "nieuwe" not in menu(signed_in(busy, busy.care))


def test_no_name_of_a_child_stands_in_a_title(busy: Thread) -> None:
    page = signed_in(busy, busy.intake).page("/dossiers")

    assert page.title is not None
    assert text_of(page.title) == "Dossiers - Warme Overdracht"


def test_accepted_once_more_by_hand_stays_where_it_is(tmp_path: Path) -> None:
    thread = given_thread(tmp_path)
    handover_id = thread.accepted(first_name="Gijs", last_name="Geurts")

    answer = signed_in(thread, thread.intake).post(f"/dossiers/{handover_id}/ontvangen", follow=True)

    assert answer.status_code == 200
    assert "Het dossier is ontvangen" in answer.text
    decline_page = signed_in(thread, thread.intake).get(f"/dossiers/{handover_id}/teruggeven")
    assert decline_page.status_code == 409

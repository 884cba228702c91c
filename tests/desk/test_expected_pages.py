"""Pages on which schools tell each other who applied: announcing, what is expected, which child it is, the letter."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from handover.bundles.outcomes import withdraw_application
from handover.leavers.model import Announcement, Application, Leaver
from handover.policy import Role
from handover.schools.model import UnitLocation, UnitSide
from handover.terms.destination import Announced, Outcome
from handover.terms.school_kind import SchoolKind
from tests.factories.access import Colleague, given_enrolled_unit, given_location
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in
from tests.web.valid import check_page

NEW = "/dossiers/verwacht/nieuw"
NOAH = {"first_name": "Noah", "last_name": "Wójcik", "birth_date": "19-6-2015"}
FORM = NOAH | {"applied_on": "8-4-2027", "outcome": "asked"}


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def office(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.office)


@pytest.fixture
def ib(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.ib)


def rows(thread: Thread) -> list[Announcement]:
    with thread.services.uow() as uow:
        return list(uow.session.scalars(select(Announcement).order_by(Announcement.announced_at, Announcement.id)))


def code_of(thread: Thread, reference: str) -> str:
    with thread.services.uow() as uow:
        return uow.session.scalars(select(Leaver.aanmeldcode).where(Leaver.reference == reference)).one()


def test_with_the_code_of_the_letter_one_form_is_enough(thread: Thread, office: Visitor) -> None:
    reference = thread.leaver()

    done = office.post(NEW, FORM | {"code": code_of(thread, reference), "outcome": "admitted"}, follow=True)

    check_page(done.text)
    assert "De leerling is aangemeld." in done.text
    assert "Wójcik" in done.text
    assert "De basisschool maakt het dossier." in done.text
    assert [(row.state, row.outcome) for row in rows(thread)] == [(Announced.BY_CODE, Outcome.ADMITTED)]


def test_without_a_code_the_school_is_shown_before_anything_is_kept(thread: Thread, office: Visitor) -> None:
    given_location(thread.services, "30AA00", "De Hommeltjes", place="Horst", kind=SchoolKind.BO)

    shown = office.post(NEW, FORM | {"zoek": "hommel"})

    check_page(shown.text)
    assert "De Hommel, Venray (BRIN 03QI00)" in shown.text
    assert "De Hommeltjes, Horst (BRIN 30AA00)" in shown.text
    assert 'value="Wójcik"' in shown.text
    assert rows(thread) == []

    office.post(NEW, FORM | {"zoek": "hommel", "gezocht": "hommel", "brin": "03QI00"})

    assert [(row.state, row.sender_brin) for row in rows(thread)] == [(Announced.ASKED, "03QI00")]


def test_who_searches_again_gets_another_list_and_not_the_school_chosen_before(thread: Thread, office: Visitor) -> None:
    given_location(thread.services, "30AA00", "De Keg", kind=SchoolKind.BO)

    shown = office.post(NEW, FORM | {"zoek": "keg", "gezocht": "hommel", "brin": "03QI00"})

    assert "De Keg, Venray" in shown.text
    assert rows(thread) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Vul de code in, of zoek hieronder de basisschool."),
        ({"zoek": "bestaat niet"}, "Geen basisschool gevonden."),
        ({"code": "7K3P-2M9Q"}, "Deze code klopt niet"),
        ({"code": "x", "birth_date": "31-4-2015"}, "Dit is geen dag die bestaat."),
        ({"code": "x", "applied_on": ""}, "Vul in op welke dag de ouders zich aanmeldden."),
        ({"code": "x", "outcome": "refused"}, "Kies hoe het met de aanmelding staat."),
        ({"code": "x", "vestiging": "99ZZ99"}, "Kies de vestiging."),
        ({"code": "x", "last_name": ""}, "Vul de achternaam in."),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_all_else_stays(
    thread: Thread, office: Visitor, typed: dict[str, str], said: str
) -> None:
    refused = office.post(NEW, FORM | typed)

    assert refused.status_code == 422
    check_page(refused.text)
    assert said in refused.text
    assert 'value="Noah"' in refused.text
    assert rows(thread) == []


def test_a_namesake_is_announced_when_somebody_says_that_it_is_another(thread: Thread, office: Visitor) -> None:
    thread.announced()
    typed = FORM | {"zoek": "hommel", "gezocht": "hommel", "brin": "03QI00"}

    doubted = office.post(NEW, typed)
    office.post(NEW, typed | {"ander": "ja"})

    assert doubted.status_code == 422
    assert "Ja, dit is een ander kind" in doubted.text
    assert len(rows(thread)) == 2


def test_a_unit_with_more_locations_asks_which(thread: Thread) -> None:
    unit = given_enrolled_unit(
        thread.region,
        UnitSide.VO,
        "Dendroncollege",
        brin6="19XX00",
        place="Horst",
        people=[Colleague(name="Koen Sijbers", roles=(Role.VO_OFFICE,))],
    )
    there = given_signed_in(given_app(thread.region), unit.people["Koen Sijbers"])
    assert "Kies de vestiging" not in there.get(NEW).text

    given_location(thread.services, "19XX01", "Dendron Venray", kind=SchoolKind.VO)
    with thread.services.uow() as uow:
        uow.session.add(UnitLocation(unit_id=unit.id, brin6="19XX01"))
        uow.commit()
    typed = FORM | {"zoek": "hommel", "gezocht": "hommel", "brin": "03QI00"}
    assert "Kies de vestiging" in there.post(NEW, typed).text
    there.post(NEW, typed | {"vestiging": "19XX01"})

    assert [row.receiver_brin for row in rows(thread)] == ["19XX01"]


def test_the_primary_school_says_which_child_it_is(thread: Thread, ib: Visitor) -> None:
    reference = thread.leaver()
    thread.leaver(first_name="Jonah")
    one = thread.announced()

    assert "1 aanmelding vraagt uw antwoord" in ib.get("/groep").text
    page = ib.get("/groep/aanmeldingen")
    check_page(page.text)
    assert "zelfde naam en geboortedatum" in page.text

    assert ib.post(f"/groep/aanmeldingen/{one}", {}).status_code == 422
    done = ib.post(f"/groep/aanmeldingen/{one}", {"wie": reference}, follow=True)

    assert "De aanmelding hoort nu bij dit kind." in done.text
    assert "Niemand vraagt iets" in done.text
    assert "de school meldde dat zelf" in ib.get(f"/leerling/{reference}/school").text
    again = ib.post(f"/groep/aanmeldingen/{one}", {"wie": "geen"}, follow=True)
    assert "Dit hoefde niet meer" in again.text
    assert rows(thread)[0].state is Announced.KNOWN


def test_a_child_that_is_not_shown_is_named_by_its_reference(thread: Thread, ib: Visitor) -> None:
    reference = thread.leaver(first_name="Pim", last_name="Loeffen", birth_date="2015-01-02")
    one = thread.announced()
    assert reference not in ib.get("/groep/aanmeldingen").text

    for wrong in ("", "0000-00", "x" * 300):
        refused = ib.post(f"/groep/aanmeldingen/{one}", {"wie": "ander", "kenmerk": wrong})
        assert refused.status_code == 422
        assert "Dit kenmerk staat niet op uw lijst." in refused.text
    ib.post(f"/groep/aanmeldingen/{one}", {"wie": "ander", "kenmerk": reference.lower().replace("-", " ")})

    assert rows(thread)[0].state is Announced.KNOWN


def test_what_the_primary_school_withdrew_is_shown_to_who_expects_it(
    thread: Thread, ib: Visitor, office: Visitor
) -> None:
    reference = thread.leaver()
    one = thread.announced(reference=reference)
    withdraw_application(
        thread.services, thread.ib.actor, reference, next(row.application_id for row in rows(thread)) or ""
    )

    assert "De basisschool stuurt geen dossier" in office.get("/dossiers/verwacht").text
    page = ib.get("/groep/aanmeldingen")
    check_page(page.text)
    assert "Deze aanmelding was ingetrokken of afgewezen" in page.text
    ib.post(f"/groep/aanmeldingen/{one}", {"wie": reference})
    assert "De basisschool maakt het dossier." in office.get("/dossiers/verwacht").text


def test_a_child_that_this_school_announced_already_is_not_chosen_twice(thread: Thread, ib: Visitor) -> None:
    reference = thread.leaver()
    thread.announced(reference=reference)
    another, same = thread.announced(first_name="Noa"), thread.announced()

    refused = ib.post(f"/groep/aanmeldingen/{another}", {"wie": reference})
    taken = ib.post(f"/groep/aanmeldingen/{same}", {"wie": reference})

    assert refused.status_code == 422
    assert "Deze school heeft dit kind al aangemeld." in refused.text
    assert taken.status_code == 303, "the same child said twice is one application"
    with thread.services.uow() as uow:
        assert len(uow.session.scalars(select(Application)).all()) == 1


def test_kennen_wij_niet_is_seen_by_the_secondary_school(thread: Thread, ib: Visitor, office: Visitor) -> None:
    one = thread.announced()

    ib.post(f"/groep/aanmeldingen/{one}", {"wie": "geen"})

    shown = office.get("/dossiers/verwacht")
    assert "De basisschool kent dit kind niet" in shown.text
    assert "Wójcik" not in ib.get("/groep/aanmeldingen").text


def test_another_name_with_a_code_shows_whose_code_it_is(thread: Thread, ib: Visitor) -> None:
    reference = thread.leaver()
    thread.announced(reference=reference, first_name="Noa")

    page = ib.get("/groep/aanmeldingen")

    check_page(page.text)
    assert "van dit kind is de code" in page.text
    assert "noemt bij de aanmeldcode een andere naam" in ib.get(f"/leerling/{reference}/school").text


def test_what_is_taken_back_is_gone_at_both_schools(thread: Thread, ib: Visitor, office: Visitor) -> None:
    one = thread.announced()

    for said in ("De aanmelding is teruggehaald.", "Dit kon niet meer"):
        assert said in office.post(f"/dossiers/verwacht/{one}/terug", {}, follow=True).text
    assert "U verwacht geen dossier" in office.get("/dossiers/verwacht").text
    assert "Niemand vraagt iets" in ib.get("/groep/aanmeldingen").text


def test_a_school_that_does_not_take_part_is_shown_as_such_until_it_does(thread: Thread, office: Visitor) -> None:
    given_location(thread.services, "30AA00", "De Keg", kind=SchoolKind.BO)
    office.post(NEW, FORM | {"zoek": "keg", "gezocht": "keg", "brin": "30AA00"})
    (row,) = rows(thread)

    assert "De basisschool doet nog niet mee" in office.get("/dossiers/verwacht").text
    assert "kunnen wij nog niets sturen" in office.post(f"/dossiers/verwacht/{row.id}/vragen", {}, follow=True).text

    given_enrolled_unit(thread.region, UnitSide.PO, "De Keg", brin6="30AA00", people=[])
    assert "Vraag het nu" in office.get("/dossiers/verwacht").text
    asked = office.post(f"/dossiers/verwacht/{row.id}/vragen", {}, follow=True)
    assert "De basisschool is gevraagd." in asked.text
    assert "De basisschool zoekt welk kind het is." in asked.text


def test_nothing_is_expected_any_more_when_the_dossier_came(thread: Thread, office: Visitor) -> None:
    reference = thread.leaver()
    thread.written(reference)
    thread.announced(reference=reference)
    assert "1 leerling" in office.get("/dossiers/verwacht").text

    thread.send(reference)

    assert "U verwacht geen dossier" in office.get("/dossiers/verwacht").text


def test_the_letter_holds_the_code_and_whom_it_is_for(thread: Thread, ib: Visitor) -> None:
    references = [thread.leaver(), thread.leaver(first_name="Fenna", infix="de", last_name="Bruijn")]

    one = ib.get(f"/leerling/{references[0]}/brief.pdf")
    group = ib.get(f"/groep/{thread.po.groups['8a']}/brieven.pdf")

    assert one.headers["Cache-Control"] == "no-store"
    assert "Wójcik" not in str(one.headers)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(one.data)).pages]
    assert len(pages) == 1
    for text in ("Noah Wójcik", code_of(thread, references[0]), references[0], "De Hommel", "In English"):
        assert text in pages[0]
    both = [page.extract_text() for page in PdfReader(io.BytesIO(group.data)).pages]
    assert ["Fenna de Bruijn" in both[0], "Noah Wójcik" in both[1], len(both)] == [True, True, 2]


def test_a_name_that_cannot_be_printed_spoils_nobodys_letter(thread: Thread, ib: Visitor) -> None:
    unprintable = thread.leaver(first_name="𐎠𐎢", last_name="𐎭𐎼")  # Old Persian: no font of any school has it
    thread.leaver()

    group = ib.get(f"/groep/{thread.po.groups['8a']}/brieven.pdf")

    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(group.data)).pages)
    assert "Noah Wójcik" in text
    assert f"verzorgers van {unprintable}" in " ".join(text.split())


def test_the_code_stands_on_the_dossiers_own_page(thread: Thread, ib: Visitor) -> None:
    reference = thread.leaver()

    assert code_of(thread, reference) in ib.get(f"/leerling/{reference}").text

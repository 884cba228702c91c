"""Taking a child off the list in the browser: what follows is said before the press, and shown after it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from handover.bundles.ending import end_leaver
from handover.db.base import new_id
from handover.policy import Role
from handover.schools.model import Group, UnitLocation, UnitSide
from handover.terms.destination import LeaverEnd
from handover.terms.school_kind import SchoolKind
from tests.factories.access import Colleague, GivenUnit, given_enrolled_unit, given_location
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.forms import filled
from tests.web.valid import check_page


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def krekel(thread: Thread) -> GivenUnit:
    people = [Colleague(name="Wim Bos", roles=(Role.IB,)), Colleague(name="Lot", roles=(Role.TEACHER,), groups=("8b",))]
    return given_enrolled_unit(thread.region, UnitSide.PO, "De Krekel", brin6="04AB00", place="Horst", people=people)


@pytest.fixture
def visitor(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.teacher)


def said(visitor: Visitor, address: str) -> str:
    page = visitor.get(address)
    check_page(page.text)
    return text_of(visitor.page(address))


@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("stays", "In het nieuwe schooljaar zet u het kind met één druk op de lijst"),
        ("other_school", "Schrijf het kind pas uit als de andere school het heeft ingeschreven."),
        ("abroad", "Vraag de ouders of zij zich uitschrijven bij de gemeente."),
        ("exempt", "Bel de leerplichtambtenaar: geldt de vrijstelling, en tot wanneer?"),
        ("died", "Wij sturen over dit kind aan niemand nog een bericht"),
        ("mistake", "Dan vraagt zij u opnieuw welk kind zij bedoelt."),
    ],
)
def test_what_follows_is_said_before_and_after(thread: Thread, visitor: Visitor, how: str, text: str) -> None:
    reference = thread.leaver()
    address = f"/leerling/{reference}/einde"
    assert text not in said(visitor, address)

    assert text in said(visitor, f"{address}?reden={how}")
    sent = {"reden": how} | ({"brin": "geen"} if how == "other_school" else {})
    assert visitor.post(address, sent).status_code == 303

    assert text in said(visitor, address)


def test_a_reason_is_asked_before_anything_else(thread: Thread, visitor: Visitor) -> None:
    reference = thread.leaver()

    form = visitor.page(f"/leerling/{reference}/einde").select_one("form[method=get]")
    assert form is not None
    sent = urlencode(filled(form), doseq=True)
    assert "Kies waarom het kind van de lijst gaat." in said(visitor, f"{form['action']}?{sent}")


def test_the_other_primary_school_is_looked_up_and_chosen_and_asked(
    thread: Thread, visitor: Visitor, krekel: GivenUnit
) -> None:
    reference = thread.leaver()
    address, way = f"/leerling/{reference}/einde", {"reden": "other_school"}
    for typed in ({}, {"zoek": "bestaat niet"}):
        answer = visitor.post(address, way | typed)
        check_page(answer.text)
        assert answer.status_code == 422
    found = visitor.post(address, way | {"zoek": "krekel"})
    check_page(found.text)
    assert "De Krekel, Horst (BRIN 04AB00)" in found.text
    wrong = visitor.post(address, way | {"zoek": "x", "gezocht": "x", "brin": "25FY00"})
    assert wrong.status_code == 422
    assert "Kies een andere basisschool uit het register." in wrong.text

    done = visitor.post(address, way | {"zoek": "krekel", "gezocht": "krekel", "brin": "04AB00"})

    assert done.status_code == 303
    assert "Wij vroegen De Krekel of zij dit kind kent." in said(visitor, address)
    assert "Wacht op De Krekel: kent zij het kind?" in said(visitor, "/groep")
    there = given_signed_in(visitor.client.application, krekel.people["Wim Bos"])
    page = said(there, "/groep/aanmeldingen")
    assert "Kent u deze leerling?" in page
    assert "Noah Wójcik" in page
    assert "1 kind van een andere basisschool vraagt uw antwoord" in said(there, "/groep")


def test_the_other_school_answers_with_one_press(thread: Thread, visitor: Visitor, krekel: GivenUnit) -> None:
    references = [thread.leaver(), thread.leaver(first_name="Fenna"), thread.leaver(first_name="Sem")]
    for reference in references:
        way = {"reden": "other_school", "zoek": "k", "gezocht": "k", "brin": "04AB00"}
        visitor.post(f"/leerling/{reference}/einde", way)
    there = given_signed_in(visitor.client.application, krekel.people["Wim Bos"])
    page = there.page("/groep/aanmeldingen")
    addresses = list(dict.fromkeys(str(form["action"]) for form in page.select("form[action^='/groep/aankomst/']")))
    assert len(addresses) == 3

    for address, answer in zip(addresses, (krekel.groups["8b"], "later", "nee"), strict=True):
        for _time in range(2):
            assert there.post(address, {"antwoord": answer}).status_code == 303

    assert "Niemand vraagt iets" in said(there, "/groep/aanmeldingen")
    assert "Wójcik" in said(there, "/groep")
    own = said(visitor, "/groep")
    assert own.count("Gaat naar een andere basisschool") == 2
    assert "Bel de ouders: De Krekel kent het kind niet" in own
    assert there.post(f"/groep/aankomst/{new_id()}", {"antwoord": "nee"}).status_code == 404
    assert visitor.post(addresses[0], {"antwoord": "nee"}).status_code == 404


def test_who_said_so_is_written_down_with_what_is_wrong_at_its_field(thread: Thread, visitor: Visitor) -> None:
    reference = thread.leaver()
    visitor.post(f"/leerling/{reference}/einde", {"reden": "other_school", "brin": "geen"})
    address = f"/leerling/{reference}/aangekomen"
    good = {"way": "mail", "on": "8-4-2027", "by": "W. Bos, directeur"}
    for name, bad in (("way", ""), ("on", "31-2-2027"), ("by", " "), ("on", "1-12-2027")):
        answer = visitor.post(address, good | {name: bad})
        check_page(answer.text)
        assert answer.status_code == 422
        assert f'href="#veld-{name}"' in answer.text

    for _time in range(2):
        assert visitor.post(address, good).status_code == 303

    assert "Dat zei W. Bos, directeur op 8 april 2027." in said(visitor, f"/leerling/{reference}/einde")


def test_who_does_groep_8_again_is_put_on_the_new_list_with_one_press(thread: Thread, visitor: Visitor) -> None:
    reference = thread.leaver()
    end_leaver(thread.services, thread.ib.actor, reference, end=LeaverEnd.STAYS)
    thread.region.clock.at = datetime(2027, 9, 1, 8, tzinfo=UTC)
    with thread.services.uow() as uow:
        group = Group(id=new_id(), unit_id=thread.po.id, school_year="2027-2028", name="8a")
        uow.session.add(group)
        uow.commit()
    ib = given_signed_in(visitor.client.application, thread.ib)
    address = f"/groep/{group.id}/lijst"
    assert "Doen groep 8 nog een keer" in said(ib, address)
    assert "Nog een jaar groep 8" in said(ib, f"/leerling/{reference}/einde")
    assert ib.post(f"/leerling/{reference}/nog-een-jaar", {"groep": "x"}).status_code == 303
    assert "Doen groep 8 nog een keer" in said(ib, address)

    for _time in range(2):
        assert ib.post(f"/leerling/{reference}/nog-een-jaar", {"groep": group.id}).status_code == 303

    shown = said(ib, address)
    assert "Doen groep 8 nog een keer" not in shown
    assert shown.count("Noah Wójcik") == 1 + shown.count("Verbeter Noah Wójcik") + shown.count("lijst Noah Wójcik")


def test_the_secondary_school_sees_that_an_application_lapsed(thread: Thread, visitor: Visitor) -> None:
    stays, dead = thread.leaver(), thread.leaver(first_name="Fenna")
    thread.announced(reference=stays)
    thread.announced(reference=dead, first_name="Fenna")

    for reference, how in ((stays, LeaverEnd.STAYS), (dead, LeaverEnd.DIED)):
        end_leaver(thread.services, thread.ib.actor, reference, end=how)

    office = given_signed_in(visitor.client.application, thread.office)
    page = said(office, "/dossiers/verwacht")
    assert "2 aanmeldingen vervallen" in page
    assert "Noah Wójcik , De Hommel, Venray: doet groep 8 nog een keer, de aanmelding vervalt" in page
    assert "Fenna Wójcik , De Hommel, Venray: de aanmelding vervalt" in page
    assert "overleden" not in page.lower()


def test_the_region_sees_who_is_between_two_primary_schools(thread: Thread, visitor: Visitor) -> None:
    reference = thread.leaver()
    visitor.post(f"/leerling/{reference}/einde", {"reden": "other_school", "brin": "geen"})

    page = said(given_signed_in(visitor.client.application, thread.region.swv), "/regio/leerlingen")

    assert "Naar een andere basisschool, nog niet zeker (1)" in page
    assert reference in page
    assert "Niet in het register" in page
    assert "Wójcik" not in page


def test_on_the_lists_of_two_schools_both_read_what_to_do(thread: Thread, visitor: Visitor, krekel: GivenUnit) -> None:
    reference = thread.leaver()
    way = {"reden": "other_school", "zoek": "k", "gezocht": "k", "brin": "04AB00"}
    visitor.post(f"/leerling/{reference}/einde", way)
    there = given_signed_in(visitor.client.application, krekel.people["Wim Bos"])
    form = there.page("/groep/aanmeldingen").select_one("form[action^='/groep/aankomst/']")
    assert form is not None
    there.post(str(form["action"]), {"antwoord": krekel.groups["8b"]})

    for _time in range(2):
        visitor.post(f"/leerling/{reference}/terug-op-de-lijst")

    assert "De Krekel heeft dit kind ook op haar lijst" in said(visitor, f"/leerling/{reference}/einde")
    page = there.page("/groep/aanmeldingen")
    assert "Staat dit kind bij u?" in page.text
    assert "1 kind van een andere basisschool vraagt uw antwoord" in said(there, "/groep")
    link = page.find("a", string=re.compile("Het is niet bij ons"))
    assert link is not None
    there.post(str(link["href"]), {"reden": "mistake"})
    assert "Niemand vraagt iets" in said(there, "/groep/aanmeldingen")
    assert "twee basisscholen" not in said(visitor, f"/leerling/{reference}/einde")


def test_a_school_that_takes_part_by_now_is_asked_with_one_press(
    thread: Thread, visitor: Visitor, krekel: GivenUnit
) -> None:
    given_location(thread.services, "30AA00", "De Keg", kind=SchoolKind.BO)
    reference = thread.leaver()
    address = f"/leerling/{reference}/einde"
    visitor.post(address, {"reden": "other_school", "zoek": "keg", "gezocht": "keg", "brin": "30AA00"})
    assert "Vraag deze school nu" not in said(visitor, address)
    with thread.services.uow() as uow:
        uow.session.add(UnitLocation(unit_id=krekel.id, brin6="30AA00"))
        uow.commit()
    assert "Vraag deze school nu of zij het kind kent" in said(visitor, address)

    for _time in range(2):
        assert visitor.post(f"/leerling/{reference}/vraag-na", {}).status_code == 303

    assert "Wij vroegen De Keg of zij dit kind kent." in said(visitor, address)

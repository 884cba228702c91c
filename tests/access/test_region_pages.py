"""The samenwerkingsverband's pages: which schools take part, inviting one, vouching for its key. Never a child."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from handover.access.enrolment import enrol_unit
from handover.access.handing import hand_key
from handover.access.invitations import invite
from handover.access.people import accept_invitation
from handover.access.recovery import recover_unit
from handover.access.rotation import rotate
from handover.policy import Role
from handover.rooms.cards import admin_key, admin_key_words, valid_card
from handover.rooms.errors import NoValidCard
from handover.schools.model import Location, UnitSide
from handover.terms.folding import fold
from handover.terms.school_kind import SchoolKind
from keys.circle import Circle
from tests.factories.access import Colleague, GivenRegion, GivenUnit, Member, given_enrolled_unit, given_region
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page

CODE = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){2}\b")


@pytest.fixture
def region(tmp_path: Path) -> GivenRegion:
    made = given_region(tmp_path)
    for brin6, name, place, kind in (
        ("04AB00", "De Krekel", "Horst", SchoolKind.BO),
        ("16PK00", "Dendron College", "Horst", SchoolKind.VO),
        ("16PK01", "Dendron College", "Sevenum", SchoolKind.PRO),
    ):
        listed(made, brin6, name, place, kind)
    return made


def listed(region: GivenRegion, brin6: str, name: str, place: str, kind: SchoolKind) -> None:
    with region.services.uow() as uow:
        line = Location(brin6=brin6, name=name, place=place, kind=kind, telephone="077 000 00 09")
        line.search_text = fold(f"{name} {place} {brin6}")
        uow.session.add(line)
        uow.commit()


@pytest.fixture
def app(region: GivenRegion) -> Flask:
    return given_app(region)


@pytest.fixture
def school(region: GivenRegion) -> GivenUnit:
    teacher = Colleague(name="Marieke Janssen", roles=(Role.TEACHER,), groups=("8a",))
    return given_enrolled_unit(region, UnitSide.PO, "De Hommel", brin6="03QI00", people=[teacher], certified=False)


@pytest.fixture
def swv(app: Flask, region: GivenRegion) -> Visitor:
    return given_signed_in(app, region.swv)


def at_the_region(region: GivenRegion, role: Role) -> Member:
    services = region.services
    email = f"{role}@swv.example"
    asked = invite(services, region.swv.actor, region.swv_id, name="Bo Coenen", email=email, roles=(role,))
    joined = accept_invitation(services, code=asked.code)
    if role is Role.SWV_ADMIN:
        hand_key(services, region.swv.actor, region.swv_id, person_id=joined.person_id, words=joined.words)
    return Member(services, joined.person_id, email, joined.passphrase or "")


def text(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.status_code
    check_page(answer.text)
    return text_of(BeautifulSoup(answer.text, "html5lib"))


def row(visitor: Visitor, name: str) -> str:
    found = [line for line in visitor.page("/regio").select("tbody tr") if name in text_of(line)]
    assert len(found) == 1
    return text_of(found[0])


def code_on(page: str) -> str:
    found = CODE.search(text_of(BeautifulSoup(page, "html5lib")))
    assert found is not None
    return found[0]


def is_vouched_for(region: GivenRegion, unit_id: str) -> bool:
    with region.services.uow() as uow:
        try:
            valid_card(uow, unit_id, region.services.region, uow.clock.now())
        except NoValidCard:
            return False
    return True


def test_a_school_goes_from_search_to_certified(swv: Visitor, region: GivenRegion) -> None:
    assert "De Krekel" in text(swv, "/regio/uitnodigen?zoek=krekel+horst")
    text(swv, "/regio/uitnodigen/04AB00")
    shown = swv.post("/regio/uitnodigen/04AB00", {"naam": "Anja de Wit", "mail": "anja@krekel.example"})
    check_page(shown.text)
    assert "uitgenodigd" in row(swv, "De Krekel")

    made = enrol_unit(region.services, code=code_on(shown.text))
    assert "sleutel wacht op controle" in row(swv, "De Krekel")
    one = f"/regio/school/{made.unit_id}"
    assert "077 000 00 09" in text(swv, one)
    assert made.words.split()[0] not in text(swv, one)
    wrong = swv.post(f"{one}/controleren", {"woorden": "een twee drie vier vijf"})
    assert wrong.status_code == 422
    check_page(wrong.text)
    assert not is_vouched_for(region, made.unit_id)
    assert swv.post(f"{one}/controleren", {"woorden": made.words}).status_code == 303

    assert "gecontroleerd tot en met 31 december 2027" in row(swv, "De Krekel")
    assert is_vouched_for(region, made.unit_id)


def test_an_intake_can_serve_more_locations_of_its_school(swv: Visitor) -> None:
    form = {"naam": "Wim Beheer", "mail": "wim@dendron.example", "brin": ["16PK01", "04AB00"], "heet": "Dendron"}

    swv.post("/regio/uitnodigen/16PK00", form)

    assert "16PK00, 16PK01" in row(swv, "Dendron")
    assert "04AB00" not in row(swv, "Dendron")


def test_a_school_that_takes_part_cannot_be_invited_twice(swv: Visitor, school: GivenUnit) -> None:
    assert "doet al mee" in text(swv, f"/regio/uitnodigen/{school.brin6}")

    answer = swv.post(f"/regio/uitnodigen/{school.brin6}", {"naam": "Anja", "mail": "anja@krekel.example"})

    assert answer.status_code == 422


def test_an_invitation_that_cannot_be_keeps_what_was_typed(swv: Visitor) -> None:
    answer = swv.post("/regio/uitnodigen/04AB00", {"naam": "Anja de Wit", "mail": "geen adres"})

    assert answer.status_code == 422
    check_page(answer.text)
    assert "Anja de Wit" in answer.text


def test_there_is_no_inviting_what_is_not_in_the_register(swv: Visitor) -> None:
    assert swv.get("/regio/uitnodigen/99ZZ00").status_code == 404
    assert swv.post("/regio/uitnodigen/99ZZ00").status_code == 404
    assert "Niets gevonden" in text(swv, "/regio/uitnodigen?zoek=hogwarts")


def test_an_invitation_that_ran_out_is_made_anew_and_the_old_code_is_dead(
    swv: Visitor, region: GivenRegion, app: Flask
) -> None:
    shown = swv.post("/regio/uitnodigen/04AB00", {"naam": "Anja de Wit", "mail": "anja@krekel.example"})
    old = code_on(shown.text)
    region.clock.pass_by(timedelta(days=15))
    swv = given_signed_in(app, region.swv)
    assert "uitnodiging verlopen" in row(swv, "De Krekel")
    link = swv.page("/regio").select_one("tbody a[href^='/regio/school/']")
    assert link is not None
    text(swv, str(link["href"]))

    again = swv.post(f"{link['href']}/opnieuw")

    check_page(again.text)
    assert code_on(again.text) != old
    stranger = Visitor(app.test_client())
    assert stranger.post("/uitnodiging", {"code": old}).status_code == 410
    assert stranger.post("/uitnodiging", {"code": code_on(again.text)}).status_code == 200


def test_a_rotated_admin_key_asks_for_its_words_again(swv: Visitor, region: GivenRegion, school: GivenUnit) -> None:
    one = f"/regio/school/{school.id}"
    swv.post(f"{one}/controleren", {"woorden": school.words})
    rotate(region.services, school.admin.actor, school.id, Circle.ADMIN)
    assert "sleutel gewijzigd" in row(swv, "De Hommel")
    assert "sleutel gewijzigd" in text(swv, one)

    old = swv.post(f"{one}/controleren", {"woorden": school.words})
    without = swv.post(f"{one}/verlengen")
    with region.services.uow() as uow:
        words = admin_key_words(admin_key(uow, school.id))
    new = swv.post(f"{one}/controleren", {"woorden": words})

    assert (old.status_code, without.status_code, new.status_code) == (422, 422, 303)
    assert "gecontroleerd tot en met" in row(swv, "De Hommel")


def test_an_unchanged_key_is_renewed_with_one_press_in_the_next_school_year(
    swv: Visitor, region: GivenRegion, school: GivenUnit, app: Flask
) -> None:
    one = f"/regio/school/{school.id}"
    swv.post(f"{one}/controleren", {"woorden": school.words})
    assert "Verleng" not in text(swv, one)
    region.clock.pass_by(timedelta(days=300))
    swv = given_signed_in(app, region.swv)
    assert "controle verlopen Verleng" in row(swv, "De Hommel")

    answer = swv.post(f"{one}/verlengen")

    assert answer.status_code == 303
    assert "31 december 2028" in row(swv, "De Hommel")


def test_the_list_is_searched_and_filtered(swv: Visitor, school: GivenUnit) -> None:
    assert "De Hommel" in text(swv, "/regio?zoek=VENRAY+03qi")
    assert "Geen school gevonden" in text(swv, "/regio?zoek=sittard")
    assert "De Hommel" in text(swv, "/regio?stand=aan-u")
    assert "De Hommel" not in text(swv, "/regio?stand=in-orde")
    assert school.brin6 in text(swv, "/regio?stand=onzin")


def test_a_school_that_lost_all_words_is_let_use_its_sheet(
    swv: Visitor, region: GivenRegion, school: GivenUnit
) -> None:
    one = f"/regio/school/{school.id}"
    wrong = swv.post(f"{one}/herstel", {"naam": "Beheer", "mail": "geen adres"})
    shown = swv.post(f"{one}/herstel", {"naam": "Beheer", "mail": school.admin.email})

    assert wrong.status_code == 422
    check_page(wrong.text)
    check_page(shown.text)
    back = recover_unit(region.services, code=code_on(shown.text), typed=school.sheet.text)
    assert back.unit_id == school.id


@pytest.mark.parametrize("role", [Role.BOC, Role.AUDITOR])
def test_boc_and_auditor_look_and_do_not_act(app: Flask, region: GivenRegion, school: GivenUnit, role: Role) -> None:
    visitor = given_signed_in(app, at_the_region(region, role))

    assert "De Hommel" in text(visitor, "/regio")
    assert "Nodig een school uit" not in text(visitor, "/regio")
    assert "Controleer en keur goed" not in text(visitor, f"/regio/school/{school.id}")
    assert visitor.get("/regio/uitnodigen").status_code == 403
    assert visitor.get("/regio/uitnodigen/04AB00").status_code == 403
    assert visitor.post("/regio/uitnodigen/04AB00").status_code == 403
    for act in ("controleren", "verlengen", "opnieuw", "herstel"):
        assert visitor.post(f"/regio/school/{school.id}/{act}").status_code == 403, act


def test_schools_do_not_see_the_region(app: Flask, school: GivenUnit) -> None:
    for member in (school.admin, school.people["Marieke Janssen"]):
        visitor = given_signed_in(app, member)
        for path in ("/regio", "/regio/uitnodigen", "/regio/uitnodigen/04AB00", f"/regio/school/{school.id}"):
            assert visitor.get(path).status_code == 403, path
        for act in ("controleren", "verlengen", "opnieuw", "herstel"):
            assert visitor.post(f"/regio/school/{school.id}/{act}").status_code == 403, act


def test_a_unit_that_does_not_exist_is_not_there(swv: Visitor) -> None:
    assert swv.get(f"/regio/school/{'0' * 32}").status_code == 404
    assert swv.post(f"/regio/school/{'0' * 32}/opnieuw").status_code == 404
    assert swv.post(f"/regio/school/{'0' * 32}/herstel").status_code == 404

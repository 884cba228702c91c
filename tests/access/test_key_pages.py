"""The pages of a unit's keys: what the region vouches for, replacing a key, the recovery sheet."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

from handover.access.certification import certify_unit
from handover.policy import Role
from handover.rooms.cards import admin_key, admin_key_words
from handover.schools.model import UnitSide
from keys.circle import Circle
from tests.access.test_school_pages import version_of
from tests.factories.access import Colleague, GivenRegion, GivenUnit, given_colleague, given_enrolled_unit, given_region
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page

INEKE = "Ineke Smits"


@pytest.fixture
def region(tmp_path: Path) -> GivenRegion:
    return given_region(tmp_path)


@pytest.fixture
def school(region: GivenRegion) -> GivenUnit:
    ineke = Colleague(name=INEKE, roles=(Role.IB,))
    return given_enrolled_unit(region, UnitSide.PO, "De Hommel", brin6="03QI00", people=[ineke])


@pytest.fixture
def app(region: GivenRegion) -> Flask:
    return given_app(region)


@pytest.fixture
def admin(app: Flask, school: GivenUnit) -> Visitor:
    return given_signed_in(app, school.admin)


def keys_page(visitor: Visitor, school: GivenUnit) -> str:
    answer = visitor.get(f"/school/{school.id}/sleutels")
    assert answer.status_code == 200
    check_page(answer.text)
    return text_of(BeautifulSoup(answer.text, "html5lib"))


def sheet_on(page: str) -> str:
    field = BeautifulSoup(page, "html5lib").find("input", attrs={"name": "blad"})
    assert isinstance(field, Tag)
    return str(field["value"])


def test_a_certified_unit_is_told_until_when(admin: Visitor, school: GivenUnit) -> None:
    text = keys_page(admin, school)

    assert "ja, tot en met 31 december 2027" in text
    assert school.words.split()[0] in text


def test_who_is_no_admin_sees_the_keys_and_no_way_to_replace_them(app: Flask, school: GivenUnit) -> None:
    text = keys_page(given_signed_in(app, school.people[INEKE]), school)

    assert "dossiersleutel".capitalize() in text
    assert "Vervang" not in text
    assert "Maak een nieuw blad" not in text


def test_a_replaced_key_says_beforehand_what_it_does_not_protect(admin: Visitor, school: GivenUnit) -> None:
    before = version_of(school, Circle.DOSSIER)

    asked = admin.get(f"/school/{school.id}/sleutels/dossier/vervangen")
    done = admin.post(f"/school/{school.id}/sleutels/dossier/vervangen")

    check_page(asked.text)
    assert "Wat iemand al gelezen" in asked.text
    assert done.status_code == 303
    assert version_of(school, Circle.DOSSIER) == before + 1
    assert "De sleutel is vervangen" in keys_page(admin, school)


def test_replacing_the_admin_key_asks_for_the_new_words_to_be_heard(
    region: GivenRegion, admin: Visitor, school: GivenUnit
) -> None:
    asked = admin.get(f"/school/{school.id}/sleutels/admin/vervangen").text
    admin.post(f"/school/{school.id}/sleutels/admin/vervangen")

    text = keys_page(admin, school)
    with region.services.uow() as uow:
        words = admin_key_words(admin_key(uow, school.id))

    assert "nieuwe vijf woorden" in asked
    assert words != school.words
    assert "nieuwe sleutel wacht op controle" in text
    certify_unit(region.services, region.swv.actor, school.id, words=words)
    assert "ja, tot" in keys_page(admin, school)


def test_there_is_no_key_of_another_name(admin: Visitor, school: GivenUnit) -> None:
    assert admin.get(f"/school/{school.id}/sleutels/hoofd/vervangen").status_code == 404
    assert admin.post(f"/school/{school.id}/sleutels/hoofd/vervangen").status_code == 404


def test_a_new_sheet_is_shown_once_and_the_old_one_is_worth_nothing(admin: Visitor, school: GivenUnit) -> None:
    made = admin.post(f"/school/{school.id}/herstelblad")
    check_page(made.text)
    new, old = sheet_on(made.text), school.sheet.text

    tries = [admin.post(f"/school/{school.id}/herstelblad/proberen", {"blad": typed}) for typed in (old, "AGE-X", new)]

    assert [answer.status_code for answer in tries] == [422, 422, 303]
    check_page(tries[0].text)
    assert new not in tries[0].text
    assert "Het blad klopt" in keys_page(admin, school)


def test_only_the_newest_sheet_is_printed(admin: Visitor, school: GivenUnit) -> None:
    new = sheet_on(admin.post(f"/school/{school.id}/herstelblad").text)

    printed = admin.post(f"/school/{school.id}/herstelblad/pdf", {"blad": new})
    refused = admin.post(f"/school/{school.id}/herstelblad/pdf", {"blad": school.sheet.text})

    assert printed.data.startswith(b"%PDF")
    assert refused.status_code == 422


def test_a_holder_completes_the_sheet_of_an_admin_without_content_keys(app: Flask, school: GivenUnit) -> None:
    director = Colleague(name="Dirk Directeur", roles=(Role.PO_ADMIN,))
    dirk = given_colleague(school, director)
    made = given_signed_in(app, dirk).post(f"/school/{school.id}/herstelblad")
    ineke = given_signed_in(app, school.people[INEKE])
    words = text_of(BeautifulSoup(made.text, "html5lib")).split("Daaraan herkent u het: ")[1].split(" Druk")[0]
    assert "niet compleet" in keys_page(ineke, school)

    wrong = ineke.post(f"/school/{school.id}/herstelblad/aanvullen", {"woorden": school.sheet.words})
    right = ineke.post(f"/school/{school.id}/herstelblad/aanvullen", {"woorden": words})

    assert (wrong.status_code, right.status_code) == (422, 303)
    check_page(wrong.text)
    assert "niet compleet" not in keys_page(ineke, school)


def test_work_that_waits_for_a_key_is_done_by_who_holds_it(app: Flask, school: GivenUnit) -> None:
    dirk = given_colleague(school, Colleague(name="Dirk Directeur", roles=(Role.PO_ADMIN,)))
    ineke = given_signed_in(app, school.people[INEKE])
    director = given_signed_in(app, dirk)
    before = version_of(school, Circle.CARE)

    waits = director.post(f"/school/{school.id}/sleutels/care/vervangen", follow=True)
    assert "Het staat klaar" in text_of(BeautifulSoup(waits.text, "html5lib"))
    assert "wordt vervangen" in keys_page(director, school)
    ineke.post(f"/school/{school.id}/werk")
    director.post(f"/school/{school.id}/werk")

    assert version_of(school, Circle.CARE) == before + 1
    assert "wordt vervangen" not in keys_page(director, school)

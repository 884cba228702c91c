"""Coming in with a code: a school, a colleague, somebody who lost the words, somebody who has a sign-in already."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.test import TestResponse

from handover.access.enrolment import invite_unit
from handover.access.invitations import invite
from handover.access.people import readmit
from handover.access.recovery import allow_recovery, try_sheet
from handover.policy import Role
from handover.schools.model import Unit, UnitSide, UnitStatus
from handover.terms.school_kind import SchoolKind
from tests.factories.access import (
    Colleague,
    GivenRegion,
    GivenUnit,
    Member,
    given_colleague,
    given_enrolled_unit,
    given_location,
    given_region,
)
from tests.factories.web import Visitor, given_app, given_signed_in, given_visitor, text_of
from tests.web.valid import check_page


@pytest.fixture
def region(tmp_path: Path) -> GivenRegion:
    return given_region(tmp_path)


@pytest.fixture
def app(region: GivenRegion) -> Flask:
    return given_app(region)


@pytest.fixture
def school(region: GivenRegion) -> GivenUnit:
    return given_enrolled_unit(region, UnitSide.PO, "De Hommel", brin6="03QI00")


def invited_school(region: GivenRegion, email: str = "anja@krekel.example") -> str:
    given_location(region.services, "04AB00", "De Krekel", place="Horst", kind=SchoolKind.BO)
    asked = invite_unit(
        region.services,
        region.swv.actor,
        side=UnitSide.PO,
        brins=("04AB00",),
        admin_name="Anja de Wit",
        admin_email=email,
    )
    return asked.code


def invited_colleague(school: GivenUnit, email: str = "ine@hommel.example") -> str:
    services = school.admin.services
    roles = (Role.IB,)
    return invite(services, school.admin.actor, school.id, name="Ine Smits", email=email, roles=roles).code


def main_link(page: BeautifulSoup) -> str:
    found = page.select_one("a.utrecht-button--primary-action")
    assert found is not None
    return str(found["href"])


def hidden(page: str, name: str) -> str:
    found = BeautifulSoup(page, "html5lib").find("input", attrs={"name": name, "type": "hidden"})
    assert isinstance(found, Tag)
    return str(found["value"])


def words_shown(visitor: Visitor, code: str) -> tuple[str, str]:
    """The five words that a page shows, and the proof that goes with them."""
    page = visitor.post("/uitnodiging", {"code": code})
    assert page.status_code == 200
    check_page(page.text)
    return hidden(page.text, "woorden"), hidden(page.text, "bewijs")


def came_in(visitor: Visitor, code: str, **more: str | list[str]) -> TestResponse:
    words, proof = words_shown(visitor, code)
    typing = visitor.post(
        "/uitnodiging/woorden",
        {"code": code, "woorden": words, "bewijs": proof, "opgeschreven": "ja", **more},
    )
    assert typing.status_code == 200
    assert words not in typing.text
    check_page(typing.text)
    return visitor.post("/uitnodiging/binnen", {"code": code, "bewijs": proof, "wachtzin": words, **more})


def test_the_link_in_the_mail_opens_a_page_that_only_asks_for_the_code(app: Flask) -> None:
    page = given_visitor(app).get("/uitnodiging")

    assert page.status_code == 200
    check_page(page.text)


def test_a_school_takes_part_with_its_sheet_its_words_and_a_session(app: Flask, region: GivenRegion) -> None:
    visitor = given_visitor(app)

    done = came_in(visitor, invited_school(region))

    assert done.status_code == 200
    check_page(done.text)
    assert "De Krekel is aangesloten" in done.text
    assert "Anja de Wit" in done.text
    with region.services.uow() as uow:
        unit = uow.session.query(Unit).filter_by(name="De Krekel").one()
        assert unit.status is UnitStatus.ENROLLED
    assert visitor.get("/").headers["Location"] == "/groep"


def test_the_new_sheet_is_downloaded_as_a_pdf_from_the_page_that_shows_it(app: Flask, region: GivenRegion) -> None:
    visitor = given_visitor(app)
    done = came_in(visitor, invited_school(region)).text
    form = BeautifulSoup(done, "html5lib").select_one("form[action$='/herstelblad/pdf']")
    assert form is not None

    sheet = visitor.post(str(form["action"]), {"blad": hidden(done, "blad")})

    assert sheet.mimetype == "application/pdf"
    assert sheet.data.startswith(b"%PDF")
    assert "herstelblad.pdf" in sheet.headers["Content-Disposition"]


def test_the_only_person_of_a_small_school_can_be_teacher_too_and_nothing_of_another_side(
    app: Flask, region: GivenRegion
) -> None:
    visitor = given_visitor(app)

    came_in(visitor, invited_school(region), ook=["teacher", "intake", "swv_admin", "no such role"])

    people = text_of(visitor.page("/school"))
    assert "leerkracht groep 8" in people
    assert "intakecoördinator" not in people


def test_other_words_can_be_drawn_as_often_as_one_likes(app: Flask, school: GivenUnit) -> None:
    visitor, code = given_visitor(app), invited_colleague(school)

    assert len({words_shown(visitor, code)[0] for _ in range(3)}) == 3


def test_without_the_tick_the_same_words_are_shown_again(app: Flask, school: GivenUnit) -> None:
    visitor, code = given_visitor(app), invited_colleague(school)
    words, proof = words_shown(visitor, code)

    again = visitor.post("/uitnodiging/woorden", {"code": code, "woorden": words, "bewijs": proof})

    assert again.status_code == 422
    assert hidden(again.text, "woorden") == words
    check_page(again.text)


def test_mistyped_words_use_nothing_up(app: Flask, school: GivenUnit) -> None:
    visitor, code = given_visitor(app), invited_colleague(school)
    words, proof = words_shown(visitor, code)
    wrong = " ".join(reversed(words.split()))

    refused = visitor.post("/uitnodiging/binnen", {"code": code, "bewijs": proof, "wachtzin": wrong})

    assert refused.status_code == 422
    check_page(refused.text)
    assert visitor.post("/uitnodiging/binnen", {"code": code, "bewijs": proof, "wachtzin": words}).status_code == 303


def test_who_is_new_is_shown_round_and_then_sent_for_the_key(app: Flask, school: GivenUnit) -> None:
    visitor = given_visitor(app)

    assert came_in(visitor, invited_colleague(school)).headers["Location"] == "/welkom"

    address, screens = "/welkom", []
    while address.startswith("/welkom"):
        screens.append(visitor.page(address))
        address = main_link(screens[-1])
    assert [text_of(one).count(f"Scherm {number} van 3") for number, one in enumerate(screens, 1)] == [1, 1, 1]
    assert "Als intern begeleider" in text_of(screens[0])
    assert "Druk op h" in text_of(screens[1])
    assert "Haal eerst uw sleutel op bij De Hommel" in text_of(screens[2])
    assert "niet de woorden waarmee u zich aanmeldt" in text_of(screens[2])
    assert address == f"/school/{school.id}"
    assert "Lees deze vijf woorden voor" in text_of(visitor.page(address))


def test_who_has_the_key_begins_at_the_own_work(app: Flask, school: GivenUnit) -> None:
    last = given_signed_in(app, given_colleague(school, Colleague(name="Ine", roles=(Role.IB,)))).page("/welkom?stap=3")

    assert "‘Mijn groep’" in text_of(last)
    assert main_link(last) == "/"


@pytest.mark.parametrize("asked", ["0", "4", "x", "-1", "99999999999999999999", ""])
def test_a_screen_that_does_not_exist_is_the_first(app: Flask, school: GivenUnit, asked: str) -> None:
    assert "Scherm 1 van 3" in text_of(given_signed_in(app, school.admin).page(f"/welkom?stap={asked}"))


def test_words_of_ones_own_are_refused(app: Flask, school: GivenUnit) -> None:
    visitor, code = given_visitor(app), invited_colleague(school)
    _words, proof = words_shown(visitor, code)

    refused = visitor.post(
        "/uitnodiging/binnen", {"code": code, "bewijs": proof, "wachtzin": "welkom welkom welkom welkom welkom"}
    )

    assert refused.status_code == 422


def test_a_code_works_once(app: Flask, school: GivenUnit) -> None:
    code = invited_colleague(school)
    came_in(given_visitor(app), code)

    again = given_visitor(app).post("/uitnodiging", {"code": code})

    assert again.status_code == 410
    check_page(again.text)


def test_guessing_codes_is_slowed_down(app: Flask) -> None:
    visitor = given_visitor(app)

    answers = [visitor.post("/uitnodiging", {"code": f"7K3P-2MWX-{n:04d}"}) for n in range(12)]

    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_who_has_a_sign_in_signs_in_first_and_keeps_the_words(
    app: Flask, region: GivenRegion, school: GivenUnit
) -> None:
    anja = Member(region.services, "", "anja@krekel.example", "")
    visitor = given_visitor(app)
    code = invited_school(region, anja.email)
    words, proof = words_shown(visitor, code)
    visitor.post("/uitnodiging/binnen", {"code": code, "bewijs": proof, "wachtzin": words})
    anja.passphrase = words
    second = invited_colleague(school, anja.email)

    stranger = given_visitor(app).post("/uitnodiging", {"code": second})
    herself = given_signed_in(app, anja)
    offered = herself.post("/uitnodiging", {"code": second})
    done = herself.post("/uitnodiging/binnen", {"code": second})

    assert stranger.status_code == 409
    assert "Meld u eerst aan" in stranger.text
    check_page(stranger.text)
    assert "blijft dezelfde" in offered.text
    check_page(offered.text)
    assert done.headers["Location"] == f"/school/{school.id}"
    assert given_signed_in(app, anja).get(f"/school/{school.id}").status_code == 200


def test_a_code_for_somebody_else_is_not_used_by_who_is_signed_in(app: Flask, school: GivenUnit) -> None:
    code = invited_colleague(school)
    admin = given_signed_in(app, school.admin)

    shown = admin.post("/uitnodiging", {"code": code})
    used = admin.post("/uitnodiging/binnen", {"code": code})

    assert (shown.status_code, used.status_code) == (409, 409)
    check_page(shown.text)
    assert came_in(given_visitor(app), code).status_code == 303


def test_somebody_who_lost_the_words_gets_new_ones_and_the_old_ones_end(app: Flask, school: GivenUnit) -> None:
    ine = given_colleague(school, Colleague(name="Ine Smits", roles=(Role.IB,)))
    elsewhere = given_signed_in(app, ine)
    code = readmit(school.admin.services, school.admin.actor, school.id, ine.person_id).code
    visitor = given_visitor(app)
    words, proof = words_shown(visitor, code)

    done = visitor.post("/uitnodiging/binnen", {"code": code, "bewijs": proof, "wachtzin": words})

    assert done.status_code == 303
    assert elsewhere.get("/school").headers["Location"].startswith("/aanmelden")
    old = given_visitor(app).post("/aanmelden", {"email": ine.email, "wachtzin": ine.passphrase})
    assert old.status_code == 401


def test_a_school_comes_back_by_its_sheet_and_gets_a_new_one(
    app: Flask, region: GivenRegion, school: GivenUnit
) -> None:
    services = region.services
    code = allow_recovery(services, region.swv.actor, school.id, name="Beheer", email=school.admin.email).code
    visitor = given_visitor(app)
    words, proof = words_shown(visitor, code)
    wrong_sheet = {"code": code, "bewijs": proof, "wachtzin": words, "blad": region.sheet.text}

    refused = visitor.post("/uitnodiging/binnen", wrong_sheet)
    done = visitor.post("/uitnodiging/binnen", {**wrong_sheet, "blad": school.sheet.text})

    assert refused.status_code == 422
    check_page(refused.text)
    assert done.status_code == 200
    check_page(done.text)
    assert "is hersteld" in done.text
    back = Member(services, school.admin.person_id, school.admin.email, words)
    assert not try_sheet(services, back.actor, school.id, school.sheet.text)
    assert try_sheet(services, back.actor, school.id, hidden(done.text, "blad"))

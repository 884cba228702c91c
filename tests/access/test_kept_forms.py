"""What somebody typed while their session ended is not lost, and nobody else can read it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from flask import Flask

from handover.access.model import SavedForm
from handover.access.sessions import expire_sessions
from handover.policy import Role
from handover.schools.model import UnitSide
from tests.factories.access import Colleague, GivenRegion, GivenUnit, given_enrolled_unit, given_region
from tests.factories.web import Visitor, given_app, given_signed_in, given_visitor, text_of
from tests.web.valid import check_page

SECRET = "Noah Wójcik leest graag"


@pytest.fixture
def region(tmp_path: Path) -> GivenRegion:
    return given_region(tmp_path)


@pytest.fixture
def school(region: GivenRegion) -> GivenUnit:
    ineke = Colleague(name="Ineke Smits", roles=(Role.IB,))
    return given_enrolled_unit(region, UnitSide.PO, "De Hommel", brin6="03QI00", people=[ineke])


@pytest.fixture
def app(region: GivenRegion) -> Flask:
    return given_app(region)


def form_of(page: str) -> dict[str, str]:
    """What the button on the page of kept forms would send, and where."""
    form = BeautifulSoup(page, "html5lib").select_one("main form[action*='bewaard=']")
    assert isinstance(form, Tag)
    sent = {str(field["name"]): str(field["value"]) for field in form.select("input")}
    return {"action": str(form["action"]), **sent}


def interrupted(app: Flask, region: GivenRegion, school: GivenUnit, path: str = "", **more: str) -> Visitor:
    """An admin whose session ended while a form stood open, and who sent it after that."""
    visitor = given_signed_in(app, school.admin)
    token = visitor.token()
    region.clock.pass_by(timedelta(minutes=region.services.settings.idle_minutes + 5))
    typed = {"naam": SECRET, "mail": "bert@hommel.example", "rollen": "ib", "csrf_token": token, **more}
    answer = visitor.client.post(path or f"/school/{school.id}/collega", data=typed)
    assert answer.status_code == 303
    return visitor


def back_in(visitor: Visitor, school: GivenUnit, back: str = "/bewaard") -> str:
    answer = visitor.post(
        "/aanmelden", {"email": school.admin.email, "wachtzin": school.admin.passphrase, "terug": back}
    )
    return answer.headers["Location"]


def test_what_was_typed_is_given_back_and_can_be_sent_after_all(
    app: Flask, region: GivenRegion, school: GivenUnit
) -> None:
    visitor = interrupted(app, region, school)
    door = visitor.get("/aanmelden?terug=/bewaard").text
    assert "Wat u typte is bewaard" in door
    check_page(door)
    assert back_in(visitor, school) == "/bewaard"

    page = visitor.get("/bewaard").text
    check_page(page)
    assert SECRET in page
    form = form_of(page)
    sent = visitor.client.post(form.pop("action"), data=form)

    assert sent.status_code == 200
    assert "Vertel deze code" in sent.text
    assert "bert@hommel.example" in text_of(visitor.page("/school"))
    assert "Er is niets bewaard" in visitor.get("/bewaard").text


def test_the_way_there_is_shown_even_to_who_signs_in_from_the_front(
    app: Flask, region: GivenRegion, school: GivenUnit
) -> None:
    visitor = interrupted(app, region, school)

    assert back_in(visitor, school, back="/") == "/bewaard"


def test_nobody_else_gets_it(app: Flask, region: GivenRegion, school: GivenUnit) -> None:
    interrupted(app, region, school)
    ineke = given_signed_in(app, school.people["Ineke Smits"])

    assert "Er is niets bewaard" in ineke.get("/bewaard").text


def test_nobody_else_can_throw_it_away(app: Flask, region: GivenRegion, school: GivenUnit) -> None:
    visitor = interrupted(app, region, school)
    with region.services.uow() as uow:
        kept = uow.session.query(SavedForm).one().id
    ineke = given_signed_in(app, school.people["Ineke Smits"])

    ineke.post(f"/bewaard/{kept}/weg")

    back_in(visitor, school)
    assert SECRET in visitor.get("/bewaard").text
    visitor.post(f"/bewaard/{kept}/weg")
    assert SECRET not in visitor.get("/bewaard").text


def test_it_lies_sealed(app: Flask, region: GivenRegion, school: GivenUnit) -> None:
    interrupted(app, region, school)

    stored = b"".join(path.read_bytes() for path in region.folder.rglob("*") if path.is_file())

    with region.services.uow() as uow:
        assert uow.session.query(SavedForm).count() == 1
    assert "Wójcik".encode() not in stored
    assert b"bert@hommel.example" not in stored


def test_passphrases_and_sheets_are_not_kept(app: Flask, region: GivenRegion, school: GivenUnit) -> None:
    visitor = interrupted(app, region, school, wachtzin="een twee drie", blad="AGE-SECRET-KEY-PQ-1X")
    back_in(visitor, school)

    page = visitor.get("/bewaard").text

    assert SECRET in page
    assert "een twee drie" not in page
    assert "AGE-SECRET" not in page


def test_a_form_with_nothing_in_it_is_not_kept(app: Flask, region: GivenRegion, school: GivenUnit) -> None:
    visitor = given_signed_in(app, school.admin)
    token = visitor.token()
    region.clock.pass_by(timedelta(minutes=region.services.settings.idle_minutes + 5))

    answer = visitor.client.post(f"/school/{school.id}/werk", data={"csrf_token": token})

    assert answer.headers["Location"] == "/aanmelden"
    with region.services.uow() as uow:
        assert uow.session.query(SavedForm).count() == 0


def test_who_was_away_for_longer_than_an_hour_more_is_nobody(
    app: Flask, region: GivenRegion, school: GivenUnit
) -> None:
    visitor = given_signed_in(app, school.admin)
    token = visitor.token()
    region.clock.pass_by(timedelta(minutes=region.services.settings.idle_minutes + 65))

    answer = visitor.client.post(f"/school/{school.id}/collega", data={"naam": SECRET, "csrf_token": token})

    assert answer.status_code == 403
    with region.services.uow() as uow:
        assert uow.session.query(SavedForm).count() == 0


def test_what_another_site_sends_is_not_kept(app: Flask, region: GivenRegion, school: GivenUnit) -> None:
    visitor = given_signed_in(app, school.admin)
    region.clock.pass_by(timedelta(minutes=region.services.settings.idle_minutes + 5))

    visitor.client.post(f"/school/{school.id}/collega", data={"naam": SECRET})

    with region.services.uow() as uow:
        assert uow.session.query(SavedForm).count() == 0


def test_it_stays_when_sending_it_fails_and_goes_when_the_page_shows_it_again(
    app: Flask, region: GivenRegion, school: GivenUnit
) -> None:
    visitor = interrupted(app, region, school, mail="geen adres")
    back_in(visitor, school)
    form = form_of(visitor.get("/bewaard").text)
    action = form.pop("action")

    refused = visitor.client.post(action, data={**form, "csrf_token": "x"})
    assert refused.status_code == 403
    assert SECRET in visitor.get("/bewaard").text
    shown_again = visitor.client.post(action, data=form)

    assert shown_again.status_code == 422
    assert SECRET in shown_again.text
    assert "Er is niets bewaard" in visitor.get("/bewaard").text


def test_no_more_than_five_are_kept_and_none_longer_than_a_week(
    app: Flask, region: GivenRegion, school: GivenUnit
) -> None:
    visitor = interrupted(app, region, school)
    for _ in range(6):
        token = visitor.token()
        visitor.client.post(f"/school/{school.id}/collega", data={"naam": "Nog eens", "csrf_token": token})
    with region.services.uow() as uow:
        assert uow.session.query(SavedForm).count() == 5

    region.clock.pass_by(timedelta(days=8))
    expire_sessions(region.services)

    with region.services.uow() as uow:
        assert uow.session.query(SavedForm).count() == 0
    assert given_visitor(app).get("/bewaard").headers["Location"].startswith("/aanmelden")

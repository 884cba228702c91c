"""The demo's own page: who can sign in, and the mail that would have gone out. Nowhere but in a demo."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from handover.app import create_app
from handover.demo_data.sign_ins import SignIn, keep
from handover.mail import Message, open_mailer
from tests.factories.access import GivenRegion, given_region
from tests.factories.web import Visitor, given_visitor, text_of
from tests.web.valid import check_page


@pytest.fixture
def region(tmp_path: Path) -> GivenRegion:
    return given_region(tmp_path, demo=True)


def visitor(region: GivenRegion, **changed: object) -> Visitor:
    settings = replace(
        region.services.settings,
        secret_key_file=str(region.folder / "secret.key"),
        service_key_file=str(region.folder / "service.key"),
        **changed,  # type: ignore[arg-type]  # names of settings
    )
    return given_visitor(create_app(replace(region.services, settings=settings)))


def test_an_empty_demo_says_what_will_come(region: GivenRegion) -> None:
    page = visitor(region).page("/demo/post")

    check_page(str(page))
    assert "Er is nog niemand" in text_of(page)
    assert "Nog geen post" in text_of(page)


def test_one_press_signs_in_as_somebody_of_the_list(region: GivenRegion) -> None:
    corrie = SignIn(
        place="SWV", name="Corrie Beheer", roles="beheerder", email=region.swv.email, words=region.swv.passphrase
    )
    keg = SignIn(place="De Keg", name="Piet", roles="meld aan op /uitnodiging met", email="", words="ABCD-EFGH")
    keep(region.folder / "demo-wachtzinnen.txt", [corrie, keg])
    somebody = visitor(region)

    page = somebody.page("/demo/post")

    check_page(str(page))
    assert "ABCD-EFGH" in text_of(page)
    form = page.select_one('form[action="/aanmelden"]')
    assert form is not None
    fields = {str(field["name"]): str(field["value"]) for field in form.select("input")}
    assert somebody.client.post("/aanmelden", data=fields).status_code == 303
    assert "Corrie Beheer" in text_of(somebody.page("/hulp"))


def test_mail_stands_there_as_it_would_have_been_sent(region: GivenRegion) -> None:
    mailer = open_mailer(region.services.settings)
    mailer.send(Message(to="marieke@dehommel.example", subject="Er wacht iets", text="Beste Marieke,\n\nKom kijken."))

    page = visitor(region).page("/demo/post")

    check_page(str(page))
    assert "Er wacht iets aan marieke@dehommel.example" in text_of(page)
    assert "Beste Marieke," in text_of(page)


def test_outside_the_demo_there_is_no_such_page(region: GivenRegion) -> None:
    outside = visitor(region, demo=False, base_url="https://overdracht.example")

    assert outside.get("/demo/post").status_code == 404
    assert outside.get("/gezond").text == "ok\n"

"""Setting the region's dates on the page: first what it does, then keeping it; and what a colleague did meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from handover.oversight.settings import RegionSettings, read_settings
from handover.policy import Role
from tests.factories.access import Colleague, GivenUnit, given_colleague
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page

PAGE = "/regio/instellingen"


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def swv(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.region.swv)


def fields(page: BeautifulSoup) -> dict[str, str]:
    """A form as it stands there."""
    return {
        str(one["name"]): str(one["value"])
        for one in page.select("main form input")
        if one["name"] != "csrf_token" and (one.get("type") != "radio" or one.has_attr("checked"))
    }


def read(answer: TestResponse) -> str:
    check_page(answer.text)
    return text_of(BeautifulSoup(answer.text, "html5lib"))


def current(thread: Thread) -> RegionSettings:
    actor = thread.region.swv.actor
    with thread.services.uow() as uow:
        return read_settings(uow, actor)


def test_a_change_is_shown_first_and_kept_after_that(thread: Thread, swv: Visitor) -> None:
    for name in ("Anna", "Bram", "Cato"):
        thread.offered(first_name=name)
    form = fields(swv.page(PAGE)) | {"retained_until-2026-2027": "15 december 2027", "long_wait": "3"}

    shown = swv.post(PAGE, {**form, "doen": "kijk"})

    said = read(shown)
    assert "Nu: 31 januari 2028. Wordt: 15 december 2027" in said
    assert "3 dossiers worden eerder vernietigd." in said
    assert "De Hommel, Venray: 3" in said
    assert "Wójcik" not in shown.text
    assert current(thread).days.version == 0

    kept = swv.post(PAGE, {**fields(BeautifulSoup(shown.text, "html5lib")), "doen": "bewaar"}, follow=True)

    assert "De instellingen zijn bewaard." in read(kept)
    assert (current(thread).days.long_wait, current(thread).days.version) == (3, 1)
    assert fields(swv.page(PAGE))["retained_until-2026-2027"] == "15-12-2027"


@pytest.mark.parametrize("step", ["kijk", "bewaar"])
def test_what_a_colleague_set_meanwhile_is_not_put_back(thread: Thread, swv: Visitor, step: str) -> None:
    form = fields(swv.page(PAGE))
    swv.post(PAGE, {**form, "remind_before": "12", "doen": "bewaar"})

    answer = swv.post(PAGE, {**form, "long_wait": "3", "doen": step}, follow=True)

    assert "een collega veranderde intussen ook een instelling" in read(answer)
    assert (current(thread).days.long_wait, current(thread).days.remind_before) == (5, 12)


def test_what_cannot_be_read_or_may_not_be_is_said_at_its_field(thread: Thread, swv: Visitor) -> None:
    form = fields(swv.page(PAGE))
    for name, typed, text in (
        ("retained_until-2026-2027", "ooit", "Deze dag kunnen wij niet lezen"),
        ("first_school_day-2027-2028", "", "Deze dag kunnen wij niet lezen"),
        ("long_wait", "vijf", "Vul een aantal dagen in"),
        ("warn_before", "3", "Vul een aantal in dat mag"),
        ("send_before-2026-2027", "1-9-2027", "Deze dag valt niet in dit schooljaar"),
    ):
        answer = swv.post(PAGE, {**form, name: typed, "doen": "bewaar"})
        assert answer.status_code == 422
        assert text in read(answer)
        assert fields(BeautifulSoup(answer.text, "html5lib"))[name] == typed
    assert current(thread).days.version == 0


def test_nothing_changed_is_said_and_a_form_without_its_fields_is_refused(thread: Thread, swv: Visitor) -> None:
    form = fields(swv.page(PAGE))

    assert "U heeft niets veranderd." in read(swv.post(PAGE, {**form, "doen": "kijk"}, follow=True))
    assert swv.post(PAGE, {"doen": "bewaar"}).status_code == 422
    assert current(thread).days.version == 0


def test_others_of_the_region_look(thread: Thread) -> None:
    region = thread.region
    unit = GivenUnit(id=region.swv_id, brin6="swv", admin=region.swv, sheet=region.sheet, words="")
    boc = given_signed_in(given_app(region), given_colleague(unit, Colleague(name="Bo Coenen", roles=(Role.BOC,))))

    page = boc.page(PAGE)

    assert "31 januari 2028" in text_of(page)
    assert not page.select("main form")


def test_the_class_list_shows_the_day_that_the_region_set(thread: Thread, swv: Visitor) -> None:
    thread.leaver()
    teacher = given_signed_in(given_app(thread.region), thread.teacher)
    assert "Alles moet weg zijn" not in text_of(teacher.page("/groep"))

    swv.post(PAGE, {**fields(swv.page(PAGE)), "send_before-2026-2027": "20-5-2027", "doen": "bewaar"})

    assert "Alles moet weg zijn vóór donderdag 20 mei." in text_of(teacher.page("/groep"))

"""The pages of a dossier at two schools: what keeps the second, sending it, each of the two, letting go of one."""

from __future__ import annotations

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from handover.bundles.receiving import accept
from handover.bundles.state import HandoverStatus
from handover.desk.sent import is_closed
from handover.dossiers.lock import close_when
from handover.terms.destination import Outcome, Tlv
from tests.bundles.test_second import Two, allow, child_at_two, given_vso
from tests.factories.thread import given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page


@pytest.fixture
def two(tmp_path: Path) -> Two:
    thread = given_thread(tmp_path)
    allow(thread)
    return child_at_two(thread, given_vso(thread))


@pytest.fixture
def teacher(two: Two) -> Visitor:
    close_when(is_closed)
    return given_signed_in(given_app(two.thread.region), two.thread.teacher)


def read(page: str) -> str:
    check_page(page)
    return text_of(BeautifulSoup(page, "html.parser"))


def test_a_second_school_is_offered_and_sent_to(two: Two, teacher: Visitor) -> None:
    two.sent()
    here = f"/leerling/{two.reference}"
    assert "Ook naar een tweede school" in read(teacher.get(f"{here}/versturen").text)
    assert "Verstuur ook naar De Wijnberg" in read(teacher.get(f"{here}/tweede-school").text)

    for _press in (1, 2):
        answer = teacher.post(f"{here}/tweede-school", {"brin": two.vso.brin6})
        assert answer.status_code == 303

    page = read(teacher.get(f"{here}/versturen").text)
    assert "Dit dossier is bij twee scholen" in page
    assert "Het dossier is ook bij" in read(teacher.get(here).text)
    assert "Ook naar een tweede school" not in page


def test_it_is_not_offered_where_the_region_does_not_allow_it(two: Two, teacher: Visitor) -> None:
    allow(two.thread, two=False)
    two.sent()
    here = f"/leerling/{two.reference}"
    assert "Ook naar een tweede school" not in read(teacher.get(f"{here}/versturen").text)

    answer = teacher.post(f"{here}/tweede-school", {"brin": two.vso.brin6})

    assert answer.status_code == 409
    assert "Uw regio laat geen dossier bij twee scholen tegelijk toe" in read(answer.text)


def test_each_of_the_two_has_its_page_and_its_buttons(two: Two, teacher: Visitor) -> None:
    first, second = two.both()
    here = f"/leerling/{two.reference}"
    page = teacher.get(f"{here}/versturen?overdracht={second}").text
    assert "Hieronder staat De Wijnberg" in read(page)
    assert f'value="{second}"' in page

    teacher.post(f"{here}/terughalen", {"overdracht": second})
    teacher.post(f"{here}/terughalen", {"overdracht": second})

    assert two.status(second) is HandoverStatus.WITHDRAWN
    assert two.status(first) is HandoverStatus.OFFERED


def test_the_list_says_which_school_is_to_go_and_one_press_does_it(two: Two, teacher: Visitor) -> None:
    first, second = two.both()
    accept(two.thread.services, two.thread.intake.actor, first)
    listed = read(teacher.get("/groep").text)
    assert "wacht ook op De Wijnberg" in listed
    assert "Raayland College, Venray en De Wijnberg, Venray" in listed
    two.tlv(Tlv.REFUSED)
    assert "De TLV is geweigerd: laat De Wijnberg los" in read(teacher.get("/groep").text)
    here = f"/leerling/{two.reference}"
    assert "Laat De Wijnberg in Venray los" in read(teacher.get(f"{here}/versturen").text)

    teacher.post(f"{here}/een-van-twee", {"overdracht": first})
    assert two.status(first) is HandoverStatus.ACCEPTED
    teacher.post(f"{here}/een-van-twee", {"overdracht": second})

    assert two.status(second) is HandoverStatus.WITHDRAWN
    assert two.outcome(two.special) is Outcome.WITHDRAWN


def test_another_application_can_be_recorded_while_one_school_has_it(two: Two, teacher: Visitor) -> None:
    two.sent()
    page = teacher.get(f"/leerling/{two.reference}/school").text

    assert "Nog een aanmelding?" in read(page)
    assert "Stuur het dossier naar deze school" not in page


def test_nothing_of_the_other_school_is_told_to_a_school(two: Two) -> None:
    first, second = two.both()
    accept(two.thread.services, two.intake, second)
    accept(two.thread.services, two.thread.intake.actor, first)
    app = given_app(two.thread.region)
    there, here = given_signed_in(app, two.vso.people["Vera Smit"]), given_signed_in(app, two.thread.intake)

    for visitor, one, other in ((there, second, "Raayland"), (here, first, "Wijnberg")):
        for path in ("/dossiers", f"/dossier/{one}"):
            assert other not in visitor.get(path).text

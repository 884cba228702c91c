"""The pages of a dossier at two schools: what keeps the second, sending it, each of the two, letting go of one."""

from __future__ import annotations

import io
from datetime import timedelta
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from handover.bundles.one_of_two import let_go_of
from handover.bundles.receiving import accept
from handover.bundles.sending import send
from handover.bundles.settling import settle
from handover.bundles.state import HandoverStatus
from handover.desk.sent import is_closed
from handover.dossiers.lock import close_when
from handover.terms.destination import Outcome, Tlv
from tests.bundles.test_histories import lose_what_waits
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

    two.thread.region.clock.pass_by(timedelta(minutes=1))
    for _press in (1, 2):
        answer = teacher.post(f"{here}/tweede-school", {"brin": two.vso.brin6})
        assert answer.status_code == 303

    page = read(teacher.get(f"{here}/versturen").text)
    assert "Dit dossier is bij twee scholen" in page
    assert "Leg dat hieronder vast, bij de school voor VSO" in read(teacher.get(f"{here}/school").text)
    assert "ook bij De Wijnberg in Venray" in read(teacher.get(here).text)
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


def test_a_second_that_did_not_come_whole_is_on_the_list_until_it_went_or_need_not(two: Two, teacher: Visitor) -> None:
    services, here = two.thread.services, f"/leerling/{two.reference}"
    two.sent()
    failed = send(services, two.teacher, two.reference, is_second=True)
    lose_what_waits(services, failed)
    assert not settle(services, failed)
    said = "Verstuur opnieuw naar De Wijnberg: het kwam niet heel aan"
    assert said in read(teacher.get("/groep").text)
    assert "Het versturen naar De Wijnberg is niet gelukt" in read(teacher.get(f"{here}/versturen").text)

    two.tlv(Tlv.REFUSED)
    assert said not in read(teacher.get("/groep").text), "it is not to go there any more"
    two.tlv(Tlv.REQUESTED)
    assert said in read(teacher.get("/groep").text)
    two.sent(is_second=True)

    assert "het kwam niet heel aan" not in read(teacher.get("/groep").text)
    assert "is niet gelukt" not in read(teacher.get(f"{here}/versturen").text)


def test_what_sends_a_group_leads_to_the_page_of_each_child_that_is_ready_for_a_second(
    two: Two, teacher: Visitor
) -> None:
    thread = two.thread
    together = f"/groep/{thread.po.groups['8a']}/versturen"
    assert "Klaar voor een tweede school" not in read(teacher.get(together).text)
    two.sent()

    page = teacher.page(together)

    assert "ook naar De Wijnberg , Venray 27VS00" in text_of(page)
    assert page.select_one(f'a[href="/leerling/{two.reference}/tweede-school"]')
    assert two.reference not in [box["value"] for box in page.select("input[name=kies]")]
    allow(thread, two=False)
    assert "Klaar voor een tweede school" not in read(teacher.get(together).text)
    allow(thread)
    two.sent(is_second=True)
    assert "Klaar voor een tweede school" not in read(teacher.get(together).text)


def printed(teacher: Visitor, address: str) -> str:
    data = teacher.get(address).data
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def test_what_parents_are_given_names_both_schools_as_long_as_both_may_have_it(two: Two, teacher: Visitor) -> None:
    copy, letter = f"/leerling/{two.reference}/afschrift.pdf", f"/leerling/{two.reference}/brief.pdf"
    both = "Raayland College in Venray (BRIN 25FY00) en naar De Wijnberg in Venray (BRIN 27VS00). Naar geen andere"
    before_it_goes = printed(teacher, copy)
    first = two.sent()
    second = two.sent(is_second=True)

    for said in (before_it_goes, printed(teacher, copy)):
        assert both in said
        assert "mogen beide het dossier hebben" in said
    assert "deze twee scholen: Raayland College in Venray en De Wijnberg in Venray" in printed(teacher, letter)
    allow(two.thread, two=False)
    assert both in printed(teacher, copy), "it is there, whatever is allowed from now on"
    two.tlv(Tlv.REFUSED)
    let_go_of(two.thread.services, two.teacher, two.reference, second)
    assert two.status(first) is HandoverStatus.OFFERED
    alone = printed(teacher, copy)
    assert "Naar Raayland College in Venray (BRIN 25FY00). Naar geen andere school." in alone
    assert "Wijnberg" not in alone + printed(teacher, letter)


def test_nothing_of_the_other_school_is_told_to_a_school(two: Two) -> None:
    first, second = two.both()
    accept(two.thread.services, two.intake, second)
    accept(two.thread.services, two.thread.intake.actor, first)
    app = given_app(two.thread.region)
    there, here = given_signed_in(app, two.vso.people["Vera Smit"]), given_signed_in(app, two.thread.intake)

    for visitor, one, other in ((there, second, "Raayland"), (here, first, "Wijnberg")):
        for path in ("/dossiers", f"/dossier/{one}"):
            assert other not in visitor.get(path).text

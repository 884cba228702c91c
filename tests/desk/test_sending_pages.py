"""A dossier goes to the school that the teacher saw, or nowhere; pressing twice is once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from handover.bundles.model import Bundle, Handover, SealedPart
from handover.bundles.outcomes import record_outcome
from handover.bundles.receiving import accept
from handover.bundles.settling import settle
from handover.errors import NotFound
from handover.leavers.applications import applications_at
from handover.leavers.model import Application
from handover.schools.model import Location
from handover.terms.destination import Outcome
from handover.terms.school_kind import SchoolKind
from tests.factories.access import given_location
from tests.factories.thread import DAY, Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    """Made once; each test has a child of its own."""
    found = given_thread(tmp_path_factory.mktemp("thread"))
    given_location(found.services, "16PK00", "Dendron College", place="Horst", kind=SchoolKind.VO)
    given_location(found.services, "02QC00", "Praktijkschool", place="Venlo", kind=SchoolKind.PRO)
    given_location(found.services, "20CU09", "Oude School", place="Venlo", kind=SchoolKind.VO)
    with found.services.uow() as uow:
        uow.session.get_one(Location, "20CU09").closed_on = date(2026, 8, 1)
        uow.commit()
    return found


@pytest.fixture(scope="module")
def visitor(thread: Thread) -> Visitor:
    return given_signed_in(given_app(thread.region), thread.teacher)


def _ready(thread: Thread) -> str:
    reference = thread.leaver()
    thread.written(reference)
    thread.applied(reference)
    return reference


def _handovers(thread: Thread, reference: str) -> list[Handover]:
    with thread.services.uow() as uow:
        return list(
            uow.session.scalars(
                select(Handover).where(Handover.reference == reference).order_by(Handover.created_at, Handover.id)
            )
        )


def _applications(thread: Thread, reference: str) -> list[tuple[str, str]]:
    actor = thread.teacher.actor
    with thread.services.uow() as uow:
        return [(one.brin, one.outcome.value) for one in applications_at(uow, actor, reference)]


def test_a_school_is_found_chosen_at_full_size_and_recorded(thread: Thread, visitor: Visitor) -> None:
    reference = thread.leaver()
    base = f"/leerling/{reference}/school"
    check_page(visitor.get(base).text)

    found = visitor.post(f"{base}/zoek", {"zoek": "venray raayland"})
    check_page(found.text)
    assert "25FY00" in found.text
    chosen = visitor.post(f"{base}/kies", {"brin": "25fy-00"})
    check_page(chosen.text)
    assert "BRIN <b" in chosen.text
    assert "TLV" not in chosen.text

    assert visitor.post(base, {"brin": "25FY00", "applied_on": "26 maart 2027"}).status_code == 303
    assert _applications(thread, reference) == [("25FY00", "asked")]
    check_page(visitor.get(base).text)


@pytest.mark.parametrize("brin", ["99ZZ00", "20CU09", "03QI00", "25FY", "", "../../etc"])
def test_a_school_that_is_not_there_is_closed_or_primary_is_refused(
    thread: Thread, visitor: Visitor, brin: str
) -> None:
    reference = thread.leaver()

    answer = visitor.post(f"/leerling/{reference}/school", {"brin": brin, "applied_on": "26-3-2027"})

    assert answer.status_code == 422
    check_page(answer.text)
    assert _applications(thread, reference) == []


@pytest.mark.parametrize("day", ["26-3-2028", "31-4-2027", "", "morgen"])
def test_a_day_that_is_to_come_or_is_none_is_refused_and_kept(thread: Thread, visitor: Visitor, day: str) -> None:
    reference = thread.leaver()

    answer = visitor.post(f"/leerling/{reference}/school", {"brin": "25FY00", "applied_on": day})

    assert answer.status_code == 422
    check_page(answer.text)
    assert f'value="{day}"' in answer.text
    assert _applications(thread, reference) == []


def test_the_same_school_twice_is_said_and_not_an_error(thread: Thread, visitor: Visitor) -> None:
    reference = thread.leaver()
    thread.applied(reference)

    answer = visitor.post(f"/leerling/{reference}/school", {"brin": "25FY00", "applied_on": "26-3-2027"})

    assert answer.status_code == 422
    assert "Bij deze school is het kind al aangemeld" in answer.text


def test_a_tlv_is_asked_of_a_school_that_needs_one(thread: Thread, visitor: Visitor) -> None:
    reference = thread.leaver()
    base = f"/leerling/{reference}/school"

    without = visitor.post(base, {"brin": "02QC00", "applied_on": "26-3-2027"})

    assert without.status_code == 422
    check_page(without.text)
    assert "Hoe staat het met de toelaatbaarheidsverklaring" in without.text
    assert visitor.post(base, {"brin": "02QC00", "applied_on": "26-3-2027", "tlv": "requested"}).status_code == 303
    check_page(visitor.get(base).text)


def test_an_application_is_changed_put_first_withdrawn_and_made_anew(thread: Thread, visitor: Visitor) -> None:
    reference = thread.leaver()
    base = f"/leerling/{reference}/school"
    first = thread.applied(reference)
    visitor.post(base, {"brin": "16PK00", "applied_on": "26-3-2027"})
    actor = thread.teacher.actor
    with thread.services.uow() as uow:
        second = applications_at(uow, actor, reference)[1].id

    visitor.post(f"{base}/wijzig", {"aanmelding": second, "eerst": "ja"})
    assert [brin for brin, _outcome in _applications(thread, reference)] == ["16PK00", "25FY00"]
    wrong = visitor.post(f"{base}/wijzig", {"aanmelding": first, "applied_on": "1-1-2030"})
    assert wrong.status_code == 422
    check_page(wrong.text)
    assert visitor.post(f"{base}/wijzig", {"aanmelding": first, "applied_on": "1-3-2027"}).status_code == 303
    visitor.post(f"{base}/intrekken", {"aanmelding": second})
    assert _applications(thread, reference) == [("16PK00", "withdrawn"), ("25FY00", "asked")]
    check_page(visitor.get(base).text)
    assert visitor.post(base, {"brin": "16PK00", "applied_on": "2-4-2027"}).status_code == 303
    assert ("16PK00", "asked") in _applications(thread, reference)


def test_an_application_of_another_child_cannot_be_changed_from_here(thread: Thread, visitor: Visitor) -> None:
    other = thread.applied(thread.leaver())
    reference = thread.leaver(first_name="Sem")

    for action in ("wijzig", "intrekken"):
        answer = visitor.post(f"/leerling/{reference}/school/{action}", {"aanmelding": other, "applied_on": "1-3-2027"})
        assert answer.status_code == 409
        assert "Deze aanmelding staat niet meer op de lijst" in answer.text
    with thread.services.uow() as uow:
        untouched = uow.session.get_one(Application, other)
        assert (untouched.applied_on, untouched.outcome) == (DAY, Outcome.ASKED)


def test_pressing_too_early_shows_what_is_missing(thread: Thread, visitor: Visitor) -> None:
    reference = thread.leaver()

    answer = visitor.post(f"/leerling/{reference}/versturen", {"brin": "25FY00"})

    assert answer.status_code == 409
    check_page(answer.text)
    assert "Leg vast bij welke school het kind is aangemeld" in answer.text
    assert _handovers(thread, reference) == []


def test_the_last_check_names_school_place_and_brin_and_what_goes_in_which_part(
    thread: Thread, visitor: Visitor
) -> None:
    answer = visitor.get(f"/leerling/{_ready(thread)}/versturen")

    check_page(answer.text)
    page = BeautifulSoup(answer.text, "html5lib")
    said = text_of(page)
    assert "Verstuur naar Raayland College in Venray" in said
    assert "Venray · BRIN 25FY00" in said
    dossier, care = (text_of(part) for part in page.select(".wo-halves > section"))
    assert "okr.pdf" in dossier
    assert "opp.pdf" not in dossier
    assert "opp.pdf" in care


def test_sending_twice_or_going_back_in_the_browser_sends_once(thread: Thread, visitor: Visitor) -> None:
    reference = _ready(thread)
    path = f"/leerling/{reference}/versturen"

    answers = [visitor.post(path, {"brin": "25FY00"}) for _time in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 303]
    assert len(_handovers(thread, reference)) == 1
    page = visitor.get(path)
    check_page(page.text)
    assert "Het dossier gaat op slot" in page.text
    assert "Er is niets dubbel gegaan" in page.text


def test_a_dossier_goes_nowhere_but_where_the_sender_was_shown(thread: Thread, visitor: Visitor) -> None:
    reference = _ready(thread)

    answer = visitor.post(f"/leerling/{reference}/versturen", {"brin": "16PK00"})

    assert answer.status_code == 409
    check_page(answer.text)
    assert "De school is veranderd" in answer.text
    assert _handovers(thread, reference) == []


def test_it_is_taken_back_until_received_and_twice_is_once(thread: Thread, visitor: Visitor) -> None:
    reference = _ready(thread)
    visitor.post(f"/leerling/{reference}/versturen", {"brin": "25FY00"})
    (sent,) = _handovers(thread, reference)
    settle(thread.services, sent.id)
    assert "Haal terug" in visitor.get(f"/leerling/{reference}/versturen").text

    for _time in range(2):
        answer = visitor.post(f"/leerling/{reference}/terughalen", follow=True)
        check_page(answer.text)
        assert "teruggehaald" in answer.text

    thread.region.clock.pass_by(timedelta(minutes=1))
    assert visitor.post(f"/leerling/{reference}/versturen", {"brin": "25FY00"}).status_code == 303
    again = _handovers(thread, reference)[-1]
    settle(thread.services, again.id)
    accept(thread.services, thread.intake.actor, again.id)
    late = visitor.post(f"/leerling/{reference}/terughalen", follow=True)
    assert "Terughalen kan niet meer" in late.text
    check_page(late.text)


def test_a_settling_that_failed_says_so_and_can_be_sent_again(thread: Thread, visitor: Visitor) -> None:
    reference = _ready(thread)
    visitor.post(f"/leerling/{reference}/versturen", {"brin": "25FY00"})
    (sent,) = _handovers(thread, reference)
    with thread.services.uow() as uow:
        bundle_id = uow.session.scalars(select(Bundle.id).where(Bundle.handover_id == sent.id)).one()
        key = uow.session.scalars(select(SealedPart.blob_key).where(SealedPart.bundle_id == bundle_id)).first()
    thread.services.store.delete(str(key))
    assert not settle(thread.services, sent.id)

    page = visitor.get(f"/leerling/{reference}/versturen")

    check_page(page.text)
    assert "Het versturen is niet gelukt" in page.text
    assert "Verstuur opnieuw: het kwam niet heel aan" in visitor.get("/groep").text
    assert visitor.post(f"/leerling/{reference}/versturen", {"brin": "25FY00"}).status_code == 303


def test_an_application_where_the_dossier_lies_is_not_withdrawn(thread: Thread, visitor: Visitor) -> None:
    handover_id = thread.offered()
    with thread.services.uow() as uow:
        sent = uow.session.get_one(Handover, handover_id)

    answer = visitor.post(f"/leerling/{sent.reference}/school/intrekken", {"aanmelding": sent.application_id})

    assert answer.status_code == 409
    check_page(answer.text)
    assert _applications(thread, sent.reference) == [("25FY00", "asked")]


def test_the_secondary_school_records_no_outcome_of_an_application_it_was_not_told_of(thread: Thread) -> None:
    application_id = thread.applied(thread.leaver())

    with pytest.raises(NotFound):
        record_outcome(thread.services, thread.office.actor, application_id, outcome=Outcome.ENROLLED)


def test_the_administration_is_told_that_it_sees_names_only(thread: Thread) -> None:
    reference = _ready(thread)
    visitor = given_signed_in(given_app(thread.region), thread.po.admin)

    for page in ("school", "versturen", "spoor"):
        assert visitor.get(f"/leerling/{reference}/{page}").status_code == 403
    assert visitor.post(f"/leerling/{reference}/versturen", {"brin": "25FY00"}).status_code == 403
    assert _handovers(thread, reference) == []

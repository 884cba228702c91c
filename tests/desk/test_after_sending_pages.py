"""Changing a handover after it was sent, as people do it on the pages: send after, another school, let go, reopen."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from handover.bundles.handovers import handover_of
from handover.bundles.model import Handover, Part, Statement
from handover.bundles.reading import document, open_for_reading
from handover.bundles.receiving import accept
from handover.bundles.reopening import release
from handover.bundles.settling import settle
from handover.bundles.state import HandoverStatus, ReleaseReason
from handover.dossiers.drafts import Checked, keep_document
from handover.errors import HandoverError
from handover.policy import Role
from handover.schools.model import Department, UnitLocation, UnitSide
from handover.terms.document_kind import DocumentKind
from handover.terms.school_kind import SchoolKind
from keys.jws import digest
from tests.bundles.test_life import TESTS, seen_again, sent_after
from tests.factories.access import Colleague, given_enrolled_unit, given_location
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def visitors(thread: Thread) -> dict[str, Visitor]:
    app = given_app(thread.region)
    members = {"teacher": thread.teacher, "intake": thread.intake, "care": thread.care, "office": thread.office}
    return {name: given_signed_in(app, member) for name, member in members.items()}


def shown(visitor: Visitor, path: str) -> str:
    return text_of(visitor.page(path))


def found(thread: Thread, handover_id: str) -> Handover:
    with thread.services.uow() as uow:
        return handover_of(uow, handover_id)


def test_a_teacher_sends_a_document_after_and_the_intake_sees_what_is_new(
    thread: Thread, visitors: dict[str, Visitor]
) -> None:
    handover_id, teacher = thread.accepted(), visitors["teacher"]
    thread.read(handover_id)
    href = f"/leerling/{found(thread, handover_id).reference}"

    assert "Vul aan en stuur na" in shown(teacher, f"{href}/versturen")
    teacher.post(f"{href}/aanvulling")
    assert "U vult dit dossier aan" in shown(teacher, href)
    keep_document(thread.services, thread.teacher.actor, found(thread, handover_id).reference, TESTS)
    early = teacher.post(f"{href}/versturen", {"brin": thread.vo.brin6, "na": handover_id})
    assert early.status_code == 409
    assert "Er is niets verstuurd" in early.text
    seen_again(thread, found(thread, handover_id).reference)
    assert "Laatste controle van de aanvulling" in shown(teacher, f"{href}/versturen")
    assert teacher.post(f"{href}/versturen", {"brin": thread.vo.brin6, "na": handover_id}).status_code == 303
    assert "Uw aanvulling gaat nu op slot" in shown(teacher, f"{href}/versturen")
    assert settle(thread.services, handover_id)

    intake = visitors["intake"]
    assert "Nagekomen" in shown(intake, "/dossiers?stap=ontvangen")
    read = shown(intake, f"/dossier/{handover_id}")
    assert "1 nieuw document." in read
    assert "Anders: wat de ouders vinden." in read
    intake.post(f"/dossier/{handover_id}/nagekomen")
    assert "Teken voor ontvangst" not in shown(intake, f"/dossier/{handover_id}")
    assert "tekende voor ontvangst van de aanvulling" in shown(teacher, f"{href}/spoor")


def test_stopping_keeps_what_was_changed_and_sends_nothing(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id, teacher = thread.offered(), visitors["teacher"]
    reference = found(thread, handover_id).reference
    teacher.post(f"/leerling/{reference}/aanvulling")
    keep_document(thread.services, thread.teacher.actor, reference, TESTS)

    teacher.post(f"/leerling/{reference}/aanvulling/stop")

    page = shown(teacher, f"/leerling/{reference}/versturen")
    assert "Uw dossier is nieuwer dan dat van de school" in page
    assert teacher.post(f"/leerling/{thread.leaver()}/aanvulling").status_code == 303, "nothing to send after"


def test_what_came_after_confirming_stands_on_top_of_the_inbox(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id = thread.confirmed()
    sent_after(thread, handover_id)

    assert "Bij 1 bevestigd dossier is iets nagekomen" in shown(visitors["intake"], "/dossiers")
    assert "Bekijk wat er is nagekomen" in shown(visitors["intake"], "/dossiers?stap=bevestigd")


def test_another_school_takes_one_press_after_a_last_look(thread: Thread, visitors: dict[str, Visitor]) -> None:
    dendron = given_enrolled_unit(
        thread.region,
        UnitSide.VO,
        "Dendron College",
        brin6="20DF00",
        people=[Colleague(name="Ilse Vos", roles=(Role.INTAKE,))],
    )
    handover_id, teacher = thread.accepted(), visitors["teacher"]
    href = f"/leerling/{found(thread, handover_id).reference}/andere-school"

    assert "20DF00" in teacher.post(f"{href}/zoek", {"zoek": "dendron"}).text
    assert teacher.post(f"{href}/zoek", {"zoek": " "}).status_code == 422
    look = teacher.post(f"{href}/kies", {"brin": "20DF00"})
    assert "Die school leest deze reden." in look.text
    assert teacher.post(f"{href}/kies", {"brin": thread.vo.brin6, "na": handover_id}).status_code == 422
    without = teacher.post(href, {"brin": "20DF00", "applied_on": "5-4-2027", "overdracht": handover_id})
    assert without.status_code == 422
    assert "Kies waarom het dossier bij deze school weggaat." in without.text
    wrong_day = {"brin": "20DF00", "applied_on": "32-4-2027", "overdracht": handover_id, "reden": "other_school"}
    assert teacher.post(href, wrong_day).status_code == 422
    other = teacher.post(href, {**wrong_day, "applied_on": "5-4-2027", "overdracht": "another"})
    assert other.status_code == 409
    assert found(thread, handover_id).status is HandoverStatus.ACCEPTED

    assert teacher.post(href, {**wrong_day, "applied_on": "5-4-2027"}).status_code == 303

    old = found(thread, handover_id)
    assert (old.status, old.released_because) == (HandoverStatus.RELEASED, ReleaseReason.OTHER_SCHOOL)
    with thread.services.uow() as uow:
        new = uow.session.scalars(select(Handover).where(Handover.receiver_unit_id == dendron.id)).one()
    assert new.status is HandoverStatus.SEALING
    closed = shown(visitors["intake"], f"/dossier/{handover_id}")
    assert "Deze overdracht is losgelaten" in closed


def test_a_school_that_does_not_take_part_changes_nothing(thread: Thread, visitors: dict[str, Visitor]) -> None:
    given_location(thread.services, "20DF00", "Dendron College", kind=SchoolKind.VO)
    handover_id, teacher = thread.offered(), visitors["teacher"]
    href = f"/leerling/{found(thread, handover_id).reference}/andere-school"

    answer = teacher.post(href, {"brin": "20DF00", "applied_on": "5-4-2027", "overdracht": handover_id})

    assert answer.status_code == 409
    assert "De nieuwe school doet nog niet mee." in answer.text
    assert found(thread, handover_id).status is HandoverStatus.OFFERED


def test_a_confirmation_is_taken_back_with_a_reason(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id, intake = thread.confirmed(), visitors["intake"]

    assert "Neem de bevestiging terug" in shown(intake, f"/dossier/{handover_id}")
    assert intake.post(f"/dossier/{handover_id}/heropenen", {"reden": "zomaar"}).status_code == 422
    assert intake.post(f"/dossier/{handover_id}/heropenen", {"reden": "too_early"}).status_code == 303

    assert found(thread, handover_id).status is HandoverStatus.ACCEPTED
    assert "het was te vroeg" in shown(intake, f"/dossier/{handover_id}")


@pytest.mark.parametrize("who", ["teacher", "intake"])
def test_a_handover_is_let_go_of_with_a_reason(thread: Thread, visitors: dict[str, Visitor], who: str) -> None:
    handover_id, visitor = thread.accepted(), visitors[who]

    assert "Waarom laat u los?" in shown(visitor, f"/dossier/{handover_id}/loslaten")
    assert visitor.post(f"/dossier/{handover_id}/loslaten").status_code == 422
    assert visitor.post(f"/dossier/{handover_id}/loslaten", {"reden": "not_coming"}).status_code == 303

    assert found(thread, handover_id).status is HandoverStatus.RELEASED
    reference = found(thread, handover_id).reference
    assert "is losgelaten" in shown(visitors["teacher"], f"/leerling/{reference}")


def test_the_office_gives_a_dossier_its_place_and_everybody_filters_on_it(
    thread: Thread, visitors: dict[str, Visitor]
) -> None:
    given_location(thread.services, "25FY01", "Raayland Zuid", kind=SchoolKind.VO)
    with thread.services.uow() as uow:
        uow.session.add(UnitLocation(unit_id=thread.vo.id, brin6="25FY01"))
        uow.session.add(Department(id="d1", unit_id=thread.vo.id, name="Onderbouw vmbo"))
        uow.commit()
    handover_id, other = thread.accepted(), thread.accepted(last_name="Bakker")
    href = f"/dossier/{handover_id}/indeling"
    form = {"brin": "25FY01", "department_id": "d1", "handler_id": thread.care.person_id}

    assert "Raayland Zuid" in shown(visitors["office"], href)
    assert visitors["office"].post(href, {**form, "brin": "20DF00"}).status_code == 422
    assert visitors["office"].post(href, {**form, "versie": "1"}).status_code == 409
    assert visitors["office"].post(href, form).status_code == 303

    listed = shown(visitors["care"], "/dossiers?stap=ontvangen&wie=ik&afd=d1")
    assert found(thread, handover_id).reference in listed
    assert found(thread, other).reference not in listed
    assert "Onderbouw vmbo" in listed
    nobody = shown(visitors["care"], "/dossiers?stap=ontvangen&wie=niemand")
    assert found(thread, other).reference in nobody
    assert found(thread, handover_id).reference not in nobody
    reference = found(thread, handover_id).reference
    assert "koos een andere vestiging: Raayland Zuid" in shown(visitors["teacher"], f"/leerling/{reference}/spoor")


def test_both_schools_print_a_receipt_that_says_who_and_when_and_what_was_signed(
    thread: Thread, visitors: dict[str, Visitor]
) -> None:
    handover_id = thread.confirmed()
    with thread.services.uow() as uow:
        said = uow.session.scalars(select(Statement).where(Statement.handover_id == handover_id)).all()

    for who in ("teacher", "intake"):
        answer = visitors[who].get(f"/dossier/{handover_id}/ontvangstbewijs.pdf")
        pages = PdfReader(BytesIO(answer.data)).pages
        text = "".join(page.extract_text() for page in pages)
        together = "".join(text.split())
        assert "Noah Wójcik" in text
        assert "De Hommel" in text
        assert "25FY00" in text
        assert {digest(one.jws) for one in said} <= set(re.findall(r"[0-9a-f]{64}", together))
        assert all(one.jws[-40:] in together for one in said)


def test_there_is_no_receipt_before_confirmation(thread: Thread, visitors: dict[str, Visitor]) -> None:
    answer = visitors["intake"].get(f"/dossier/{thread.accepted()}/ontvangstbewijs.pdf")

    assert answer.status_code == 409


def test_a_school_keeps_a_dossier_longer_and_no_longer(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id = thread.confirmed()
    path, intake = f"/dossier/{handover_id}/bewaren", visitors["intake"]
    assert "Tot en met 31 januari 2028" in shown(intake, path)

    wrong = intake.post(path, {"until": "gisteren"})
    assert wrong.status_code == 422
    assert "Kies waarom het langer nodig is" in wrong.text
    assert "Vul de laatste dag in" in wrong.text
    intake.post(path, {"until": "1-2-2028", "reden": "complaint"})
    there = shown(visitors["teacher"], path)
    assert "Langer bewaard, tot en met 1 februari 2028" in there
    assert "Dat zei Raayland College. Alleen die school neemt het terug." in there
    assert "er loopt een klacht" in shown(visitors["teacher"], f"/dossier/{handover_id}")
    intake.post(path, {"doe": "gewoon"})

    assert "Langer bewaard" not in shown(intake, path)


def test_who_opens_a_dossier_in_its_last_month_is_told(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id = thread.confirmed()
    with thread.services.uow() as uow:
        handover_of(uow, handover_id).warned_at = uow.clock.now()
        uow.commit()

    assert "Na 31 januari 2028 vernietigen wij dit dossier" in shown(visitors["teacher"], f"/dossier/{handover_id}")


def test_who_is_reading_when_it_is_let_go_of_reads_to_the_end_and_opens_nothing_more(
    thread: Thread, visitors: dict[str, Visitor]
) -> None:
    reference = thread.leaver()
    scan = Checked(data=b"%PDF-1.7 " + bytes(300_000), title="toetsen.pdf", kind=DocumentKind.TOETSRESULTATEN, pages=9)
    keep_document(thread.services, thread.teacher.actor, reference, scan)
    thread.written(reference, has_opp=False)
    thread.applied(reference)
    handover_id = thread.send(reference)
    accept(thread.services, thread.intake.actor, handover_id)
    opened = open_for_reading(thread.services, thread.intake.actor, handover_id, Part.DOSSIER)
    number = next(one.number for one in opened.inside.documents if one.title == "toetsen.pdf")
    pieces = document(thread.services, thread.intake.actor, opened, number, way="screen")
    begun = next(iter(pieces))

    release(thread.services, thread.teacher.actor, handover_id, reason=ReleaseReason.OTHER_SCHOOL)

    assert begun + b"".join(pieces) == scan.data
    opened.inside.close()
    with pytest.raises(HandoverError):
        open_for_reading(thread.services, thread.intake.actor, handover_id, Part.DOSSIER)
    page = text_of(visitors["intake"].page(f"/dossier/{handover_id}?toon=dossier-1"))
    assert "Deze overdracht is losgelaten." in page


def test_a_parents_copy_can_be_had_after_sending(thread: Thread, visitors: dict[str, Visitor]) -> None:
    handover_id = thread.offered()
    with thread.services.uow() as uow:
        reference = handover_of(uow, handover_id).reference

    copy = visitors["teacher"].get(f"/leerling/{reference}/afschrift.pdf")

    assert (copy.status_code, copy.mimetype) == (200, "application/pdf")
    assert visitors["intake"].get(f"/leerling/{reference}/afschrift.pdf").status_code == 404

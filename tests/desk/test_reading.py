"""Reading a dossier: each state that it can be in, for each side, and what is written beside it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from handover.audit.queries import trail
from handover.bundles.conversations import ConversationWay, hold, waive
from handover.bundles.model import Bundle, Handover, Part, SealedPart
from handover.bundles.receiving import confirm, decline
from handover.bundles.remarks import RemarkView, ask, close, note, remarks_of, reply
from handover.bundles.sending import send
from handover.bundles.withdrawing import withdraw
from handover.rooms.model import Grant
from keys.grant import GrantKind
from tests.factories.access import Member
from tests.factories.thread import PLAN, REPORT, Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, given_visitor, text_of
from tests.web.valid import check_page

NAME = "Noah Wójcik"


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    return given_thread(tmp_path_factory.mktemp("thread"))


@pytest.fixture(scope="module")
def app(thread: Thread) -> Flask:
    return given_app(thread.region)


@pytest.fixture(scope="module")
def intake(app: Flask, thread: Thread) -> Visitor:
    return given_signed_in(app, thread.intake)


@pytest.fixture(scope="module")
def care(app: Flask, thread: Thread) -> Visitor:
    return given_signed_in(app, thread.care)


@pytest.fixture(scope="module")
def office(app: Flask, thread: Thread) -> Visitor:
    return given_signed_in(app, thread.office)


@pytest.fixture(scope="module")
def teacher(app: Flask, thread: Thread) -> Visitor:
    return given_signed_in(app, thread.teacher)


def page_of(visitor: Visitor, path: str, *, status: int = 200) -> BeautifulSoup:
    answer = visitor.get(path)
    assert answer.status_code == status, answer.text[:500]
    check_page(answer.text)
    soup = BeautifulSoup(answer.text, "html5lib")
    title = soup.title.get_text() if soup.title else ""
    assert "Noah" not in title
    return soup


def seen_by(thread: Thread, member: Member, handover_id: str) -> list[RemarkView]:
    with thread.services.uow() as uow:
        return remarks_of(uow, member.actor, handover_id)


def damage(thread: Thread, handover_id: str) -> None:
    """Change the first bytes of what is stored of the dossier part."""
    with thread.services.uow() as uow:
        key = uow.session.scalars(
            select(SealedPart.blob_key)
            .join(Bundle, Bundle.id == SealedPart.bundle_id)
            .where(Bundle.handover_id == handover_id, SealedPart.part == Part.DOSSIER)
        ).one()
    (path,) = [one for one in thread.region.folder.rglob("*") if one.name == key]
    data = bytearray(path.read_bytes())
    data[3000] ^= 1
    path.write_bytes(data)


# ---------- before it was received ----------


def test_before_it_is_received_the_school_sees_who_and_from_where_and_no_more(thread: Thread, intake: Visitor) -> None:
    handover = thread.offered(conversation=True)

    page = page_of(intake, f"/dossier/{handover}")

    said = text_of(page)
    assert NAME in said
    assert "De Hommel" in said
    assert "Ontvangen is geen toelating" in said
    assert page.find("form", action=f"/dossiers/{handover}/ontvangen")
    for kept in ("vaste plek", "077 000 00 01", "vmbo", "over de overgang", "okr.pdf", "gesprek over"):
        assert kept not in said, kept


def test_only_the_intake_is_asked_to_receive_it(thread: Thread, care: Visitor, office: Visitor) -> None:
    handover = thread.offered()

    for visitor in (care, office):
        page = page_of(visitor, f"/dossier/{handover}")
        assert page.find("form", action=f"/dossiers/{handover}/ontvangen") is None
        assert "intakecoördinator van uw school neemt het in ontvangst" in text_of(page)


def test_the_sender_reads_what_was_sent_and_that_it_was_not_received_yet(thread: Thread, teacher: Visitor) -> None:
    handover = thread.offered()

    said = text_of(page_of(teacher, f"/dossier/{handover}"))

    assert "Nog niet ontvangen" in said
    assert "een vaste plek" in said
    assert "Eigen notities" not in said
    assert "U kunt elkaar vragen stellen als het dossier is ontvangen" in said


def test_while_it_is_being_locked_the_sender_is_led_to_the_leaver(thread: Thread, teacher: Visitor) -> None:
    reference = thread.leaver()
    thread.written(reference)
    thread.applied(reference)
    handover = send(thread.services, thread.teacher.actor, reference)

    answer = teacher.get(f"/dossier/{handover}")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/leerling/{reference}")


# ---------- received ----------


def test_the_report_says_first_what_this_child_needs_and_whom_to_call(thread: Thread, intake: Visitor) -> None:
    handover = thread.accepted(conversation=True)

    page = page_of(intake, f"/dossier/{handover}")

    said = text_of(page)
    headings = [heading.get_text() for heading in page.select(".wo-read__text h3")]
    assert headings[0] == "Wat dit kind nodig heeft"
    assert headings[-1] == "Wat de ouders vinden"
    for shown in ("een vaste plek", "vmbo kader", "19 juni 2015", "Wij zijn blij met dit rapport.", "over de overgang"):
        assert shown in said, shown
    assert page.select_one('a[href="tel:0770000001"]')
    assert page.select_one("h1 [data-name]")


def test_the_care_part_is_read_by_who_may_and_says_so(thread: Thread, care: Visitor) -> None:
    handover = thread.accepted()

    page = page_of(care, f"/dossier/{handover}?toon=care-0")

    assert "Alleen intake en zorg van Raayland College lezen dit deel" in text_of(page)
    assert "vooraan" in text_of(page)


def test_a_dossier_without_care_shows_one_thing_less(thread: Thread, intake: Visitor) -> None:
    with_care, without = thread.accepted(), thread.accepted(has_opp=False)

    counts = [len(page_of(intake, f"/dossier/{one}").select(".wo-doclist li")) for one in (with_care, without)]

    assert counts == [4, 2]


@pytest.mark.parametrize("shown", ["dossier-1", "care-1"])
def test_a_document_is_shown_by_the_viewer_and_without_a_script_as_a_download(
    thread: Thread, intake: Visitor, shown: str
) -> None:
    handover = thread.accepted()

    page = page_of(intake, f"/dossier/{handover}?toon={shown}")

    viewer = page.select_one("[data-viewer]")
    assert viewer is not None
    expected = REPORT if shown == "dossier-1" else PLAN
    answer = intake.get(str(viewer["data-src"]))
    assert answer.data == expected
    assert answer.headers["Content-Length"] == str(len(expected))
    link = page.select_one("[data-viewer-plain] a")
    assert link is not None
    download = intake.get(str(link["href"]))
    assert download.data == expected
    assert re.fullmatch(r'attachment; filename="[0-9A-Z-]+-\w+-01-\w+\.pdf"', download.headers["Content-Disposition"])
    assert page.select_one("input#veld-note-page")
    assert page.select_one("input#veld-ask-page")


def test_the_list_says_who_read_what(thread: Thread, intake: Visitor, care: Visitor, teacher: Visitor) -> None:
    handover = thread.accepted()
    page_of(intake, f"/dossier/{handover}")

    assert "Gelezen door u." in text_of(page_of(intake, f"/dossier/{handover}"))
    assert "Gelezen door Peter Claessens" in text_of(page_of(care, f"/dossier/{handover}"))
    assert "Gelezen door Peter Claessens" in text_of(page_of(teacher, f"/dossier/{handover}"))


def test_a_thing_that_is_not_in_it_shows_the_report(thread: Thread, intake: Visitor) -> None:
    handover = thread.accepted()

    for shown in ("dossier-9", "care", "x", "-1"):
        assert "Het rapport van de leerkracht" in text_of(page_of(intake, f"/dossier/{handover}?toon={shown}"))


def test_what_is_left_leads_to_where_it_is_done_and_confirming_is_the_last(thread: Thread, intake: Visitor) -> None:
    handover = thread.accepted(conversation=True)

    page = page_of(intake, f"/dossier/{handover}")

    panel = page.find(id="bevestigen")
    assert panel is not None
    links = {str(link["href"]) for link in panel.find_all("a")}
    assert f"/dossier/{handover}/gesprek" in links
    assert f"/dossier/{handover}/bevestigen" in links


def test_a_confirmed_dossier_says_so(thread: Thread, intake: Visitor, teacher: Visitor) -> None:
    handover = thread.accepted()
    thread.read(handover)
    with thread.services.uow() as uow:
        application_id = uow.session.get_one(Handover, handover).application_id
    thread.enrolled(application_id)
    confirm(thread.services, thread.intake.actor, handover)

    assert "De overdracht is bevestigd op 8 april" in text_of(page_of(intake, f"/dossier/{handover}"))
    assert "Bevestigd door Raayland College" in text_of(page_of(teacher, f"/dossier/{handover}"))


# ---------- ended, tampered with, not for you ----------


@pytest.mark.parametrize("end", ["withdrawn", "declined"])
def test_after_the_end_the_receiver_reads_why_and_the_sender_reads_on(
    thread: Thread, intake: Visitor, teacher: Visitor, end: str
) -> None:
    handover = thread.offered()
    if end == "withdrawn":
        withdraw(thread.services, thread.teacher.actor, handover)
    else:
        decline(thread.services, thread.intake.actor, handover, reason="double")

    said = text_of(page_of(intake, f"/dossier/{handover}"))
    assert {"withdrawn": "haalde dit dossier terug", "declined": "gaf dit dossier terug"}[end] in said
    assert NAME not in said
    assert "De overdracht is voorbij" in text_of(page_of(teacher, f"/dossier/{handover}"))


def test_what_is_not_what_was_sent_is_an_alarm_for_both(thread: Thread, intake: Visitor, teacher: Visitor) -> None:
    handover = thread.accepted()
    damage(thread, handover)

    for visitor in (intake, teacher):
        said = text_of(page_of(visitor, f"/dossier/{handover}", status=409))
        assert "Wij openen dit dossier niet" in said
        assert "een vaste plek" not in said
    for path in (f"/dossier/{handover}/download",):
        assert "Wij openen dit dossier niet" in text_of(page_of(intake, path, status=409))


def test_the_other_school_is_told_of_an_alarm_while_what_it_opens_is_right(
    thread: Thread, intake: Visitor, teacher: Visitor
) -> None:
    handover = thread.accepted()
    question = ask(thread.services, thread.intake.actor, handover, text="Waar?")
    with thread.services.uow() as uow:
        uow.session.connection().exec_driver_sql(
            "UPDATE sealed_record SET sha256 = ? WHERE subject = ?", ("0" * 64, question)
        )
        uow.commit()

    assert "veranderd nadat zij was geschreven" in text_of(page_of(intake, f"/dossier/{handover}"))
    said = text_of(page_of(teacher, f"/dossier/{handover}"))
    assert "Er is iets mis geweest met dit dossier" in said
    assert "Waar?" not in said


def test_a_name_that_was_exchanged_opens_nothing(thread: Thread, intake: Visitor) -> None:
    handover = thread.accepted()
    with thread.services.uow() as uow:
        row = uow.session.scalars(select(Grant).where(Grant.kind == GrantKind.NAME, Grant.subject == handover)).one()
        row.blob = row.blob[:-1] + bytes([row.blob[-1] ^ 1])
        uow.commit()

    assert "Wij openen dit dossier niet" in text_of(page_of(intake, f"/dossier/{handover}", status=409))


def test_who_has_nothing_to_do_with_it_reads_nothing(thread: Thread, app: Flask, office: Visitor) -> None:
    handover = thread.accepted()
    swv = given_signed_in(app, thread.region.swv)
    paths = [
        f"/dossier/{handover}/document/dossier/1",
        f"/dossier/{handover}/document/dossier/1/download",
        f"/dossier/{handover}/download",
        f"/dossier/{handover}/gesprek",
        f"/dossier/{handover}/verzegeld",
    ]

    for path in (f"/dossier/{handover}", *paths):
        assert swv.get(path).status_code == 404, path
        assert given_visitor(app).get(path).status_code == 303, path
    for path in paths:
        assert office.get(path).status_code in {403, 404}, path
    said = text_of(page_of(office, f"/dossier/{handover}"))
    assert "Lezen kan alleen wie het kind begeleidt" in said
    assert "een vaste plek" not in said
    for path in ("notitie", "vraag", "gesprek", "gesprek/niet-nodig", "verzegeld/dossier"):
        data = {"note-text": "x", "ask-text": "x", "toon": "dossier-0"}
        assert swv.post(f"/dossier/{handover}/{path}", data).status_code == 404, path
    assert seen_by(thread, thread.intake, handover) == []


# ---------- writing beside it ----------


def test_a_note_lands_at_its_page_and_says_who_sees_it(thread: Thread, intake: Visitor, teacher: Visitor) -> None:
    handover = thread.accepted()
    form = {"toon": "care-1", "note-text": "Vooraan zetten", "note-page": "2"}

    answer = intake.post(f"/dossier/{handover}/notitie", form)

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/dossier/{handover}?toon=care-1#notities")
    (seen,) = seen_by(thread, thread.intake, handover)
    assert (seen.part, seen.document, seen.page) == (Part.CARE, 1, 2)
    page = page_of(intake, f"/dossier/{handover}?toon=care-1")
    assert "Ontwikkelingsperspectief (OPP), bladzijde 2" in text_of(page)
    assert "Alleen intake en zorg van Raayland College zien dit." in text_of(page)
    assert "Vooraan zetten" not in text_of(page_of(teacher, f"/dossier/{handover}"))


def test_on_the_dossier_as_a_whole_the_writer_chooses_who_reads_it(thread: Thread, intake: Visitor) -> None:
    handover = thread.accepted()
    for text, more in (("voor allen", {}), ("voor zorg", {"note-care": "ja"})):
        intake.post(f"/dossier/{handover}/notitie", {"toon": "dossier-0", "note-text": text, **more})

    assert [(one.text, one.part) for one in seen_by(thread, thread.care, handover)] == [
        ("voor allen", Part.DOSSIER),
        ("voor zorg", Part.CARE),
    ]


def test_a_question_says_who_reads_it_and_is_answered_and_closed(
    thread: Thread, intake: Visitor, teacher: Visitor
) -> None:
    handover = thread.accepted()
    intake.post(f"/dossier/{handover}/vraag", {"toon": "dossier-1", "ask-text": "Welke?", "ask-page": "1"})
    (question,) = seen_by(thread, thread.teacher, handover)

    page = page_of(teacher, f"/dossier/{handover}")
    assert "Raayland College leest dit mee." in text_of(page)
    assert "Aan u" in text_of(page)
    form = {f"antwoord-{question.id}": "Deze.", "terug": f"/dossier/{handover}"}
    teacher.post(f"/vragen/{question.id}/antwoord", form)
    assert "Beantwoord" in text_of(page_of(intake, f"/dossier/{handover}"))
    intake.post(f"/vragen/{question.id}/sluiten", {"terug": f"/dossier/{handover}"})

    assert "Afgesloten" in text_of(page_of(teacher, f"/dossier/{handover}"))


@pytest.mark.parametrize(("kind", "path"), [("note", "notitie"), ("ask", "vraag")])
def test_what_is_wrong_with_it_is_told_and_what_was_typed_stays(
    thread: Thread, intake: Visitor, kind: str, path: str
) -> None:
    handover = thread.accepted()
    form = {"toon": "dossier-1", f"{kind}-text": "Dit staat er nog", f"{kind}-page": "drie"}

    answer = intake.post(f"/dossier/{handover}/{path}", form)

    assert answer.status_code == 422
    check_page(answer.text)
    page = BeautifulSoup(answer.text, "html5lib")
    field = page.find(id=f"veld-{kind}-text")
    assert field is not None
    assert field.get_text().strip() == "Dit staat er nog"
    assert page.find(id=f"fout-{kind}-page")
    assert page.select_one("[data-viewer]"), "the document that was shown is shown still"
    assert seen_by(thread, thread.intake, handover) == []


def test_with_notes_and_questions_of_every_kind_the_page_is_valid(
    thread: Thread, intake: Visitor, teacher: Visitor
) -> None:
    services, handover = thread.services, thread.accepted(conversation=True)
    for member in (thread.intake, thread.teacher):
        asked = [ask(services, member.actor, handover, text=f"vraag {n}") for n in range(3)]
        other = thread.teacher if member is thread.intake else thread.intake
        reply(services, other.actor, asked[0], text="antwoord")
        close(services, member.actor, asked[1])
    note(services, thread.care.actor, handover, text="zorg", part=Part.CARE, document=1, page=1)

    for visitor in (intake, teacher):
        for shown in ("dossier-0", "dossier-1", "care-0", "care-1"):
            page_of(visitor, f"/dossier/{handover}?toon={shown}")


# ---------- the conversation and taking it along ----------


def test_the_conversation_is_recorded_and_read_by_both(thread: Thread, intake: Visitor, teacher: Visitor) -> None:
    handover = thread.accepted(conversation=True)
    page_of(teacher, f"/dossier/{handover}/gesprek")
    form = {"held_on": "6 april", "way": "visit", "who": "Marieke en Peter", "agreed": "Vooraan zitten"}

    assert intake.post(f"/dossier/{handover}/gesprek", form).status_code == 303

    said = text_of(page_of(teacher, f"/dossier/{handover}/gesprek"))
    assert "dinsdag 6 april, op school: Marieke en Peter" in said
    assert "Vooraan zitten" in said
    assert "Gevoerd op 6 april" in text_of(page_of(teacher, f"/dossier/{handover}"))


def test_all_that_is_wrong_with_a_conversation_is_told_at_once(thread: Thread, intake: Visitor) -> None:
    handover = thread.accepted(conversation=True)

    for form, wrong in (
        ({"held_on": "morgen", "agreed": "Dit staat er nog"}, {"held_on", "way", "who"}),
        ({"held_on": "1 mei", "way": "visit", "who": "P", "agreed": "Dit staat er nog"}, {"held_on"}),
    ):
        answer = intake.post(f"/dossier/{handover}/gesprek", form)
        assert answer.status_code == 422
        check_page(answer.text)
        page = BeautifulSoup(answer.text, "html5lib")
        assert {str(one["id"]).removeprefix("fout-") for one in page.select('[id^="fout-"]')} == wrong
        assert "Dit staat er nog" in answer.text


def test_why_no_conversation_is_needed_is_read_by_the_other_school(
    thread: Thread, intake: Visitor, teacher: Visitor
) -> None:
    handover = thread.accepted(conversation=True)
    assert intake.post(f"/dossier/{handover}/gesprek/niet-nodig", {"reason": " "}).status_code == 422

    intake.post(f"/dossier/{handover}/gesprek/niet-nodig", {"reason": "Zijn broer zit hier al."})

    assert "Zijn broer zit hier al." in text_of(page_of(teacher, f"/dossier/{handover}"))
    assert "Zijn broer zit hier al." in text_of(page_of(teacher, f"/dossier/{handover}/gesprek"))


def test_of_a_dossier_that_was_not_received_no_conversation_form_is_shown(thread: Thread, teacher: Visitor) -> None:
    handover = thread.offered(conversation=True)

    assert page_of(teacher, f"/dossier/{handover}/gesprek").find(id="veld-agreed") is None


def test_the_whole_dossier_is_taken_along_with_its_true_length(thread: Thread, intake: Visitor) -> None:
    handover = thread.accepted()

    answer = intake.get(f"/dossier/{handover}/download")

    assert answer.mimetype == "application/zip"
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_five_words_are_shown_once_and_given_back_with_the_download(thread: Thread, intake: Visitor) -> None:
    handover = thread.accepted()
    page = page_of(intake, f"/dossier/{handover}/verzegeld")
    shown = " ".join(one.get_text() for one in page.select(".wo-words li"))
    forms = page.select("main form")

    assert [str(form["action"]).rpartition("/")[2] for form in forms] == ["dossier", "care"]
    for form in forms:
        field = form.find("input", attrs={"name": "woorden"})
        assert field is not None
        assert field["value"] == shown
        answer = intake.post(str(form["action"]), {"woorden": shown})
        assert answer.data.startswith(b"age-encryption.org/v1\n-> scrypt ")
        assert int(answer.headers["Content-Length"]) == len(answer.data)
    again = page_of(intake, f"/dossier/{handover}/verzegeld")
    assert " ".join(one.get_text() for one in again.select(".wo-words li")) != shown
    assert intake.post(f"/dossier/{handover}/verzegeld/dossier", {"woorden": "welkom 01"}).status_code == 422


def test_in_english_the_page_is_valid_too(thread: Thread, app: Flask) -> None:
    handover = thread.accepted(conversation=True)
    hold(
        thread.services,
        thread.intake.actor,
        handover,
        held_on=date(2027, 4, 6),
        way=ConversationWay.VIDEO,
        who="P",
        agreed="A",
    )
    waived = thread.accepted(conversation=True)
    waive(thread.services, thread.intake.actor, waived, reason="nee")
    reader = given_signed_in(app, thread.care)
    reader.post("/taal", {"taal": "en", "terug": "/hulp"})

    for path in (f"/dossier/{handover}", f"/dossier/{waived}", f"/dossier/{handover}/gesprek", "/vragen"):
        check_page(reader.get(path).text, language="en")
    reader.post("/taal", {"taal": "nl", "terug": "/hulp"})


def test_what_stands_beside_a_document_is_recorded_as_reading_once(thread: Thread, intake: Visitor) -> None:
    handover = thread.accepted()
    for shown in ("dossier-1", "care-1", "dossier-1"):
        page_of(intake, f"/dossier/{handover}?toon={shown}")

    with thread.services.uow() as uow:
        read = [line for line in trail(uow, [handover]) if line.name == "handover.read"]
    assert [(line.facts["part"], line.facts["item"]) for line in read] == [("dossier", 0)]

"""Handover with a code: six words and a link open one dossier once, and nothing else opens it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from handover.audit.sequencer import sequence
from handover.audit.verify import verify
from handover.bundles.code_model import HandoverCode
from handover.bundles.coded import CodeMade, confirm_by_telephone, mail_again, send_with_code
from handover.bundles.deep import handovers_against_log
from handover.bundles.destroying import destroy
from handover.bundles.guest import GuestDossier, fetched, open_with_words
from handover.bundles.handovers import handover_of
from handover.bundles.model import Handover, Part, SealedPart
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.opening import Tampered
from handover.bundles.reopening import release
from handover.bundles.sending import NotReady, send
from handover.bundles.settling import settle
from handover.bundles.state import HandoverStatus, ReleaseReason
from handover.bundles.supplementing import open_supplement
from handover.bundles.tasks import sweep
from handover.bundles.trying import CodeShut
from handover.bundles.withdrawing import withdraw
from handover.desk.guest_file import file_for_guest
from handover.errors import Conflict, IllegalTransition, Invalid, NotAllowed, NotFound
from handover.leavers.model import Application
from handover.leavers.recording import record_application
from handover.rooms.model import Grant
from handover.terms.destination import Outcome, Tlv
from handover.terms.school_kind import SchoolKind
from keys.age.file import decrypt_bytes
from keys.errors import KeysError
from tests.factories.access import given_location
from tests.factories.thread import DAY, PLAN, REPORT, Thread, given_thread
from tests.factories.web import given_app

ELSEWHERE, MAIL = "19AB00", "intake@verweg.example"


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    made = given_thread(tmp_path)
    given_location(made.services, ELSEWHERE, "Verweg College", place="Assen", kind=SchoolKind.VO)
    return made


def ready(thread: Thread, *, has_opp: bool = True) -> str:
    """A dossier in which nothing is missing, for a school that takes no part."""
    reference = thread.leaver()
    thread.written(reference, has_opp=has_opp)
    record_application(
        thread.services, thread.teacher.actor, reference, brin6=ELSEWHERE, applied_on=DAY, tlv=Tlv.NOT_NEEDED
    )
    return reference


def sent(thread: Thread, *, has_opp: bool = True) -> CodeMade:
    reference = ready(thread, has_opp=has_opp)
    made = send_with_code(thread.services, thread.teacher.actor, reference, to=ELSEWHERE, email=MAIL)
    assert settle(thread.services, made.handover_id)
    return made


def code_id(thread: Thread, made: CodeMade) -> str:
    with thread.services.uow() as uow:
        return uow.session.scalars(select(HandoverCode.id).where(HandoverCode.handover_id == made.handover_id)).one()


def looked(thread: Thread, made: CodeMade, words: str | None = None) -> GuestDossier:
    typed = made.words if words is None else words
    return open_with_words(thread.services, code_id(thread, made), typed, client_address="192.0.2.7")


def fetch(thread: Thread, made: CodeMade) -> bytes:
    with given_app(thread.region).test_request_context():
        file = file_for_guest(thread.services, looked(thread, made), name="Gea Gast", function="intakecoördinator")
        data = b"".join(file.pieces)
    assert len(data) == file.size
    return data


def status(thread: Thread, handover_id: str) -> HandoverStatus:
    with thread.services.uow() as uow:
        return handover_of(uow, handover_id).status


def test_six_words_open_the_dossier_and_the_letter_names_the_one_time_key(thread: Thread) -> None:
    made = sent(thread)

    dossier = looked(thread, made)

    assert dossier.name["last_name"] == "Wójcik"
    assert (dossier.sender, dossier.receiver, dossier.receiver_brin) == ("De Hommel", "Verweg College", ELSEWHERE)
    assert set(dossier.parts) == {Part.DOSSIER, Part.CARE}
    assert dossier.parts[Part.DOSSIER].content()["report"]["what_works"] == thread.report.what_works
    dossier.close()
    assert len(made.words.split()) == 6
    assert status(thread, made.handover_id) is HandoverStatus.OFFERED


def test_the_file_holds_a_readable_report_and_all_documents(thread: Thread) -> None:
    made = sent(thread)

    with ZipFile(BytesIO(fetch(thread, made))) as archive:
        names = archive.namelist()
        report = "".join(page.extract_text() for page in PdfReader(BytesIO(archive.read("rapport.pdf"))).pages)
        documents = {archive.read(name) for name in names if name.startswith(("dossier/", "zorg/"))}

    assert documents == {REPORT, PLAN}
    assert {"LEESMIJ.txt", "rapport.pdf"} <= set(names)
    for said in ("Noah Wójcik", "een vaste plek", "077 000 00 01", "Wij zijn blij met dit rapport."):
        assert said in report


def test_fetching_is_receiving_and_the_code_is_used_up(thread: Thread) -> None:
    made = sent(thread)
    fetch(thread, made)

    assert status(thread, made.handover_id) is HandoverStatus.ACCEPTED
    with pytest.raises(CodeShut):
        looked(thread, made)
    with thread.services.uow() as uow:
        code = uow.session.scalars(select(HandoverCode)).one()
        grants = uow.session.scalar(select(func.count()).select_from(Grant).where(Grant.person_id == code.id))
        told = uow.session.scalars(select(Notice.person_id).where(Notice.kind == NoticeKind.ACCEPTED)).all()
    assert (code.guest_name, code.guest_function, code.sealed_identity) == ("Gea Gast", "intakecoördinator", None)
    assert grants == 0
    assert told == [thread.teacher.person_id]


def test_of_two_who_fetch_at_once_one_is_cut_off(thread: Thread) -> None:
    made = sent(thread)
    first, second = looked(thread, made), looked(thread, made)
    fetched(thread.services, first, name="Gea", function="intake")

    with pytest.raises(IllegalTransition):
        fetched(thread.services, second, name="Kees", function="intake")
    first.close()
    second.close()


def test_words_are_forgiven_their_capitals_and_blanks(thread: Thread) -> None:
    made = sent(thread)

    looked(thread, made, f"  {made.words.upper().replace(' ', '-')} ").close()


def test_the_fifth_wrong_try_ends_it_also_for_the_right_words(thread: Thread) -> None:
    made = sent(thread)
    for _try in range(5):
        with pytest.raises(CodeShut):
            looked(thread, made, "aap noot mies wim zus jet")

    with pytest.raises(CodeShut):
        looked(thread, made)


def test_the_right_words_forgive_the_wrong_ones_before(thread: Thread) -> None:
    made = sent(thread)
    for _round in range(3):
        for _try in range(4):
            with pytest.raises(CodeShut):
                looked(thread, made, "aap noot mies wim zus jet")
        looked(thread, made).close()


@pytest.mark.parametrize("when", ["taken back", "destroyed", "run out", "unknown", "not settled"])
def test_what_cannot_be_fetched_opens_with_no_words(thread: Thread, when: str) -> None:
    if when == "not settled":
        made = send_with_code(thread.services, thread.teacher.actor, ready(thread), to=ELSEWHERE, email=MAIL)
    else:
        made = sent(thread)
    where = code_id(thread, made)
    if when == "taken back":
        withdraw(thread.services, thread.teacher.actor, made.handover_id)
    elif when == "destroyed":
        withdraw(thread.services, thread.teacher.actor, made.handover_id)
        destroy(thread.services, made.handover_id)
    elif when == "run out":
        thread.region.clock.pass_by(timedelta(days=14))
    elif when == "unknown":
        where = "0" * 32

    with pytest.raises(CodeShut):
        open_with_words(thread.services, where, made.words, client_address="192.0.2.7")


def test_nobody_fetched_it_in_time_closes_it_and_its_sender_is_told(thread: Thread) -> None:
    made = sent(thread)
    thread.region.clock.pass_by(timedelta(days=14, minutes=1))

    sweep(thread.services)

    assert status(thread, made.handover_id) is HandoverStatus.CLOSED
    with thread.services.uow() as uow:
        told = uow.session.scalars(select(Notice.person_id).where(Notice.kind == NoticeKind.CODE_RUN_OUT)).all()
        assert uow.session.scalars(select(HandoverCode)).one().sealed_identity is None
    assert told == [thread.teacher.person_id]


def test_the_link_is_mailed_once_without_a_name_and_again_when_asked(thread: Thread) -> None:
    made = sent(thread)
    thread.region.mail.sent.clear()
    sweep(thread.services)
    sweep(thread.services)

    (mail,) = thread.region.mail.sent
    assert mail.to == MAIL
    assert f"/gast/{code_id(thread, made)}" in mail.text
    assert not {word for word in ("Noah", "Wójcik", *made.words.split()) if word in mail.text + mail.subject}

    mail_again(thread.services, thread.ib.actor, made.handover_id)
    sweep(thread.services)
    assert len(thread.region.mail.sent) == 2


def test_before_it_lies_ready_no_link_goes_out(thread: Thread) -> None:
    send_with_code(thread.services, thread.teacher.actor, ready(thread), to=ELSEWHERE, email=MAIL)
    thread.region.mail.sent.clear()

    sweep(thread.services)

    assert thread.region.mail.sent == []


def test_the_sender_confirms_what_was_heard_on_the_telephone(thread: Thread) -> None:
    made = sent(thread)
    with pytest.raises(NotAllowed):
        confirm_by_telephone(thread.services, thread.teacher.actor, made.handover_id, by="G. Gast")
    fetch(thread, made)
    with pytest.raises(Invalid):
        confirm_by_telephone(thread.services, thread.teacher.actor, made.handover_id, by=" ")

    confirm_by_telephone(thread.services, thread.teacher.actor, made.handover_id, by="G. Gast, intake")

    assert status(thread, made.handover_id) is HandoverStatus.CONFIRMED
    with thread.services.uow() as uow:
        assert uow.session.scalars(select(Application.outcome)).all() == [Outcome.ENROLLED]
        while sequence(uow):
            pass
    with thread.services.uow() as uow:
        assert verify(uow).is_sound
        assert list(handovers_against_log(thread.services.store)(uow)) == []


def test_what_went_to_a_school_that_takes_part_is_not_confirmed_by_telephone(thread: Thread) -> None:
    with pytest.raises(IllegalTransition):
        confirm_by_telephone(thread.services, thread.teacher.actor, thread.accepted(), by="P. Claessens")


def test_a_school_that_takes_part_gets_no_code(thread: Thread) -> None:
    reference = thread.leaver()
    thread.written(reference)
    thread.applied(reference)

    with pytest.raises(IllegalTransition):
        send_with_code(thread.services, thread.teacher.actor, reference, to=thread.vo.brin6, email=MAIL)


def test_it_is_not_sent_while_something_is_missing_or_to_another_school_than_was_shown(thread: Thread) -> None:
    reference = thread.leaver()
    record_application(
        thread.services, thread.teacher.actor, reference, brin6=ELSEWHERE, applied_on=DAY, tlv=Tlv.NOT_NEEDED
    )
    with pytest.raises(NotReady):
        send_with_code(thread.services, thread.teacher.actor, reference, to=ELSEWHERE, email=MAIL)
    thread.written(reference)
    with pytest.raises(Conflict):
        send_with_code(thread.services, thread.teacher.actor, reference, to="25FY00", email=MAIL)
    with pytest.raises(Invalid):
        send_with_code(thread.services, thread.teacher.actor, reference, to=ELSEWHERE, email="geen adres")
    with pytest.raises(NotReady):
        send(thread.services, thread.teacher.actor, reference)
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Handover)) == 0


@pytest.mark.parametrize("who", ["intake", "office"])
def test_others_send_nothing(thread: Thread, who: str) -> None:
    with pytest.raises(NotFound):
        send_with_code(thread.services, getattr(thread, who).actor, ready(thread), to=ELSEWHERE, email=MAIL)


def test_it_can_be_taken_back_and_sent_once_more_under_other_words(thread: Thread) -> None:
    made = sent(thread)
    with thread.services.uow() as uow:
        reference = handover_of(uow, made.handover_id).reference
    with pytest.raises(Conflict):
        send_with_code(thread.services, thread.teacher.actor, reference, to=ELSEWHERE, email=MAIL)
    withdraw(thread.services, thread.teacher.actor, made.handover_id)

    again = send_with_code(thread.services, thread.teacher.actor, reference, to=ELSEWHERE, email=MAIL)

    assert settle(thread.services, again.handover_id)
    assert again.words != made.words
    looked(thread, again).close()


def test_nothing_is_sent_after_it_and_it_can_be_let_go(thread: Thread) -> None:
    made = sent(thread)
    fetch(thread, made)
    with thread.services.uow() as uow:
        reference = handover_of(uow, made.handover_id).reference

    with pytest.raises(IllegalTransition):
        open_supplement(thread.services, thread.teacher.actor, reference)
    release(thread.services, thread.teacher.actor, made.handover_id, reason=ReleaseReason.OTHER_SCHOOL)
    assert status(thread, made.handover_id) is HandoverStatus.RELEASED


def test_exchanged_bytes_are_not_shown_and_the_sender_sees_an_alarm(thread: Thread) -> None:
    made = sent(thread)
    with thread.services.uow() as uow:
        parts = {part.part: part for part in uow.session.scalars(select(SealedPart))}
        keys = parts[Part.DOSSIER].blob_key, parts[Part.CARE].blob_key
        parts[Part.DOSSIER].blob_key = "0" * 64
        uow.flush()
        parts[Part.CARE].blob_key, parts[Part.DOSSIER].blob_key = keys
        uow.commit()

    with pytest.raises(Tampered):
        looked(thread, made)


def test_a_copy_of_all_rows_and_the_service_key_opens_nothing_without_the_words(thread: Thread) -> None:
    """What stands of the code, tried with the service key: the inside is still locked, and no word lies anywhere."""
    made = sent(thread)
    with thread.services.uow() as uow:
        code = uow.session.scalars(select(HandoverCode)).one()
        rows = json.dumps({name: str(getattr(code, name)) for name in code.__table__.columns.keys()})  # noqa: SIM118
        sealed = code.sealed_identity or b""
    assert not [word for word in made.words.split() if word in rows]
    database = Path(thread.services.settings.database_url.removeprefix("sqlite:///"))
    stored = b"".join(path.read_bytes() for path in database.parent.rglob("*") if path.is_file())
    assert made.words.encode() not in stored
    assert sealed in stored

    inner = decrypt_bytes(thread.services.service_key.identity, sealed)
    with pytest.raises(KeysError):
        decrypt_bytes(thread.services.service_key.identity, inner)


def test_words_in_a_script_without_signs_here_come_as_a_text_too(thread: Thread) -> None:
    thread.name |= {"first_name": "小龙", "last_name": "李"}
    thread.report = replace(thread.report, what_works="ልዩ ቦታ")
    made = sent(thread)

    with ZipFile(BytesIO(fetch(thread, made))) as archive:
        assert archive.read("rapport.pdf").startswith(b"%PDF")
        text = archive.read("rapport.txt").decode()
    assert "小龙 李" in text
    assert "Wat werkt: ልዩ ቦታ" in text

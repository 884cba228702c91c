"""What a guest sends who was asked: checked, sealed to who asked, signed by the one-time key; or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from handover.audit.sequencer import sequence
from handover.audit.verify import verify
from handover.bundles.announcing import take_back
from handover.bundles.answering_asked import MOST, bytes_of, put_ready, take_out
from handover.bundles.asked import uploaded_by
from handover.bundles.asked_model import AskedDossier, AskedFile
from handover.bundles.asking import take_back_asked
from handover.bundles.deep import handovers_against_log
from handover.bundles.delivering import deliver, read_answer
from handover.bundles.destroying import destroy
from handover.bundles.loose_blobs import delete_loose_blobs
from handover.bundles.model import Bundle, Handover, Part, SealedPart
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.reading import open_for_reading
from handover.bundles.receiving import accept, confirm, decline
from handover.bundles.remarks import note
from handover.bundles.state import HandoverStatus, Origin
from handover.bundles.trying import CodeShut
from handover.dossiers.finding import Finding
from handover.errors import Conflict, IllegalTransition, Invalid, NotAllowed
from handover.leavers.model import Announcement, Application, Leaver
from handover.storage.port import StoreUnavailable
from handover.storage.s3 import S3Store, connect
from handover.terms.destination import Announced, Outcome
from handover.terms.document_kind import DocumentKind
from keys.circle import CircleKey
from keys.errors import KeysError
from tests.dossiers import pdfs
from tests.factories.asked import ANSWER, FILES, Request, given_outside, given_request
from tests.factories.thread import PLAN, REPORT, Thread, given_thread
from tests.servers.s3 import free_port


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_outside(given_thread(tmp_path))


@pytest.fixture
def request_(thread: Thread) -> Request:
    return given_request(thread)


def handover_in(thread: Thread) -> Handover:
    with thread.services.uow() as uow:
        return uow.session.scalars(select(Handover)).one()


def received(request_: Request) -> str:
    request_.delivered()
    handover_id = handover_in(request_.thread).id
    accept(request_.thread.services, request_.thread.intake.actor, handover_id)
    return handover_id


def test_it_arrives_at_who_asked_is_read_noted_and_confirmed_as_all_are(thread: Thread, request_: Request) -> None:
    request_.delivered()
    handover = handover_in(thread)
    assert (handover.status, handover.origin, handover.has_care) == (HandoverStatus.OFFERED, Origin.ASKED, True)
    with pytest.raises(NotAllowed):
        open_for_reading(thread.services, thread.intake.actor, handover.id, Part.DOSSIER)

    accept(thread.services, thread.intake.actor, handover.id)
    opened = open_for_reading(thread.services, thread.intake.actor, handover.id, Part.DOSSIER)
    said = opened.inside.content()
    assert b"".join(opened.inside.read(opened.inside.document(1))) == REPORT
    assert opened.inside.manifest["sender"]["name"] == "De Verte"
    opened.inside.close()
    assert said["contact"]["name"] == "Bea Boter"
    assert (said["parents"][0]["view"], bool(said["parents"][0]["inspected_on"])) == (ANSWER.view, False)
    care = open_for_reading(thread.services, thread.care.actor, handover.id, Part.CARE)
    assert b"".join(care.inside.read(care.inside.document(1))) == PLAN
    care.inside.close()
    note(thread.services, thread.intake.actor, handover.id, text="Plek vooraan.")

    thread.read(handover.id)
    thread.enrolled(handover.application_id)
    confirm(thread.services, thread.intake.actor, handover.id)
    assert handover_in(thread).status is HandoverStatus.CONFIRMED
    with thread.services.uow() as uow:
        while sequence(uow):
            pass
    with thread.services.uow() as uow:
        assert verify(uow).is_sound
        assert list(handovers_against_log(thread.services.store)(uow)) == []


def test_it_says_where_it_came_from_and_the_school_is_told(thread: Thread, request_: Request) -> None:
    done = request_.delivered()

    handover = handover_in(thread)
    with thread.services.uow() as uow:
        origin = uploaded_by(uow, handover.id)
        announced = uow.session.get_one(Announcement, request_.announcement_id)
        application = uow.session.get_one(Application, handover.application_id)
        told = uow.session.scalars(select(Notice.person_id).where(Notice.kind == NoticeKind.OFFERED)).all()
        letter = uow.session.scalars(select(Bundle.letter_digest)).one()
    assert origin is not None
    assert (origin.name, origin.function) == ("Bea Boter", "leerkracht groep 8")
    assert (announced.state, announced.leaver_id, application.outcome) == (
        Announced.KNOWN,
        handover.leaver_id,
        Outcome.ASKED,
    )
    assert told == [thread.intake.person_id]
    assert (done.reference, done.letter) == (handover.reference, letter)


def test_once_sent_the_words_open_nothing_and_what_lay_ready_is_gone(thread: Thread, request_: Request) -> None:
    opened = request_.ready()
    deliver(thread.services, opened, ANSWER)

    with pytest.raises(CodeShut):
        request_.opened()
    with pytest.raises(CodeShut):
        put_ready(thread.services, opened, file_name="x.pdf", data=bytearray(PLAN), kind=DocumentKind.OTHER)
    with thread.services.uow() as uow:
        row = uow.session.get_one(AskedDossier, request_.asked.id)
        assert (row.sealed_identity, row.sealed_secret) == (None, None)
        assert uow.session.scalar(select(func.count()).select_from(AskedFile)) == 0
        named = set(uow.session.scalars(select(SealedPart.blob_key)))
        assert uow.session.scalar(select(func.count()).select_from(Handover)) == 1
    # The second try sealed its bytes before it heard that it came too late; nothing else is left.
    assert named <= set(dict(thread.services.store.keys()))
    with pytest.raises(IllegalTransition):
        take_back(thread.services, thread.office.actor, request_.announcement_id)


def test_only_the_report_leaves_the_care_part_empty(thread: Thread, request_: Request) -> None:
    request_.delivered(DocumentKind.OKR)

    assert not handover_in(thread).has_care


def test_without_the_report_nothing_is_sent(thread: Thread, request_: Request) -> None:
    with pytest.raises(Invalid) as error:
        request_.delivered(DocumentKind.OPP)

    assert "bestanden" in error.value.fields
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Leaver)) == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "naam"),
        ({"function": ""}, "functie"),
        ({"seen": ""}, "gezien"),
        ({"agreement": "x"}, "eens"),
        ({"view": "x" * 6001}, "zienswijze"),
        ({"telephone": "0" * 31}, "telefoon"),
    ],
)
def test_what_is_wrong_with_what_was_typed_is_said_by_field(change: dict[str, str], field: str) -> None:
    good = {"name": "Bea", "function": "juf", "telephone": "", "seen": "nee", "agreement": "nee", "view": ""}
    assert read_answer(**good).name == "Bea"

    with pytest.raises(Invalid) as error:
        read_answer(**good | change)

    assert set(error.value.fields) == {field}


@pytest.mark.parametrize(
    ("data", "finding"),
    [
        (b"", Finding.EMPTY),
        (b"GIF89a", Finding.NOT_A_PDF),
        (pdfs.with_script_at_opening(), Finding.JAVASCRIPT),
        (pdfs.with_file(), Finding.EMBEDDED_FILES),
        (pdfs.encrypted(user="geheim", owner="geheim"), Finding.NEEDS_PASSWORD),
    ],
)
def test_a_bad_file_is_refused_with_its_reason_and_not_kept(
    thread: Thread, request_: Request, data: bytes, finding: Finding
) -> None:
    taken = put_ready(
        thread.services, request_.opened(), file_name="x.pdf", data=bytearray(data), kind=DocumentKind.OKR
    )

    assert (taken.is_kept, taken.findings) == (False, (finding,))
    assert request_.opened().files == []


def test_a_file_sent_twice_lies_there_once_and_can_be_taken_out(thread: Thread, request_: Request) -> None:
    opened = request_.ready()
    again = request_.ready()
    assert [one.id for one in again.files] == [one.id for one in opened.files]
    report, plan = again.files
    assert (report.kind, report.title, report.size) == (DocumentKind.OKR, FILES[DocumentKind.OKR][0], len(REPORT))
    assert b"".join(bytes_of(thread.services, again, report)) == REPORT

    take_out(thread.services, again, plan.id)
    take_out(thread.services, again, plan.id)

    assert [one.id for one in request_.opened().files] == [report.id]
    with pytest.raises(Conflict):
        deliver(thread.services, again, ANSWER)
    with pytest.raises(KeysError):
        next(bytes_of(thread.services, replace(again, identity=CircleKey.generate().identity), report))


def test_another_guest_takes_nothing_out(thread: Thread, request_: Request) -> None:
    other = given_request(thread, first_name="Jip")
    (file,) = request_.ready(DocumentKind.OKR).files

    take_out(thread.services, other.opened(), file.id)

    assert len(request_.opened().files) == 1


def test_there_is_an_end_to_what_a_guest_puts_ready(thread: Thread, request_: Request) -> None:
    opened = request_.opened()
    kept = [
        put_ready(
            thread.services,
            opened,
            file_name=f"{number}.pdf",
            data=bytearray(REPORT + f"%{number}\n".encode()),
            kind=DocumentKind.OKR,
        )
        for number in range(MOST + 1)
    ]

    assert [one.is_full for one in kept] == [False] * MOST + [True]


def test_who_asked_takes_it_back_while_it_is_sent(thread: Thread, request_: Request) -> None:
    opened = request_.ready()
    take_back_asked(thread.services, thread.intake.actor, request_.announcement_id)

    with pytest.raises(CodeShut):
        deliver(thread.services, opened, ANSWER)
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Handover)) == 0


def test_a_store_that_fails_is_told_to_the_guest_and_nothing_is_half_done(thread: Thread, request_: Request) -> None:
    opened = request_.ready()
    client = connect(endpoint=f"http://127.0.0.1:{free_port()}", region="eu-west-1", access_key="a", secret_key="b")
    elsewhere = replace(thread.services, store=S3Store(client, "bucket"))

    with pytest.raises(StoreUnavailable):
        deliver(elsewhere, opened, ANSWER)

    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Handover)) == 0
    deliver(thread.services, request_.opened(), ANSWER)


def test_what_lies_ready_is_no_loose_blob(thread: Thread, request_: Request) -> None:
    opened = request_.ready()
    for _night in range(3):
        thread.region.clock.pass_by(timedelta(days=2))
        delete_loose_blobs(thread.services)

    assert b"".join(bytes_of(thread.services, opened, opened.files[0])) == REPORT


def test_given_back_or_destroyed_nothing_of_it_is_left(thread: Thread, request_: Request) -> None:
    request_.delivered()
    handover_id = handover_in(thread).id
    decline(thread.services, thread.intake.actor, handover_id, reason="not_applied_here")

    assert destroy(thread.services, handover_id) == 2
    assert dict(thread.services.store.keys()) == {}


def test_pressed_twice_it_is_sent_once_and_both_are_told_so(thread: Thread, request_: Request) -> None:
    opened = request_.ready()

    first, second = (deliver(thread.services, opened, ANSWER) for _press in range(2))

    assert first == second
    assert handover_in(thread).reference == first.reference

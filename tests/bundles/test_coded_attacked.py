"""What somebody with half of it, or with all of it and bad manners, gets out of a handover with a code."""

from __future__ import annotations

from io import BytesIO
from secrets import token_bytes
from zipfile import BadZipFile, ZipFile

import pytest
from sqlalchemy import select

from handover.audit.model import AuditEntry
from handover.bundles.code_model import HandoverCode
from handover.bundles.coded import CodeMade, send_with_code
from handover.bundles.model import Part, SealedPart
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.opening import Tampered
from handover.bundles.reopening import release
from handover.bundles.settling import settle
from handover.bundles.state import HandoverStatus, ReleaseReason
from handover.bundles.trying import CodeShut
from handover.desk.guest_file import file_for_guest
from handover.dossiers.drafts import Checked, keep_document
from handover.errors import IllegalTransition
from handover.leavers.recording import record_application
from handover.schools.model import Unit, UnitSide, UnitStatus
from handover.terms.destination import Tlv
from handover.terms.document_kind import DocumentKind
from tests.bundles.test_coded import ELSEWHERE, MAIL, fetch, looked, sent, status, thread
from tests.factories.access import given_enrolled_unit
from tests.factories.thread import DAY, PLAN, REPORT, Thread
from tests.factories.web import given_app, given_signed_in, text_of

__all__ = ["thread"]
GUEST = {"name": "Gea Gast", "function": "intakecoördinator"}


def logged(thread: Thread, name: str) -> int:
    with thread.services.uow() as uow:
        return len(uow.session.scalars(select(AuditEntry.id).where(AuditEntry.name == name)).all())


def told(thread: Thread, kind: NoticeKind) -> list[str]:
    with thread.services.uow() as uow:
        return list(uow.session.scalars(select(Notice.person_id).where(Notice.kind == kind)))


def applied_elsewhere(thread: Thread, reference: str, *, brin6: str = ELSEWHERE) -> None:
    record_application(
        thread.services, thread.teacher.actor, reference, brin6=brin6, applied_on=DAY, tlv=Tlv.NOT_NEEDED
    )


def before_it_is_fetched(thread: Thread, made: CodeMade) -> tuple[bytes, bytes]:
    """All that leaves while the handover is not received yet; and all of it."""
    whole = taken = b""
    with given_app(thread.region).test_request_context():
        file = file_for_guest(thread.services, looked(thread, made), **GUEST)
        for piece in file.pieces:
            whole += piece
            if status(thread, made.handover_id) is HandoverStatus.OFFERED:
                taken = whole
    assert len(whole) == file.size
    return taken, whole


def test_who_breaks_off_before_it_is_received_has_no_whole_document(thread: Thread) -> None:
    made = sent(thread)

    taken, whole = before_it_is_fetched(thread, made)

    assert len(taken) < len(whole)
    assert REPORT not in taken
    assert PLAN not in taken
    with pytest.raises(BadZipFile):
        ZipFile(BytesIO(taken))


def large(thread: Thread) -> tuple[CodeMade, bytes]:
    """A dossier with a scan in it that is larger than what is held back."""
    reference, data = thread.leaver(), token_bytes(300_000)
    scan = Checked(data=data, title="Scan.pdf", kind=DocumentKind.OTHER, pages=1)
    keep_document(thread.services, thread.teacher.actor, reference, scan)
    thread.written(reference, has_opp=False)
    applied_elsewhere(thread, reference)
    made = send_with_code(thread.services, thread.teacher.actor, reference, to=ELSEWHERE, email=MAIL)
    assert settle(thread.services, made.handover_id)
    return made, data


def test_of_a_large_dossier_the_last_document_lacks_its_end(thread: Thread) -> None:
    made, scan = large(thread)

    taken, whole = before_it_is_fetched(thread, made)

    assert len(taken) > len(whole) // 2
    assert scan not in taken
    with ZipFile(BytesIO(whole)) as archive:
        assert scan in {archive.read(name) for name in archive.namelist()}


def test_a_connection_that_breaks_leaves_the_code_as_it_was(thread: Thread) -> None:
    made, scan = large(thread)
    with given_app(thread.region).test_request_context():
        file = file_for_guest(thread.services, looked(thread, made), **GUEST)
        next(file.pieces)
        file.pieces.close()

    assert status(thread, made.handover_id) is HandoverStatus.OFFERED
    assert scan in fetch(thread, made)


def test_typing_the_right_words_is_in_the_trail_before_anything_is_fetched(thread: Thread) -> None:
    made = sent(thread)

    looked(thread, made).close()

    assert logged(thread, "handover.code_opened") == 1
    with pytest.raises(CodeShut):
        looked(thread, made, "aap noot mies wim zus jet")
    assert logged(thread, "handover.code_opened") == 1


def test_one_changed_byte_is_found_before_any_leaves_and_the_sender_sees_an_alarm(thread: Thread) -> None:
    made = sent(thread)
    with thread.services.uow() as uow:
        key = uow.session.scalars(select(SealedPart.blob_key).where(SealedPart.part == Part.CARE)).one()
    [file] = [path for path in thread.region.folder.rglob(key) if path.is_file()]
    whole = bytearray(file.read_bytes())
    whole[-40] ^= 1
    file.write_bytes(whole)

    with given_app(thread.region).test_request_context(), pytest.raises(Tampered):
        file_for_guest(thread.services, looked(thread, made), **GUEST)

    assert logged(thread, "handover.tampering_seen") == 1
    assert status(thread, made.handover_id) is HandoverStatus.OFFERED


def test_the_sender_is_told_when_the_last_try_was_wrong_and_not_before(thread: Thread) -> None:
    made = sent(thread)
    for _try in range(4):
        with pytest.raises(CodeShut):
            looked(thread, made, "aap noot mies wim zus jet")
    assert told(thread, NoticeKind.CODE_RUN_OUT) == []

    for _try in range(2):
        with pytest.raises(CodeShut):
            looked(thread, made, "aap noot mies wim zus jet")

    assert told(thread, NoticeKind.CODE_RUN_OUT) == [thread.teacher.person_id]


def test_a_school_whose_key_waits_for_its_certificate_gets_no_code_by_mail(thread: Thread) -> None:
    """Its own inbox would never show the dossier; and whoever chose the address would be the school."""
    waits = given_enrolled_unit(thread.region, UnitSide.VO, "Citaverde College", brin6="20AA00", certified=False)
    reference = thread.leaver()
    thread.written(reference)
    applied_elsewhere(thread, reference, brin6=waits.brin6)

    with pytest.raises(IllegalTransition):
        send_with_code(thread.services, thread.teacher.actor, reference, to=waits.brin6, email=MAIL)

    teacher = given_signed_in(given_app(thread.region), thread.teacher)
    for path in ("/groep", f"/leerling/{reference}/versturen"):
        page = text_of(teacher.page(path))
        assert "wacht op het samenwerkingsverband" in page
        assert "met een code" not in page
    assert "kan nog niets ontvangen" in text_of(teacher.page(f"/leerling/{reference}/met-code"))


def test_what_a_guest_would_be_mailed_is_told_to_nobody(thread: Thread, capsys: pytest.CaptureFixture[str]) -> None:
    made = sent(thread)
    fetch(thread, made)

    release(thread.services, thread.teacher.actor, made.handover_id, reason=ReleaseReason.NOT_COMING)

    assert told(thread, NoticeKind.RELEASED) == []
    assert "nobody_to_tell" not in "".join(capsys.readouterr())
    with thread.services.uow() as uow:
        assert UnitStatus.GUEST in uow.session.scalars(select(Unit.status)).all()
        assert uow.session.scalars(select(HandoverCode)).one().sealed_identity is None

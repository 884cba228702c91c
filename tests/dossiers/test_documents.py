"""What happens to a kept document after it was kept, where pages do not come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from handover.dossiers.documents import UNDO, change_kind, list_documents, open_document, remove, restore, retitle
from handover.dossiers.drafts import Checked, keep_document, open_draft, save
from handover.dossiers.lock import AlreadySent, close_when
from handover.dossiers.model import Document
from handover.errors import Expired, Invalid, NotFound
from handover.leavers.actions import leaver_of
from handover.rooms.model import SealedRecord
from handover.terms.document_kind import DocumentKind
from keys.errors import Damaged
from tests.factories.thread import PLAN, REPORT, Thread, given_thread


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    return given_thread(tmp_path_factory.mktemp("thread"))


def given_document(thread: Thread, reference: str, kind: DocumentKind = DocumentKind.OPP) -> str:
    checked = Checked(data=bytearray(PLAN), title="Plan voor Noah.pdf", kind=kind, pages=1, findings=("signed",))
    return keep_document(thread.services, thread.teacher.actor, reference, checked)


def row(thread: Thread, document_id: str) -> Document | None:
    with thread.services.uow() as uow:
        return uow.session.get(Document, document_id)


def test_what_was_put_back_is_in_all_respects_what_was_taken_out(thread: Thread) -> None:
    services, actor, reference = thread.services, thread.teacher.actor, thread.leaver()
    document_id = given_document(thread, reference)
    with services.uow() as uow:
        before = list_documents(uow, actor, leaver_of(uow, reference))

    remove(services, actor, reference, document_id)
    with services.uow() as uow:
        assert list_documents(uow, actor, leaver_of(uow, reference)) == []
    restore(services, actor, reference, document_id)

    with services.uow() as uow:
        assert list_documents(uow, actor, leaver_of(uow, reference)) == before
    assert b"".join(open_document(services, actor, reference, document_id).pieces) == PLAN


def test_the_way_back_ends_with_the_school_day(thread: Thread) -> None:
    services, actor, reference = thread.services, thread.teacher.actor, thread.leaver()
    document_id = given_document(thread, reference)
    remove(services, actor, reference, document_id)
    thread.region.clock.pass_by(UNDO + timedelta(seconds=1))
    try:
        with pytest.raises(Expired):
            restore(services, actor, reference, document_id)
    finally:
        thread.region.clock.pass_by(-UNDO - timedelta(seconds=1))


def test_the_way_back_ends_when_the_bytes_were_swept(thread: Thread) -> None:
    services, actor, reference = thread.services, thread.teacher.actor, thread.leaver()
    document_id = given_document(thread, reference)
    kept = row(thread, document_id)
    assert kept is not None
    remove(services, actor, reference, document_id)
    services.store.delete(kept.blob_key)

    with pytest.raises(Expired):
        restore(services, actor, reference, document_id)
    assert row(thread, document_id) is None


def test_what_is_kept_for_the_way_back_is_forgotten_at_the_next_removal(thread: Thread) -> None:
    services, actor, reference = thread.services, thread.teacher.actor, thread.leaver()
    first, second = given_document(thread, reference), given_document(thread, reference, DocumentKind.DIAGNOSE)
    remove(services, actor, reference, first)
    thread.region.clock.pass_by(UNDO + timedelta(seconds=1))
    try:
        remove(services, actor, reference, second)
    finally:
        thread.region.clock.pass_by(-UNDO - timedelta(seconds=1))

    with services.uow() as uow:
        kinds = {one.subject: one.kind for one in uow.session.query(SealedRecord) if one.subject in {first, second}}
    assert kinds == {second: "removed-document"}


@pytest.mark.parametrize("there_and_back", [[DocumentKind.OKR, DocumentKind.DIAGNOSE, DocumentKind.OTHER]])
def test_a_document_may_change_rooms_again_and_again(thread: Thread, there_and_back: list[DocumentKind]) -> None:
    services, actor, reference = thread.services, thread.teacher.actor, thread.leaver()
    document_id = given_document(thread, reference)
    keys = set()
    for kind in there_and_back:
        change_kind(services, actor, reference, document_id, kind)
        kept = row(thread, document_id)
        assert kept is not None
        assert kept.kind is kind
        with services.uow() as uow:
            leaver = leaver_of(uow, reference)
            assert kept.room_id == (leaver.care_room_id if kind.goes_to_care else leaver.work_room_id)
        assert b"".join(open_document(services, actor, reference, document_id).pieces) == PLAN
        keys.add(kept.blob_key)
    assert [services.store.exists(key) for key in keys].count(True) == 1


def test_who_holds_no_key_to_care_neither_moves_nor_opens_it(thread: Thread) -> None:
    services, reference = thread.services, thread.leaver()
    document_id = given_document(thread, reference)
    for stranger in (thread.intake.actor, thread.care.actor):
        with pytest.raises(NotFound):
            open_document(services, stranger, reference, document_id)
        with pytest.raises(NotFound):
            change_kind(services, stranger, reference, document_id, DocumentKind.OKR)


def test_one_document_put_in_anothers_place_is_not_given_out(thread: Thread) -> None:
    services, actor, reference = thread.services, thread.teacher.actor, thread.leaver()
    one = given_document(thread, reference)
    other = keep_document(
        services, actor, reference, Checked(data=REPORT, title="b.pdf", kind=DocumentKind.OPP, pages=2)
    )
    with services.uow() as uow:
        first, second = uow.session.get_one(Document, one), uow.session.get_one(Document, other)
        keys = first.blob_key, second.blob_key
        for document, key in ((first, "0" * 64), (second, keys[0]), (first, keys[1])):
            document.blob_key = key
            uow.flush()
        uow.commit()

    received: list[bytes] = []
    with pytest.raises(Damaged):
        received.extend(open_document(services, actor, reference, one).pieces)
    assert len(b"".join(received)) < len(REPORT)


def test_what_could_not_be_read_back_is_never_written(thread: Thread) -> None:
    services, actor, reference = thread.services, thread.teacher.actor, thread.leaver()
    with services.uow() as uow:
        read = open_draft(uow, actor, reference)

    with pytest.raises(Invalid):
        save(
            services,
            actor,
            reference,
            read.content.with_section("report", {"career": "x" * 6001}),
            read=read,
            has_opp=False,
            section="rapport",
        )

    with services.uow() as uow:
        assert open_draft(uow, actor, reference).content == read.content


def test_a_closed_dossier_is_closed_for_every_action(thread: Thread) -> None:
    services, actor, reference = thread.services, thread.teacher.actor, thread.leaver()
    document_id = given_document(thread, reference)
    with services.uow() as uow:
        read, closed = open_draft(uow, actor, reference), leaver_of(uow, reference).id
    checked = Checked(data=PLAN, title="b.pdf", kind=DocumentKind.OPP, pages=1)
    close_when(lambda _uow, leaver_id: leaver_id == closed)
    try:
        for action in (
            lambda: save(services, actor, reference, read.content, read=read, has_opp=False, section="rapport"),
            lambda: keep_document(services, actor, reference, checked),
            lambda: retitle(services, actor, reference, document_id, "c.pdf"),
            lambda: change_kind(services, actor, reference, document_id, DocumentKind.OKR),
            lambda: remove(services, actor, reference, document_id),
            lambda: restore(services, actor, reference, document_id),
        ):
            with pytest.raises(AlreadySent):
                action()
    finally:
        close_when(lambda _uow, _leaver_id: False)


def test_a_file_that_is_sent_again_is_kept_once_and_another_title_or_kind_is_another(thread: Thread) -> None:
    reference = thread.leaver()
    checked = Checked(data=REPORT, title="okr.pdf", kind=DocumentKind.OKR, pages=2)

    def keep(**changed: Any) -> str:
        return keep_document(thread.services, thread.teacher.actor, reference, replace(checked, **changed))

    first = keep()
    assert keep() == first
    others = {keep(title="tweede.pdf"), keep(kind=DocumentKind.OTHER), keep(data=PLAN)}

    assert len(others | {first}) == 4
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).where(Document.id.in_(others | {first}))) == 4

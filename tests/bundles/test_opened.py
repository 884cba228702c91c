"""What the care coordinator opens for a child's mentors, and closes again."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import delete, select

from handover.access import keywork
from handover.bundles.destroying import destroy
from handover.bundles.mentors import find_mentors, standing
from handover.bundles.model import Handover, Part
from handover.bundles.opened import close_opened, open_document, open_remark, opened_of, read_opened
from handover.bundles.opened_model import OpenedItem
from handover.bundles.remarks import note
from handover.errors import NotAllowed, NotFound
from handover.rooms.model import Grant, SealedRecord
from handover.storage.port import BlobNotFound
from keys.errors import Damaged
from tests.bundles.test_mentors import confirmed_with_mentor, mentor_in, named
from tests.factories.access import Member
from tests.factories.thread import PLAN, Thread, given_thread


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def seen(thread: Thread, who: Member, handover_id: str) -> list[tuple[str, str]]:
    with thread.services.uow() as uow:
        return [(one.kind, one.text or one.title) for one in opened_of(uow, who.actor, handover_id)]


def test_a_document_that_was_opened_is_read_whole_by_the_mentor(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)

    item = open_document(thread.services, thread.care.actor, handover_id, 1)

    assert seen(thread, joris, handover_id) == [("opp", "opp.pdf")]
    made = read_opened(thread.services, joris.actor, item)
    assert b"".join(made.pieces) == PLAN
    assert made.size == len(PLAN)


def test_the_same_document_once_more_is_one_copy(thread: Thread) -> None:
    handover_id, _joris = confirmed_with_mentor(thread)
    first = open_document(thread.services, thread.care.actor, handover_id, 1)
    bytes_before = len(list(thread.services.store.keys()))

    assert open_document(thread.services, thread.care.actor, handover_id, 1) == first
    assert len(list(thread.services.store.keys())) == bytes_before


def test_a_care_note_that_was_opened_is_read_by_the_mentor_and_the_others_are_not(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    wanted = note(thread.services, thread.care.actor, handover_id, text="Geef hem een kaartje.", part=Part.CARE)
    note(thread.services, thread.care.actor, handover_id, text="Thuis is het onrustig.", part=Part.CARE)

    item = open_remark(thread.services, thread.care.actor, wanted, handover_id=handover_id)

    assert open_remark(thread.services, thread.care.actor, wanted, handover_id=handover_id) == item
    assert seen(thread, joris, handover_id) == [("note", "Geef hem een kaartje.")]


def test_what_is_no_care_note_is_not_opened(thread: Thread) -> None:
    handover_id, _joris = confirmed_with_mentor(thread)
    plain = note(thread.services, thread.intake.actor, handover_id, text="Zet hem vooraan.")

    with pytest.raises(NotFound):
        open_remark(thread.services, thread.care.actor, plain, handover_id=handover_id)


def test_only_who_has_care_opens_something(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)

    for who in (thread.intake, joris, thread.office, thread.teacher):
        with pytest.raises(NotAllowed):
            open_document(thread.services, who.actor, handover_id, 1)


def test_what_is_opened_before_there_is_a_mentor_waits_for_the_mentor(thread: Thread) -> None:
    handover_id = thread.confirmed()
    open_document(thread.services, thread.care.actor, handover_id, 1)
    joris = mentor_in(thread)
    named(thread, handover_id, thread.office)

    keywork.run_for(thread.services, thread.care.actor)
    keywork.run_for(thread.services, thread.care.actor)

    assert seen(thread, joris, handover_id) == [("opp", "opp.pdf")]


def test_a_mentor_who_lost_the_key_of_it_is_given_it_by_the_sweep(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    open_document(thread.services, thread.care.actor, handover_id, 1)
    with thread.services.uow() as uow:
        uow.session.execute(delete(Grant).where(Grant.person_id == joris.person_id))  # as if killed before it
        uow.commit()
    assert seen_or_nothing(thread, joris, handover_id) == []

    for _night in range(2):
        with thread.services.uow() as uow:
            find_mentors(uow)
            uow.commit()
        keywork.run_for(thread.services, thread.care.actor)

    assert seen(thread, joris, handover_id) == [("opp", "opp.pdf")]


def seen_or_nothing(thread: Thread, who: Member, handover_id: str) -> list[tuple[str, str]]:
    try:
        return seen(thread, who, handover_id)
    except NotFound:
        return []


def test_closing_it_takes_it_away_and_twice_is_once(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    item = open_document(thread.services, thread.care.actor, handover_id, 1)
    with thread.services.uow() as uow:
        key = uow.session.get_one(OpenedItem, item).blob_key

    close_opened(thread.services, thread.care.actor, item)
    close_opened(thread.services, thread.care.actor, item)

    assert seen(thread, joris, handover_id) == []
    with pytest.raises(NotFound):
        read_opened(thread.services, joris.actor, item)
    with pytest.raises(BlobNotFound):
        thread.services.store.open(key or "")


def test_it_can_be_opened_again_after_that(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    close_opened(thread.services, thread.care.actor, open_document(thread.services, thread.care.actor, handover_id, 1))

    open_document(thread.services, thread.care.actor, handover_id, 1)

    assert seen(thread, joris, handover_id) == [("opp", "opp.pdf")]


def test_a_copy_that_was_exchanged_is_not_shown(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    first = note(thread.services, thread.care.actor, handover_id, text="eerste", part=Part.CARE)
    second = note(thread.services, thread.care.actor, handover_id, text="tweede", part=Part.CARE)
    items = [open_remark(thread.services, thread.care.actor, one, handover_id=handover_id) for one in (first, second)]
    with thread.services.uow() as uow:
        rows = [uow.session.scalars(select(SealedRecord).where(SealedRecord.subject == one)).one() for one in items]
        for name in ("blob", "sha256"):
            setattr(rows[0], name, getattr(rows[1], name))
        uow.commit()

    with thread.services.uow() as uow:
        shown = [(one.damaged, one.text) for one in opened_of(uow, joris.actor, handover_id)]
    assert sorted(shown) == [(False, "tweede"), (True, "")]


def test_destroying_takes_the_copies_with_it(thread: Thread) -> None:
    handover_id, _joris = confirmed_with_mentor(thread)
    item = open_document(thread.services, thread.care.actor, handover_id, 1)
    with thread.services.uow() as uow:
        key = uow.session.get_one(OpenedItem, item).blob_key or ""

    destroy(thread.services, handover_id)

    with thread.services.uow() as uow:
        assert uow.session.get(OpenedItem, item) is None
        assert standing(uow, [handover_id]) == []
    assert not thread.services.store.exists(key)


def test_a_row_that_points_at_the_care_room_gives_the_mentor_no_key_of_it(thread: Thread) -> None:
    handover_id, joris = confirmed_with_mentor(thread)
    written = note(thread.services, thread.care.actor, handover_id, text="Thuis is het onrustig.", part=Part.CARE)
    with thread.services.uow() as uow:
        handover = uow.session.get_one(Handover, handover_id)
        handover.opened_room_id = handover.care_room_id
        uow.commit()
        before = grants_of(thread, joris)

    with pytest.raises(Damaged):
        open_remark(thread.services, thread.care.actor, written, handover_id=handover_id)
    find(thread)
    keywork.run_for(thread.services, thread.care.actor)

    assert grants_of(thread, joris) == before


def grants_of(thread: Thread, who: Member) -> int:
    with thread.services.uow() as uow:
        return len(uow.session.scalars(select(Grant.id).where(Grant.person_id == who.person_id)).all())


def find(thread: Thread) -> None:
    with thread.services.uow() as uow:
        find_mentors(uow)
        uow.commit()

"""Bytes that no row names go at night, not at once, and never because of a wrong database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from handover.bundles.loose_blobs import SUSPICIOUS, delete_loose_blobs
from handover.dossiers.documents import remove, restore
from handover.dossiers.model import Document
from handover.errors import Expired
from handover.storage.port import new_blob_key
from tests.factories.thread import Thread, given_thread

A_NIGHT, UNDO = timedelta(days=1), timedelta(hours=11)


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def reference(thread: Thread) -> str:
    made = thread.leaver()
    thread.written(made)
    thread.region.clock.pass_by(2 * A_NIGHT)
    return made


def keys(thread: Thread) -> set[str]:
    return {key for key, _ in thread.services.store.keys()}  # noqa: SIM118  # a store is no dict


def nights(thread: Thread, count: int) -> list[int]:
    done = []
    for _ in range(count):
        thread.region.clock.pass_by(A_NIGHT)
        done.append(delete_loose_blobs(thread.services))
    return done


def test_what_no_row_names_goes_on_the_second_night(thread: Thread, reference: str) -> None:
    named, loose = keys(thread), new_blob_key()
    thread.services.store.put(loose, [b"sealed"])

    assert nights(thread, 3) == [0, 1, 0]
    assert keys(thread) == named
    assert reference


def test_a_document_that_was_taken_out_just_before_the_night_can_be_put_back(thread: Thread, reference: str) -> None:
    with thread.services.uow() as uow:
        document_id = uow.session.query(Document.id).limit(1).scalar()
    remove(thread.services, thread.teacher.actor, reference, document_id)
    assert delete_loose_blobs(thread.services) == 0

    thread.region.clock.pass_by(UNDO)
    restore(thread.services, thread.teacher.actor, reference, document_id)
    assert nights(thread, 2) == [0, 0]

    remove(thread.services, thread.teacher.actor, reference, document_id)
    assert nights(thread, 2) == [0, 1]
    with pytest.raises(Expired):
        restore(thread.services, thread.teacher.actor, reference, document_id)


def test_the_same_night_twice_deletes_nothing_more(thread: Thread, reference: str) -> None:
    thread.services.store.put(new_blob_key(), [b"sealed"])

    assert nights(thread, 1) == [0]
    assert delete_loose_blobs(thread.services) == 0
    assert reference


def test_an_empty_database_beside_a_full_store_empties_nothing(thread: Thread) -> None:
    for _ in range(SUSPICIOUS):
        thread.services.store.put(new_blob_key(), [b"sealed"])

    with capture_logs() as logged:
        assert nights(thread, 3) == [0, 0, 0]

    assert len(keys(thread)) == SUSPICIOUS
    assert [line["event"] for line in logged] == ["loose_blobs_kept"] * 3

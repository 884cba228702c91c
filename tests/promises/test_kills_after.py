"""A process that ends while something is sent after, or while a handover is destroyed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.audit.sequencer import sequence
from handover.audit.verify import verify
from handover.bundles.deep import handovers_against_log
from handover.bundles.destroying import destroy
from handover.bundles.loose_blobs import delete_loose_blobs
from handover.bundles.model import Bundle, Handover, SealedPart
from handover.bundles.opened import open_document, opened_of, read_opened
from handover.bundles.reopening import release
from handover.bundles.state import BundleStatus, HandoverStatus, ReleaseReason
from handover.bundles.supplementing import open_supplement, supplement
from handover.dossiers.drafts import open_draft
from handover.leavers.model import Leaver
from handover.queue import TaskName
from handover.rooms.model import Grant
from handover.rooms.names import read_names
from handover.terms.schooladvies import Schooladvies
from tests.factories.thread import Thread
from tests.promises.kill_table import (
    AFTER,
    ALL,
    BEFORE,
    DESTROYING,
    FILLING,
    FIRST,
    GONE,
    NAMES,
    NOBODY,
    OPEN,
    OPENING,
    SHUT,
    SUPPLEMENTING,
    WHOLE,
    Kill,
)
from tests.promises.place import given_place, moved, set_clock
from tests.promises.processes import Processes
from tests.queue.valkey import Valkey
from tests.queue.workers import wait_until

TEACHER, CARE = "Marieke Janssen", "Zohra Amrani"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Thread, str]:
    """A dossier that was received."""
    made = given_place(tmp_path_factory.mktemp("prepared") / "place")
    return made, made.accepted()


@pytest.fixture
def thread(prepared: tuple[Thread, str], tmp_path: Path, valkey: Valkey) -> Iterator[Thread]:
    """A copy of it, in a folder of this test, with a broker that answers."""
    made = moved(prepared[0], tmp_path / "place", broker_url=valkey.url)
    yield made
    made.region.engine.dispose()


@pytest.fixture
def handover_id(prepared: tuple[Thread, str]) -> str:
    return prepared[1]


def versions(thread: Thread) -> list[BundleStatus]:
    """Those of the only handover; and that log, rows and bytes agree."""
    with thread.services.uow() as uow:
        while sequence(uow):
            pass
    with thread.services.uow() as uow:
        assert verify(uow).is_sound
        assert list(handovers_against_log(thread.services.store)(uow)) == []
        return list(uow.session.scalars(select(Bundle.status).order_by(Bundle.number)))


@pytest.mark.parametrize("kill", SUPPLEMENTING, ids=str)
def test_killed_while_sending_after(kill: Kill, thread: Thread, handover_id: str, processes: Processes) -> None:
    services, teacher = thread.services, thread.teacher.actor
    with services.uow() as uow:
        reference = uow.session.get_one(Handover, handover_id).reference
    open_supplement(services, teacher, reference)

    assert processes.do("supplement", TEACHER, reference, until=kill.until) is None

    waits = {BEFORE: [BundleStatus.SETTLED], AFTER: [BundleStatus.SETTLED, BundleStatus.SEALING]}
    assert versions(thread) == waits[kill.found]
    if kill.found == BEFORE:
        supplement(services, teacher, reference)
    set_clock(thread, ahead=timedelta(minutes=2))
    services.queue.enqueue(TaskName.SWEEP)
    processes.worker()
    wait_until(lambda: versions(thread) == [BundleStatus.SETTLED] * 2, seconds=120)


@pytest.mark.parametrize("kill", DESTROYING, ids=str)
def test_killed_while_destroying(kill: Kill, thread: Thread, handover_id: str, processes: Processes) -> None:
    services = thread.services
    release(services, thread.teacher.actor, handover_id, reason=ReleaseReason.NOT_COMING)
    set_clock(thread, ahead=timedelta(minutes=1))
    with services.uow() as uow:
        found = uow.session.get_one(Handover, handover_id)
        rooms = (found.dossier_room_id, found.care_room_id)
        blobs = set(uow.session.scalars(select(SealedPart.blob_key)))

    assert processes.do("destroy", TEACHER, handover_id, until=kill.until) is None

    there = {key for key, _at in services.store.keys()}  # noqa: SIM118  # no dict
    assert blobs <= there
    with services.uow() as uow:
        status = uow.session.get_one(Handover, handover_id).status
        keys = uow.session.scalars(select(Grant.id).where(Grant.room_id.in_(rooms))).all()
    assert (status is HandoverStatus.DESTROYED, not keys) == {WHOLE: (False, False), GONE: (True, True)}[kill.found]
    if kill.found == WHOLE:
        assert destroy(services, handover_id) == len(blobs)
    else:
        thread.region.clock.pass_by(timedelta(days=2))
        delete_loose_blobs(services)
        thread.region.clock.pass_by(timedelta(days=1))
        assert delete_loose_blobs(services) == len(blobs)
    assert not blobs & {key for key, _at in services.store.keys()}  # noqa: SIM118
    versions(thread)


@pytest.mark.parametrize("kill", FILLING, ids=str)
def test_killed_while_filling_a_class(kill: Kill, thread: Thread, processes: Processes) -> None:
    group_key = thread.po.groups["8a"]

    assert processes.do("fill a class", TEACHER, group_key, until=kill.until) is None

    before = {NOBODY: [], NAMES: [None, None], FIRST: [None, Schooladvies.HAVO]}
    whole = [Schooladvies.HAVO, Schooladvies.VWO]
    assert advices(thread) == {**before, ALL: whole}[kill.found]
    assert processes.do("fill a class", TEACHER, group_key) is not None
    assert advices(thread) == whole


def advices(thread: Thread) -> list[Schooladvies | None]:
    """Those of the children of the class that was pasted."""
    actor = thread.teacher.actor
    with thread.services.uow() as uow:
        rows = {row.id: row.reference for row in uow.session.scalars(select(Leaver))}
        names = read_names(uow, actor.keyring, thread.po.id, list(rows))
        pasted = [rows[key] for key, about in names.items() if about["last_name"] in {"Wit", "Vos"}]
        found = [open_draft(uow, actor, reference).content.advice.final for reference in pasted]
    return sorted(found, key=lambda one: one or "")


@pytest.mark.parametrize("kill", OPENING, ids=str)
def test_killed_while_opening_for_a_mentor(kill: Kill, thread: Thread, handover_id: str, processes: Processes) -> None:
    services, care = thread.services, thread.care.actor

    assert processes.do("open for a mentor", CARE, handover_id, until=kill.until) is None

    with services.uow() as uow:
        found = [one.id for one in opened_of(uow, care, handover_id)]
    assert len(found) == {SHUT: 0, OPEN: 1}[kill.found]
    item = open_document(services, care, handover_id, 1)
    assert found in ([], [item])
    assert b"".join(read_opened(services, care, item).pieces).startswith(b"%PDF")
    versions(thread)

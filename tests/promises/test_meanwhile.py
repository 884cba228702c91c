"""Sending takes seconds. What others do meanwhile, on PostgreSQL, comes before it or is refused, and loses nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.access.leaving import end_membership
from handover.bundles.announcing import take_back
from handover.bundles.ending import end_leaver
from handover.bundles.outcomes import withdraw_application
from handover.bundles.receiving import accept
from handover.bundles.sending import send
from handover.bundles.settling import settle
from handover.db.base import new_id
from handover.desk.sent import is_closed
from handover.dossiers.documents import remove
from handover.dossiers.drafts import open_draft, save
from handover.dossiers.lock import AlreadySent, close_when
from handover.dossiers.model import Document
from handover.errors import Conflict, HandoverError, IllegalTransition
from handover.leavers.model import Application, Leaver
from handover.rooms.cards import valid_card
from handover.rooms.grants import make_room
from handover.rooms.model import RoomKind, SubjectKind
from handover.schools.model import Membership
from handover.storage.filesystem import FolderStore
from handover.storage.port import Stored
from handover.terms.destination import LeaverEnd
from keys.circle import Circle
from tests.factories.access import made_region
from tests.factories.thread import Thread, given_thread_in

LONG = 30
"""Seconds; a thread that waits longer than this waits for ever."""


class StoreThatWaits(FolderStore):
    """A folder that takes the first bytes when it is told to."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.begun, self.goes_on = threading.Event(), threading.Event()

    def put(self, key: str, pieces: Iterable[bytes]) -> Stored:
        self.begun.set()
        assert self.goes_on.wait(LONG)
        return super().put(key, pieces)


@pytest.fixture
def thread(tmp_path: Path, postgres_url: Callable[..., str]) -> Iterator[Thread]:
    close_when(is_closed)
    made = given_thread_in(made_region(tmp_path, database_url=postgres_url()))
    yield made
    made.region.engine.dispose()


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def ready(thread: Thread) -> str:
    reference = thread.leaver()
    thread.written(reference)
    thread.applied(reference)
    return reference


def sending(thread: Thread, reference: str, threads: ThreadPoolExecutor) -> tuple[StoreThatWaits, Future[str]]:
    """A dossier that is being sealed at this moment."""
    store = StoreThatWaits(thread.region.folder / "blobs")
    sent = threads.submit(send, replace(thread.services, store=store), thread.teacher.actor, reference)
    assert store.begun.wait(LONG)
    return store, sent


def take_out(thread: Thread, reference: str) -> None:
    with thread.services.uow() as uow:
        document = uow.session.scalars(
            select(Document.id).join(Leaver, Leaver.id == Document.leaver_id).where(Leaver.reference == reference)
        ).first()
    remove(thread.services, thread.teacher.actor, reference, document or "")


def correct(thread: Thread, reference: str) -> None:
    with thread.services.uow() as uow:
        read = open_draft(uow, thread.teacher.actor, reference)
    content = read.content.with_section("report", {"career": "verbeterd"})
    save(thread.services, thread.teacher.actor, reference, content, read=read, has_opp=True, section="rapport")


def off_the_list(thread: Thread, reference: str) -> None:
    end_leaver(thread.services, thread.teacher.actor, reference, end=LeaverEnd.ABROAD)


def not_there(thread: Thread, reference: str) -> None:
    with thread.services.uow() as uow:
        application = uow.session.scalars(
            select(Application.id).join(Leaver, Leaver.id == Application.leaver_id).where(Leaver.reference == reference)
        ).one()
    withdraw_application(thread.services, thread.teacher.actor, reference, application)


@pytest.mark.parametrize(
    ("act", "refusal"),
    [
        (take_out, AlreadySent),
        (correct, AlreadySent),
        (off_the_list, IllegalTransition),
        (not_there, IllegalTransition),
    ],
    ids=["take a document out", "correct a text", "take off the list", "withdraw the application"],
)
def test_what_comes_while_a_dossier_is_sealed_is_refused(
    thread: Thread, threads: ThreadPoolExecutor, act: Callable[[Thread, str], None], refusal: type[HandoverError]
) -> None:
    reference = ready(thread)
    store, sent = sending(thread, reference, threads)

    acted = threads.submit(act, thread, reference)
    with pytest.raises(TimeoutError):
        acted.result(timeout=0.5)
    store.goes_on.set()

    assert sent.result(LONG)
    assert isinstance(acted.exception(LONG), refusal)


def test_a_word_is_not_taken_back_while_the_dossier_goes_there(thread: Thread, threads: ThreadPoolExecutor) -> None:
    reference = ready(thread)
    announced = thread.announced(reference=reference)
    store, sent = sending(thread, reference, threads)

    acted = threads.submit(take_back, thread.services, thread.office.actor, announced)
    with pytest.raises(TimeoutError):
        acted.result(timeout=0.5)
    store.goes_on.set()

    assert sent.result(LONG)
    assert isinstance(acted.exception(LONG), IllegalTransition)


def test_a_key_that_is_replaced_while_a_dossier_is_sealed_to_it_opens_that_dossier(
    thread: Thread, threads: ThreadPoolExecutor
) -> None:
    store, sent = sending(thread, ready(thread), threads)
    with thread.services.uow() as uow:
        leaves = uow.session.scalars(select(Membership.id).where(Membership.person_id == thread.care.person_id)).one()

    rotated = threads.submit(end_membership, thread.services, thread.vo.admin.actor, leaves)
    with pytest.raises(TimeoutError):
        rotated.result(timeout=3)
    store.goes_on.set()
    handover_id = sent.result(LONG)
    rotated.result(LONG)

    assert settle(thread.services, handover_id)
    accept(thread.services, thread.intake.actor, handover_id)
    thread.vo.people["Zohra Amrani"] = thread.intake  # nobody is zorgcoördinator now, so intake reads care
    thread.read(handover_id)


def test_nothing_is_sealed_to_a_key_that_nobody_holds_any_more(thread: Thread) -> None:
    services, now = thread.services, thread.region.clock.now()
    with services.uow() as uow:
        seen = valid_card(uow, thread.vo.id, services.region, now)
        leaves = uow.session.scalars(select(Membership.id).where(Membership.person_id == thread.care.person_id)).one()
    end_membership(services, thread.vo.admin.actor, leaves)

    with services.uow() as uow, pytest.raises(Conflict):
        make_room(
            uow,
            kind=RoomKind.DOSSIER,
            subject=(SubjectKind.HANDOVER, new_id()),
            maker=thread.teacher.actor.keyring.circle(uow, thread.po.id, Circle.DOSSIER),
            readers=[seen.reader(Circle.DOSSIER, withheld=True)],
        )

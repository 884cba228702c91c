"""The same thread, from sending to confirming, over each stack that the service runs on, settled by a real worker."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING

from sqlalchemy import select

from handover.audit.model import AuditEntry
from handover.audit.queries import trail
from handover.audit.sequencer import sequence
from handover.audit.verify import verify
from handover.bundles.model import Bundle, Handover, Part
from handover.bundles.reading import content, document, open_for_reading
from handover.bundles.receiving import accept, confirm
from handover.bundles.sending import send
from handover.bundles.settling import settle
from handover.bundles.state import HandoverStatus
from handover.bundles.withdrawing import withdraw
from handover.errors import HandoverError
from tests.factories.thread import PLAN, REPORT, Thread
from tests.promises.place import set_clock
from tests.promises.processes import Processes
from tests.queue.workers import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable


def status(thread: Thread, handover_id: str) -> HandoverStatus:
    with thread.services.uow() as uow:
        return uow.session.get_one(Handover, handover_id).status


def documents(thread: Thread, handover_id: str) -> dict[Part, list[bytes]]:
    found = {}
    for part, reader in ((Part.DOSSIER, thread.intake.actor), (Part.CARE, thread.care.actor)):
        opened = open_for_reading(thread.services, reader, handover_id, part)
        content(thread.services, reader, opened, way="screen")
        found[part] = [
            b"".join(document(thread.services, reader, opened, inner.number, way="screen"))
            for inner in opened.inside.documents
        ]
        opened.inside.close()
    return found


def test_a_dossier_goes_from_teacher_to_coordinator(thread: Thread, processes: Processes) -> None:
    set_clock(thread, ahead=timedelta(seconds=5))  # the worker's: what it does comes after the sending
    processes.worker()
    reference = thread.leaver()
    thread.written(reference)
    application = thread.applied(reference)

    handover = send(thread.services, thread.teacher.actor, reference)
    wait_until(lambda: status(thread, handover) is HandoverStatus.OFFERED, seconds=120)
    thread.region.clock.pass_by(timedelta(seconds=10))
    accept(thread.services, thread.intake.actor, handover)
    assert documents(thread, handover) == {Part.DOSSIER: [REPORT], Part.CARE: [PLAN]}
    thread.enrolled(application)
    confirm(thread.services, thread.intake.actor, handover)

    assert status(thread, handover) is HandoverStatus.CONFIRMED
    with thread.services.uow() as uow:
        while sequence(uow):
            pass
    with thread.services.uow() as uow:
        told = [line.name.removeprefix("handover.") for line in trail(uow, [handover])]
        assert verify(uow).is_sound
    assert told == ["sent", "offered", "accepted", "read", "read", "read", "read", "confirmed"]


def at_once(*doings: Callable[[], object]) -> list[str]:
    """Do these at the same moment; for each: done, or the code with which it was refused."""
    barrier = Barrier(len(doings))

    def do(doing: Callable[[], object]) -> str:
        barrier.wait()
        try:
            doing()
        except HandoverError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(len(doings)) as pool:
        return sorted(pool.map(do, doings))


def entries(thread: Thread, name: str) -> int:
    with thread.services.uow() as uow:
        return len(uow.session.scalars(select(AuditEntry.id).where(AuditEntry.name == name)).all())


def test_who_sends_twice_at_once_sends_once(thread: Thread) -> None:
    reference = thread.leaver()
    thread.written(reference)
    thread.applied(reference)
    one, other = thread.teacher.actor, thread.ib.actor

    said = at_once(lambda: send(thread.services, one, reference), lambda: send(thread.services, other, reference))

    assert said == ["conflict", "done"]
    with thread.services.uow() as uow:
        assert len(uow.session.scalars(select(Handover.id)).all()) == 1
        assert len(uow.session.scalars(select(Bundle.id)).all()) == 1
    assert entries(thread, "handover.sent") == 1


def test_who_accepts_twice_at_once_accepts_once(thread: Thread) -> None:
    handover = thread.offered()
    one, other = thread.intake.actor, thread.intake.actor

    said = at_once(lambda: accept(thread.services, one, handover), lambda: accept(thread.services, other, handover))

    assert said.count("done") == 1
    assert status(thread, handover) is HandoverStatus.ACCEPTED
    assert entries(thread, "handover.accepted") == 1


def test_taking_back_and_receiving_at_once_leaves_one_of_the_two(thread: Thread) -> None:
    handover = thread.offered()
    receiver, sender = thread.intake.actor, thread.teacher.actor

    said = at_once(
        lambda: accept(thread.services, receiver, handover), lambda: withdraw(thread.services, sender, handover)
    )

    assert said.count("done") == 1
    assert entries(thread, "handover.accepted") + entries(thread, "handover.withdrawn") == 1
    assert status(thread, handover) in {HandoverStatus.ACCEPTED, HandoverStatus.WITHDRAWN}


def test_settling_twice_at_once_offers_once(thread: Thread) -> None:
    reference = thread.leaver()
    thread.written(reference)
    thread.applied(reference)
    handover = send(thread.services, thread.teacher.actor, reference)

    at_once(lambda: settle(thread.services, handover), lambda: settle(thread.services, handover))

    assert status(thread, handover) is HandoverStatus.OFFERED
    assert entries(thread, "handover.offered") == 1

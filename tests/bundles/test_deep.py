"""A deep check finds what a database's owner changed in handovers, letters and stored bytes, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from handover.audit.verify import DeepChecks, verify
from handover.bundles.deep import handovers_against_log
from handover.bundles.ending import end_leaver
from handover.bundles.model import Bundle, Handover, Reading, SealedPart
from handover.bundles.notice_model import Notice
from handover.bundles.receiving import confirm, decline
from handover.bundles.sending import send
from handover.bundles.settling import settle
from handover.bundles.state import HandoverStatus
from handover.bundles.withdrawing import withdraw
from handover.db.unit_of_work import UnitOfWork
from handover.terms.destination import LeaverEnd
from tests.desk.received import application_of
from tests.factories.thread import Thread, given_thread

Change = Callable[[Thread, UnitOfWork, str], None]


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def found(thread: Thread) -> list[str]:
    checks = DeepChecks()
    checks.register("handovers", handovers_against_log(thread.services.store))
    with thread.services.uow() as uow:
        return [one.detail for one in verify(uow, deep=checks).findings]


def test_nothing_is_wrong_with_handovers_at_every_stage(thread: Thread) -> None:
    services, teacher, intake = thread.services, thread.teacher.actor, thread.intake.actor
    thread.offered()
    decline(services, intake, thread.offered(), reason="double")
    withdraw(services, teacher, thread.offered())
    confirmed = thread.accepted(has_opp=False)
    thread.enrolled(application_of(thread, confirmed))
    thread.read(confirmed)
    confirm(services, intake, confirmed)
    gone = thread.offered()
    with services.uow() as uow:
        reference = uow.session.get_one(Handover, gone).reference
    end_leaver(services, teacher, reference, end=LeaverEnd.ABROAD)

    assert found(thread) == []


def test_an_attempt_that_failed_and_the_next_one_are_in_order(thread: Thread) -> None:
    reference = thread.leaver()
    thread.written(reference)
    thread.applied(reference)
    failed = send(thread.services, thread.teacher.actor, reference)
    with thread.services.uow() as uow:
        key = uow.session.scalars(select(SealedPart.blob_key)).first()
    blob = next(path for path in (thread.region.folder / "blobs").rglob("*") if path.name == key)
    blob.chmod(0o600)
    blob.write_bytes(b"changed")
    assert not settle(thread.services, failed)
    assert found(thread) == []

    send(thread.services, thread.teacher.actor, reference)

    assert found(thread) == []


def put_back(_thread: Thread, uow: UnitOfWork, handover_id: str) -> None:
    uow.session.connection().execute(
        update(Handover).where(Handover.id == handover_id).values(status=HandoverStatus.WITHDRAWN)
    )


def other_letter(_thread: Thread, uow: UnitOfWork, handover_id: str) -> None:
    uow.session.execute(update(Bundle).where(Bundle.handover_id == handover_id).values(letter="e30.e30.e30"))


def other_bytes(thread: Thread, uow: UnitOfWork, _handover_id: str) -> None:
    key = uow.session.scalars(select(SealedPart.blob_key)).first()
    blob = next(path for path in (thread.region.folder / "blobs").rglob("*") if path.name == key)
    blob.chmod(0o600)
    blob.write_bytes(b"something else")


def removed(_thread: Thread, uow: UnitOfWork, handover_id: str) -> None:
    bundles = select(Bundle.id).where(Bundle.handover_id == handover_id)
    uow.session.execute(delete(Reading).where(Reading.bundle_id.in_(bundles)))
    uow.session.execute(delete(SealedPart).where(SealedPart.bundle_id.in_(bundles)))
    uow.session.execute(delete(Notice).where(Notice.handover_id == handover_id))
    uow.session.execute(delete(Bundle).where(Bundle.handover_id == handover_id))
    uow.session.connection().execute(delete(Handover).where(Handover.id == handover_id))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put_back, "is withdrawn, by the log it is offered"),
        (other_letter, "is not the one that was logged"),
        (other_bytes, "is not what was sent, or is gone"),
        (removed, "was sent, and is not there any more"),
    ],
)
def test_what_was_changed_by_hand_is_found(thread: Thread, change: Change, said: str) -> None:
    handover_id = thread.offered()
    with thread.services.uow() as uow:
        change(thread, uow, handover_id)
        uow.commit()

    (only,) = found(thread)

    assert said in only

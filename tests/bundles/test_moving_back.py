"""Taking a move to another school back: until that school has it, in one step, both applications as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.bundles.handovers import live_handovers
from handover.bundles.moving import NewSchool, move
from handover.bundles.moving_back import move_back, way_back
from handover.bundles.outcomes import record_outcome
from handover.bundles.receiving import accept
from handover.bundles.settling import settle
from handover.bundles.state import HandoverStatus
from handover.errors import Conflict, HandoverError, IllegalTransition
from handover.leavers.model import Application, Leaver
from handover.leavers.recording import record_application
from handover.storage.port import StoreUnavailable
from handover.storage.s3 import S3Store, connect
from handover.terms.destination import Outcome, Tlv
from tests.bundles.test_life import handover, other_school, reference_of
from tests.factories.access import GivenUnit
from tests.factories.thread import DAY, Thread, given_thread
from tests.servers.s3 import free_port


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def moved(thread: Thread, old: str, there: GivenUnit) -> str:
    reference = reference_of(thread, old)
    new = move(thread.services, thread.teacher.actor, reference, NewSchool(brin=there.brin6, applied_on=DAY))
    assert settle(thread.services, new)
    return new


def outcomes(thread: Thread, reference: str) -> dict[str, Outcome]:
    with thread.services.uow() as uow:
        rows = uow.session.scalars(
            select(Application).join(Leaver, Leaver.id == Application.leaver_id).where(Leaver.reference == reference)
        )
        return {row.receiver_brin: row.outcome for row in rows}


def under_way(thread: Thread, handover_id: str) -> str | None:
    leaver_id = handover(thread, handover_id).leaver_id
    with thread.services.uow() as uow:
        live = live_handovers(uow, leaver_id)
        return live[0].id if live else None


@pytest.mark.parametrize("stage", ["offered", "accepted"])
def test_it_goes_back_to_the_school_that_had_it(thread: Thread, stage: str) -> None:
    old = thread.offered() if stage == "offered" else thread.accepted()
    application_id = handover(thread, old).application_id
    record_outcome(thread.services, thread.office.actor, application_id, outcome=Outcome.ADMITTED)
    dendron, reference = other_school(thread), reference_of(thread, old)
    new = moved(thread, old, dendron)

    back = move_back(thread.services, thread.teacher.actor, reference, of=new)

    assert settle(thread.services, back)
    assert handover(thread, new).status is HandoverStatus.WITHDRAWN
    assert handover(thread, back).receiver_brin == thread.vo.brin6
    assert handover(thread, back).dossier_room_id != handover(thread, old).dossier_room_id
    assert outcomes(thread, reference) == {thread.vo.brin6: Outcome.ADMITTED, dendron.brin6: Outcome.WITHDRAWN}
    accept(thread.services, thread.intake.actor, back)
    with pytest.raises(IllegalTransition):
        accept(thread.services, dendron.people["Ilse Vos"].actor, new)


def test_an_application_that_stood_there_already_stands_as_before(thread: Thread) -> None:
    old, dendron = thread.offered(), other_school(thread)
    reference = reference_of(thread, old)
    record_application(
        thread.services, thread.teacher.actor, reference, brin6=dendron.brin6, applied_on=DAY, tlv=Tlv.NOT_NEEDED
    )

    move_back(thread.services, thread.teacher.actor, reference, of=moved(thread, old, dendron))

    assert outcomes(thread, reference) == {thread.vo.brin6: Outcome.ASKED, dendron.brin6: Outcome.ASKED}


def test_once_more_and_too_late_change_nothing(thread: Thread) -> None:
    old, dendron = thread.offered(), other_school(thread)
    reference = reference_of(thread, old)
    teacher = thread.teacher.actor
    new = moved(thread, old, dendron)
    back = move_back(thread.services, teacher, reference, of=new)
    assert settle(thread.services, back)

    with pytest.raises(Conflict):
        move_back(thread.services, teacher, reference, of=new)
    assert under_way(thread, old) == back
    again = moved(thread, back, dendron)
    accept(thread.services, dendron.people["Ilse Vos"].actor, again)
    with pytest.raises(IllegalTransition):
        move_back(thread.services, teacher, reference, of=again)

    assert under_way(thread, old) == again
    found = handover(thread, again)
    with thread.services.uow() as uow:
        assert way_back(uow, found) is None


def test_what_the_new_school_said_meanwhile_is_not_thrown_away(thread: Thread) -> None:
    old, dendron = thread.offered(), other_school(thread)
    reference, new = reference_of(thread, old), moved(thread, old, dendron)
    office = dendron.people["Ed Bos"].actor
    record_outcome(thread.services, office, handover(thread, new).application_id, outcome=Outcome.ADMITTED)

    with pytest.raises(Conflict):
        move_back(thread.services, thread.teacher.actor, reference, of=new)

    assert outcomes(thread, reference)[dendron.brin6] is Outcome.ADMITTED
    assert under_way(thread, old) == new


def test_a_school_that_refused_the_child_does_not_get_it_back(thread: Thread) -> None:
    old, dendron = thread.accepted(), other_school(thread)
    application_id = handover(thread, old).application_id
    record_outcome(thread.services, thread.office.actor, application_id, outcome=Outcome.REFUSED, ground="geen plaats")
    new = moved(thread, old, dendron)

    with pytest.raises(Conflict):
        move_back(thread.services, thread.teacher.actor, reference_of(thread, old), of=new)


def test_a_store_that_fails_leaves_it_at_the_new_school(thread: Thread) -> None:
    old, dendron = thread.offered(), other_school(thread)
    reference, new = reference_of(thread, old), moved(thread, old, dendron)
    teacher = thread.teacher.actor
    client = connect(endpoint=f"http://127.0.0.1:{free_port()}", region="eu-west-1", access_key="a", secret_key="b")

    with pytest.raises(StoreUnavailable):
        move_back(replace(thread.services, store=S3Store(client, "bucket")), teacher, reference, of=new)

    assert under_way(thread, old) == new
    assert outcomes(thread, reference) == {thread.vo.brin6: Outcome.WITHDRAWN, dendron.brin6: Outcome.ASKED}
    assert move_back(thread.services, teacher, reference, of=new)


@pytest.mark.parametrize("who", ["intake", "stranger"])
def test_only_the_primary_school_takes_it_back(thread: Thread, who: str) -> None:
    old, dendron = thread.offered(), other_school(thread)
    new = moved(thread, old, dendron)
    actor = thread.intake.actor if who == "intake" else dendron.people["Ilse Vos"].actor

    with pytest.raises(HandoverError):
        move_back(thread.services, actor, reference_of(thread, old), of=new)

    assert under_way(thread, old) == new

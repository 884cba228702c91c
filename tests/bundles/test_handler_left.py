"""What somebody took care of who left is nobody's again, so that a colleague finds it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.audit.model import AuditEntry
from handover.bundles.model import Handover
from handover.bundles.placing import Placing, free_of_who_left, place
from handover.bundles.tasks import sweep
from handover.desk.trail import trail_lines
from handover.schools.model import Membership
from handover.terms.clock import local_day
from tests.factories.thread import Thread, given_thread


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def given_handled(thread: Thread) -> str:
    handover_id = thread.accepted(has_opp=False)
    wanted = Placing(brin=thread.vo.brin6, department_id=None, handler_id=thread.care.person_id)
    place(thread.services, thread.intake.actor, handover_id, wanted)
    return handover_id


def handler(thread: Thread, handover_id: str) -> str | None:
    with thread.services.uow() as uow:
        return uow.session.get_one(Handover, handover_id).handler_id


def placed(thread: Thread) -> int:
    with thread.services.uow() as uow:
        return len(uow.session.scalars(select(AuditEntry.id).where(AuditEntry.name == "handover.placed")).all())


@pytest.mark.parametrize("way", ["ended", "ran out"])
def test_a_handover_of_who_left_is_nobodys_and_the_trail_says_so_once(thread: Thread, way: str) -> None:
    handover_id = given_handled(thread)
    sweep(thread.services)
    assert handler(thread, handover_id) == thread.care.person_id

    with thread.services.uow() as uow:
        row = uow.session.query(Membership).filter_by(person_id=thread.care.person_id)
        yesterday = local_day(uow.clock.now()) - timedelta(days=1)
        if way == "ended":
            row.update({Membership.ended_at: uow.clock.now()})
        else:
            row.update({Membership.from_on: yesterday, Membership.until_on: yesterday})
        uow.commit()
    sweep(thread.services)
    sweep(thread.services)

    assert handler(thread, handover_id) is None
    assert placed(thread) == 2
    actor = thread.intake.actor
    with thread.services.uow() as uow:
        assert trail_lines(uow, actor, [handover_id])


def test_it_is_done_once_and_only_by_who_commits(thread: Thread) -> None:
    handover_id = given_handled(thread)
    with thread.services.uow() as uow:
        uow.session.query(Membership).filter_by(person_id=thread.care.person_id).update(
            {Membership.ended_at: uow.clock.now()}
        )
        assert free_of_who_left(uow) == 1
        assert free_of_who_left(uow) == 0

    assert handler(thread, handover_id) == thread.care.person_id, "nothing was committed"

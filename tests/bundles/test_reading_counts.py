"""Whose reading counts for confirming, also when roles change between two readings."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from handover.access.leaving import end_membership
from handover.access.people import add_role
from handover.bundles.left import facts_of
from handover.bundles.model import Handover
from handover.policy import Role
from handover.schools.model import Membership
from tests.factories.thread import Thread, given_thread


def unread_care(thread: Thread, handover_id: str) -> int:
    with thread.services.uow() as uow:
        return facts_of(uow, [uow.session.get_one(Handover, handover_id)])[handover_id].unread_care


def test_who_read_care_as_intake_and_becomes_zorgcoordinator_reads_it_as_that(tmp_path: Path) -> None:
    thread = given_thread(tmp_path)
    with thread.services.uow() as uow:
        care = uow.session.scalars(select(Membership.id).where(Membership.person_id == thread.care.person_id)).one()
    end_membership(thread.services, thread.vo.admin.actor, care)
    thread.vo.people["Zohra Amrani"] = thread.intake
    handover_id = thread.accepted()
    thread.read(handover_id)
    assert unread_care(thread, handover_id) == 0, "where nobody is zorgcoördinator, intake counts"

    add_role(thread.services, thread.vo.admin.actor, thread.vo.id, person_id=thread.intake.person_id, role=Role.CARE)
    assert unread_care(thread, handover_id) > 0
    thread.read(handover_id)

    assert unread_care(thread, handover_id) == 0

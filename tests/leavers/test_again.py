"""Who does groep 8 once more is back on the list in the new year with one press, and stays one child."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.bundles.ending import end_leaver, reopen_leaver
from handover.db.base import new_id
from handover.errors import IllegalTransition, NotFound
from handover.leavers.again import add_again, doublers
from handover.leavers.model import Leaver
from handover.schools.model import Group
from handover.terms.destination import LeaverEnd
from tests.factories.thread import Thread, given_thread


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def next_year(thread: Thread) -> Group:
    """The same school's group 8a, a year later, when that has begun."""
    thread.region.clock.at = datetime(2027, 9, 1, 8, tzinfo=UTC)
    with thread.services.uow() as uow:
        group = Group(id=new_id(), unit_id=thread.po.id, school_year="2027-2028", name="8a")
        uow.session.add(group)
        uow.commit()
        return group


def stayed(thread: Thread, how: LeaverEnd = LeaverEnd.STAYS, **name: str) -> str:
    reference = thread.leaver(**name)
    end_leaver(thread.services, thread.teacher.actor, reference, end=how)
    return reference


def listed(thread: Thread, group: Group) -> list[str]:
    actor = thread.ib.actor
    with thread.services.uow() as uow:
        return [one.reference for one in doublers(uow, actor, group)]


def test_one_press_puts_the_child_on_the_new_list_and_the_two_are_linked(thread: Thread) -> None:
    reference, group = stayed(thread), next_year(thread)
    assert listed(thread, group) == [reference]

    new = add_again(thread.services, thread.ib.actor, reference, group.id)

    assert listed(thread, group) == []
    with thread.services.uow() as uow:
        before, after = (
            uow.session.scalars(select(Leaver).where(Leaver.reference == one)).one() for one in (reference, new)
        )
    assert (after.before_id, after.school_year, after.group_id) == (before.id, "2027-2028", group.id)
    assert after.aanmeldcode != before.aanmeldcode
    assert after.work_room_id != before.work_room_id
    assert before.ended_as is LeaverEnd.STAYS
    with pytest.raises(IllegalTransition):
        add_again(thread.services, thread.ib.actor, reference, group.id)
    with pytest.raises(IllegalTransition):
        reopen_leaver(thread.services, thread.ib.actor, reference)


def test_of_years_ago_nobody_is_offered(thread: Thread) -> None:
    stayed(thread)
    with thread.services.uow() as uow:
        group = Group(id=new_id(), unit_id=thread.po.id, school_year="2028-2029", name="8a")
        uow.session.add(group)
        uow.commit()

    assert listed(thread, group) == []


def test_only_who_stayed_and_only_in_a_later_year(thread: Thread) -> None:
    reference, abroad = stayed(thread), stayed(thread, LeaverEnd.ABROAD, first_name="Fenna")
    with pytest.raises(IllegalTransition):
        add_again(thread.services, thread.teacher.actor, reference, thread.po.groups["8a"])
    group = next_year(thread)
    with pytest.raises(IllegalTransition):
        add_again(thread.services, thread.ib.actor, abroad, group.id)

    assert listed(thread, group) == [reference]


def test_a_stranger_and_a_group_of_another_school_find_nothing(thread: Thread) -> None:
    reference, group = stayed(thread), next_year(thread)

    with pytest.raises(NotFound):
        add_again(thread.services, thread.intake.actor, reference, group.id)
    with pytest.raises(NotFound):
        add_again(thread.services, thread.ib.actor, reference, new_id())

    assert listed(thread, group) == [reference]

"""Filters that somebody keeps: their own, at most eight, one to begin with, nothing typed, gone with the last role."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from handover.bundles.filter_model import KeptFilter
from handover.bundles.kept_filters import (
    MOST,
    Parts,
    drop_filter,
    forget_filters_of_who_left,
    keep_filter,
    kept_filters,
    start_with,
)
from handover.errors import Conflict, Invalid, NotFound
from handover.policy import Actor
from handover.schools.model import Department, Membership
from tests.factories.thread import Thread, given_thread

WORDS = {"nieuw", "ontvangen", "ik", "opp", "zorg", *(f"stap{n}" for n in range(MOST))}
MINE = Parts(tab="ontvangen", handler="ik", marks="opp,zorg")


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def keep(thread: Thread, actor: Actor, parts: Parts) -> bool:
    return keep_filter(thread.services, actor, thread.vo.id, parts, words=WORDS)


def kept(thread: Thread, actor: Actor) -> list[KeptFilter]:
    with thread.services.uow() as uow:
        return kept_filters(uow, actor, thread.vo.id)


def test_kept_twice_it_is_there_once_and_nobody_else_has_it(thread: Thread) -> None:
    intake = thread.intake.actor

    assert keep(thread, intake, MINE)
    assert not keep(thread, intake, MINE)

    assert len(kept(thread, intake)) == 1
    assert kept(thread, thread.office.actor) == []
    drop_filter(thread.services, thread.office.actor, thread.vo.id, kept(thread, intake)[0].id)
    assert len(kept(thread, intake)) == 1, "of somebody else nothing is dropped"
    drop_filter(thread.services, intake, thread.vo.id, kept(thread, intake)[0].id)
    assert kept(thread, intake) == []


def test_nothing_that_was_typed_is_kept(thread: Thread) -> None:
    for parts in (
        Parts(tab="Noah Wójcik"),
        Parts(tab="nieuw", handler="Noah"),
        Parts(tab="nieuw", marks="opp,Noah"),
    ):
        with pytest.raises(Invalid):
            keep(thread, thread.intake.actor, parts)
    for parts in (Parts(tab="nieuw", school_id="Noah"), Parts(tab="nieuw", department_id="Noah")):
        with pytest.raises(NotFound):
            keep(thread, thread.intake.actor, parts)
    with pytest.raises(NotFound):
        keep(thread, thread.teacher.actor, MINE)
    assert kept(thread, thread.intake.actor) == []


def test_a_department_of_another_school_is_none(thread: Thread) -> None:
    with thread.services.uow() as uow:
        uow.session.add(Department(id="d" * 32, unit_id=thread.po.id, name="havo"))
        uow.commit()

    with pytest.raises(NotFound):
        keep(thread, thread.intake.actor, Parts(tab="nieuw", department_id="d" * 32))


def test_there_are_eight_at_most(thread: Thread) -> None:
    intake = thread.intake.actor
    for number in range(MOST):
        keep(thread, intake, Parts(tab=f"stap{number}"))

    with pytest.raises(Conflict):
        keep(thread, intake, MINE)
    assert len(kept(thread, intake)) == MOST


def test_one_of_them_is_the_one_to_begin_with(thread: Thread) -> None:
    intake = thread.intake.actor
    for tab in ("nieuw", "ontvangen"):
        keep(thread, intake, Parts(tab=tab))
    first, second = (one.id for one in kept(thread, intake))

    start_with(thread.services, intake, thread.vo.id, first)
    start_with(thread.services, intake, thread.vo.id, second)
    assert [one.id for one in kept(thread, intake) if one.starts] == [second]
    with pytest.raises(NotFound):
        start_with(thread.services, thread.office.actor, thread.vo.id, second)
    start_with(thread.services, intake, thread.vo.id, "")
    assert not any(one.starts for one in kept(thread, intake))


def test_with_the_last_role_there_they_are_gone(thread: Thread) -> None:
    for actor in (thread.intake.actor, thread.office.actor):
        keep(thread, actor, MINE)
    with thread.services.uow() as uow:
        left = (Membership.person_id == thread.intake.person_id, Membership.unit_id == thread.vo.id)
        uow.session.execute(update(Membership).where(*left).values(ended_at=uow.clock.now()))
        uow.commit()

    with thread.services.uow() as uow:
        forget_filters_of_who_left(uow)
        uow.commit()

    with thread.services.uow() as uow:
        people = uow.session.scalars(select(KeptFilter.person_id)).all()
        assert people == [thread.office.person_id]
        assert uow.session.scalar(select(func.count()).select_from(KeptFilter)) == 1

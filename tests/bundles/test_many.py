"""One press on many dossiers, in parts: each once, told once, taken back with one press, whoever else was there."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from handover.audit.model import AuditEntry
from handover.bundles.handovers import handover_of
from handover.bundles.many import begin, done_by, forget_many, go_on, standing, stop, unfinished
from handover.bundles.reopening import release
from handover.bundles.state import ReleaseReason
from handover.bundles.together_model import Became, ManyPress, OneOfMany, Together
from handover.bundles.undo_steps import FOR
from handover.bundles.undoing import undo
from handover.errors import NotAllowed, NotFound
from handover.leavers.model import Application
from handover.policy import Actor
from handover.terms.destination import Outcome
from tests.factories.thread import Thread, given_thread

PRESS, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def begun(thread: Thread, actor: Actor, what: Together, chosen: Sequence[str], *, press: str = PRESS) -> str:
    return begin(thread.services, actor, thread.vo.id, what, chosen, press=press)


def outcomes(thread: Thread, chosen: Sequence[str]) -> list[Outcome]:
    with thread.services.uow() as uow:
        found = (handover_of(uow, one).application_id for one in chosen)
        return [uow.session.get_one(Application, one).outcome for one in found]


def told(thread: Thread, name: str) -> int:
    """How often the log says so."""
    with thread.services.uow() as uow:
        return uow.session.scalar(select(func.count()).where(AuditEntry.name == name)) or 0


def test_what_there_was_no_time_for_is_done_by_the_next_request(thread: Thread) -> None:
    office, chosen = thread.office.actor, [thread.accepted(last_name=name) for name in ("Bakker", "Cox", "Damen")]
    begun(thread, office, Together.ENROL, chosen)

    # No time but for one, which is done however long it takes; then for the rest.
    one = go_on(thread.services, office, PRESS, within=-1)
    assert (one.tried, one.goes_on) == (1, True)
    with thread.services.uow() as uow:
        assert [left.press for left in unfinished(uow, office, thread.vo.id)] == [PRESS]
    rest = go_on(thread.services, office, PRESS)

    assert list(rest.became) == chosen
    assert set(rest.became.values()) == {Became.DONE}
    assert not rest.goes_on
    assert rest.changed == 3
    assert outcomes(thread, chosen) == [Outcome.ENROLLED] * 3
    with thread.services.uow() as uow:
        assert unfinished(uow, office, thread.vo.id) == []
    assert go_on(thread.services, office, PRESS) == rest, "once more changes nothing"
    assert told(thread, "application.outcome_recorded") == 3


def test_one_press_takes_all_of_it_back_however_many_requests_either_took(thread: Thread) -> None:
    office, chosen = thread.office.actor, [thread.accepted(last_name=name) for name in ("Bakker", "Cox", "Damen")]
    begun(thread, office, Together.ADMIT, chosen)
    while go_on(thread.services, office, PRESS, within=-1).goes_on:
        pass

    first = undo(thread.services, office, PRESS, within=-1)
    assert (first.tried, first.total, first.goes_on) == (1, 3, True)
    last = undo(thread.services, office, PRESS, tried=first.tried)

    assert (last.done, last.left, last.goes_on) == (3, (), False)
    assert outcomes(thread, chosen) == [Outcome.ASKED] * 3


def test_the_same_form_sent_twice_is_one_press_and_a_changed_one_is_another(thread: Thread) -> None:
    office, chosen = thread.office.actor, [thread.accepted(last_name=name) for name in ("Bakker", "Cox")]

    assert begun(thread, office, Together.ADMIT, chosen) == PRESS
    assert begun(thread, office, Together.ADMIT, chosen) == PRESS
    others = {
        begun(thread, office, Together.ADMIT, chosen[:1]),
        begun(thread, office, Together.ENROL, chosen),
        begun(thread, thread.intake.actor, Together.TALK, chosen),
    }
    assert PRESS not in others
    assert len(others) == 3


def test_two_coordinators_with_the_same_selection_do_each_once_and_hear_of_each_other(thread: Thread) -> None:
    chosen = [thread.accepted(last_name=name) for name in ("Bakker", "Cox", "Damen")]
    office, intake = thread.office.actor, thread.intake.actor
    begun(thread, office, Together.ENROL, chosen)
    begun(thread, intake, Together.TAKE, chosen, press=OTHER)
    go_on(thread.services, office, PRESS)
    again = "c" * 32
    begun(thread, office, Together.ENROL, chosen, press=again)

    assert set(go_on(thread.services, office, again).became.values()) == {Became.ALREADY}
    with thread.services.uow() as uow:
        assert set(done_by(uow, thread.vo.id, Together.ENROL, chosen).values()) == {office.person_id}
        assert done_by(uow, thread.po.id, Together.ENROL, chosen) == {}, "of another school nobody is named"
    assert told(thread, "application.outcome_recorded") == 3


def test_one_press_in_two_requests_at_once_receives_each_once(thread: Thread) -> None:
    intake, chosen = thread.intake.actor, [thread.offered(last_name=name) for name in ("Bakker", "Cox", "Damen")]
    begun(thread, intake, Together.RECEIVE, chosen)

    with ThreadPoolExecutor(2) as both:
        list(both.map(lambda _n: go_on(thread.services, intake, PRESS), range(2)))

    with thread.services.uow() as uow:
        now = standing(uow, intake, PRESS)
    assert set(now.became.values()) <= {Became.DONE, Became.ALREADY}
    assert now.tried == 3
    assert told(thread, "handover.accepted") == 3


def test_one_that_ended_meanwhile_holds_up_no_other(thread: Thread) -> None:
    intake, teacher = thread.intake.actor, thread.teacher.actor
    chosen = [thread.accepted(last_name=name) for name in ("Bakker", "Cox", "Damen")]
    release(thread.services, teacher, chosen[0], reason=ReleaseReason.OTHER_SCHOOL)
    begun(thread, intake, Together.TAKE, chosen)
    release(thread.services, teacher, chosen[1], reason=ReleaseReason.OTHER_SCHOOL)

    now = go_on(thread.services, intake, PRESS)

    assert list(now.became.values()) == [Became.GONE, Became.GONE, Became.DONE]
    assert not now.goes_on


def test_whose_role_ended_does_no_more_of_it_and_reads_no_more_of_it(thread: Thread) -> None:
    intake, chosen = thread.intake.actor, [thread.accepted(last_name=name) for name in ("Bakker", "Cox")]
    begun(thread, intake, Together.TALK, chosen)
    left = replace(intake, memberships=())

    with thread.services.uow() as uow:
        assert unfinished(uow, left, thread.vo.id) == []
        with pytest.raises(NotFound):
            standing(uow, left, PRESS)
    with pytest.raises(NotFound):
        go_on(thread.services, left, PRESS, question="Hoe gaat het?")
    assert set(go_on(thread.services, intake, PRESS, question="Hoe gaat het?").became.values()) == {Became.DONE}


def test_the_same_form_sent_twice_in_one_moment_is_one_press(thread: Thread) -> None:
    office, chosen = thread.office.actor, [thread.accepted(last_name=name) for name in ("Bakker", "Cox")]

    with ThreadPoolExecutor(4) as all_at_once:
        presses = set(all_at_once.map(lambda _n: begun(thread, office, Together.ADMIT, chosen), range(4)))

    assert presses == {PRESS}


def test_stopped_it_does_no_more_and_what_was_done_stands(thread: Thread) -> None:
    office, chosen = thread.office.actor, [thread.accepted(last_name=name) for name in ("Bakker", "Cox")]
    begun(thread, office, Together.ENROL, chosen)
    go_on(thread.services, office, PRESS, within=-1)

    stop(thread.services, office, PRESS)
    stop(thread.services, office, PRESS)
    now = go_on(thread.services, office, PRESS)

    assert (now.is_stopped, now.goes_on, now.tried, now.changed) == (True, False, 1, 1)
    assert outcomes(thread, chosen) == [Outcome.ENROLLED, Outcome.ASKED]


def test_a_press_of_somebody_else_or_of_yesterday_is_not_there(thread: Thread) -> None:
    office, intake, handover_id = thread.office.actor, thread.intake.actor, thread.accepted()
    begun(thread, office, Together.ENROL, [handover_id])

    for act in (go_on, stop):
        with pytest.raises(NotFound):
            act(thread.services, intake, PRESS)
        with pytest.raises(NotFound):
            act(thread.services, office, OTHER)
    thread.region.clock.pass_by(FOR)
    with pytest.raises(NotFound):
        go_on(thread.services, office, PRESS)
    forget_many(thread.services)
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(ManyPress)) == 0
        assert uow.session.scalar(select(func.count()).select_from(OneOfMany)) == 0


def test_what_is_not_theirs_stops_all_of_it_before_anything_is_remembered(thread: Thread) -> None:
    handover_id = thread.accepted()

    with pytest.raises(NotAllowed):
        begun(thread, thread.care.actor, Together.ENROL, [handover_id])
    with pytest.raises(NotFound):
        begun(thread, thread.office.actor, Together.ENROL, [handover_id, "0" * 32])
    with pytest.raises(NotFound):
        begin(thread.services, thread.office.actor, thread.po.id, Together.ENROL, [handover_id], press=PRESS)
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(ManyPress)) == 0

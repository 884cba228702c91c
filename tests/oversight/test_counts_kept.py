"""What was counted of a school and kept is what its rows say, whoever changes them, whenever somebody counts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from structlog.testing import capture_logs

from handover.bundles.ending import end_leaver
from handover.bundles.model import Handover
from handover.bundles.receiving import accept, decline
from handover.bundles.withdrawing import withdraw
from handover.db.counted import StaleCount
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Application, Leaver
from handover.oversight.count_model import SchoolCount
from handover.oversight.counting import Counts, count_afresh, count_by_unit, watched_year
from handover.oversight.recounting import recount, wrong_counts
from handover.oversight.tasks import check_counts, count_schools
from handover.terms.clock import local_day
from handover.terms.destination import LeaverEnd, Outcome
from handover.terms.schooljaar import Schooljaar
from tests.factories.thread import Thread, given_thread


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def counted(thread: Thread) -> int:
    with thread.services.uow() as uow:
        return recount(uow)


def marks(uow: UnitOfWork) -> int:
    return uow.session.scalar(select(func.count()).select_from(StaleCount)) or 0


def marks_left(thread: Thread) -> int:
    with thread.services.uow() as uow:
        return marks(uow)


def shown(thread: Thread) -> Counts:
    """What the region sees of the school; it must be what the rows say, however it was found."""
    with thread.services.uow() as uow:
        year = watched_year(local_day(uow.clock.now()))
        afresh = {unit_id: counts for (unit_id, _year), counts in count_afresh(uow, {year}).items()}
        found = count_by_unit(uow)
    assert found == afresh
    return found.get(thread.po.id, Counts())


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.WITHDRAWN])
def test_a_child_whose_only_application_ends_is_counted_as_nowhere_at_once(thread: Thread, outcome: Outcome) -> None:
    reference = thread.leaver()
    application_id = thread.applied(reference)
    assert counted(thread) == 1

    with thread.services.uow() as uow:
        uow.session.get_one(Application, application_id).outcome = outcome
        uow.commit()

    assert marks_left(thread) > 0
    assert shown(thread) == Counts(nowhere=1)


def test_a_child_in_a_group_of_another_year_is_marked_and_late_no_more(thread: Thread) -> None:
    thread.offered()
    assert counted(thread) == 1
    thread.region.clock.at += timedelta(days=60)
    with thread.services.uow() as uow:
        assert count_by_unit(uow)[thread.po.id].late == 1

    with thread.services.uow() as uow:
        leaver = uow.session.scalars(select(Leaver)).one()
        leaver.school_year = Schooljaar.parse(leaver.school_year).following.name
        uow.commit()

    assert marks_left(thread) > 0
    with thread.services.uow() as uow:
        assert count_by_unit(uow).get(thread.po.id, Counts()) == Counts()


def test_each_step_of_a_child_marks_its_school_and_is_seen_at_once(thread: Thread) -> None:
    services, teacher = thread.services, thread.teacher.actor
    reference = thread.leaver()
    thread.written(reference)
    seen = [shown(thread)]
    assert counted(thread) == 1
    handovers: list[str] = []
    steps = (
        lambda: thread.applied(reference),
        lambda: handovers.append(thread.send(reference)),
        lambda: withdraw(services, teacher, handovers[0]),
        lambda: handovers.append(thread.send(reference)),
        lambda: accept(services, thread.intake.actor, handovers[1]),
        lambda: end_leaver(services, teacher, reference, end=LeaverEnd.ABROAD),
    )
    for step in steps:
        step()
        assert marks_left(thread) > 0, seen
        seen.append(shown(thread))
        assert counted(thread) == 1
        assert marks_left(thread) == 0
        assert shown(thread) == seen[-1]

    assert seen == [
        Counts(nowhere=1),
        Counts(preparing=1),
        Counts(offered=1),
        Counts(back=1),
        Counts(offered=1),
        Counts(accepted=1),
        Counts(elsewhere=1),
    ]


def test_what_counts_nothing_leaves_no_mark(thread: Thread) -> None:
    reference = thread.leaver()
    counted(thread)

    thread.written(reference)

    assert marks_left(thread) == 0


def test_what_was_not_committed_leaves_no_mark(thread: Thread) -> None:
    thread.leaver()
    counted(thread)

    with thread.services.uow() as uow:
        leaver = uow.session.scalars(select(Leaver)).one()
        leaver.ended_as, leaver.ended_on = LeaverEnd.DIED, local_day(uow.clock.now())
        uow.flush()
        assert marks(uow) == 1

    assert marks_left(thread) == 0
    assert shown(thread) == Counts(nowhere=1)


def test_a_child_that_changes_school_marks_both(thread: Thread) -> None:
    thread.leaver()
    counted(thread)
    with thread.services.uow() as uow:
        uow.session.scalars(select(Leaver)).one().unit_id = thread.vo.id
        uow.commit()

    with thread.services.uow() as uow:
        assert set(uow.session.scalars(select(StaleCount.unit_id))) == {thread.po.id, thread.vo.id}
    assert shown(thread) == Counts()


def test_many_rows_at_once_cannot_pass_the_marks_by(thread: Thread) -> None:
    with thread.services.uow() as uow, pytest.raises(AssertionError, match="Handover is counted"):
        uow.session.execute(update(Handover).values(offered_at=None))


def test_a_count_that_was_killed_is_made_again(thread: Thread) -> None:
    """Nothing of it is committed before all of it is."""
    thread.offered()
    before = marks_left(thread)

    class Killed(UnitOfWork):
        def commit(self) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Killed(thread.services.sessions, thread.region.clock) as uow:
        recount(uow)

    assert marks_left(thread) == before
    assert shown(thread) == Counts(offered=1)
    assert counted(thread) == 1


def test_late_is_about_the_day_and_needs_no_counting(thread: Thread) -> None:
    decline(thread.services, thread.intake.actor, thread.offered(), reason="double")
    thread.offered(first_name="Anna")
    counted(thread)
    assert shown(thread).late == 0

    thread.region.clock.pass_by(timedelta(days=14))

    with thread.services.uow() as uow:
        assert count_by_unit(uow)[thread.po.id] == Counts(offered=1, back=1, late=1)
    assert marks_left(thread) == 0


def test_what_is_stored_wrongly_is_found_in_the_night_and_mended(thread: Thread) -> None:
    thread.offered()
    counted(thread)
    with thread.services.uow() as uow:
        uow.session.execute(update(SchoolCount).values(offered=0, confirmed=1))
        uow.commit()
    with thread.services.uow() as uow:
        assert wrong_counts(uow) == {thread.po.id}

    with capture_logs() as logged:
        check_counts(thread.services)

    assert [(line["event"], line["schools"]) for line in logged] == [("counts_were_wrong", 1)]
    assert shown(thread) == Counts(offered=1)
    count_schools(thread.services)
    assert shown(thread) == Counts(offered=1)
    with capture_logs() as logged:
        check_counts(thread.services)
    assert logged == []


def test_a_school_whose_children_are_gone_has_no_count(thread: Thread) -> None:
    reference = thread.leaver()
    counted(thread)
    end_leaver(thread.services, thread.teacher.actor, reference, end=LeaverEnd.MISTAKE)

    counted(thread)

    with thread.services.uow() as uow:
        assert uow.session.scalars(select(SchoolCount)).all() == []
    assert shown(thread) == Counts()

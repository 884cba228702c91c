"""Taking a press back: as it was before, unless somebody went on; nobody else's press, and not after a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from handover.bundles.handovers import handover_of
from handover.bundles.model import Handover
from handover.bundles.outcomes import Tlvs, record_outcome
from handover.bundles.placing import Placing, place
from handover.bundles.receiving import confirm
from handover.bundles.state import HandoverStatus
from handover.bundles.together import do_together
from handover.bundles.together_model import Together
from handover.bundles.undo_model import Step
from handover.bundles.undo_steps import FOR, forget_presses
from handover.bundles.undoing import undo
from handover.errors import NotFound
from handover.leavers.model import Application
from handover.schools.model import Membership, UnitLocation
from handover.terms.destination import Outcome, Tlv
from handover.terms.school_kind import SchoolKind
from tests.factories.access import given_location
from tests.factories.thread import DAY, Thread, given_thread
from tests.fakes.clock import StandingClock

PRESS = "a" * 32


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def handover(thread: Thread, handover_id: str) -> Handover:
    with thread.services.uow() as uow:
        return handover_of(uow, handover_id)


def application(thread: Thread, handover_id: str) -> Application:
    with thread.services.uow() as uow:
        return uow.session.get_one(Application, handover_of(uow, handover_id).application_id)


def test_all_that_one_press_admitted_is_as_it_was(thread: Thread) -> None:
    asked, waiting = thread.accepted(last_name="Bakker"), thread.accepted(last_name="Cox")
    office = thread.office.actor
    record_outcome(thread.services, office, application(thread, waiting).id, outcome=Outcome.WAITING)
    day = application(thread, waiting).outcome_on
    do_together(thread.services, office, Together.ADMIT, [asked, waiting], press=PRESS)
    assert application(thread, waiting).outcome is Outcome.ADMITTED

    undone = undo(thread.services, office, PRESS)

    assert (undone.done, undone.left) == (2, ())
    assert (application(thread, asked).outcome, application(thread, asked).outcome_on) == (Outcome.ASKED, None)
    assert (application(thread, waiting).outcome, application(thread, waiting).outcome_on) == (Outcome.WAITING, day)


def test_what_a_colleague_went_on_with_stays_and_is_named(thread: Thread) -> None:
    mine, theirs = thread.accepted(last_name="Bakker"), thread.accepted(last_name="Cox")
    do_together(thread.services, thread.office.actor, Together.ADMIT, [mine, theirs], press=PRESS)
    record_outcome(
        thread.services, thread.office.actor, application(thread, theirs).id, outcome=Outcome.ENROLLED, press="b" * 32
    )

    undone = undo(thread.services, thread.office.actor, PRESS)

    assert (undone.done, undone.left) == (1, (handover(thread, theirs).reference,))
    assert application(thread, theirs).outcome is Outcome.ENROLLED
    assert application(thread, mine).outcome is Outcome.ASKED


def test_twice_is_once_and_what_came_in_between_stays(thread: Thread) -> None:
    handover_id, office = thread.accepted(), thread.office.actor
    do_together(thread.services, office, Together.ENROL, [handover_id], press=PRESS)
    assert undo(thread.services, office, PRESS).done == 1
    record_outcome(thread.services, office, application(thread, handover_id).id, outcome=Outcome.WAITING)

    assert undo(thread.services, office, PRESS).done == 1

    assert application(thread, handover_id).outcome is Outcome.WAITING


def test_a_press_of_somebody_else_or_of_yesterday_is_not_there(thread: Thread) -> None:
    handover_id = thread.accepted()
    do_together(thread.services, thread.office.actor, Together.ENROL, [handover_id], press=PRESS)
    late = replace(thread.services, clock=StandingClock(thread.services.clock.now() + FOR + timedelta(seconds=1)))

    with pytest.raises(NotFound):
        undo(thread.services, thread.intake.actor, PRESS)
    with pytest.raises(NotFound):
        undo(late, thread.office.actor, PRESS)
    forget_presses(thread.services)
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Step)) == 1
    forget_presses(late)
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Step)) == 0
    assert application(thread, handover_id).outcome is Outcome.ENROLLED


def test_an_enrolment_on_which_a_colleague_confirmed_stays(thread: Thread) -> None:
    handover_id = thread.accepted()
    thread.read(handover_id)
    do_together(thread.services, thread.office.actor, Together.ENROL, [handover_id], press=PRESS)
    confirm(thread.services, thread.intake.actor, handover_id)

    undone = undo(thread.services, thread.office.actor, PRESS)

    assert (undone.done, undone.left) == (0, (handover(thread, handover_id).reference,))
    assert application(thread, handover_id).outcome is Outcome.ENROLLED


def test_who_works_there_no_more_learns_nothing_of_it(thread: Thread) -> None:
    handover_id, office = thread.accepted(), thread.office
    do_together(thread.services, office.actor, Together.ENROL, [handover_id], press=PRESS)
    with thread.services.uow() as uow:
        uow.session.execute(delete(Membership).where(Membership.person_id == office.person_id))
        uow.commit()

    with pytest.raises(NotFound):
        undo(thread.services, office.actor, PRESS)

    assert application(thread, handover_id).outcome is Outcome.ENROLLED


def test_a_refusal_that_became_something_else_has_no_way_back_and_a_new_one_has(thread: Thread) -> None:
    handover_id, office = thread.accepted(), thread.office.actor
    about = application(thread, handover_id).id
    record_outcome(thread.services, office, about, outcome=Outcome.REFUSED, ground="geen plaats", press=PRESS)
    assert undo(thread.services, office, PRESS).done == 1
    assert application(thread, handover_id).outcome is Outcome.ASKED
    record_outcome(thread.services, office, about, outcome=Outcome.REFUSED, ground="geen plaats")

    record_outcome(thread.services, office, about, outcome=Outcome.ADMITTED, press="b" * 32)

    with pytest.raises(NotFound):
        undo(thread.services, office, "b" * 32)
    assert application(thread, handover_id).outcome is Outcome.ADMITTED


def test_the_tlv_of_the_same_form_goes_back_with_it(thread: Thread) -> None:
    handover_id, office = thread.accepted(), thread.office.actor
    granted = Tlvs(tlv=Tlv.GRANTED, until=DAY)
    about = application(thread, handover_id).id
    record_outcome(thread.services, office, about, outcome=Outcome.ADMITTED, tlv=granted, press=PRESS)

    undo(thread.services, office, PRESS)

    now = application(thread, handover_id)
    assert (now.outcome, now.tlv, now.tlv_until) == (Outcome.ASKED, Tlv.NOT_NEEDED, None)


def test_whom_i_took_and_where_i_placed_it_goes_back(thread: Thread) -> None:
    handover_id, intake = thread.accepted(), thread.intake
    given_location(thread.services, "25FY01", "Raayland College, locatie Zuid", kind=SchoolKind.VO)
    with thread.services.uow() as uow:
        uow.session.add(UnitLocation(unit_id=thread.vo.id, brin6="25FY01"))
        uow.commit()
    actor = intake.actor
    do_together(thread.services, actor, Together.TAKE, [handover_id], press=PRESS)
    elsewhere = Placing(brin="25FY01", department_id=None, handler_id=intake.person_id)
    place(thread.services, actor, handover_id, elsewhere, press="b" * 32)
    assert undo(thread.services, actor, PRESS).left, "it was placed since: that goes first"

    assert undo(thread.services, actor, "b" * 32).done == 1

    now = handover(thread, handover_id)
    assert (now.receiver_brin, now.handler_id) == (thread.vo.brin6, intake.person_id)
    assert application(thread, handover_id).receiver_brin == thread.vo.brin6


def test_a_confirmation_goes_back_as_a_mistake(thread: Thread) -> None:
    handover_id = thread.accepted()
    thread.read(handover_id)
    thread.enrolled(application(thread, handover_id).id)
    do_together(thread.services, thread.intake.actor, Together.CONFIRM, [handover_id], press=PRESS)
    assert handover(thread, handover_id).status is HandoverStatus.CONFIRMED

    assert undo(thread.services, thread.intake.actor, PRESS).done == 1

    assert handover(thread, handover_id).status is HandoverStatus.ACCEPTED

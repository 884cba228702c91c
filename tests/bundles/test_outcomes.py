"""What the secondary school records of an application, why a child was not admitted, and who can read that."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.audit.model import AuditEntry
from handover.bundles.grounds import read_ground
from handover.bundles.model import Handover
from handover.bundles.outcomes import Tlvs, record_outcome, withdraw_application
from handover.bundles.sending import NotReady, send
from handover.bundles.tasks import sweep
from handover.bundles.together import do_together
from handover.bundles.together_model import Became, Together
from handover.bundles.withdrawing import withdraw
from handover.errors import Conflict, IllegalTransition, Invalid, NotAllowed, NotFound
from handover.leavers.model import Application
from handover.leavers.recording import record_application
from handover.policy import Actor
from handover.rooms.errors import NoKey
from handover.rooms.model import SealedRecord
from handover.schools.model import UnitSide
from handover.terms.destination import Outcome, Tlv
from handover.terms.school_kind import SchoolKind
from tests.factories.access import given_enrolled_unit, given_location
from tests.factories.thread import DAY, Thread, given_thread

GROUND = "Er is geen plek in de klas voor doven en slechthorenden."


@pytest.fixture(scope="module")
def thread(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    return given_thread(tmp_path_factory.mktemp("thread"))


def application_of(thread: Thread, handover_id: str) -> Application:
    with thread.services.uow() as uow:
        wanted = uow.session.get_one(Handover, handover_id).application_id
        found = uow.session.get_one(Application, wanted)
        uow.session.expunge(found)
        return found


def ground_for(thread: Thread, actor: Actor, application: Application, unit_id: str) -> str:
    with thread.services.uow() as uow:
        return read_ground(uow, actor, application, unit_id)


def test_a_refusal_needs_a_ground(thread: Thread) -> None:
    application = application_of(thread, thread.offered())

    with pytest.raises(Invalid) as refused:
        record_outcome(thread.services, thread.office.actor, application.id, outcome=Outcome.REFUSED, ground="  ")

    assert list(refused.value.fields) == ["ground"]
    assert application_of(thread, thread.offered(first_name="Ander")).outcome is Outcome.ASKED


def test_both_schools_read_why_and_the_database_does_not_tell(thread: Thread) -> None:
    application = application_of(thread, thread.offered())

    record_outcome(thread.services, thread.office.actor, application.id, outcome=Outcome.REFUSED, ground=GROUND)

    assert ground_for(thread, thread.office.actor, application, thread.vo.id) == GROUND
    assert ground_for(thread, thread.teacher.actor, application, thread.po.id) == GROUND
    with thread.services.uow() as uow:
        for row in uow.session.scalars(select(SealedRecord)):
            assert b"slechthorenden" not in row.blob
        assert "slechthorenden" not in "".join(str(vars(entry)) for entry in uow.session.scalars(select(AuditEntry)))
    with pytest.raises(NoKey):
        ground_for(thread, thread.vo.admin.actor, application, thread.po.id)


def test_a_ground_goes_when_the_child_is_admitted_after_all(thread: Thread) -> None:
    application = application_of(thread, thread.offered())
    record_outcome(thread.services, thread.office.actor, application.id, outcome=Outcome.REFUSED, ground=GROUND)

    record_outcome(thread.services, thread.office.actor, application.id, outcome=Outcome.ADMITTED)

    assert ground_for(thread, thread.office.actor, application, thread.vo.id) == ""


def test_a_ground_can_be_corrected(thread: Thread) -> None:
    application = application_of(thread, thread.offered())
    for text in (GROUND, "Wij zijn vol."):
        record_outcome(thread.services, thread.office.actor, application.id, outcome=Outcome.REFUSED, ground=text)

    assert ground_for(thread, thread.office.actor, application, thread.vo.id) == "Wij zijn vol."


def test_a_granted_tlv_needs_its_last_day(thread: Thread) -> None:
    application = application_of(thread, thread.offered())
    tlv = Tlvs(tlv=Tlv.GRANTED)

    with pytest.raises(Invalid) as refused:
        record_outcome(thread.services, thread.office.actor, application.id, outcome=Outcome.ADMITTED, tlv=tlv)
    assert list(refused.value.fields) == ["tlv_until"]

    tlv = Tlvs(tlv=Tlv.GRANTED, until=date(2028, 7, 31))
    record_outcome(thread.services, thread.office.actor, application.id, outcome=Outcome.ADMITTED, tlv=tlv)

    recorded = application_of(thread, _handover_of(thread, application.id))
    assert (recorded.tlv, recorded.tlv_until) == (Tlv.GRANTED, date(2028, 7, 31))
    with thread.services.uow() as uow:
        told = uow.session.scalars(select(AuditEntry).where(AuditEntry.name == "application.tlv_recorded")).all()
        assert len(told) == 1


def test_what_somebody_else_recorded_meanwhile_is_not_overwritten(thread: Thread) -> None:
    application = application_of(thread, thread.offered())
    record_outcome(thread.services, thread.office.actor, application.id, outcome=Outcome.ENROLLED)

    with pytest.raises(Conflict):
        record_outcome(
            thread.services,
            thread.office.actor,
            application.id,
            outcome=Outcome.WAITING,
            read=application.version,
        )

    assert application_of(thread, _handover_of(thread, application.id)).outcome is Outcome.ENROLLED


def test_the_intake_records_no_outcome(thread: Thread) -> None:
    application = application_of(thread, thread.offered())

    with pytest.raises(NotAllowed):
        record_outcome(thread.services, thread.intake.actor, application.id, outcome=Outcome.ENROLLED)


def test_several_are_received_at_once_and_one_that_went_stops_no_other(thread: Thread) -> None:
    first, second, gone = thread.offered(), thread.offered(), thread.offered()
    do_together(thread.services, thread.intake.actor, Together.RECEIVE, [second])
    withdraw(thread.services, thread.teacher.actor, gone)

    said = do_together(thread.services, thread.intake.actor, Together.RECEIVE, [first, second, gone])

    assert said == {first: Became.DONE, second: Became.ALREADY, gone: Became.GONE}


def test_nothing_is_received_when_one_of_them_is_not_theirs(thread: Thread) -> None:
    first = thread.offered()

    with pytest.raises(NotFound):
        do_together(thread.services, thread.intake.actor, Together.RECEIVE, [first, "0" * 32])

    assert do_together(thread.services, thread.intake.actor, Together.RECEIVE, [first]) == {first: Became.DONE}


def _handover_of(thread: Thread, application_id: str) -> str:
    with thread.services.uow() as uow:
        return uow.session.scalars(select(Handover.id).where(Handover.application_id == application_id)).one()


def test_a_school_that_the_child_was_taken_back_from_does_not_ask_for_it_again(thread: Thread) -> None:
    handover_id = thread.offered()
    application = application_of(thread, handover_id)
    withdraw(thread.services, thread.teacher.actor, handover_id)
    with thread.services.uow() as uow:
        reference = uow.session.get_one(Handover, handover_id).reference
    withdraw_application(thread.services, thread.teacher.actor, reference, application.id)

    for outcome in (Outcome.ASKED, Outcome.ADMITTED):
        with pytest.raises(IllegalTransition):
            record_outcome(thread.services, thread.office.actor, application.id, outcome=outcome)

    assert application_of(thread, handover_id).outcome is Outcome.WITHDRAWN
    thread.applied(reference)  # the primary school itself may
    assert application_of(thread, handover_id).outcome is Outcome.ASKED


def test_a_school_that_comes_to_take_part_later_finds_its_applications(tmp_path: Path) -> None:
    thread = given_thread(tmp_path)
    given_location(thread.services, "16PK00", "Dendron College", place="Horst", kind=SchoolKind.VO)
    reference = thread.leaver()
    applied = record_application(
        thread.services, thread.teacher.actor, reference, brin6="16PK00", applied_on=DAY, tlv=Tlv.NOT_NEEDED
    )
    thread.written(reference)
    with pytest.raises(NotReady):
        send(thread.services, thread.teacher.actor, reference)
    dendron = given_enrolled_unit(thread.region, UnitSide.VO, "Dendron College", brin6="16PK00", place="Horst")

    sweep(thread.services)

    with thread.services.uow() as uow:
        assert uow.session.get_one(Application, applied).receiver_unit_id == dendron.id
    assert send(thread.services, thread.teacher.actor, reference)

"""Handing over outside the service: it counts like any other, and nothing of the dossier is here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from handover.access import keywork
from handover.audit.sequencer import sequence
from handover.audit.verify import DeepChecks, verify
from handover.bundles.coded import confirm_by_telephone
from handover.bundles.deep import handovers_against_log
from handover.bundles.destroying import destroy
from handover.bundles.handovers import handover_of
from handover.bundles.mentors import NewMentor, name_mentor, read_by_mentor
from handover.bundles.model import Bundle, Handover, Part, RemarkKind, Statement
from handover.bundles.outside import Went, hand_outside, outside_of, see, take_back, whom_of
from handover.bundles.outside_model import Outside, OutsideWay
from handover.bundles.reading import open_for_reading
from handover.bundles.receiving import NotComplete, confirm
from handover.bundles.remarks import ask, note, remarks_of
from handover.bundles.reopening import release, reopen
from handover.bundles.sending import NotReady
from handover.bundles.settling import settle
from handover.bundles.state import HandoverStatus, Origin, ReleaseReason, ReopenReason
from handover.bundles.supplementing import acknowledge, open_supplement, supplement
from handover.errors import Conflict, IllegalTransition, Invalid, NotFound
from handover.leavers.model import Application
from handover.leavers.recording import record_application
from handover.policy import Role
from handover.rooms.model import Grant, SealedRecord
from handover.rooms.names import read_names
from handover.terms.destination import Outcome, Tlv
from handover.terms.school_kind import SchoolKind
from tests.bundles.test_notices import mailed
from tests.factories.access import Colleague, given_colleague, given_location
from tests.factories.everybody import given_everybody
from tests.factories.thread import DAY, Thread, given_thread

FAR_AWAY = "19AB00"
WHOM = "mevrouw Bakker van de administratie"
WENT = Went(way=OutsideWay.PAPER, went_on=DAY, whom=WHOM)


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    made = given_thread(tmp_path)
    given_location(made.services, FAR_AWAY, "Verweg College", place="Assen", kind=SchoolKind.VO)
    return made


def went_outside(thread: Thread, went: Went = WENT) -> str:
    """A child of whom nothing was filled in, and who went to the Raayland on paper."""
    reference = thread.leaver()
    thread.applied(reference)
    return hand_outside(thread.services, thread.teacher.actor, reference, went, to=thread.vo.brin6)


def went_far_away(thread: Thread) -> str:
    """The same, to a school that takes no part."""
    reference = thread.leaver()
    record_application(
        thread.services, thread.teacher.actor, reference, brin6=FAR_AWAY, applied_on=DAY, tlv=Tlv.NOT_NEEDED
    )
    return hand_outside(thread.services, thread.teacher.actor, reference, WENT, to=FAR_AWAY)


def row(thread: Thread, handover_id: str) -> Handover:
    with thread.services.uow() as uow:
        found = handover_of(uow, handover_id)
        uow.session.expunge(found)
        return found


def enrolled(thread: Thread, handover_id: str) -> None:
    thread.enrolled(row(thread, handover_id).application_id)


def test_it_is_in_the_receivers_hands_at_once_with_the_name_and_nothing_of_a_dossier(thread: Thread) -> None:
    handover_id = went_outside(thread)

    made, intake = row(thread, handover_id), thread.intake.actor
    assert (made.status, made.origin, made.receiver_unit_id) == (
        HandoverStatus.ACCEPTED,
        Origin.OUTSIDE,
        thread.vo.id,
    )
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Bundle)) == 0
        names = read_names(uow, intake.keyring, thread.vo.id, [handover_id])
        assert names[handover_id]["last_name"] == "Wójcik"
        assert uow.session.get_one(Outside, handover_id).went_on == DAY
    with pytest.raises(NotFound):
        open_for_reading(thread.services, thread.intake.actor, handover_id, Part.DOSSIER)


def test_the_receiver_is_told_by_mail_unless_it_was_a_mistake(thread: Thread) -> None:
    kept, mistaken = went_outside(thread), went_outside(thread)
    take_back(thread.services, thread.teacher.actor, mistaken)

    (told,) = mailed(thread)

    assert "buiten deze dienst" in told.text
    assert row(thread, kept).reference in told.text
    assert row(thread, mistaken).reference not in told.text


def test_to_whom_it_went_both_schools_read_and_the_store_does_not(thread: Thread) -> None:
    handover_id = went_outside(thread)
    teacher, intake, swv = thread.teacher.actor, thread.intake.actor, thread.region.swv.actor

    with thread.services.uow() as uow:
        assert whom_of(uow, teacher, handover_id) == WHOM
        assert whom_of(uow, intake, handover_id) == WHOM
        with pytest.raises(NotFound):
            whom_of(uow, swv, handover_id)
        blobs = uow.session.scalars(select(SealedRecord.blob)).all()
    assert not any(WHOM.encode() in blob for blob in blobs)
    stored = b"".join(file.read_bytes() for file in thread.region.folder.rglob("*") if file.is_file())
    assert b"Bakker" not in stored


def test_to_whom_it_went_is_not_shown_when_it_was_exchanged(thread: Thread) -> None:
    first, second = went_outside(thread), went_outside(thread, Went(way=WENT.way, went_on=DAY, whom="iemand anders"))
    with thread.services.uow() as uow:
        rows = {
            one.subject: one for one in uow.session.scalars(select(SealedRecord).where(SealedRecord.kind == "outside"))
        }
        rows[first].blob, rows[first].sha256 = rows[second].blob, rows[second].sha256
        uow.commit()

    intake = thread.intake.actor
    with thread.services.uow() as uow:
        assert whom_of(uow, intake, first) == ""


@pytest.mark.parametrize(
    ("went", "field"),
    [
        (Went(way=OutsideWay.OSO, went_on=DAY + timedelta(days=40), whom=WHOM), "went_on"),
        (Went(way=OutsideWay.OSO, went_on=DAY.replace(year=2025), whom=WHOM), "went_on"),
        (Went(way=OutsideWay.OSO, went_on=DAY, whom="  "), "whom"),
        (Went(way=OutsideWay.OSO, went_on=DAY, whom="x" * 301), "whom"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_half_done(thread: Thread, went: Went, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        went_outside(thread, went)

    assert set(refused.value.fields) == {field}
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Handover)) == 0
        assert uow.session.scalar(select(func.count()).select_from(Outside)) == 0


def test_without_an_application_there_is_no_school_that_it_went_to(thread: Thread) -> None:
    reference = thread.leaver()

    with pytest.raises(NotReady):
        hand_outside(thread.services, thread.teacher.actor, reference, WENT, to=thread.vo.brin6)


def test_it_goes_to_the_location_that_was_shown_or_nowhere(thread: Thread) -> None:
    reference = thread.leaver()
    thread.applied(reference)

    with pytest.raises(Conflict):
        hand_outside(thread.services, thread.teacher.actor, reference, WENT, to=FAR_AWAY)


def test_twice_is_one_handover_and_what_was_sent_here_stays(thread: Thread) -> None:
    went_outside(thread)
    reference = row(thread, thread.offered()).reference
    with pytest.raises(Conflict):
        hand_outside(thread.services, thread.teacher.actor, reference, WENT, to=thread.vo.brin6)
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Outside)) == 1


def test_another_school_knows_of_no_such_child(thread: Thread, tmp_path: Path) -> None:
    handover_id = went_outside(thread)
    stranger = given_everybody(tmp_path / "elders").thread.teacher

    with pytest.raises(NotFound):
        take_back(thread.services, stranger.actor, handover_id)
    with pytest.raises(NotFound):
        hand_outside(thread.services, stranger.actor, row(thread, handover_id).reference, WENT, to=thread.vo.brin6)


def test_confirming_asks_for_the_enrolment_and_signs_nothing(thread: Thread) -> None:
    handover_id = went_outside(thread)
    with pytest.raises(NotComplete) as left:
        confirm(thread.services, thread.intake.actor, handover_id)
    assert [reason.unmet.value for reason in left.value.reasons] == ["enrolment"]
    enrolled(thread, handover_id)

    confirm(thread.services, thread.intake.actor, handover_id)

    assert row(thread, handover_id).status is HandoverStatus.CONFIRMED
    with thread.services.uow() as uow:
        assert uow.session.scalar(select(func.count()).select_from(Statement)) == 0
    reopen(thread.services, thread.intake.actor, handover_id, reason=ReopenReason.TOO_EARLY)
    assert row(thread, handover_id).status is HandoverStatus.ACCEPTED


def test_the_mentor_reads_the_own_notes_and_then_has_looked(thread: Thread) -> None:
    handover_id = went_outside(thread)
    note(thread.services, thread.intake.actor, handover_id, text="Het papier ligt in de kluis.")
    note(thread.services, thread.care.actor, handover_id, text="Alleen voor zorg.", part=Part.CARE)
    mentor = given_colleague(thread.vo, Colleague(name="Joris Vink", roles=(Role.MENTOR,)))
    email = NewMentor(email="joris@25fy00.example", class_name="1b")
    name_mentor(thread.services, thread.intake.actor, handover_id, email)
    enrolled(thread, handover_id)
    confirm(thread.services, thread.intake.actor, handover_id)
    keywork.run_for(thread.services, thread.intake.actor)

    reader = mentor.actor
    with thread.services.uow() as uow:
        texts = [one.text for one in remarks_of(uow, reader, handover_id) if one.kind is RemarkKind.NOTE]
        assert read_by_mentor(uow, [handover_id]) == {handover_id: (1, 0)}
    assert texts == ["Het papier ligt in de kluis."]
    see(thread.services, mentor.actor, handover_id)
    see(thread.services, mentor.actor, handover_id)
    see(thread.services, thread.intake.actor, handover_id)  # looking as somebody else is no mentor's look
    with thread.services.uow() as uow:
        assert read_by_mentor(uow, [handover_id]) == {handover_id: (1, 1)}


def test_both_schools_can_ask_each_other_things(thread: Thread) -> None:
    handover_id = went_outside(thread)
    ask(thread.services, thread.intake.actor, handover_id, text="Waar is bladzijde 3?")

    teacher = thread.teacher.actor
    with thread.services.uow() as uow:
        assert [one.text for one in remarks_of(uow, teacher, handover_id)] == ["Waar is bladzijde 3?"]
    with pytest.raises(Invalid):
        ask(thread.services, thread.intake.actor, handover_id, text="En hier?", document=1)


def test_taken_back_it_can_be_sent_here(thread: Thread) -> None:
    reference = thread.leaver()
    thread.written(reference)
    thread.applied(reference)
    handover_id = hand_outside(thread.services, thread.teacher.actor, reference, WENT, to=thread.vo.brin6)

    take_back(thread.services, thread.teacher.actor, handover_id)

    made = row(thread, handover_id)
    assert made.status is HandoverStatus.WITHDRAWN
    with thread.services.uow() as uow:
        given = select(func.count()).select_from(Grant).where(Grant.unit_id == thread.vo.id)
        about = (made.dossier_room_id, made.care_room_id, handover_id)
        assert uow.session.scalar(given.where(Grant.subject.in_(about))) == 0
    assert row(thread, thread.send(reference)).status is HandoverStatus.OFFERED


def _noted(thread: Thread, handover_id: str) -> None:
    note(thread.services, thread.intake.actor, handover_id, text="Gelezen op papier.")


def _asked(thread: Thread, handover_id: str) -> None:
    ask(thread.services, thread.intake.actor, handover_id, text="Waar is bladzijde 3?")


def _confirmed(thread: Thread, handover_id: str) -> None:
    enrolled(thread, handover_id)
    confirm(thread.services, thread.intake.actor, handover_id)


@pytest.mark.parametrize("worked", [_noted, _asked, _confirmed])
def test_what_the_receiver_works_with_is_let_go_of_and_not_taken_back(
    thread: Thread, worked: Callable[[Thread, str], None]
) -> None:
    handover_id = went_outside(thread)
    worked(thread, handover_id)

    with pytest.raises(IllegalTransition):
        take_back(thread.services, thread.teacher.actor, handover_id)
    release(thread.services, thread.teacher.actor, handover_id, reason=ReleaseReason.WRONG_SCHOOL)
    assert row(thread, handover_id).status is HandoverStatus.RELEASED


def test_what_was_sent_here_is_not_taken_back_so(thread: Thread) -> None:
    handover_id = thread.accepted()

    with pytest.raises(IllegalTransition):
        take_back(thread.services, thread.teacher.actor, handover_id)


def test_the_dossier_can_still_come_here_and_nothing_that_was_written_is_lost(thread: Thread) -> None:
    handover_id = went_outside(thread)
    note(thread.services, thread.intake.actor, handover_id, text="Het papier ligt in de kluis.")
    reference = row(thread, handover_id).reference
    open_supplement(thread.services, thread.teacher.actor, reference)
    thread.written(reference)

    assert supplement(thread.services, thread.teacher.actor, reference) == handover_id
    assert row(thread, handover_id).origin is Origin.OUTSIDE  # until its bytes were compared
    assert settle(thread.services, handover_id)

    made, intake = row(thread, handover_id), thread.intake.actor
    assert (made.status, made.origin) == (HandoverStatus.ACCEPTED, Origin.SEALED)
    with thread.services.uow() as uow:
        assert outside_of(uow, handover_id) is None
        assert [one.text for one in remarks_of(uow, intake, handover_id)] == ["Het papier ligt in de kluis."]
    acknowledge(thread.services, intake, handover_id)
    enrolled(thread, handover_id)
    with pytest.raises(NotComplete):
        confirm(thread.services, intake, handover_id)  # there is something to read now
    thread.read(handover_id)
    confirm(thread.services, intake, handover_id)
    assert findings(thread) == []


def test_nothing_is_sent_after_to_a_school_that_takes_no_part(thread: Thread) -> None:
    reference = row(thread, went_far_away(thread)).reference

    with pytest.raises(IllegalTransition):
        open_supplement(thread.services, thread.teacher.actor, reference)


def test_a_school_that_takes_no_part_confirms_by_telephone(thread: Thread) -> None:
    handover_id = went_far_away(thread)
    assert row(thread, handover_id).receiver_unit_id not in {thread.vo.id, thread.po.id}

    confirm_by_telephone(thread.services, thread.teacher.actor, handover_id, by="G. Gast")

    made = row(thread, handover_id)
    assert made.status is HandoverStatus.CONFIRMED
    with thread.services.uow() as uow:
        assert uow.session.get_one(Outside, handover_id).confirmed_by == "G. Gast"
        assert uow.session.get_one(Application, made.application_id).outcome is Outcome.ENROLLED


def test_a_school_that_takes_part_confirms_itself(thread: Thread) -> None:
    handover_id = went_outside(thread)

    with pytest.raises(IllegalTransition):
        confirm_by_telephone(thread.services, thread.teacher.actor, handover_id, by="P. Claessens")


def test_destroying_leaves_nothing_of_it(thread: Thread) -> None:
    handover_id = went_outside(thread)
    note(thread.services, thread.intake.actor, handover_id, text="Gelezen op papier.")
    release(thread.services, thread.intake.actor, handover_id, reason=ReleaseReason.NOT_COMING)

    assert destroy(thread.services, handover_id) == 0

    with thread.services.uow() as uow:
        assert outside_of(uow, handover_id) is None
        assert uow.session.scalars(select(SealedRecord).where(SealedRecord.subject == handover_id)).all() == []


def test_the_log_knows_all_of_it_and_misses_a_row_that_went(thread: Thread) -> None:
    handover_id = went_outside(thread)
    enrolled(thread, handover_id)
    confirm(thread.services, thread.intake.actor, handover_id)
    take_back(thread.services, thread.teacher.actor, went_outside(thread))
    assert findings(thread) == []

    with thread.services.uow() as uow:
        handover_of(uow, handover_id).status = HandoverStatus.ACCEPTED
        uow.commit()
    assert any(handover_id in one for one in findings(thread))


def findings(thread: Thread) -> list[str]:
    checks = DeepChecks()
    checks.register("handovers", handovers_against_log(thread.services.store))
    with thread.services.uow() as uow:
        while sequence(uow):
            pass
        uow.commit()
    with thread.services.uow() as uow:
        return [one.detail for one in verify(uow, deep=checks).findings]

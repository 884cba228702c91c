"""Each end of a leaver, and what secondary schools are told and keep of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from handover.bundles.announcing import ask_again
from handover.bundles.answering import answer_known, questions
from handover.bundles.ending import end_leaver, reopen_leaver
from handover.bundles.mail_pace import GATHERED
from handover.bundles.model import Handover
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.notices import mail_person, people_to_mail, tell_sender
from handover.bundles.reminding import remind
from handover.bundles.state import HandoverStatus
from handover.desk.expected import expected
from handover.errors import IllegalTransition
from handover.leavers.model import Announcement, Leaver
from handover.terms.destination import Announced, LeaverEnd
from tests.factories.thread import Thread, given_thread

OFF = [LeaverEnd.STAYS, LeaverEnd.OTHER_SCHOOL, LeaverEnd.ABROAD, LeaverEnd.EXEMPT, LeaverEnd.DIED]


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


def end(thread: Thread, reference: str, how: LeaverEnd) -> None:
    end_leaver(thread.services, thread.ib.actor, reference, end=how)


def state(thread: Thread, announcement_id: str) -> Announced:
    with thread.services.uow() as uow:
        return uow.session.get_one(Announcement, announcement_id).state


def told(thread: Thread, kind: NoticeKind) -> set[str | None]:
    with thread.services.uow() as uow:
        return set(uow.session.scalars(select(Notice.person_id).where(Notice.kind == kind)))


def mail_all(thread: Thread) -> int:
    """How many are mailed after the weekend."""
    thread.region.clock.at += GATHERED * 600
    with thread.services.uow() as uow:
        people = people_to_mail(uow, limit=50)
    return sum(mail_person(thread.services, person_id) for person_id in people)


def reference_of(thread: Thread, handover_id: str) -> str:
    with thread.services.uow() as uow:
        return uow.session.get_one(Handover, handover_id).reference


@pytest.mark.parametrize("how", OFF)
def test_who_waited_for_the_child_waits_no_more_and_learns_no_reason_but_one(thread: Thread, how: LeaverEnd) -> None:
    reference = thread.leaver()
    one = thread.announced(reference=reference)

    end(thread, reference, how)

    assert state(thread, one) is Announced.LAPSED
    office = thread.office.actor
    with thread.services.uow() as uow:
        shown = expected(thread.services, uow, office, thread.vo.id)
    assert not shown.rows
    assert [(row.id, row.stays) for row in shown.lapsed] == [(one, how is LeaverEnd.STAYS)]
    assert shown.lapsed[0].name is not None
    quiet = how is LeaverEnd.DIED
    assert told(thread, NoticeKind.APPLICATION_LAPSED) == (set() if quiet else {thread.office.person_id})
    with pytest.raises(IllegalTransition):
        ask_again(thread.services, office, one)


def test_put_back_the_application_stands_again_as_it_did(thread: Thread) -> None:
    by_code, by_name = thread.leaver(), thread.leaver(first_name="Fenna")
    first, second = thread.announced(reference=by_code), thread.announced(first_name="Fenna")
    answer_known(thread.services, thread.ib.actor, second, by_name)
    for reference in (by_code, by_name):
        end(thread, reference, LeaverEnd.ABROAD)
    mail_all(thread)

    for reference in (by_code, by_name):
        reopen_leaver(thread.services, thread.ib.actor, reference)

    assert (state(thread, first), state(thread, second)) == (Announced.BY_CODE, Announced.KNOWN)
    assert told(thread, NoticeKind.APPLICATION_STANDS) == {thread.office.person_id}
    with pytest.raises(IllegalTransition):
        reopen_leaver(thread.services, thread.ib.actor, by_code)


def test_who_was_not_mailed_yet_is_not_mailed_twice(thread: Thread) -> None:
    reference = thread.leaver()
    thread.announced(reference=reference)
    end(thread, reference, LeaverEnd.ABROAD)

    reopen_leaver(thread.services, thread.ib.actor, reference)

    assert told(thread, NoticeKind.APPLICATION_STANDS) == set()
    assert mail_all(thread) == 0, "nothing changed for the school"


def test_of_an_entry_by_mistake_the_school_asks_anew_who_the_child_is(thread: Thread) -> None:
    wrong = thread.leaver()
    right = thread.leaver()
    one = thread.announced(reference=wrong)

    end(thread, wrong, LeaverEnd.MISTAKE)

    assert state(thread, one) is Announced.ASKED
    ib = thread.ib.actor
    with thread.services.uow() as uow:
        (question,) = questions(uow, ib, thread.po.id)
    assert [child.reference for child in question.candidates] == [right]
    answer_known(thread.services, ib, one, right)
    assert state(thread, one) is Announced.KNOWN


def test_a_school_that_received_the_dossier_is_told_once_that_it_lapses(thread: Thread) -> None:
    reference = thread.leaver()
    thread.announced(reference=reference)
    thread.written(reference)
    handover_id = thread.send(reference)

    end(thread, reference, LeaverEnd.STAYS)

    with thread.services.uow() as uow:
        assert uow.session.get_one(Handover, handover_id).status is HandoverStatus.CLOSED
    assert told(thread, NoticeKind.LAPSED) == set(), "nobody was mailed that it waits"
    assert told(thread, NoticeKind.APPLICATION_LAPSED) == set()


def test_who_was_mailed_that_a_dossier_waits_is_mailed_that_it_lapsed(thread: Thread) -> None:
    offered, accepted = thread.offered(), thread.accepted(first_name="Fenna")
    mail_all(thread)

    for handover_id in (offered, accepted):
        end(thread, reference_of(thread, handover_id), LeaverEnd.ABROAD)

    assert told(thread, NoticeKind.LAPSED) == {thread.intake.person_id}
    thread.region.mail.sent.clear()
    assert mail_all(thread) == 1
    assert "De overdracht vervalt, u hoeft niets te doen: 2 dossiers" in thread.region.mail.sent[0].text


def test_of_a_child_who_died_nobody_is_mailed_any_more_also_when_all_was_confirmed(thread: Thread) -> None:
    handover_id = thread.confirmed()
    reference = reference_of(thread, handover_id)
    assert told(thread, NoticeKind.CONFIRMED)

    end(thread, reference, LeaverEnd.DIED)

    assert told(thread, NoticeKind.CONFIRMED) == set(), "what waited is forgotten"
    with thread.services.uow() as uow:
        handover = uow.session.get_one(Handover, handover_id)
        assert handover.status is HandoverStatus.CONFIRMED
        tell_sender(uow, handover, NoticeKind.TERM)  # whatever comes later
        uow.commit()
    remind(thread.services)
    assert mail_all(thread) == 0


def test_a_confirmed_child_goes_off_the_list_for_no_other_reason(thread: Thread) -> None:
    reference = reference_of(thread, thread.confirmed())

    for how in set(LeaverEnd) - {LeaverEnd.DIED}:
        with pytest.raises(IllegalTransition):
            end(thread, reference, how)

    with thread.services.uow() as uow:
        assert uow.session.scalars(select(Leaver)).one().ended_as is None


def test_twice_is_refused_and_changes_nothing(thread: Thread) -> None:
    reference = thread.leaver()
    end(thread, reference, LeaverEnd.EXEMPT)

    with pytest.raises(IllegalTransition):
        end(thread, reference, LeaverEnd.STAYS)

    with thread.services.uow() as uow:
        assert uow.session.scalars(select(Leaver)).one().ended_as is LeaverEnd.EXEMPT


def test_a_school_that_had_the_dossier_is_told_too_that_the_child_is_back(thread: Thread) -> None:
    handover_id = thread.accepted()
    reference = reference_of(thread, handover_id)
    thread.announced(reference=reference)
    end(thread, reference, LeaverEnd.STAYS)
    mail_all(thread)
    assert thread.intake.person_id in told(thread, NoticeKind.LAPSED)

    reopen_leaver(thread.services, thread.ib.actor, reference)

    assert thread.intake.person_id in told(thread, NoticeKind.APPLICATION_STANDS)


def test_a_reason_that_is_mended_before_the_mail_lapses_once(thread: Thread) -> None:
    reference = thread.leaver()
    thread.announced(reference=reference)
    for how in (LeaverEnd.STAYS, LeaverEnd.ABROAD):
        end(thread, reference, how)
        if how is LeaverEnd.STAYS:
            reopen_leaver(thread.services, thread.ib.actor, reference)

    with thread.services.uow() as uow:
        kinds = uow.session.scalars(select(Notice.kind).where(Notice.kind == NoticeKind.APPLICATION_LAPSED)).all()
    assert len(kinds) == 1
    assert told(thread, NoticeKind.APPLICATION_STANDS) == set()

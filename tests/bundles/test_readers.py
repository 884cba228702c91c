"""Who is told when somebody is away, and what becomes of it when nobody can be told."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.bundles.mail_pace import GATHERED
from handover.bundles.model import Handover
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.notices import (
    SENDERS,
    find_readers,
    mail_person,
    people_to_mail,
    tell_receiver,
    tell_sender,
    unreached,
)
from handover.bundles.readers import Whose, readers_of
from handover.schools.absence_model import Absence
from handover.schools.model import Membership
from handover.terms.clock import local_day
from tests.factories.access import Member
from tests.factories.thread import Thread, given_thread

TEACHER, IB, PO_ADMIN = "marieke@03qi00.example", "ineke@03qi00.example", "beheer@03qi00.example"
LONG_AGO = date(2026, 1, 1)


@pytest.fixture(scope="module")
def _once(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    thread = given_thread(tmp_path_factory.mktemp("readers"))
    thread.offered()
    return thread


@pytest.fixture
def thread(_once: Thread) -> Thread:
    """One offered handover; everybody there, nothing told."""
    with _once.services.uow() as uow:
        for table in (Notice, Absence):
            uow.session.query(table).delete()
        uow.session.query(Membership).update({Membership.ended_at: None})
        uow.commit()
    _once.region.mail.sent.clear()
    return _once


def away(thread: Thread, member: Member, stand_in: Member | None = None, *, days: int = 30) -> None:
    with thread.services.uow() as uow:
        today = local_day(uow.clock.now())
        uow.session.add(
            Absence(
                unit_id=thread.po.id,
                person_id=member.person_id,
                from_on=LONG_AGO,
                until_on=today + timedelta(days=days),
                stand_in_id=stand_in.person_id if stand_in else None,
            )
        )
        uow.commit()


def end(thread: Thread, *members: Member) -> None:
    with thread.services.uow() as uow:
        for member in members:
            uow.session.query(Membership).filter_by(person_id=member.person_id).update(
                {Membership.ended_at: uow.clock.now()}
            )
        uow.commit()


def asked(thread: Thread) -> dict[str, str]:
    """Whom the mail about a question goes to at the primary school, with its text."""
    with thread.services.uow() as uow:
        (handover,) = uow.session.scalars(select(Handover)).all()
        tell_sender(uow, handover, NoticeKind.QUESTION)
        uow.commit()
    return swept(thread)


def swept(thread: Thread) -> dict[str, str]:
    thread.region.clock.pass_by(GATHERED)
    before = len(thread.region.mail.sent)
    with thread.services.uow() as uow:
        people = people_to_mail(uow, limit=100)
    for person_id in people:
        mail_person(thread.services, person_id)
    return {mail.to: mail.text for mail in thread.region.mail.sent[before:]}


def test_who_is_away_is_told_and_so_is_who_stands_in(thread: Thread) -> None:
    away(thread, thread.teacher, thread.ib)

    mails = asked(thread)

    assert set(mails) == {TEACHER, IB}
    assert "omdat u waarneemt voor een collega" in mails[IB]
    assert "waarneemt" not in mails[TEACHER]


def test_a_stand_in_who_is_away_too_passes_it_on(thread: Thread) -> None:
    away(thread, thread.teacher, thread.ib)
    away(thread, thread.ib, thread.po.admin)

    assert set(asked(thread)) == {TEACHER, PO_ADMIN}


def test_without_a_stand_in_the_next_in_the_order_is_told(thread: Thread) -> None:
    away(thread, thread.teacher)

    assert set(asked(thread)) == {TEACHER, IB}


def test_two_who_stand_in_for_each_other_go_round_in_no_circle(thread: Thread) -> None:
    away(thread, thread.teacher, thread.ib)
    away(thread, thread.ib, thread.teacher)

    mails = asked(thread)

    assert set(mails) == {TEACHER, IB, PO_ADMIN}
    assert "als beheerder" in mails[PO_ADMIN]


def test_an_absence_that_is_over_or_a_stand_in_who_left_counts_for_nothing(thread: Thread) -> None:
    away(thread, thread.teacher, thread.po.admin, days=-1)
    assert set(asked(thread)) == {TEACHER}
    with thread.services.uow() as uow:
        uow.session.query(Absence).delete()
        uow.commit()

    away(thread, thread.teacher, thread.po.admin)
    end(thread, thread.po.admin)

    assert set(asked(thread)) == {TEACHER, IB}


def test_what_nobody_can_be_told_waits_on_a_list_for_the_first_who_can(thread: Thread) -> None:
    end(thread, thread.teacher, thread.ib, thread.po.admin)
    assert asked(thread) == {}
    with thread.services.uow() as uow:
        assert unreached(uow) == {thread.po.id: 1}
        assert find_readers(uow) == 0
        uow.session.query(Membership).filter_by(person_id=thread.ib.person_id).update({Membership.ended_at: None})
        assert find_readers(uow) == 1
        uow.commit()

    assert set(swept(thread)) == {IB}
    with thread.services.uow() as uow:
        assert unreached(uow) == {}
        assert find_readers(uow) == 0


def test_the_same_holds_at_a_secondary_school(tmp_path: Path) -> None:
    thread = given_thread(tmp_path)
    end(thread, thread.intake, thread.care, thread.vo.admin)
    announcement = thread.announced(last_name="Bakker")
    end(thread, thread.office)
    thread.offered()

    with thread.services.uow() as uow:
        (handover,) = uow.session.scalars(select(Handover)).all()
        tell_receiver(uow, handover, NoticeKind.QUESTION)
        assert unreached(uow) == {thread.vo.id: 2}
        uow.session.query(Membership).filter_by(person_id=thread.care.person_id).update({Membership.ended_at: None})
        assert find_readers(uow) == 2
        uow.commit()

    assert announcement
    assert "zohra@25fy00.example" in swept(thread)


def test_each_is_told_once_and_for_their_own_work_first(thread: Thread) -> None:
    away(thread, thread.teacher, thread.ib)
    with thread.services.uow() as uow:
        found = readers_of(uow, Whose(unit_id=thread.po.id, roles=SENDERS, group_id=thread.po.groups["8a"]))

    assert [(one.person_id, one.covers) for one in found] == [
        (thread.teacher.person_id, False),
        (thread.ib.person_id, True),
    ]


def test_what_waited_for_somebody_whose_role_ended_goes_to_who_is_there_and_not_to_them(thread: Thread) -> None:
    with thread.services.uow() as uow:
        (handover,) = uow.session.scalars(select(Handover)).all()
        tell_sender(uow, handover, NoticeKind.QUESTION)
        uow.commit()
    end(thread, thread.teacher)
    with thread.services.uow() as uow:
        find_readers(uow)
        uow.commit()

    assert set(swept(thread)) == {IB}


def test_what_nobody_could_be_told_and_is_no_longer_true_is_told_to_nobody(thread: Thread) -> None:
    end(thread, thread.teacher, thread.ib, thread.po.admin)
    with thread.services.uow() as uow:
        (handover,) = uow.session.scalars(select(Handover)).all()
        tell_sender(uow, handover, NoticeKind.FAILED)
        uow.commit()
        assert unreached(uow) == {thread.po.id: 1}
        find_readers(uow)
        uow.commit()

        assert unreached(uow) == {}

"""Mail says that something waits, to whose work it is, once for many, and never about whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.bundles.answering import answer_unknown
from handover.bundles.mail_pace import GATHERED, RETRIED
from handover.bundles.model import Handover
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.notices import KEPT, forget_old_notices, mail_person, people_to_mail, tell_receiver, tell_sender
from handover.bundles.receiving import accept, decline
from handover.mail import MailUnavailable, Message
from handover.schools.model import Membership, MembershipGroup, Person
from tests.factories.access import Member
from tests.factories.thread import Thread, given_thread

OVER_THE_WEEKEND = timedelta(days=4)
INTAKE, CARE, ADMIN = "peter@25fy00.example", "zohra@25fy00.example", "beheer@25fy00.example"
TEACHER, IB, PO_ADMIN = "marieke@03qi00.example", "ineke@03qi00.example", "beheer@03qi00.example"


@pytest.fixture(scope="module")
def _once(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    thread = given_thread(tmp_path_factory.mktemp("notices"))
    thread.offered()
    return thread


@pytest.fixture
def thread(_once: Thread) -> Thread:
    """One offered handover; each test begins with nothing told."""
    with _once.services.uow() as uow:
        uow.session.query(Notice).delete()
        uow.session.query(Membership).update({Membership.ended_at: None, Membership.until_on: None})
        uow.commit()
    _once.region.mail.sent.clear()
    return _once


def tell(thread: Thread, kind: NoticeKind, *, side: str = "receiver") -> None:
    with thread.services.uow() as uow:
        (handover,) = uow.session.scalars(select(Handover)).all()
        (tell_receiver if side == "receiver" else tell_sender)(uow, handover, kind)
        uow.commit()


def end(thread: Thread, *members: Member) -> None:
    with thread.services.uow() as uow:
        for member in members:
            uow.session.query(Membership).filter_by(person_id=member.person_id).update(
                {Membership.ended_at: uow.clock.now()}
            )
        uow.commit()


def mailed(thread: Thread, *, after: timedelta = GATHERED) -> list[Message]:
    """What the sweep of that moment sends."""
    thread.region.clock.pass_by(after)
    before = len(thread.region.mail.sent)
    with thread.services.uow() as uow:
        people = people_to_mail(uow, limit=100)
    for person_id in people:
        mail_person(thread.services, person_id)
    return thread.region.mail.sent[before:]


def test_offering_tells_the_intake_and_accepting_tells_the_teacher(tmp_path: Path) -> None:
    thread = given_thread(tmp_path)
    handover = thread.offered()

    (waits,) = mailed(thread)
    accept(thread.services, thread.intake.actor, handover)
    (received,) = mailed(thread, after=OVER_THE_WEEKEND)

    assert (waits.to, waits.subject) == (INTAKE, "Er wacht 1 dossier op u")
    assert (received.to, received.subject.split(" dossier ")[0]) == (TEACHER, "Nieuws over")
    assert "Ontvangen: 1 dossier" in received.text


def test_several_dossiers_in_ten_minutes_make_one_mail(tmp_path: Path) -> None:
    thread = given_thread(tmp_path)
    handovers = []
    for number in range(3):
        handovers.append(thread.offered(first_name=f"Kind{number}"))
        thread.region.clock.pass_by(timedelta(minutes=3))

    (mail,) = mailed(thread, after=timedelta(minutes=2))

    assert mail.subject == "Er wachten 3 dossiers op u"
    with thread.services.uow() as uow:
        for handover in uow.session.scalars(select(Handover)):
            assert handover.reference in mail.text
            assert handover.reference not in mail.subject
    assert mailed(thread, after=timedelta(hours=1)) == []
    decline(thread.services, thread.intake.actor, handovers[0], reason="double")
    assert [mail.to for mail in mailed(thread)] == [TEACHER]


def test_nothing_is_mailed_before_ten_minutes_are_over(thread: Thread) -> None:
    tell(thread, NoticeKind.OFFERED)

    assert mailed(thread, after=GATHERED - timedelta(seconds=1)) == []
    assert len(mailed(thread, after=timedelta(seconds=1))) == 1


def test_what_a_colleague_received_meanwhile_is_not_mailed(tmp_path: Path) -> None:
    thread = given_thread(tmp_path)
    accept(thread.services, thread.intake.actor, thread.offered())

    assert [mail.to for mail in mailed(thread, after=OVER_THE_WEEKEND)] == [TEACHER]


def test_without_intake_the_care_coordinator_is_told_and_without_both_the_admin(thread: Thread) -> None:
    end(thread, thread.intake)
    tell(thread, NoticeKind.OFFERED)
    assert [mail.to for mail in mailed(thread)] == [CARE]

    end(thread, thread.care)
    tell(thread, NoticeKind.OFFERED)
    (mail,) = mailed(thread)

    assert mail.to == ADMIN
    assert "als beheerder" in mail.text


def test_without_a_teacher_of_the_group_the_ib_is_told_and_without_both_the_admin(thread: Thread) -> None:
    with thread.services.uow() as uow:
        kept = [(row.membership_id, row.group_id) for row in uow.session.scalars(select(MembershipGroup))]
        uow.session.query(MembershipGroup).delete()
        uow.commit()
    tell(thread, NoticeKind.QUESTION, side="sender")
    assert [mail.to for mail in mailed(thread)] == [IB]
    with thread.services.uow() as uow:
        uow.session.add_all(MembershipGroup(membership_id=member, group_id=group) for member, group in kept)
        uow.commit()

    end(thread, thread.teacher, thread.ib)
    tell(thread, NoticeKind.QUESTION, side="sender")
    assert [mail.to for mail in mailed(thread)] == [PO_ADMIN]


def test_somebody_whose_last_day_was_yesterday_is_not_told(thread: Thread) -> None:
    with thread.services.uow() as uow:
        uow.session.query(Membership).filter_by(person_id=thread.intake.person_id).update(
            {Membership.from_on: date(2026, 1, 1), Membership.until_on: date(2027, 4, 7)}
        )
        uow.commit()
    tell(thread, NoticeKind.OFFERED)

    assert [mail.to for mail in mailed(thread)] == [CARE]


def test_a_mail_is_in_its_readers_language_and_leads_to_the_service(thread: Thread) -> None:
    with thread.services.uow() as uow:
        uow.session.get_one(Person, thread.intake.person_id).language = "en"
        uow.commit()
    tell(thread, NoticeKind.OFFERED)

    (mail,) = mailed(thread)

    assert mail.subject == "1 dossier is waiting for you"
    assert f"{thread.services.settings.base_url}/" in mail.text
    assert "Dear Peter Claessens" in mail.text


OF_APPLICATIONS = {
    *(NoticeKind.ANNOUNCED, NoticeKind.ANSWERED, NoticeKind.PRIMARY_CLOSED),
    *(NoticeKind.APPLICATION_LAPSED, NoticeKind.APPLICATION_STANDS),
    *(NoticeKind.ARRIVED, NoticeKind.NOT_ARRIVED, NoticeKind.BACK),
}
"""About no handover; those of the last two lines have tests of their own (test_ending, test_passing)."""


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in OF_APPLICATIONS])
def test_no_mail_of_any_kind_names_the_child(thread: Thread, kind: NoticeKind) -> None:
    with thread.services.uow() as uow:
        (handover,) = uow.session.scalars(select(Handover)).all()
    tell(thread, kind, side="sender")

    mails = mailed(thread, after=OVER_THE_WEEKEND)

    # A failed one was sent again, others count only once it was received or confirmed: then there is nothing to tell.
    late = {NoticeKind.FAILED, NoticeKind.OUTSIDE, NoticeKind.SUPPLEMENT, NoticeKind.MENTOR, NoticeKind.MENTOR_UNREAD}
    late |= {NoticeKind.WITHDRAWN, NoticeKind.LAPSED, NoticeKind.ENTERED, NoticeKind.NOT_ENTERED}
    assert len(mails) == (kind not in late)
    for mail in mails:
        assert "Noah" not in mail.subject + mail.text
        assert "Wójcik" not in mail.subject + mail.text
        assert handover.reference in mail.text


def test_a_school_is_told_that_it_is_asked_and_the_other_that_it_was_answered(thread: Thread) -> None:
    first, second = thread.announced(last_name="Bakker"), thread.announced(last_name="Kuijpers")
    asked = mailed(thread)
    answer_unknown(thread.services, thread.ib.actor, first)
    answered = mailed(thread, after=OVER_THE_WEEKEND)
    answer_unknown(thread.services, thread.ib.actor, second)

    assert [mail.to for mail in asked] == [IB]
    assert "van 2 leerlingen of die bij u op school zitten" in asked[0].text
    assert [mail.to for mail in answered] == ["olga@25fy00.example"]
    assert answered[0].subject == "Nieuws over 1 aanmelding"
    for mail in (*asked, *answered):
        assert not {name for name in ("Noah", "Bakker", "Kuijpers") if name in mail.subject + mail.text}


def test_what_was_answered_meanwhile_is_not_mailed(thread: Thread) -> None:
    announcement = thread.announced(last_name="Jansen")
    answer_unknown(thread.services, thread.ib.actor, announcement)

    mails = mailed(thread, after=OVER_THE_WEEKEND)
    assert [mail.to for mail in mails] == ["olga@25fy00.example"], [m.text for m in mails]


def test_a_worker_that_was_killed_between_claiming_and_mailing_loses_nothing(thread: Thread) -> None:
    tell(thread, NoticeKind.OFFERED)
    with thread.services.uow() as uow:
        uow.session.query(Notice).update({Notice.claimed_at: uow.clock.now() + GATHERED})
        uow.commit()

    assert mailed(thread) == []
    assert len(mailed(thread, after=RETRIED)) == 1


class Away:
    """A mail server that does not answer."""

    def send(self, _message: Message) -> None:
        raise MailUnavailable


def test_a_mail_server_that_is_away_is_asked_again_after_a_quarter_of_an_hour(thread: Thread) -> None:
    tell(thread, NoticeKind.OFFERED)
    thread.region.clock.pass_by(GATHERED)
    away = replace(thread.services, mailer=Away())
    with thread.services.uow() as uow:
        (person_id,) = people_to_mail(uow, limit=5)

    assert not mail_person(away, person_id)
    assert mailed(thread, after=timedelta(minutes=1)) == []
    assert len(mailed(thread, after=RETRIED)) == 1


def test_two_workers_with_the_same_task_send_one_mail(thread: Thread) -> None:
    tell(thread, NoticeKind.OFFERED)
    thread.region.clock.pass_by(GATHERED)
    with thread.services.uow() as uow:
        (person_id,) = people_to_mail(uow, limit=5)

    assert mail_person(thread.services, person_id)
    tell(thread, NoticeKind.OFFERED)

    assert not mail_person(thread.services, person_id)  # the second notice waits for its own ten minutes
    assert len(thread.region.mail.sent) == 1


def test_what_was_mailed_a_year_ago_is_deleted_and_what_waits_is_not(tmp_path: Path) -> None:
    thread = given_thread(tmp_path)
    thread.offered()
    tell(thread, NoticeKind.OFFERED)
    assert mailed(thread)
    thread.region.clock.pass_by(KEPT)
    forget_old_notices(thread.services)
    tell(thread, NoticeKind.OFFERED)
    with thread.services.uow() as uow:
        assert any(one.sent_at for one in uow.session.scalars(select(Notice))), "a year, and not a day sooner"
    thread.region.clock.pass_by(timedelta(minutes=1))

    forget_old_notices(thread.services)

    with thread.services.uow() as uow:
        assert {one.sent_at for one in uow.session.scalars(select(Notice))} == {None}

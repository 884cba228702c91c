"""Mail comes as each wants it, in the morning what can wait, and never as a flood."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.bundles.mail_pace import CAN_WAIT, GATHERED, MOST_A_DAY, last_morning
from handover.bundles.model import Handover
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.notices import mail_person, people_to_mail, tell_sender
from handover.bundles.withdrawing import withdraw
from handover.mail import Message
from handover.schools.model import MailPace, Person
from handover.terms.clock import AMSTERDAM
from tests.factories.thread import Thread, given_thread

TEACHER, INTAKE = "marieke@03qi00.example", "peter@25fy00.example"
NOON = datetime(2027, 4, 13, 12, 0, tzinfo=AMSTERDAM)
"""A Tuesday."""
STEP = timedelta(minutes=3)


@pytest.fixture(scope="module")
def _once(tmp_path_factory: pytest.TempPathFactory) -> Thread:
    thread = given_thread(tmp_path_factory.mktemp("pace"))
    thread.offered()
    return thread


@pytest.fixture
def thread(_once: Thread) -> Thread:
    """One offered handover, at noon of a school day; nothing told, everybody's mail sorted."""
    with _once.services.uow() as uow:
        uow.session.query(Notice).delete()
        uow.session.query(Person).update({Person.mail_pace: MailPace.SORTED})
        uow.commit()
    _once.region.mail.sent.clear()
    at(_once, NOON)
    return _once


def at(thread: Thread, moment: datetime) -> None:
    thread.region.clock.at = moment.astimezone(UTC)


def wants(thread: Thread, pace: MailPace) -> None:
    with thread.services.uow() as uow:
        uow.session.get_one(Person, thread.teacher.person_id).mail_pace = pace
        uow.commit()


def tell(thread: Thread, kind: NoticeKind) -> None:
    with thread.services.uow() as uow:
        (handover,) = uow.session.scalars(select(Handover)).all()
        tell_sender(uow, handover, kind)
        uow.commit()


def swept(thread: Thread) -> list[Message]:
    before = len(thread.region.mail.sent)
    with thread.services.uow() as uow:
        people = people_to_mail(uow, limit=500)
    for person_id in people:
        mail_person(thread.services, person_id)
    return thread.region.mail.sent[before:]


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (datetime(2027, 4, 13, 7, 29, tzinfo=AMSTERDAM), datetime(2027, 4, 12, 7, 30, tzinfo=AMSTERDAM)),
        (datetime(2027, 4, 13, 7, 30, tzinfo=AMSTERDAM), datetime(2027, 4, 13, 7, 30, tzinfo=AMSTERDAM)),
        (datetime(2027, 4, 11, 15, 0, tzinfo=AMSTERDAM), datetime(2027, 4, 9, 7, 30, tzinfo=AMSTERDAM)),
        (datetime(2027, 4, 27, 12, 0, tzinfo=AMSTERDAM), datetime(2027, 4, 26, 7, 30, tzinfo=AMSTERDAM)),
        (datetime(2026, 10, 26, 8, 0, tzinfo=AMSTERDAM), datetime(2026, 10, 26, 6, 30, tzinfo=UTC)),
    ],
    ids=["before half past seven", "at half past seven", "on a Sunday", "on King's day", "after summer time"],
)
def test_the_mail_of_the_morning_goes_at_half_past_seven_on_school_days(now: datetime, morning: datetime) -> None:
    assert last_morning(now.astimezone(UTC)) == morning


def test_what_can_wait_comes_in_the_morning_and_what_cannot_after_ten_minutes(thread: Thread) -> None:
    tell(thread, NoticeKind.ACCEPTED)
    at(thread, NOON + timedelta(hours=9))
    assert swept(thread) == []

    tell(thread, NoticeKind.QUESTION)
    assert swept(thread) == []
    at(thread, NOON + timedelta(hours=9) + GATHERED)
    (mail,) = swept(thread)

    # The one that could wait goes along: one mail instead of two.
    assert "vraag" in mail.text
    assert "Ontvangen: 1 dossier" in mail.text
    assert swept(thread) == []


@pytest.mark.parametrize("kind", [NoticeKind.ACCEPTED, NoticeKind.QUESTION])
def test_whoever_wants_all_in_the_morning_gets_it_then_and_in_one_mail(thread: Thread, kind: NoticeKind) -> None:
    wants(thread, MailPace.DAILY)
    for _ in range(3):
        tell(thread, kind)
    at(thread, datetime(2027, 4, 14, 7, 29, tzinfo=AMSTERDAM))
    assert swept(thread) == []

    at(thread, datetime(2027, 4, 14, 7, 30, tzinfo=AMSTERDAM))

    assert [mail.to for mail in swept(thread)] == [TEACHER]


def test_what_is_told_on_friday_afternoon_can_wait_until_monday(thread: Thread) -> None:
    at(thread, datetime(2027, 4, 16, 15, 0, tzinfo=AMSTERDAM))
    tell(thread, NoticeKind.CONFIRMED)
    tell(thread, NoticeKind.ACCEPTED)
    at(thread, datetime(2027, 4, 18, 12, 0, tzinfo=AMSTERDAM))
    assert swept(thread) == []

    at(thread, datetime(2027, 4, 19, 7, 30, tzinfo=AMSTERDAM))

    assert len(swept(thread)) == 1


def test_whoever_wants_all_at_once_waits_for_nothing(thread: Thread) -> None:
    wants(thread, MailPace.AT_ONCE)
    tell(thread, NoticeKind.ACCEPTED)
    at(thread, NOON + GATHERED)

    assert len(swept(thread)) == 1


@pytest.mark.parametrize("pace", list(MailPace))
def test_nobody_gets_more_than_five_mails_on_one_day_whatever_happens(thread: Thread, pace: MailPace) -> None:
    wants(thread, pace)
    at(thread, datetime(2027, 4, 13, 0, 5, tzinfo=AMSTERDAM))
    days: dict[str, int] = {}
    for number in range(250):  # from midnight on, one each three minutes: twelve and a half hours
        tell(thread, (NoticeKind.QUESTION, NoticeKind.ACCEPTED)[number % 2])
        for _mail in swept(thread):
            day = thread.region.clock.now().astimezone(AMSTERDAM).date().isoformat()
            days[day] = days.get(day, 0) + 1
        thread.region.clock.pass_by(STEP)
    at(thread, datetime(2027, 4, 14, 7, 30, tzinfo=AMSTERDAM))
    (last,) = swept(thread) or (None,)

    assert days["2027-04-13"] == {MailPace.DAILY: 1}.get(pace, MOST_A_DAY)
    assert last is not None
    with thread.services.uow() as uow:
        assert uow.session.query(Notice).filter(Notice.sent_at.is_(None)).count() == 0, "and nothing is lost"


def test_what_a_school_was_mailed_about_and_was_taken_back_is_mailed_too(tmp_path: Path) -> None:
    thread = given_thread(tmp_path)
    at(thread, NOON)
    unseen, seen = thread.offered(first_name="Een"), thread.offered(first_name="Twee")
    withdraw(thread.services, thread.teacher.actor, unseen)
    thread.region.clock.pass_by(GATHERED)
    (offered,) = swept(thread)

    withdraw(thread.services, thread.teacher.actor, seen)
    thread.region.clock.pass_by(GATHERED)
    (mail,) = swept(thread)

    assert offered.subject == "Er wacht 1 dossier op u"
    assert mail.to == INTAKE
    assert "Teruggehaald door de basisschool, u hoeft niets te doen: 1 dossier" in mail.text
    assert "Twee" not in mail.text + mail.subject


def test_what_asks_for_something_is_never_among_what_can_wait() -> None:
    assert CAN_WAIT.isdisjoint({NoticeKind.QUESTION, NoticeKind.WITHDRAWN, NoticeKind.FAILED, NoticeKind.DECLINED})


def test_what_came_to_nothing_takes_no_mail_of_the_day(thread: Thread) -> None:
    """A colleague was first each time: nothing was mailed, and the question of the afternoon still is."""
    for hour in range(9, 15):
        at(thread, datetime(2027, 4, 13, hour, tzinfo=AMSTERDAM))
        tell(thread, NoticeKind.FAILED)
        at(thread, datetime(2027, 4, 13, hour, 11, tzinfo=AMSTERDAM))
        assert swept(thread) == []

    at(thread, datetime(2027, 4, 13, 16, tzinfo=AMSTERDAM))
    tell(thread, NoticeKind.QUESTION)
    at(thread, datetime(2027, 4, 13, 16, 11, tzinfo=AMSTERDAM))

    assert len(swept(thread)) == 1

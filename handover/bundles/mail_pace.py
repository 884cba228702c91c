"""When a person is mailed: what cannot wait as it comes, the rest on the mornings of school days, never a flood.

Whatever happens, nobody gets more than `MOST_A_DAY` mails on one day; what came after waits for the next morning.
The holidays of a region are not known here (`handover.terms.schooldag`): in those too the morning's mail goes out.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from handover.bundles.notice_model import Notice, NoticeKind
from handover.schools.model import MailPace, Person
from handover.terms.clock import AMSTERDAM, local_day
from handover.terms.schooldag import is_schooldag

GATHERED = timedelta(minutes=10)
"""So long after the first that cannot wait, all that a person is told goes in one mail."""
RETRIED = timedelta(minutes=15)
"""A claim this old is nobody's: its worker died, or the mail server refused."""
MORNING = time(7, 30)
"""In Amsterdam: before the children come in."""
MOST_A_DAY = 5
"""Mails to one person on one day, the morning's included."""
CAN_WAIT = frozenset(
    {
        NoticeKind.ENTERED,
        NoticeKind.ACCEPTED,
        NoticeKind.CONFIRMED,
        NoticeKind.RELOCATED,
        NoticeKind.MENTOR,
        NoticeKind.FEEDBACK,
        NoticeKind.TERM,
        NoticeKind.LET_GO,
        NoticeKind.ANSWERED,
    }
)
"""What asks for nothing that cannot be done tomorrow."""


def due(now: datetime) -> Select[str]:
    """The persons who are mailed now; told by the database, so that a long queue is never read to find it empty."""
    return (
        select(Person.id)
        .join(Notice, Notice.person_id == Person.id)
        .where(Notice.sent_at.is_(None), unclaimed(now))
        .where(
            or_(
                and_(Notice.created_at < last_morning(now), _mails_on(now) < MOST_A_DAY),
                # The last of the day is the morning's.
                and_(_cannot_wait(now), _mails_on(now) < MOST_A_DAY - 1),
            )
        )
        .group_by(Person.id)
    )


def unclaimed(now: datetime) -> ColumnElement[bool]:
    """Whether no worker is mailing a notice."""
    return or_(Notice.claimed_at.is_(None), Notice.claimed_at <= now - RETRIED)


def last_morning(now: datetime) -> datetime:
    """The newest instant at which the morning's mail went out."""
    day = local_day(now)
    if now < datetime.combine(day, MORNING, AMSTERDAM):
        day -= timedelta(days=1)
    while not is_schooldag(day):
        day -= timedelta(days=1)
    return datetime.combine(day, MORNING, AMSTERDAM)


def _cannot_wait(now: datetime) -> ColumnElement[bool]:
    return and_(
        Notice.created_at <= now - GATHERED,
        or_(
            Person.mail_pace == MailPace.AT_ONCE,
            and_(Person.mail_pace == MailPace.SORTED, Notice.kind.not_in(CAN_WAIT)),
        ),
    )


def _mails_on(now: datetime) -> ColumnElement[int]:
    """How many mails a person got today, and is being sent: what goes in one is marked at one instant.

    What was settled without a mail has no claim, and a claim that came to nothing is too old to count.
    """
    midnight = datetime.combine(local_day(now), time(), AMSTERDAM)
    mailed = aliased(Notice)
    at = func.coalesce(mailed.sent_at, mailed.claimed_at)
    is_sent = and_(mailed.sent_at >= midnight, mailed.claimed_at.is_not(None))
    is_being_sent = and_(mailed.sent_at.is_(None), mailed.claimed_at >= max(midnight, now - RETRIED))
    return (
        select(func.count(at.distinct()))
        .where(mailed.person_id == Person.id, or_(is_sent, is_being_sent))
        .correlate(Person)
        .scalar_subquery()
    )

"""What the night reminds people of: mentors before school begins, both schools before something is destroyed.

And a primary school that one of two schools is to be let go of.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import literal, select

from handover.bundles.destroying import kept_until
from handover.bundles.handovers import under_way
from handover.bundles.keeping import held_until
from handover.bundles.mentor_model import Mentoring
from handover.bundles.mentors import reads
from handover.bundles.model import Handover
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.notices import tell_both, tell_mentor, tell_sender
from handover.bundles.one_of_two import surplus_of
from handover.bundles.pairs import UNDER_WAY
from handover.bundles.state import LIVE, HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Leaver
from handover.schools.calendar import region_days, year_dates
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.schooljaar import Schooljaar

AFTER_SCHOOL = timedelta(days=30)
"""Later on the list of mentors says it; a mail that school begins would be nonsense."""
A_DAY = timedelta(days=1)
"""Nobody is reminded of what they were told last night."""


def remind(services: Services) -> None:
    """Remind whoever was not reminded before; the mail goes with the next sweep. Killed in between: the next night."""
    with services.uow() as uow:
        _remind_mentors(uow)
        _warn_of_terms(uow)
        _tell_who_lets_go(uow)
        uow.commit()


def _remind_mentors(uow: UnitOfWork) -> None:
    today = local_day(uow.clock.now())
    before_school = timedelta(days=region_days(uow).remind_before)
    rows = uow.session.execute(
        select(Mentoring, Handover)
        .join(Handover, Handover.id == Mentoring.handover_id)
        .where(
            Mentoring.ended_at.is_(None),
            Mentoring.given_at.is_not(None),
            Mentoring.reminded_at.is_(None),
            Handover.status == HandoverStatus.CONFIRMED,
        )
    ).all()
    read = reads(uow, {handover.id for _row, handover in rows})
    begin = {
        name: year_dates(uow, Schooljaar.parse(name)).first_school_day
        for name in {handover.school_year for _row, handover in rows}
    }
    for row, handover in rows:
        begins = begin[handover.school_year]
        if row.person_id is None or (handover.id, row.person_id) in read or row.given_at is None:
            continue
        if not begins - before_school <= today <= begins + AFTER_SCHOOL or row.given_at > uow.clock.now() - A_DAY:
            continue
        row.reminded_at = uow.clock.now()
        tell_mentor(uow, handover, NoticeKind.MENTOR_UNREAD, person_id=row.person_id)


def _tell_who_lets_go(uow: UnitOfWork) -> None:
    """Once for each handover that is to go, however often a TLV is decided anew: the list says it every day."""
    # Of two one takes the second place. Written out: a bound value does not lead SQLite to the index of these few.
    second = literal(1, literal_execute=True)
    ids = uow.session.scalars(
        select(Handover.leaver_id).where(Handover.place == second, Handover.status.in_(UNDER_WAY))
    ).all()
    surplus = [surplus_of(uow, under_way(uow, leaver_id)) for leaver_id in ids]
    # One that is being sealed is told of once it came whole: until then there is nothing at that school.
    found = [one.handover for one in surplus if one and one.handover.status is not HandoverStatus.SEALING]
    told = set(
        uow.session.scalars(
            select(Notice.handover_id).where(
                Notice.handover_id.in_([one.id for one in found]), Notice.kind == NoticeKind.LET_GO
            )
        )
    )
    for handover in found:
        if handover.id not in told:
            tell_sender(uow, handover, NoticeKind.LET_GO)


def _warn_of_terms(uow: UnitOfWork) -> None:
    today = local_day(uow.clock.now())
    # Never less than `destroying.WARNED_BEFORE`: the region's settings do not go below it.
    before_term = timedelta(days=region_days(uow).warn_before)
    live = (Handover.status.in_(LIVE), Handover.offered_at.is_not(None), Handover.warned_at.is_(None))
    years = uow.session.scalars(select(Handover.school_year).where(*live).distinct()).all()
    ends = {year: kept_until(uow, Schooljaar.parse(year)) for year in years}
    # A hold only makes it later: of most of the year nothing is asked for each child.
    near = [year for year, last in ends.items() if today >= last - before_term]
    rows = uow.session.execute(
        select(Handover, Leaver.group_id)
        .join(Leaver, Leaver.id == Handover.leaver_id)
        .where(*live, Handover.school_year.in_(near))
    ).all()
    held = held_until(uow)
    told = [
        (row, group)
        for row, group in rows
        if today >= max(ends[row.school_year], held.get(row.id, today)) - before_term
    ]
    for handover, _group in told:
        handover.warned_at = uow.clock.now()
    tell_both(uow, told, NoticeKind.TERM)

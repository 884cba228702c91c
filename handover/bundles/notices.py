"""Telling people by mail that something waits, without saying about whom.

A notice is a row in the same transaction as what happened. A worker gathers what a person is told into one mail,
when `mail_pace` says that it is time. It claims them, mails, and marks them sent: killed in between, they are mailed
again after a quarter of an hour, so that a crash never loses one and seldom doubles it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from enum import StrEnum

import structlog
from sqlalchemy import and_, delete, func, or_, select, update

from handover.bundles.mail_pace import due, unclaimed
from handover.bundles.mentor_mail import TO_MENTORS, mentors_now
from handover.bundles.model import Handover
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.notice_subjects import about, is_of_one_who_died, schools
from handover.bundles.notice_text import Told, written
from handover.bundles.readers import Reader, Whose, readers_of
from handover.bundles.state import LIVE, HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Announcement, Leaver
from handover.leavers.passage_model import PassageRow
from handover.mail import MailUnavailable
from handover.policy import Role
from handover.schools.absences import away_on, present_for
from handover.schools.model import Membership, Person, Unit, UnitStatus
from handover.schools.queries import holds_on
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Announced, Passage

RECEIVERS = (Role.INTAKE, Role.CARE, Role.VO_ADMIN)
SENDERS = (Role.TEACHER, Role.IB, Role.PO_ADMIN)
"""The first of these that anybody has is told; a teacher only of the child's own group."""
ANSWERERS = (Role.IB, Role.PO_ADMIN)
"""Whom a secondary school asks which child it means: nobody knows of which group it is."""
ANNOUNCERS = (Role.VO_OFFICE, Role.INTAKE, Role.VO_ADMIN)
KEPT = timedelta(days=365)
_TRUE_WHILE: Mapping[NoticeKind, frozenset[HandoverStatus | Announced | Passage]] = {
    NoticeKind.OFFERED: frozenset({HandoverStatus.OFFERED}),
    NoticeKind.OUTSIDE: frozenset({HandoverStatus.ACCEPTED}),
    NoticeKind.ENTERED: frozenset({HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED}),
    NoticeKind.NOT_ENTERED: frozenset({HandoverStatus.WITHDRAWN}),
    NoticeKind.FAILED: frozenset({HandoverStatus.DRAFT}),
    NoticeKind.WITHDRAWN: frozenset({HandoverStatus.WITHDRAWN}),
    NoticeKind.SUPPLEMENT: frozenset({HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED}),
    NoticeKind.SUPPLEMENT_FAILED: frozenset(
        {HandoverStatus.OFFERED, HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED}
    ),
    NoticeKind.MENTOR: frozenset({HandoverStatus.CONFIRMED}),
    NoticeKind.MENTOR_UNREAD: frozenset({HandoverStatus.CONFIRMED}),
    NoticeKind.LET_GO: frozenset({HandoverStatus.OFFERED, HandoverStatus.ACCEPTED}),
    NoticeKind.TERM: LIVE,
    NoticeKind.SCHOOL_CLOSED: LIVE,
    NoticeKind.PRIMARY_CLOSED: frozenset({Announced.ASKED, Announced.UNKNOWN}),
    NoticeKind.LAPSED: frozenset({HandoverStatus.CLOSED}),
    NoticeKind.APPLICATION_LAPSED: frozenset({Announced.LAPSED}),
    NoticeKind.APPLICATION_STANDS: frozenset({Announced.BY_CODE, Announced.KNOWN}),
    NoticeKind.ARRIVED: frozenset({Passage.ASKED}),
    NoticeKind.NOT_ARRIVED: frozenset({Passage.UNKNOWN}),
    NoticeKind.BACK: frozenset({Passage.BACK}),
    NoticeKind.ANNOUNCED: frozenset({Announced.ASKED}),
    NoticeKind.ANSWERED: frozenset({Announced.UNKNOWN}),
}
"""What asks for something to be done is not mailed when a colleague has done it meanwhile."""

log = structlog.get_logger(__name__)


def tell_receiver(uow: UnitOfWork, handover: Handover, kind: NoticeKind) -> None:
    """Tell those at the receiving school whose work this is; nobody where it takes no part. The caller commits."""
    if _is_outside(uow, handover.receiver_unit_id):
        return
    _tell(uow, {"handover_id": handover.id}, kind, _receiving(handover))


def tell_after_all(uow: UnitOfWork, handover: Handover, first: NoticeKind, kind: NoticeKind) -> None:
    """Tell who was mailed the first that it is otherwise now, and nobody else; the caller commits."""
    mailed = uow.session.scalars(
        select(Notice.person_id)
        .where(Notice.handover_id == handover.id, Notice.kind == first, Notice.sent_at.is_not(None))
        .distinct()
        .order_by(Notice.person_id)
    )
    for person_id in mailed:
        if person_id:
            tell_person(uow, handover, kind, person_id=person_id)


def tell_sender(uow: UnitOfWork, handover: Handover, kind: NoticeKind) -> None:
    """Tell those at the sending school whose work this is; nobody where it takes no part. The caller commits."""
    if _is_outside(uow, handover.sender_unit_id):
        return
    _tell(uow, {"handover_id": handover.id}, kind, _sending(uow, handover))


def tell_both(uow: UnitOfWork, many: Sequence[tuple[Handover, str | None]], kind: NoticeKind) -> None:
    """Tell both schools of many handovers, each with its child's group; the caller commits.

    Who that is is asked once for each school and group.
    """
    outside = set(uow.session.scalars(select(Unit.id).where(Unit.status == UnitStatus.GUEST)))
    known: dict[Whose, list[Reader]] = {}
    for handover, group_id in many:
        sending = Whose(unit_id=handover.sender_unit_id, roles=SENDERS, group_id=group_id)
        for whose in (sending, _receiving(handover)):
            if whose.unit_id in outside:
                continue
            if whose not in known:
                known[whose] = readers_of(uow, whose)
            _tell(uow, {"handover_id": handover.id}, kind, whose, known[whose])


def tell_of_announcement(uow: UnitOfWork, announcement_id: str, kind: NoticeKind, *, unit_id: str) -> None:
    """Tell those at a school whose work an announced application is; the caller commits."""
    _tell(uow, {"announcement_id": announcement_id}, kind, Whose(unit_id=unit_id, roles=_of_announcement(kind)))


def tell_of_announcement_after_all(
    uow: UnitOfWork, row: Announcement, first: NoticeKind, kind: NoticeKind, *, instead: NoticeKind
) -> None:
    """Tell who was mailed the first of an announced application that it is otherwise now; the caller commits.

    `instead`: what was mailed there of the child's dossier, where it lay there already.
    """
    there = select(Handover.id).where(
        Handover.leaver_id == row.leaver_id, Handover.receiver_unit_id == row.receiver_unit_id
    )
    of_it = and_(Notice.announcement_id == row.id, Notice.kind == first)
    mailed = uow.session.scalars(
        select(Notice.person_id)
        .where(or_(of_it, and_(Notice.handover_id.in_(there), Notice.kind == instead)), Notice.sent_at.is_not(None))
        .distinct()
        .order_by(Notice.person_id)
    )
    for person_id in mailed:
        if person_id:
            uow.session.add(Notice(person_id=person_id, kind=kind, announcement_id=row.id, created_at=uow.clock.now()))


def tell_of_passage(uow: UnitOfWork, row: PassageRow, kind: NoticeKind) -> None:
    """Tell the primary school that was asked, or, of its answer, the one that the child left; the caller commits."""
    _tell(uow, {"passage_id": row.id}, kind, _of_passage(uow, row, kind))


def tell_person(uow: UnitOfWork, handover: Handover, kind: NoticeKind, *, person_id: str) -> None:
    """Tell one person, whose work this is by name; the caller commits."""
    uow.session.add(Notice(person_id=person_id, kind=kind, handover_id=handover.id, created_at=uow.clock.now()))


def tell_mentor(uow: UnitOfWork, handover: Handover, kind: NoticeKind, *, person_id: str) -> None:
    """Tell a mentor; and while they are away who stands in, whom that gives no right. The caller commits."""
    tell_person(uow, handover, kind, person_id=person_id)
    away = away_on(uow, handover.receiver_unit_id, local_day(uow.clock.now()))
    there = present_for(person_id, away)
    if there is not None and there != person_id:
        uow.session.add(
            Notice(person_id=there, kind=kind, handover_id=handover.id, covers=True, created_at=uow.clock.now())
        )


def people_to_mail(uow: UnitOfWork, *, limit: int) -> list[str]:
    """Persons whose notices have waited long enough, longest first; for the sweep."""
    first = func.min(Notice.created_at)
    return list(uow.session.scalars(due(uow.clock.now()).order_by(first).limit(limit)))


def find_readers(uow: UnitOfWork) -> int:
    """Tell who can be told by now what nobody at a unit could be told; gives how much that was. The caller commits.

    First what waits for somebody who works there no more is taken from them: it is for whoever is there instead.
    What is no longer true is told to nobody.
    """
    _take_from_who_left(uow)
    found = 0
    rows = uow.session.execute(
        select(Notice, Handover.status, Announcement.state, PassageRow.state, is_of_one_who_died())
        .outerjoin(Handover, Handover.id == Notice.handover_id)
        .outerjoin(Announcement, Announcement.id == Notice.announcement_id)
        .outerjoin(PassageRow, PassageRow.id == Notice.passage_id)
        .where(Notice.unit_id.is_not(None))
        .order_by(Notice.created_at)
    ).all()
    for notice, *states, died in rows:
        if died or not _holds(notice.kind, states):
            uow.session.delete(notice)
            continue
        whose = _whose(uow, notice, notice.unit_id or "")
        if not readers_of(uow, whose):
            continue
        _tell(uow, about(notice), notice.kind, whose)
        uow.session.delete(notice)
        found += 1
    return found


def _take_from_who_left(uow: UnitOfWork) -> None:
    now = uow.clock.now()
    either = (
        Handover.sender_unit_id,
        Handover.receiver_unit_id,
        Announcement.sender_unit_id,
        Announcement.receiver_unit_id,
        PassageRow.unit_id,
        Leaver.unit_id,
    )
    there = or_(*(Membership.unit_id == school for school in either))
    worked = select(Membership.id).where(Membership.person_id == Notice.person_id, there)
    rows = uow.session.scalars(
        select(Notice)
        .outerjoin(Handover, Handover.id == Notice.handover_id)
        .outerjoin(Announcement, Announcement.id == Notice.announcement_id)
        .outerjoin(PassageRow, PassageRow.id == Notice.passage_id)
        .outerjoin(Leaver, Leaver.id == PassageRow.leaver_id)
        .where(
            Notice.person_id.is_not(None),
            Notice.sent_at.is_(None),
            unclaimed(now),
            ~worked.where(holds_on(local_day(now))).exists(),
        )
    ).all()
    for notice in rows:
        unit_id = _worked_at(uow, notice)
        uow.session.delete(notice)
        if unit_id is not None and notice.kind not in TO_MENTORS:
            _tell(uow, about(notice), notice.kind, _whose(uow, notice, unit_id))


def _worked_at(uow: UnitOfWork, notice: Notice) -> str | None:
    """For which of the two schools somebody was told something; None where they never worked at either."""
    return uow.session.scalar(
        select(Membership.unit_id)
        .where(
            Membership.person_id == notice.person_id,
            Membership.unit_id.in_(schools(uow, notice)),
        )
        .limit(1)
    )


def _holds(kind: NoticeKind, states: Iterable[StrEnum | None]) -> bool:
    """Whether it is still true, and there is something to be done about it."""
    return kind not in _TRUE_WHILE or bool(set(states) & _TRUE_WHILE[kind])


def forget_old_notices(services: Services) -> None:
    """Delete what was mailed a year ago: nothing that stands of its child needs to know any more who was told."""
    with services.uow() as uow:
        old = uow.clock.now() - KEPT
        uow.session.execute(delete(Notice).where(Notice.sent_at < old))
        uow.commit()


def unreached(uow: UnitOfWork) -> Mapping[str, int]:
    """Of each unit at which nobody could be told something: how much waits there."""
    rows = uow.session.execute(
        select(Notice.unit_id, func.count()).where(Notice.unit_id.is_not(None)).group_by(Notice.unit_id)
    )
    return {unit_id: count for unit_id, count in rows if unit_id}


def mail_person(services: Services, person_id: str) -> bool:
    """Mail one person all that waits for them; gives whether a mail was sent.

    Safe to run twice and at once. Where the mail server does not answer, the notices wait for a later sweep.
    """
    with services.uow() as uow:
        person, claimed = uow.session.get(Person, person_id), _claim(uow, person_id)
        told = _still_true(uow, claimed)
        uow.commit()
    if person is not None and told:
        try:
            services.mailer.send(written(services.settings.base_url, person, told))
        except MailUnavailable as error:
            log.warning("notices_not_mailed", count=len(told), error=error.code)
            return False
    with services.uow() as uow:
        done = {"sent_at": uow.clock.now()}
        # Nothing of it was true any more: it is settled without a mail, and counts as none.
        silent = {} if told else {"claimed_at": None}
        uow.session.execute(update(Notice).where(Notice.id.in_(claimed)).values(**done, **silent))
        uow.commit()
    return bool(told)


def _is_outside(uow: UnitOfWork, unit_id: str) -> bool:
    return uow.session.get_one(Unit, unit_id).status is UnitStatus.GUEST


def _tell(
    uow: UnitOfWork, of: Mapping[str, str], kind: NoticeKind, whose: Whose, readers: Sequence[Reader] | None = None
) -> None:
    readers = readers_of(uow, whose) if readers is None else readers
    for reader in readers:
        uow.session.add(
            Notice(
                person_id=reader.person_id,
                kind=kind,
                **of,
                stands_in=reader.is_admin,
                covers=reader.covers,
                created_at=uow.clock.now(),
            )
        )
    if not readers:
        log.error("nobody_to_tell", unit=whose.unit_id, kind=kind.value)
        uow.session.add(Notice(unit_id=whose.unit_id, kind=kind, **of, created_at=uow.clock.now()))


def _whose(uow: UnitOfWork, notice: Notice, unit_id: str) -> Whose:
    """Whose work it is at that unit, found again."""
    if notice.passage_id is not None:
        return _of_passage(uow, uow.session.get_one(PassageRow, notice.passage_id), notice.kind)
    if notice.handover_id is None:
        return Whose(unit_id=unit_id, roles=_of_announcement(notice.kind))
    handover = uow.session.get_one(Handover, notice.handover_id)
    return _sending(uow, handover) if unit_id == handover.sender_unit_id else _receiving(handover)


def _sending(uow: UnitOfWork, handover: Handover) -> Whose:
    leaver = uow.session.get_one(Leaver, handover.leaver_id)
    return Whose(unit_id=handover.sender_unit_id, roles=SENDERS, group_id=leaver.group_id)


def _receiving(handover: Handover) -> Whose:
    return Whose(unit_id=handover.receiver_unit_id, roles=RECEIVERS)


def _of_announcement(kind: NoticeKind) -> tuple[Role, ...]:
    return ANSWERERS if kind is NoticeKind.ANNOUNCED else ANNOUNCERS


def _of_passage(uow: UnitOfWork, row: PassageRow, kind: NoticeKind) -> Whose:
    if kind in {NoticeKind.ARRIVED, NoticeKind.BACK}:
        return Whose(unit_id=row.unit_id or "", roles=ANSWERERS)
    leaver = uow.session.get_one(Leaver, row.leaver_id)
    return Whose(unit_id=leaver.unit_id, roles=SENDERS, group_id=leaver.group_id)


def _claim(uow: UnitOfWork, person_id: str) -> Sequence[str]:
    """The ids of what this worker mails now; another that comes meanwhile finds nothing."""
    now = uow.clock.now()
    if uow.session.scalar(due(now).where(Notice.person_id == person_id)) is None:
        return []
    waiting = (Notice.person_id == person_id, Notice.sent_at.is_(None), unclaimed(now))
    return uow.session.scalars(
        update(Notice)
        .where(*waiting)
        .values(claimed_at=now)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()


def _still_true(uow: UnitOfWork, claimed: Sequence[str]) -> list[Told]:
    rows = uow.session.execute(
        select(
            Notice.kind,
            Notice.stands_in,
            Notice.covers,
            Notice.handover_id,
            Notice.person_id,
            Handover.reference,
            Handover.status,
            Announcement.state,
            PassageRow.state,
        )
        .outerjoin(Handover, Handover.id == Notice.handover_id)
        .outerjoin(Announcement, Announcement.id == Notice.announcement_id)
        .outerjoin(PassageRow, PassageRow.id == Notice.passage_id)
        .where(Notice.id.in_(claimed), ~is_of_one_who_died())
        .order_by(Notice.created_at, Notice.id)
    ).all()
    mentors = mentors_now(uow, {row.handover_id for row in rows if row.kind in TO_MENTORS})
    told = [
        Told(kind=kind, reference=reference or "", stands_in=stands_in, covers=covers)
        for kind, stands_in, covers, handover_id, person_id, reference, *states in rows
        if _holds(kind, states)
        and (kind not in TO_MENTORS or mentors.wait_for(kind, handover_id or "", person_id or "", covers=covers))
    ]
    # Of what has no reference each counts: they are as many announcements.
    return [one for n, one in enumerate(told) if not one.reference or one not in told[:n]]

"""Telling people by mail that something waits, without saying about whom.

A notice is a row in the same transaction as what happened. A worker gathers the notices of ten minutes into one mail
a person. It claims them, mails, and marks them sent: killed in between, they are mailed again after a quarter of an
hour, so that a crash never loses one and seldom doubles it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, Select, func, or_, select, update

from handover.bundles.mentor_model import Mentoring
from handover.bundles.model import Handover
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.notice_text import Told, written
from handover.bundles.state import HandoverStatus, Origin
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Announcement, Leaver
from handover.mail import MailUnavailable
from handover.policy import ADMIN_ROLES, Role
from handover.schools.model import Membership, MembershipGroup, Person, Unit, UnitStatus
from handover.schools.queries import holds_on
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Announced

GATHERED = timedelta(minutes=10)
"""So long after the first, all that a person is told goes in one mail."""
RETRIED = timedelta(minutes=15)
"""A claim this old is nobody's: its worker died, or the mail server refused."""
RECEIVERS = (Role.INTAKE, Role.CARE, Role.VO_ADMIN)
SENDERS = (Role.TEACHER, Role.IB, Role.PO_ADMIN)
"""The first of these that anybody has is told; a teacher only of the child's own group."""
ANSWERERS = (Role.IB, Role.PO_ADMIN)
"""Whom a secondary school asks which child it means: nobody knows of which group it is."""
ANNOUNCERS = (Role.VO_OFFICE, Role.INTAKE, Role.VO_ADMIN)
_TRUE_WHILE: Mapping[NoticeKind, frozenset[HandoverStatus | Announced]] = {
    NoticeKind.OFFERED: frozenset({HandoverStatus.OFFERED}),
    NoticeKind.OUTSIDE: frozenset({HandoverStatus.ACCEPTED}),
    NoticeKind.FAILED: frozenset({HandoverStatus.DRAFT}),
    NoticeKind.SUPPLEMENT: frozenset({HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED}),
    NoticeKind.SUPPLEMENT_FAILED: frozenset(
        {HandoverStatus.OFFERED, HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED}
    ),
    NoticeKind.MENTOR: frozenset({HandoverStatus.CONFIRMED}),
    NoticeKind.MENTOR_UNREAD: frozenset({HandoverStatus.CONFIRMED}),
    NoticeKind.ANNOUNCED: frozenset({Announced.ASKED}),
    NoticeKind.ANSWERED: frozenset({Announced.UNKNOWN}),
}
"""What asks for something to be done is not mailed when a colleague has done it meanwhile."""

_TO_MENTORS = frozenset({NoticeKind.MENTOR, NoticeKind.MENTOR_UNREAD})
"""Not mailed to who is no longer mentor of that child, or never was but by mistake."""

log = structlog.get_logger(__name__)


def tell_receiver(uow: UnitOfWork, handover: Handover, kind: NoticeKind) -> None:
    """Tell those at the receiving school whose work this is; nobody where it takes no part. The caller commits."""
    if uow.session.get_one(Unit, handover.receiver_unit_id).status is UnitStatus.GUEST:
        return
    _tell(uow, {"handover_id": handover.id}, kind, unit_id=handover.receiver_unit_id, roles=RECEIVERS)


def tell_sender(uow: UnitOfWork, handover: Handover, kind: NoticeKind) -> None:
    """Tell those at the sending school whose work this is; the caller commits. Of a school outside nobody is there."""
    if handover.origin is Origin.ASKED:
        return
    leaver = uow.session.get_one(Leaver, handover.leaver_id)
    about = {"handover_id": handover.id}
    _tell(uow, about, kind, unit_id=handover.sender_unit_id, roles=SENDERS, group_id=leaver.group_id)


def tell_of_announcement(uow: UnitOfWork, announcement_id: str, kind: NoticeKind, *, unit_id: str) -> None:
    """Tell those at a school whose work an announced application is; the caller commits."""
    roles = ANSWERERS if kind is NoticeKind.ANNOUNCED else ANNOUNCERS
    _tell(uow, {"announcement_id": announcement_id}, kind, unit_id=unit_id, roles=roles)


def tell_person(uow: UnitOfWork, handover: Handover, kind: NoticeKind, *, person_id: str) -> None:
    """Tell one person, whose work this is by name; the caller commits."""
    uow.session.add(Notice(person_id=person_id, kind=kind, handover_id=handover.id, created_at=uow.clock.now()))


def people_to_mail(uow: UnitOfWork, *, limit: int) -> list[str]:
    """Persons whose notices have waited long enough, longest first; for the sweep."""
    first = func.min(Notice.created_at)
    return list(uow.session.scalars(_due(uow.clock.now()).order_by(first).limit(limit)))


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
        uow.session.execute(update(Notice).where(Notice.id.in_(claimed)).values(sent_at=uow.clock.now()))
        uow.commit()
    return bool(told)


def _tell(
    uow: UnitOfWork,
    about: Mapping[str, str],
    kind: NoticeKind,
    *,
    unit_id: str,
    roles: tuple[Role, ...],
    group_id: str | None = None,
) -> None:
    for role in roles:
        people = uow.session.scalars(_holders(uow, unit_id, role, group_id)).all()
        for person_id in people:
            uow.session.add(
                Notice(
                    person_id=person_id,
                    kind=kind,
                    **about,
                    stands_in=role in ADMIN_ROLES,
                    created_at=uow.clock.now(),
                )
            )
        if people:
            return
    log.error("nobody_to_tell", unit=unit_id, kind=kind.value)


def _holders(uow: UnitOfWork, unit_id: str, role: Role, group_id: str | None) -> Select[str]:
    today = local_day(uow.clock.now())
    found = select(Membership.person_id).where(
        Membership.unit_id == unit_id,
        Membership.role == role,
        holds_on(today),
    )
    if role is Role.TEACHER:
        found = found.join(MembershipGroup, MembershipGroup.membership_id == Membership.id).where(
            MembershipGroup.group_id == group_id
        )
    return found.distinct().order_by(Membership.person_id)


def _due(now: datetime) -> Select[str]:
    return (
        select(Notice.person_id)
        .where(Notice.sent_at.is_(None), _unclaimed(now))
        .group_by(Notice.person_id)
        .having(func.min(Notice.created_at) <= now - GATHERED)
    )


def _unclaimed(now: datetime) -> ColumnElement[bool]:
    return or_(Notice.claimed_at.is_(None), Notice.claimed_at <= now - RETRIED)


def _claim(uow: UnitOfWork, person_id: str) -> Sequence[str]:
    """The ids of what this worker mails now; another that comes meanwhile finds nothing."""
    now = uow.clock.now()
    if uow.session.scalar(_due(now).where(Notice.person_id == person_id)) is None:
        return []
    waiting = (Notice.person_id == person_id, Notice.sent_at.is_(None), _unclaimed(now))
    return uow.session.scalars(
        update(Notice)
        .where(*waiting)
        .values(claimed_at=now)
        .returning(Notice.id)
        .execution_options(synchronize_session=False)
    ).all()


def _still_true(uow: UnitOfWork, claimed: Sequence[str]) -> list[Told]:
    is_mentor = (
        select(Mentoring.id)
        .where(
            Mentoring.handover_id == Notice.handover_id,
            Mentoring.person_id == Notice.person_id,
            Mentoring.ended_at.is_(None),
        )
        .exists()
    )
    rows = uow.session.execute(
        select(Notice.kind, Notice.stands_in, Handover.reference, Handover.status, Announcement.state, is_mentor)
        .outerjoin(Handover, Handover.id == Notice.handover_id)
        .outerjoin(Announcement, Announcement.id == Notice.announcement_id)
        .where(Notice.id.in_(claimed))
        .order_by(Notice.created_at, Notice.id)
    )
    told = [
        Told(kind=kind, reference=reference or "", stands_in=stands_in)
        for kind, stands_in, reference, status, state, is_mentor_still in rows
        if (kind not in _TRUE_WHILE or {status, state} & _TRUE_WHILE[kind])
        and (kind not in _TO_MENTORS or is_mentor_still)
    ]
    # Of what has no reference each counts: they are as many announcements.
    return [one for n, one in enumerate(told) if not one.reference or one not in told[:n]]

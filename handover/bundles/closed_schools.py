"""Schools that closed in the open register while children are on their way to them, or come from them.

Nothing is kept of it: it is asked of the register each time, so that a school that is back is off the list at once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from handover.bundles.announcing import STILL_WATCHED, season_start
from handover.bundles.model import Handover
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_of_announcement, tell_receiver, tell_sender
from handover.bundles.readiness import ENDED
from handover.bundles.state import LIVE, HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Announcement, Application, Leaver
from handover.schools.model import Location, UnitLocation
from handover.terms.clock import local_day
from handover.terms.destination import Announced
from handover.terms.schooljaar import Schooljaar

_ON_THEIR_WAY = LIVE - {HandoverStatus.DRAFT}
_OPEN = frozenset({Announced.ASKED, Announced.UNKNOWN})
"""Announcements of children whom no primary school has recognised."""


class Concerns(StrEnum):
    """What a closed school has to do with a child."""

    GOES_THERE = "goes_there"
    COMES_FROM = "comes_from"


@dataclass(kw_only=True)
class AtClosed:
    """One closed location, and another school that has to do something about children there."""

    location: Location
    concerns: Concerns
    unit_id: str
    """Whom to call: the school at the other end."""
    references: list[str] = field(default_factory=list)
    """Of children who are known by one, in order."""
    announced: int = 0
    """Announcements of children whom nobody has recognised."""


def at_closed(uow: UnitOfWork, brins: Collection[str] | None = None) -> list[AtClosed]:
    """Who is on the way to or from a closed location; of these locations alone, or of all."""
    closed = {one.brin6: one for one in uow.session.scalars(_closed(brins))}
    if not closed:
        return []
    found: dict[tuple[str, Concerns, str], AtClosed] = {}

    def line(brin6: str, concerns: Concerns, unit_id: str) -> AtClosed:
        key = (brin6, concerns, unit_id)
        if key not in found:
            found[key] = AtClosed(location=closed[brin6], concerns=concerns, unit_id=unit_id)
        return found[key]

    for brin6, unit_id, reference in _going(uow, closed):
        line(brin6, Concerns.GOES_THERE, unit_id).references.append(reference)
    for brin6, unit_id, reference in _coming(uow, closed):
        line(brin6, Concerns.COMES_FROM, unit_id).references.append(reference)
    for row, brin6 in _announced(uow, closed):
        line(brin6, Concerns.COMES_FROM, row.receiver_unit_id).announced += 1
    return sorted(found.values(), key=lambda one: (one.location.place, one.location.name, one.concerns, one.unit_id))


def tell_of_closed(uow: UnitOfWork, brins: Collection[str]) -> int:
    """Tell both schools of each dossier to or from these locations, and who announced a child from there.

    For the import that found them closed; gives how many were told of. The caller commits.
    """
    closed = {one.brin6: one for one in uow.session.scalars(_closed(brins))}
    dossiers = _sent(uow, closed)
    for handover in dossiers:
        tell_sender(uow, handover, NoticeKind.SCHOOL_CLOSED)
        if handover.offered_at is not None:
            tell_receiver(uow, handover, NoticeKind.SCHOOL_CLOSED)
    announced = _announced(uow, closed)
    for row, _brin6 in announced:
        tell_of_announcement(uow, row.id, NoticeKind.PRIMARY_CLOSED, unit_id=row.receiver_unit_id)
    return len(dossiers) + len(announced)


def _closed(brins: Collection[str] | None) -> Select[Location]:
    query = select(Location).where(Location.closed_on.is_not(None))
    return query if brins is None else query.where(Location.brin6.in_(brins))


def _year(uow: UnitOfWork) -> str:
    return Schooljaar.of(local_day(uow.clock.now()) - STILL_WATCHED).name


def _going(uow: UnitOfWork, closed: Collection[str]) -> list[tuple[str, str, str]]:
    """Of children whose application at a closed location stands: BRIN, their primary school's unit, reference.

    Not of those whose dossier is elsewhere, and not there too: that school is the one that counts.
    """
    there = exists().where(Handover.application_id == Application.id, Handover.status.in_(_ON_THEIR_WAY))
    elsewhere = exists().where(
        Handover.leaver_id == Leaver.id, Handover.status.in_(_ON_THEIR_WAY), Handover.application_id != Application.id
    )
    rows = uow.session.execute(
        select(Application.receiver_brin, Leaver.unit_id, Leaver.reference)
        .join(Leaver, Leaver.id == Application.leaver_id)
        .where(
            Application.receiver_brin.in_(list(closed)),
            Application.outcome.not_in(ENDED),
            Leaver.ended_as.is_(None),
            Leaver.school_year >= _year(uow),
            there | ~elsewhere,
        )
        .order_by(Leaver.reference)
    )
    return [(brin6, unit_id, reference) for brin6, unit_id, reference in rows]


def _coming(uow: UnitOfWork, closed: Collection[str]) -> list[tuple[str, str, str]]:
    """Of children of a closed primary school whose dossier is not confirmed: BRIN, whom to call, reference.

    To call is the secondary school; where it takes no part, who is still at the primary school.
    """
    gone = _gone(uow, closed)
    confirmed = exists().where(Handover.leaver_id == Leaver.id, Handover.status == HandoverStatus.CONFIRMED)
    rows = uow.session.execute(
        select(Leaver.unit_id, Application.receiver_unit_id, Leaver.reference)
        .outerjoin(Application, and_(Application.leaver_id == Leaver.id, Application.outcome.not_in(ENDED)))
        .where(Leaver.unit_id.in_(list(gone)), Leaver.ended_as.is_(None), Leaver.school_year >= _year(uow), ~confirmed)
        .distinct()
        .order_by(Leaver.reference)
    )
    return [(gone[unit_id], receiver_id or unit_id, reference) for unit_id, receiver_id, reference in rows]


def _gone(uow: UnitOfWork, closed: Collection[str]) -> dict[str, str]:
    """The units of which no location is open any more: by id, one of their locations that closed."""
    known = aliased(Location)
    still_open = (
        select(UnitLocation.unit_id).join(known, known.brin6 == UnitLocation.brin6).where(known.closed_on.is_(None))
    )
    rows = uow.session.execute(
        select(UnitLocation.unit_id, func.min(UnitLocation.brin6))
        .where(UnitLocation.brin6.in_(list(closed)), UnitLocation.unit_id.not_in(still_open))
        .group_by(UnitLocation.unit_id)
    )
    return {row[0]: row[1] for row in rows}


def _sent(uow: UnitOfWork, closed: Collection[str]) -> list[Handover]:
    """Dossiers that lie at a closed location, and those not confirmed yet of a primary school that closed."""
    there = and_(Handover.receiver_brin.in_(list(closed)), Handover.status.in_(_ON_THEIR_WAY))
    waiting = (HandoverStatus.OFFERED, HandoverStatus.ACCEPTED)
    from_there = and_(Handover.sender_unit_id.in_(_gone(uow, closed)), Handover.status.in_(waiting))
    rows = select(Handover).where(or_(there, from_there)).order_by(Handover.created_at, Handover.id)
    return list(uow.session.scalars(rows))


def _announced(uow: UnitOfWork, closed: Collection[str]) -> list[tuple[Announcement, str]]:
    rows = uow.session.scalars(
        select(Announcement)
        .where(
            Announcement.sender_brin.in_(list(closed)),
            Announcement.state.in_(_OPEN),
            Announcement.announced_at >= season_start(uow),
        )
        .order_by(Announcement.announced_at, Announcement.id)
    )
    return [(row, row.sender_brin or "") for row in rows]

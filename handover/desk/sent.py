"""Whether a leaver's dossier is on its way, and to which school it goes or would go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from handover.bundles.codes import TRIES, code_of
from handover.bundles.guest_units import is_guest
from handover.bundles.handovers import under_way
from handover.bundles.model import Handover
from handover.bundles.outside import may_be_taken_back
from handover.bundles.second import may_go_to
from handover.bundles.state import HandoverStatus, Origin
from handover.bundles.versions import is_being_sealed
from handover.db.unit_of_work import UnitOfWork
from handover.desk.outside_words import Elsewhere, elsewhere_of
from handover.leavers.model import Application, Leaver
from handover.schools.model import Location
from handover.terms.destination import Outcome

ON_ITS_WAY = frozenset(
    {HandoverStatus.SEALING, HandoverStatus.OFFERED, HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED}
)
"""What was sent in these is not changed; a draft whose settling failed, or that came back, may be."""
_FAR = (HandoverStatus.SEALING, HandoverStatus.OFFERED, HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED)
_OVER = (Outcome.REFUSED, Outcome.WITHDRAWN)


@dataclass(frozen=True, kw_only=True)
class School:
    """A school as nobody can take it for another: with its place and BRIN."""

    name: str
    place: str
    brin: str


@dataclass(frozen=True, kw_only=True)
class SentCode:
    """How it stands with a handover that went with a code."""

    email: str
    expires_at: datetime
    tries_left: int
    mailed_at: datetime | None
    fetched_at: datetime | None
    guest_name: str
    guest_function: str
    confirmed_by: str


@dataclass(frozen=True, kw_only=True)
class Sent:
    """The newest handover of a leaver; the instants are those that it has come to."""

    handover_id: str
    status: HandoverStatus
    school: School
    sent_at: datetime
    accepted_at: datetime | None
    confirmed_at: datetime | None
    supplement_opened_at: datetime | None
    """Since when the dossier may be changed again, to send it after."""
    is_being_supplemented: bool
    """A supplement waits to be compared with its letter."""
    is_outdated: bool
    """The dossier was changed since it was sent, and nothing of that went along."""
    code: SentCode | None = None
    """Of a school that takes no part."""
    outside: Elsewhere | None = None
    """How it went outside the service; the dossier is not here then."""
    to_guest: bool = False
    """To a school that takes no part."""
    may_take_back: bool = False
    """That it went outside can still be undone."""

    @property
    def is_supplementing(self) -> bool:
        """Whether something is being sent after."""
        return self.is_on_its_way and self.supplement_opened_at is not None

    @property
    def is_on_its_way(self) -> bool:
        """Whether it was sent and has not ended: the dossier is closed, unless it is being supplemented."""
        return self.status in ON_ITS_WAY


def is_closed(uow: UnitOfWork, leaver_id: str) -> bool:
    """Whether a handover of this leaver is under way or confirmed, and nothing is being sent after any."""
    there = under_way(uow, leaver_id)
    return bool(there) and not any(one.supplement_opened_at for one in there)


def newest_handover(uow: UnitOfWork, leaver_id: str, about: str | None = None) -> Sent | None:
    """The one under way, or else the last one that was made, whatever became of it; None before the first.

    Of two under way: `about` where it is one of them; or else that to which something is being sent after, or the
    oldest.
    """
    there = under_way(uow, leaver_id)
    if there:
        return sent_of(uow, min(there, key=lambda one: (one.id != about, one.supplement_opened_at is None)))
    newest = uow.session.scalars(
        select(Handover)
        .where(Handover.leaver_id == leaver_id)
        .order_by(Handover.created_at.desc(), Handover.id.desc())
        .limit(1)
    ).first()
    return None if newest is None else sent_of(uow, newest)


def foremost(handovers: Sequence[Handover]) -> Handover:
    """Of a leaver's handovers, oldest first, the one that counts: the furthest under way, or else the newest."""
    there = [one for one in handovers if one.status in ON_ITS_WAY]
    return max(there, key=lambda one: _FAR.index(one.status)) if there else handovers[-1]


def sent_of(uow: UnitOfWork, row: Handover) -> Sent:
    """How one of them stands."""
    return Sent(
        handover_id=row.id,
        status=row.status,
        school=school_of(uow, row.receiver_brin),
        sent_at=row.created_at,
        accepted_at=row.accepted_at,
        confirmed_at=row.confirmed_at,
        supplement_opened_at=row.supplement_opened_at,
        is_being_supplemented=row.offered_at is not None and is_being_sealed(uow, row.id),
        code=_code(uow, row.id),
        outside=elsewhere_of(uow, [row.id]).get(row.id),
        to_guest=is_guest(uow, row.receiver_unit_id),
        may_take_back=may_be_taken_back(uow, row, Origin.OUTSIDE),
        is_outdated=uow.session.get_one(Leaver, row.leaver_id).content_version > row.sent_content_version,
    )


def _code(uow: UnitOfWork, handover_id: str) -> SentCode | None:
    code = code_of(uow, handover_id)
    if code is None:
        return None
    return SentCode(
        email=code.email,
        expires_at=code.expires_at,
        tries_left=max(0, TRIES - code.failures),
        mailed_at=code.mailed_at,
        fetched_at=code.fetched_at,
        guest_name=code.guest_name,
        guest_function=code.guest_function,
        confirmed_by=code.confirmed_by,
    )


def destination(uow: UnitOfWork, leaver_id: str) -> School | None:
    """Where the dossier is or goes, or else would go; None while nowhere."""
    there = under_way(uow, leaver_id)
    brin = (
        there[0].receiver_brin
        if there
        else uow.session.scalars(
            select(Application.receiver_brin)
            .where(Application.leaver_id == leaver_id, Application.outcome.not_in(_OVER))
            .order_by(Application.preference, Application.created_at)
            .limit(1)
        ).first()
    )
    return school_of(uow, brin) if brin else None


def destinations(uow: UnitOfWork, leaver_id: str) -> list[School]:
    """Where it is, goes or may go: one school, or two while a TLV is undecided; none while nowhere."""
    return [school_of(uow, brin) for brin in may_go_to(uow, leaver_id)]


def school_of(uow: UnitOfWork, brin: str) -> School:
    """The school at that location, as the register has it."""
    location = uow.session.get_one(Location, brin)
    return School(name=location.name, place=location.place, brin=brin)

"""How many children a secondary school may announce on one day: as many as such a school can have, and no flood."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import ColumnElement, and_, func, or_, select

from handover.db.unit_of_work import UnitOfWork
from handover.errors import Invalid
from handover.leavers.model import Announcement, Leaver
from handover.schools.model import UnitLocation
from handover.terms.clock import AMSTERDAM, local_day
from handover.terms.destination import Announced, LeaverEnd
from handover.terms.msgid import msgid
from handover.terms.schooljaar import Schooljaar

A_LOCATION = 500
"""Children a day for each location that the school serves; a large school has 400 new pupils a year."""
AT_LEAST = 40
"""Children without a code a day to one primary school, however few leavers it has on its list."""
A_LEAVER = 2
"""The same, for each leaver on its list; the median school has 21."""
WAITING = 4
"""So many times that may wait for an answer at one primary school, of all secondary schools together."""
FEW = 10
"""Of its own may always wait there: what other schools asked locks nobody out."""

_TOO_MANY = msgid(
    "Uw school meldde vandaag al zo veel leerlingen aan als er op een dag kunnen. Ga morgen verder. "
    "Klopt het aantal, bel dan het samenwerkingsverband."
)
_TO_ONE_SCHOOL = msgid(
    "Voor deze basisschool meldde uw school vandaag al veel meer leerlingen aan dan er van school gaan. "
    "Kijk of u de goede school koos, of ga morgen verder."
)
_FLOODED = msgid(
    "Bij deze basisschool wachten al te veel aanmeldingen op antwoord. Gebruik de code van de brief, of bel de school."
)


def require_room(uow: UnitOfWork, unit_id: str) -> None:
    """Go on if this school may announce one more child today.

    Raises:
        Invalid: it may not.
    """
    locations = select(func.count()).select_from(UnitLocation).where(UnitLocation.unit_id == unit_id)
    if _count(uow, _today(uow, unit_id)) >= A_LOCATION * max(1, uow.session.scalar(locations) or 0):
        raise Invalid(fields={"code": _TOO_MANY})


def require_room_at(uow: UnitOfWork, unit_id: str, *, brin6: str, primary_id: str | None, season: datetime) -> None:
    """Go on if this school may ask that primary school of one more child without a code.

    `season`: what was announced before it waits for nobody any more.

    Raises:
        Invalid: it may not.
    """
    to_it = or_(Announcement.sender_brin == brin6, _is_at(primary_id))
    most = max(AT_LEAST, A_LEAVER * _leavers(uow, primary_id))
    if _count(uow, and_(_today(uow, unit_id), Announcement.sender_brin.is_not(None), to_it)) >= most:
        raise Invalid(fields={"sender_brin": _TO_ONE_SCHOOL})
    waits = and_(to_it, Announcement.state == Announced.ASKED, Announcement.announced_at >= season)
    own = and_(waits, Announcement.receiver_unit_id == unit_id)
    if _count(uow, waits) >= WAITING * most and _count(uow, own) >= FEW:
        raise Invalid(fields={"sender_brin": _FLOODED})


def _is_at(primary_id: str | None) -> ColumnElement[bool]:
    return Announcement.sender_unit_id == primary_id if primary_id else Announcement.sender_unit_id.in_(())


def _today(uow: UnitOfWork, unit_id: str) -> ColumnElement[bool]:
    midnight = datetime.combine(local_day(uow.clock.now()), time.min, AMSTERDAM)
    return and_(Announcement.receiver_unit_id == unit_id, Announcement.announced_at >= midnight)


def _leavers(uow: UnitOfWork, primary_id: str | None) -> int:
    year = Schooljaar.of(local_day(uow.clock.now())).name
    listed = select(func.count()).where(
        Leaver.unit_id == primary_id,
        Leaver.school_year >= year,
        Leaver.ended_as.is_distinct_from(LeaverEnd.MISTAKE),
    )
    return (uow.session.scalar(listed) or 0) if primary_id else 0


def _count(uow: UnitOfWork, which: ColumnElement[bool]) -> int:
    return uow.session.scalar(select(func.count()).select_from(Announcement).where(which)) or 0

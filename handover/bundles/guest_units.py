"""The unit that stands for a location that takes no part."""

from __future__ import annotations

from sqlalchemy import or_, select

from handover.bundles.asked_model import AskedDossier
from handover.bundles.model import Handover
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Announcement, Leaver
from handover.schools.model import Location, Unit, UnitSide, UnitStatus


def guest_unit(uow: UnitOfWork, brin6: str) -> str:
    """The unit that stands for a secondary location; made the first time. It serves nothing and has no key."""
    known = uow.session.scalar(
        select(Unit.id)
        .join(Handover, Handover.receiver_unit_id == Unit.id)
        .where(Unit.status == UnitStatus.GUEST, Handover.receiver_brin == brin6)
        .limit(1)
    )
    if known is not None:
        return known
    return _made(uow, UnitSide.VO, brin6)


def primary_guest_unit(uow: UnitOfWork, brin6: str) -> str:
    """The same for a primary location: a dossier came from it, or was asked of it."""
    came = (
        select(Leaver.unit_id)
        .join(Announcement, Announcement.leaver_id == Leaver.id)
        .where(Announcement.sender_brin == brin6)
    )
    asked = select(AskedDossier.sender_unit_id).where(AskedDossier.sender_brin == brin6)
    known = uow.session.scalar(
        select(Unit.id)
        .where(Unit.status == UnitStatus.GUEST, or_(Unit.id.in_(came), Unit.id.in_(asked)))
        .order_by(Unit.made_at)
        .limit(1)
    )
    return known if known is not None else _made(uow, UnitSide.PO, brin6)


def _made(uow: UnitOfWork, side: UnitSide, brin6: str) -> str:
    location = uow.session.get_one(Location, brin6)
    unit = Unit(
        id=new_id(),
        side=side,
        name=location.name,
        place=location.place,
        status=UnitStatus.GUEST,
        made_at=uow.clock.now(),
    )
    uow.session.add(unit)
    uow.flush()
    return unit.id


def is_guest(uow: UnitOfWork, unit_id: str) -> bool:
    """Whether this unit stands for a location that takes no part."""
    return uow.session.get_one(Unit, unit_id).status is UnitStatus.GUEST

"""How far a unit is in taking part, and whether the region vouches for its key: what its people and the region see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import select

from handover.access.certification import certified_until
from handover.db.unit_of_work import UnitOfWork
from handover.rooms.cards import admin_key
from handover.rooms.model import CertificateRow
from handover.rooms.trust import certificate
from handover.schools.model import Unit, UnitStatus
from handover.terms.clock import local_day
from keys.card import RegionKeys


class Standing(StrEnum):
    """In the order in which a unit passes through them."""

    INVITED = "invited"  # nobody has used the code yet
    WAITING = "waiting"  # it has a key, and nobody has compared its words
    CERTIFIED = "certified"
    CHANGED = "changed"  # certified before; the key was rotated since, so the words must be compared again
    RUN_OUT = "run_out"  # the same key, whose certificate is over
    CLOSED = "closed"


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """Where a unit stands, and until when."""

    standing: Standing
    until: datetime | None = None
    """Of the newest certificate of the present key."""
    renewable: bool = False
    """Whether one press gives a later day: the same key, and a new school year."""

    @property
    def last_day(self) -> date | None:
        """The last day on which the certificate counts, as people say it."""
        return local_day(self.until - timedelta(seconds=1)) if self.until else None

    @property
    def needs_words(self) -> bool:
        """Whether the five words must be heard over the telephone."""
        return self.standing in {Standing.WAITING, Standing.CHANGED}


def standing_of(uow: UnitOfWork, unit: Unit, region: RegionKeys) -> Vouched:
    """Where a unit stands now.

    Raises:
        BadSignature: one of its cards was changed.
    """
    if unit.status is UnitStatus.CLOSED:
        return Vouched(standing=Standing.CLOSED)
    if unit.status is UnitStatus.INVITED:
        return Vouched(standing=Standing.INVITED)
    now = uow.clock.now()
    rows = uow.session.scalars(select(CertificateRow.jws).where(CertificateRow.unit_id == unit.id))
    counting = region.counting(now)
    said = [one for token in rows if (one := certificate(counting, token)) is not None and one.unit_id == unit.id]
    key = admin_key(uow, unit.id)
    until = max((one.until for one in said if one.admin_key == key), default=None)
    if until is None:
        return Vouched(standing=Standing.CHANGED if said else Standing.WAITING)
    return Vouched(
        standing=Standing.CERTIFIED if now < until else Standing.RUN_OUT,
        until=until,
        renewable=certified_until(now) > until,
    )

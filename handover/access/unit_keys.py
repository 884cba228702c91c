"""A unit's keys, as a page shows them: who holds which, what the region says, the recovery sheet, what waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from handover.access.keywork import KeyWorkKind, waiting
from handover.access.roles import circles_at
from handover.access.standing import Vouched, standing_of
from handover.db.unit_of_work import UnitOfWork
from handover.policy import Action, Actor, Subject, require
from handover.rooms.cards import admin_key, admin_key_words
from handover.rooms.circles import holders
from handover.rooms.model import CardRow, CircleKeyRow, CopyStatus, KeyCopy, Sheet
from handover.schools.model import Person, Unit
from keys.card import RegionKeys
from keys.circle import Circle


@dataclass(frozen=True, kw_only=True)
class CircleLine:
    """One of the unit's keys."""

    circle: Circle
    version: int
    made_at: datetime
    holders: tuple[str, ...]
    """Names, in order."""
    mine: bool
    on_sheet: bool
    sleeps: bool
    """The last copy is somebody's who left: it opens nothing until it is handed on."""
    rotates: bool
    """It is to be replaced, and waits for somebody who holds it."""


@dataclass(frozen=True, kw_only=True)
class SheetLine:
    """The newest recovery sheet."""

    made_at: datetime
    lacks: frozenset[Circle]
    """Keys that it does not open yet."""
    i_can_add: frozenset[Circle]


@dataclass(frozen=True, kw_only=True)
class UnitKeys:
    """All keys of a unit, for its admins and, in part, for its other people."""

    words: str
    """The five of the admin key, to be read over the telephone."""
    vouched: Vouched
    card_version: int
    card_made_at: datetime
    card_waits: bool
    """A new key waits for an admin to put it on the card."""
    circles: tuple[CircleLine, ...]
    sheet: SheetLine | None


def read_keys(uow: UnitOfWork, actor: Actor, unit_id: str, region: RegionKeys) -> UnitKeys:
    """The keys of a unit that this person belongs to.

    Raises:
        NotFound: no unit of this person's.
    """
    require(actor, Action.SEE_UNIT, Subject(unit_id=unit_id))
    unit = uow.session.get_one(Unit, unit_id)
    card = uow.session.scalars(
        select(CardRow).where(CardRow.unit_id == unit_id).order_by(CardRow.version.desc()).limit(1)
    ).one()
    work = waiting(uow, unit_id)
    sheet = uow.session.scalars(
        select(Sheet).where(Sheet.unit_id == unit_id, Sheet.revoked_at.is_(None)).order_by(Sheet.created_at.desc())
    ).first()
    printed = _on_sheet(uow, sheet) if sheet else frozenset()
    held = holders(uow, unit_id)
    names = _names(uow, frozenset().union(*held.values()))
    mine = actor.keyring.circles(uow, unit_id)
    rotating = {one.circle for one in work if one.kind == KeyWorkKind.ROTATE}
    lines = tuple(
        CircleLine(
            circle=row.circle,
            version=row.version,
            made_at=row.created_at,
            holders=tuple(sorted(names[person] for person in held[row.circle])),
            mine=row.circle in mine,
            on_sheet=row.circle in printed,
            sleeps=_sleeps(uow, row.id),
            rotates=row.circle in rotating,
        )
        for row in _newest(uow, unit)
    )
    lacks = frozenset(line.circle for line in lines) - printed
    return UnitKeys(
        words=admin_key_words(admin_key(uow, unit_id)),
        vouched=standing_of(uow, unit, region),
        card_version=card.version,
        card_made_at=card.created_at,
        card_waits=any(one.kind == KeyWorkKind.PUBLISH_CARD for one in work),
        circles=lines,
        sheet=SheetLine(made_at=sheet.created_at, lacks=lacks, i_can_add=lacks & mine) if sheet else None,
    )


def _newest(uow: UnitOfWork, unit: Unit) -> list[CircleKeyRow]:
    newest = (
        select(CircleKeyRow.circle, func.max(CircleKeyRow.version).label("version"))
        .where(CircleKeyRow.unit_id == unit.id)
        .group_by(CircleKeyRow.circle)
        .subquery()
    )
    rows = uow.session.scalars(
        select(CircleKeyRow)
        .join(newest, (CircleKeyRow.circle == newest.c.circle) & (CircleKeyRow.version == newest.c.version))
        .where(CircleKeyRow.unit_id == unit.id)
    )
    found = {row.circle: row for row in rows}
    return [found[circle] for circle in circles_at(unit.side) if circle in found]


def _on_sheet(uow: UnitOfWork, sheet: Sheet) -> frozenset[Circle]:
    """The circles whose newest version this sheet opens."""
    newest = (
        select(CircleKeyRow.circle, func.max(CircleKeyRow.version).label("version"))
        .where(CircleKeyRow.unit_id == sheet.unit_id)
        .group_by(CircleKeyRow.circle)
        .subquery()
    )
    return frozenset(
        uow.session.scalars(
            select(CircleKeyRow.circle)
            .join(newest, (CircleKeyRow.circle == newest.c.circle) & (CircleKeyRow.version == newest.c.version))
            .join(KeyCopy, KeyCopy.circle_key_id == CircleKeyRow.id)
            .where(CircleKeyRow.unit_id == sheet.unit_id, KeyCopy.sheet_id == sheet.id)
        )
    )


def _sleeps(uow: UnitOfWork, circle_key_id: str) -> bool:
    """Whether nobody but somebody who left has this key."""
    statuses = set(
        uow.session.scalars(
            select(KeyCopy.status).where(KeyCopy.circle_key_id == circle_key_id, KeyCopy.person_id.is_not(None))
        )
    )
    return CopyStatus.ASLEEP in statuses and CopyStatus.ACTIVE not in statuses


def _names(uow: UnitOfWork, person_ids: frozenset[str]) -> dict[str, str]:
    rows = uow.session.scalars(select(Person).where(Person.id.in_(person_ids)))
    return {person.id: person.name for person in rows}

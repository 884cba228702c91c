"""Entering the rooms of a whole class at once: three queries instead of four for each child. Checks are the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from handover.db.unit_of_work import UnitOfWork
from handover.errors import NotFound
from handover.rooms.errors import NoKey
from handover.rooms.grants import context_of, entered, open_for, signed_of, signer_rows
from handover.rooms.keyring import Keyring
from handover.rooms.model import CircleKeyRow, Grant, Room, SealedRecord
from handover.rooms.records import OpenRoom, Record
from keys.errors import Damaged, KeysError
from keys.grant import open_room as open_room_grant


@dataclass(frozen=True, kw_only=True)
class Rooms:
    """What a batch gave, by room id."""

    entered: Mapping[str, OpenRoom] = field(repr=False)
    closed: Mapping[str, NoKey | NotFound | KeysError]
    """Why a room could not be entered; the others are still good."""


def enter_rooms(uow: UnitOfWork, keyring: Keyring, unit_id: str, subjects: Mapping[str, str]) -> Rooms:
    """Enter rooms as a member of that unit. `subjects` says, by room id, whose each is thought to be."""
    rooms = {row.id: row for row in uow.session.scalars(select(Room).where(Room.id.in_(subjects)))}
    grants: dict[str, list[Grant]] = {room_id: [] for room_id in subjects}
    for row in uow.session.scalars(
        select(Grant)
        .where(Grant.room_id.in_(subjects), Grant.unit_id == unit_id, Grant.withheld.is_(False))
        .order_by(Grant.id)
    ):
        grants[row.room_id or ""].append(row)
    signers = signer_rows(uow, {row.signer_id for rows in grants.values() for row in rows})
    open_ones: dict[str, OpenRoom] = {}
    closed: dict[str, NoKey | NotFound | KeysError] = {}
    for room_id, subject_id in subjects.items():
        try:
            open_ones[room_id] = _enter(uow, keyring, rooms.get(room_id), grants[room_id], signers, subject_id)
        except (NoKey, NotFound, KeysError) as error:
            closed[room_id] = error
    return Rooms(entered=open_ones, closed=closed)


def read_records(uow: UnitOfWork, rooms: Mapping[str, OpenRoom], kind: str) -> dict[str, Record | KeysError]:
    """Read the record of that kind about each room's own subject, by room id; rooms without one are left out."""
    read: dict[str, Record | KeysError] = {}
    for row in uow.session.scalars(
        select(SealedRecord).where(SealedRecord.room_id.in_(rooms), SealedRecord.kind == kind)
    ):
        room = rooms[row.room_id]
        if row.subject != room.subject_id:
            continue
        try:
            read[row.room_id] = room.open_row(row)
        except KeysError as error:
            read[row.room_id] = error
    return read


def _enter(
    uow: UnitOfWork,
    keyring: Keyring,
    room: Room | None,
    grants: list[Grant],
    signers: Mapping[str, CircleKeyRow],
    subject_id: str,
) -> OpenRoom:
    if room is None:
        raise NotFound
    for row in grants:
        found = open_for(uow, keyring, row, signers)
        if found is None:
            continue
        if row.maker_unit_id != room.maker_unit_id or row.subject != room.id:
            raise Damaged("a grant in another's place", room=room.id)
        opened = open_room_grant(signed_of(row), context_of(row), identity=found.identity, signer=found.signer)
        return entered(room, opened, subject_id)
    raise NoKey("no key of this room", room=room.id)

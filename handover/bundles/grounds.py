"""Why a child was not admitted: sealed in a room of its application, for those at both schools who may know names."""

from __future__ import annotations

from sqlalchemy import select

from handover.bundles.sides import noticing
from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Application, Leaver
from handover.policy import Actor
from handover.rooms.cards import valid_card
from handover.rooms.errors import NoValidCard
from handover.rooms.grants import make_room, open_room
from handover.rooms.model import Room, RoomKind, SubjectKind
from handover.rooms.records import OpenRoom
from handover.services import Services
from keys.circle import Circle

_RECORD = "ground"


def read_ground(uow: UnitOfWork, actor: Actor, application: Application, unit_id: str) -> str:
    """The ground as a member of that unit reads it; empty when none was written.

    Raises:
        NoKey: this person does not hold the names key.
        Unreadable: it was changed or exchanged.
    """
    room = _room(uow, actor, application, unit_id)
    if room is None:
        return ""
    with noticing():
        found = room.read_all(uow, _RECORD).get(application.id)
        return found.data.decode() if found else ""


def keep_ground(services: Services, uow: UnitOfWork, actor: Actor, application: Application, text: str) -> None:
    """Write the ground, or with an empty text take away what was written; the caller commits.

    Raises:
        NoKey: this person does not hold the names key.
        Conflict: somebody else wrote it at the same time.
        Unreadable: what lay there was changed or exchanged.
    """
    unit_id = application.receiver_unit_id or ""
    room = _room(uow, actor, application, unit_id)
    if room is None:
        if not text:
            return
        room = _make(services, uow, actor, application, unit_id)
    if not text:
        room.erase(uow, _RECORD, application.id)
        return
    with noticing():
        before = room.read_all(uow, _RECORD).get(application.id)
    room.seal(uow, _RECORD, application.id, text.encode(), after=before.version if before else 0)


def _room(uow: UnitOfWork, actor: Actor, application: Application, unit_id: str) -> OpenRoom | None:
    room_id = uow.session.scalar(
        select(Room.id).where(
            Room.kind == RoomKind.APPLICATION,
            Room.subject_kind == SubjectKind.APPLICATION,
            Room.subject_id == application.id,
            Room.maker_unit_id == application.receiver_unit_id,
        )
    )
    return open_room(uow, actor.keyring, unit_id, room_id, subject_id=application.id) if room_id else None


def _make(services: Services, uow: UnitOfWork, actor: Actor, application: Application, unit_id: str) -> OpenRoom:
    names = actor.keyring.circle(uow, unit_id, Circle.NAMES)
    readers = [names.reader]
    sender_id = uow.session.get_one(Leaver, application.leaver_id).unit_id
    try:
        card = valid_card(uow, sender_id, services.region, uow.clock.now())
    except NoValidCard:
        pass  # nothing is sealed to a school that nobody vouches for; the primary school then hears it by telephone
    else:
        readers.append(card.reader(Circle.NAMES, withheld=False))
    return make_room(
        uow,
        kind=RoomKind.APPLICATION,
        subject=(SubjectKind.APPLICATION, application.id),
        maker=names,
        readers=readers,
    )

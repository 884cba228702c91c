"""The receiver's own rooms for its notes about a child: made when it receives, or when it first needs one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from handover.bundles.model import Handover, Part
from handover.db.unit_of_work import UnitOfWork
from handover.policy import Actor
from handover.rooms.grants import make_room
from handover.rooms.model import RoomKind, SubjectKind
from keys.circle import Circle

_KINDS: Mapping[Part, tuple[RoomKind, Circle]] = MappingProxyType(
    {Part.DOSSIER: (RoomKind.OWN, Circle.DOSSIER), Part.CARE: (RoomKind.OWN_CARE, Circle.CARE)}
)


def own_room(uow: UnitOfWork, actor: Actor, handover: Handover, part: Part) -> str:
    """The id of the receiver's own room for that part; made by this actor where there is none. The caller commits.

    Raises:
        NoKey: there is none, and this person holds no key of the circle that it is for.
    """
    known = handover.own_care_room_id if part is Part.CARE else handover.own_room_id
    if known is not None:
        return known
    kind, circle = _KINDS[part]
    held = actor.keyring.circle(uow, handover.receiver_unit_id, circle)
    subject = (SubjectKind.HANDOVER, handover.id)
    room = make_room(uow, kind=kind, subject=subject, maker=held, readers=[held.reader])
    if part is Part.CARE:
        handover.own_care_room_id = room.room_id
    else:
        handover.own_room_id = room.room_id
    return room.room_id

"""What the care coordinator opens for one child's mentors: a copy of a care document or note, in a room of its own.

The care part itself stays shut to them. Closing it again deletes the copy; what was read was read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select

from handover.access import keywork
from handover.audit.log import record
from handover.bundles.events import CareClosed, CareOpened, OpenedRead, told_by_receiver
from handover.bundles.handovers import handover_of
from handover.bundles.mentor_keys import require_named
from handover.bundles.mentor_model import Mentoring
from handover.bundles.mentors import KEY_WORK_CARE, standing
from handover.bundles.model import Handover, Part, Remark, RemarkKind
from handover.bundles.opened_model import OpenedItem
from handover.bundles.reading import open_for_reading
from handover.bundles.remark_text import read_text
from handover.bundles.remarks import report_damage
from handover.bundles.sides import Unreadable, noticing, stand, subject_with_group
from handover.bundles.state import HandoverStatus
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.document_bytes import delete_quietly, whole
from handover.errors import NotFound
from handover.policy import Action, Actor, require
from handover.rooms.errors import NoKey
from handover.rooms.grants import give_room, make_room, open_room, require_kind
from handover.rooms.model import RoomKind, SubjectKind
from handover.rooms.reader import person_reader
from handover.rooms.records import OpenRoom
from handover.schools.model import Person
from handover.services import Services
from handover.storage.port import new_blob_key
from keys.age.file import encrypt
from keys.age.hybrid import HybridRecipient
from keys.circle import Circle
from keys.errors import BadSignature, KeysError

_RECORD = "opened"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class OpenedView:
    """Something that was opened for the mentors, as one reader sees it."""

    id: str
    source: str
    kind: str
    """Of a document its kind; `note` for what somebody wrote."""
    title: str = field(repr=False)
    text: str = field(repr=False)
    """Of a note; empty for a document."""
    pages: int
    by: str
    opened_at: datetime
    damaged: bool = False
    """It was changed or exchanged; nothing of it is shown."""

    @property
    def is_document(self) -> bool:
        """Whether it has bytes to be looked at."""
        return not self.text and not self.damaged


@dataclass(frozen=True, kw_only=True)
class OpenedDocument:
    """A document on its way to its reader."""

    size: int
    """In bytes."""
    pieces: Iterator[bytes] = field(repr=False)


def open_document(
    services: Services, actor: Actor, handover_id: str, number: int, *, version: int | None = None
) -> str:
    """Copy the nth care document for the mentors. Gives the copy's id; once more gives the id of the first.

    Bytes first, row second: killed in between, the bytes are nobody's and are swept.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor, or there is no such document.
        Tampered: it is not what was sent; nothing was copied.
        StoreUnavailable: nothing was copied.
    """
    opened = open_for_reading(services, actor, handover_id, Part.CARE, version=version)
    try:
        inner = opened.inside.document(number)
        source = f"document:{opened.version}:{number}"
        with services.uow() as uow:
            at = stand(uow, actor, handover_id, Action.OPEN_FOR_MENTOR, part=Part.CARE)
            if known := _known(uow, handover_id, source):
                return known
            room = _room(uow, actor, at.handover)
            uow.commit()
        # Nobody is shown anything, so it is no reading; that it was opened for the mentors is what is recorded.
        key, pieces = new_blob_key(), opened.inside.read(inner)
        stored = services.store.put(key, encrypt([room.recipient], pieces))
    finally:
        opened.inside.close()
    said = {
        "kind": inner.kind,
        "title": inner.title,
        "pages": inner.pages,
        "size": inner.length,
        "sha256": inner.sha256,
    }
    row = OpenedItem(source=source, blob_key=key, size=stored.size, sha256=stored.sha256)
    try:
        return _keep(services, actor, handover_id, row, said)
    except BaseException:
        delete_quietly(services, key)
        raise


def open_remark(services: Services, actor: Actor, remark_id: str, *, handover_id: str) -> str:
    """Copy a note of the own care coordinators for the mentors. Gives the copy's id; once more that of the first.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor, or no care note of the own school beside this handover.
    """
    with services.uow() as uow:
        remark = uow.session.get(Remark, remark_id)
        if remark is None or (remark.handover_id, remark.kind, remark.part) != _care_note(handover_id):
            raise NotFound
        at = stand(uow, actor, remark.handover_id, Action.OPEN_FOR_MENTOR, part=Part.CARE)
        if known := _known(uow, remark.handover_id, f"remark:{remark.id}"):
            return known
        source = open_room(uow, actor.keyring, at.unit_id, remark.room_id, subject_id=remark.handover_id)
        said = {"kind": "note", "title": "", "pages": 0, "text": read_text(uow, source, remark)}
        _room(uow, actor, at.handover)
        uow.commit()
    return _keep(services, actor, remark.handover_id, OpenedItem(source=f"remark:{remark_id}"), said)


def close_opened(services: Services, actor: Actor, item_id: str) -> None:
    """Take a copy away from the mentors. Rows first, bytes second. Twice is once.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        row = uow.session.get(OpenedItem, item_id)
        if row is None:
            raise NotFound
        at = stand(uow, actor, row.handover_id, Action.OPEN_FOR_MENTOR, part=Part.CARE)
        if row.closed_at is not None:
            return
        key, row.closed_at, row.blob_key = row.blob_key, uow.clock.now(), None
        if at.handover.opened_room_id is not None:
            room = open_room(uow, actor.keyring, at.unit_id, at.handover.opened_room_id, subject_id=row.handover_id)
            room.erase(uow, _RECORD, row.id)
        record(uow, told_by_receiver(CareClosed, actor, at.handover, item=row.id))
        uow.commit()
    if key is not None:
        delete_quietly(services, key)


def opened_of(uow: UnitOfWork, actor: Actor, handover_id: str) -> list[OpenedView]:
    """What was opened for the mentors, the first first; nothing for who holds no key of it.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    at = stand(uow, actor, handover_id, Action.SEE_OPENED)
    rows = uow.session.scalars(
        select(OpenedItem)
        .where(OpenedItem.handover_id == handover_id, OpenedItem.closed_at.is_(None))
        .order_by(OpenedItem.opened_at, OpenedItem.id)
    ).all()
    if not rows or at.handover.opened_room_id is None:
        return []
    try:
        room = open_room(uow, actor.keyring, at.unit_id, at.handover.opened_room_id, subject_id=handover_id)
    except NoKey:
        return []
    people = uow.session.execute(select(Person.id, Person.name).where(Person.id.in_({row.opened_by for row in rows})))
    names = {key: name for key, name in people}  # noqa: C416  # a Row is a pair only to those who run it
    return [_view(uow, room, row, names.get(row.opened_by, "")) for row in rows]


def read_opened(services: Services, actor: Actor, item_id: str) -> OpenedDocument:
    """The bytes of a document that was opened for the mentors; recorded as read before the last of them.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor, or closed again.
        KeysError: it is not what was copied; its last piece is never given, and both schools see an alarm.
    """
    with services.uow() as uow:
        row = uow.session.get(OpenedItem, item_id)
        if row is None or row.closed_at is not None or row.blob_key is None:
            raise NotFound
        at = stand(uow, actor, row.handover_id, Action.SEE_OPENED)
        if at.handover.opened_room_id is None:
            raise NotFound
        room = open_room(uow, actor.keyring, at.unit_id, at.handover.opened_room_id, subject_id=row.handover_id)
        said, handover_id, key = _said(uow, room, row), row.handover_id, row.blob_key
    blob = services.store.open(key)

    def pieces() -> Iterator[bytes]:
        last = b""
        try:
            for piece in whole(room, blob, str(said["sha256"])):
                if last:
                    yield last
                last = piece
        except KeysError:
            report_damage(services, actor, handover_id, what="opened")
            raise
        with services.uow() as uow:
            handover = handover_of(uow, handover_id)
            require(actor, Action.SEE_OPENED, subject_with_group(uow, handover))
            record(uow, told_by_receiver(OpenedRead, actor, handover, item=item_id))
            uow.commit()
        yield last

    return OpenedDocument(size=int(said["size"]), pieces=pieces())


def give_opened(services: Services, actor: Actor, work: keywork.Work) -> bool:
    """Hand one mentor the key of what was opened for one child. For `keywork.register`; errors are those of `give`."""
    with services.uow() as uow:
        row = uow.session.get(Mentoring, work.subject_id)
        if row is None:
            return True
        handover = handover_of(uow, row.handover_id, for_update=True)
        uow.session.refresh(row)
        if row.ended_at is None and row.given_at is not None and handover.opened_room_id is not None:
            room = open_room(uow, actor.keyring, row.unit_id, handover.opened_room_id, subject_id=handover.id)
            _give(uow, actor, handover, room, row)
            uow.commit()
    return True


def _care_note(handover_id: str) -> tuple[str, RemarkKind, Part]:
    return (handover_id, RemarkKind.NOTE, Part.CARE)


def _keep(services: Services, actor: Actor, handover_id: str, row: OpenedItem, said: Mapping[str, Any]) -> str:
    with services.uow() as uow:
        at = stand(uow, actor, handover_id, Action.OPEN_FOR_MENTOR, part=Part.CARE)
        room = _room(uow, actor, at.handover)
        row.id, row.handover_id = new_id(), handover_id
        row.opened_by, row.opened_at = actor.person_id, uow.clock.now()
        uow.session.add(row)
        uow.flush()
        sealed = json.dumps({**said, "source": row.source}, ensure_ascii=False).encode()
        room.seal(uow, _RECORD, row.id, sealed, after=0)
        for mentoring in standing(uow, [handover_id]):
            if at.handover.status is not HandoverStatus.CONFIRMED or mentoring.given_at is None:
                continue
            try:
                _give(uow, actor, at.handover, room, mentoring)
            except BadSignature:  # opening it for the others goes on
                log.error("mentor_not_named", mentoring=mentoring.id)  # noqa: TRY400  # a traceback may quote
        record(uow, told_by_receiver(CareOpened, actor, at.handover, item=row.id))
        uow.commit()
        return row.id


def _room(uow: UnitOfWork, actor: Actor, handover: Handover) -> OpenRoom:
    """The room of what is opened; made when there is none."""
    unit_id = handover.receiver_unit_id
    if handover.opened_room_id is not None:
        room = open_room(uow, actor.keyring, unit_id, handover.opened_room_id, subject_id=handover.id)
        require_kind(room, RoomKind.OPENED)
        return room
    held = actor.keyring.circle(uow, unit_id, Circle.CARE)
    room = make_room(
        uow, kind=RoomKind.OPENED, subject=(SubjectKind.HANDOVER, handover.id), maker=held, readers=[held.reader]
    )
    handover.opened_room_id = room.room_id
    return room


def _give(uow: UnitOfWork, actor: Actor, handover: Handover, room: OpenRoom, row: Mentoring) -> None:
    require_named(uow, actor, row)
    mentor = uow.session.get(Person, row.person_id) if row.person_id else None
    if mentor is None or mentor.recipient is None:
        return
    require_kind(room, RoomKind.OPENED)
    held = actor.keyring.circle(uow, handover.receiver_unit_id, Circle.CARE)
    reader = person_reader(unit_id=row.unit_id, person_id=mentor.id, recipient=HybridRecipient.parse(mentor.recipient))
    give_room(uow, room, maker=held, reader=reader)
    keywork.settle(uow, KEY_WORK_CARE, unit_id=row.unit_id, circles=[Circle.CARE], subject_id=row.id)


def _known(uow: UnitOfWork, handover_id: str, source: str) -> str | None:
    return uow.session.scalar(
        select(OpenedItem.id).where(
            OpenedItem.handover_id == handover_id, OpenedItem.source == source, OpenedItem.closed_at.is_(None)
        )
    )


def _said(uow: UnitOfWork, room: OpenRoom, row: OpenedItem) -> dict[str, Any]:
    with noticing():
        said: dict[str, Any] = json.loads(room.read(uow, _RECORD, row.id).data)
        if said["source"] != row.source:
            raise ValueError(row.id)
    return said


def _view(uow: UnitOfWork, room: OpenRoom, row: OpenedItem, by: str) -> OpenedView:
    try:
        said, damaged = _said(uow, room, row), False
    except (Unreadable, NotFound):
        said, damaged = {"kind": "note", "title": "", "pages": 0}, True
    return OpenedView(
        id=row.id,
        source=row.source,
        kind=str(said["kind"]),
        title=str(said["title"]),
        text=str(said.get("text", "")),
        pages=int(said["pages"]),
        by=by,
        opened_at=row.opened_at,
        damaged=damaged,
    )


keywork.register(KEY_WORK_CARE, give_opened)

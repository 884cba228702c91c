"""Packing: what goes into each part of a bundle, in rooms of its own, sealed and stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Protocol

from sqlalchemy import select

from handover.bundles.archive import Entry
from handover.bundles.model import Part
from handover.bundles.seal import Heading, Place, SealedFile, document_name, seal_part
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.drafts import Draft, report_part, room_of
from handover.dossiers.finding import Finding
from handover.dossiers.model import Document
from handover.errors import NotFound
from handover.leavers.model import Application
from handover.policy import Actor
from handover.rooms.cards import ValidCard
from handover.rooms.grants import make_room
from handover.rooms.model import RoomKind, SubjectKind
from handover.rooms.reader import Reader
from handover.rooms.records import OpenRoom
from handover.schools.model import Location, Unit, UnitLocation
from handover.services import Services
from keys.age.file import decrypt
from keys.circle import Circle
from keys.letter import Party
from schemas.dossiers import SupportSchema


class Addressee(Protocol):
    """To whom something is sealed: a valid card, or a one-time key."""

    @property
    def unit_id(self) -> str:
        """The unit."""
        ...

    @property
    def party(self) -> Party:
        """As a letter names it."""
        ...

    def reader(self, circle: Circle, *, withheld: bool) -> Reader:
        """Whom to give a room or a name of that circle to."""
        ...


@dataclass(frozen=True, kw_only=True)
class Ready:
    """A dossier in which nothing is missing, and the two cards that were valid when it was looked at.

    A receiver that takes no part has no card; a one-time key stands in its place.
    """

    draft: Draft
    documents: list[Document]
    application: Application
    sender_card: ValidCard
    receiver_card: Addressee
    place: int = 0
    """The one of the leaver's two places that its handover takes."""


@dataclass(frozen=True, kw_only=True)
class Packed:
    """All of it sealed and stored, before a row names it."""

    ready: Ready
    heading: Heading
    rooms: dict[Part, OpenRoom]
    files: list[SealedFile]

    @property
    def has_care(self) -> bool:
        """Whether documents lie in the care part."""
        return any(file.documents for file in self.files if file.part is Part.CARE)


def pack(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    ready: Ready,
    rooms: dict[Part, OpenRoom],
    *,
    handover_id: str,
    version: int,
) -> Packed:
    """Seal both parts of one version to the rooms of its handover, and store them.

    Raises:
        StoreUnavailable: nothing was sent.
    """
    heading = _heading(uow, ready, handover_id, version)
    files = [_seal(services, uow, actor, ready, heading, part, rooms[part]) for part in Part]
    return Packed(ready=ready, heading=heading, rooms=rooms, files=files)


def make_rooms(uow: UnitOfWork, actor: Actor, ready: Ready, handover_id: str) -> dict[Part, OpenRoom]:
    """A room for each part, for sender and receiver; what the receiver gets is withheld until it is offered.

    Raises:
        Conflict: a school's key was rotated since its card was read.
    """
    made = {}
    for part, kind, circle in (
        (Part.DOSSIER, RoomKind.DOSSIER, Circle.DOSSIER),
        (Part.CARE, RoomKind.CARE, Circle.CARE),
    ):
        held = actor.keyring.circle(uow, ready.draft.leaver.unit_id, circle)
        made[part] = make_room(
            uow,
            kind=kind,
            subject=(SubjectKind.HANDOVER, handover_id),
            maker=held,
            readers=[held.reader, ready.receiver_card.reader(circle, withheld=True)],
        )
    return made


def _heading(uow: UnitOfWork, ready: Ready, handover_id: str, version: int) -> Heading:
    """What stands on the outside of both parts: which handover, from where, to where."""
    leaver = ready.draft.leaver
    receiver = ready.application.receiver_brin
    sender = uow.session.scalar(select(UnitLocation.brin6).where(UnitLocation.unit_id == leaver.unit_id))
    return Heading(
        handover_id=handover_id,
        reference=leaver.reference,
        version=version,
        sealed_at=uow.clock.now(),
        sender=_place(uow, leaver.unit_id, sender or ""),
        receiver=_place(uow, ready.receiver_card.unit_id, receiver),
    )


def _seal(
    services: Services, uow: UnitOfWork, actor: Actor, ready: Ready, heading: Heading, part: Part, room: OpenRoom
) -> SealedFile:
    """Seal one part, content and documents, and store its bytes before a row names them.

    Raises:
        StoreUnavailable: nothing was stored.
    """
    care = part is Part.CARE
    chosen = [document for document in ready.documents if document.kind.goes_to_care is care]
    entries = [_entry(services, uow, actor, ready, n, document) for n, document in enumerate(chosen, start=1)]
    content = SupportSchema().dump(asdict(ready.draft.content.support)) if care else report_part(ready.draft.content)
    return seal_part(services.store, room.recipient, heading, part, content=content, documents=entries)


def _place(uow: UnitOfWork, unit_id: str, brin6: str) -> Place:
    unit, location = uow.session.get(Unit, unit_id), uow.session.get(Location, brin6)
    if unit is None:
        raise NotFound
    named = location or unit
    return Place(unit=unit_id, name=named.name, place=named.place, brin=brin6)


def _entry(services: Services, uow: UnitOfWork, actor: Actor, ready: Ready, number: int, document: Document) -> Entry:
    room = room_of(uow, actor, ready.draft.leaver, document.kind)
    facts = json.loads(room.read(uow, "document", document.id).data)
    return Entry(
        name=document_name(number, document.kind.value),
        title=facts["title"],
        kind=document.kind.value,
        size=facts["size"],
        sha256=facts["sha256"],
        pages=document.pages,
        findings=tuple(one for one in document.findings.split() if Finding(one).travels),
        pieces=_reader(services, room, document.blob_key),
    )


def _reader(services: Services, room: OpenRoom, blob_key: str) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        with services.store.open(blob_key) as blob:
            yield from decrypt([room.identity], blob)

    return pieces

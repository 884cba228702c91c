"""Sending: choose, seal under new keys, store the bytes; then, in one transaction, all that makes it a handover."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select

from handover.audit.log import record
from handover.bundles.archive import Entry
from handover.bundles.events import HandoverSent, HandoverWithdrawn
from handover.bundles.model import Bundle, Handover, Part, SealedPart
from handover.bundles.readiness import applications_of, chosen, facts_of, has_card, needs_advice
from handover.bundles.seal import Heading, Place, SealedFile, document_name, seal_part
from handover.bundles.state import LIVE, BundleStatus, HandoverAction, HandoverStatus, advance, stage_of
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.drafts import Draft, documents_of, open_draft, report_part, room_of
from handover.dossiers.model import Document
from handover.dossiers.rules import ToDo, to_do
from handover.errors import Conflict, IllegalTransition, NotFound
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.model import Application, Leaver
from handover.policy import Action, Actor, Subject, require
from handover.queue import TaskName
from handover.rooms.cards import ValidCard, valid_card
from handover.rooms.grants import make_room, take_rooms
from handover.rooms.model import RoomKind, SubjectKind
from handover.rooms.names import give_name, read_names, take_names
from handover.rooms.records import OpenRoom
from handover.schools.model import Location, Unit, UnitLocation
from handover.services import Services
from keys.age.file import decrypt
from keys.circle import Circle
from keys.jws import digest
from keys.letter import Letter, SealedBundle
from schemas.dossiers import SupportSchema


class NotReady(IllegalTransition):
    """Something is left to do before this can be sent; `reasons` says what, for a list on the page."""

    code = "not-ready"

    def __init__(self, reasons: Sequence[ToDo] = ()) -> None:
        super().__init__()
        self.reasons = reasons


@dataclass(frozen=True, kw_only=True)
class _Ready:
    draft: Draft
    documents: list[Document]
    application: Application
    sender_card: ValidCard
    receiver_card: ValidCard


def left_to_do(services: Services, uow: UnitOfWork, actor: Actor, reference: str) -> list[ToDo]:
    """What is left before this leaver's dossier may be sent; the spine of its page."""
    draft = open_draft(uow, actor, reference)
    return _left(services, uow, draft, _application(uow, draft.leaver))


def send(services: Services, actor: Actor, reference: str, *, to: str | None = None) -> str:
    """Seal and send a dossier to the school at which the child applied. Gives the handover's id.

    The bytes are stored before a row names them; killed in between, it is still a draft. What follows is `settle`.
    `to` is the BRIN of the location that the sender was shown: it is sent there or nowhere.

    Raises:
        NotReady: something is left to do; nothing was sent.
        Conflict: it is on its way already, goes elsewhere than `to`, or was changed meanwhile; nothing was sent.
        IllegalTransition: the child is no longer on the list of leavers; nothing was sent.
        NotFound, NotAllowed, NoKey: not for this actor.
        StoreUnavailable: nothing was sent.
    """
    with services.uow() as uow:
        ready = _ready(services, uow, actor, reference)
        if to is not None and ready.application.receiver_brin != to:
            raise Conflict
        handover_id = new_id()
        rooms = _make_rooms(uow, actor, ready, handover_id)
        heading = _heading(uow, ready, handover_id)
        sealed = [_seal(services, uow, actor, ready, heading, part, rooms[part]) for part in Part]
        _keep(uow, actor, ready, heading, rooms, sealed)
        uow.after_commit(lambda: services.queue.enqueue(TaskName.SETTLE_BUNDLE, handover_id))
        uow.commit()
    return handover_id


def withdraw(services: Services, actor: Actor, handover_id: str) -> None:
    """Take a handover back before it was received. The receiver's grants go at once.

    Raises:
        IllegalTransition: it was received already.
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        handover = handover_of(uow, handover_id)
        leaver = uow.session.get(Leaver, handover.leaver_id)
        group_id = leaver.group_id if leaver else None
        require(actor, Action.WITHDRAW, subject_of_handover(handover, group_id))
        handover.status = advance(handover.status, HandoverAction.WITHDRAW)
        handover.ended_at = uow.clock.now()
        take_from_receiver(uow, handover)
        record(
            uow,
            HandoverWithdrawn(
                actor_id=actor.person_id,
                unit_id=handover.sender_unit_id,
                other_unit_id=handover.receiver_unit_id,
                subject_kind="handover",
                subject_id=handover.id,
            ),
        )
        uow.commit()


def take_from_receiver(uow: UnitOfWork, handover: Handover) -> None:
    """Delete what the receiver was given: withdrawn, or declined. Its list keeps reference and school."""
    rooms = (handover.dossier_room_id, handover.care_room_id)
    take_rooms(uow, room_ids=rooms, unit_id=handover.receiver_unit_id)
    take_names(uow, subjects=(handover.id,), unit_id=handover.receiver_unit_id)


def handover_of(uow: UnitOfWork, handover_id: str) -> Handover:
    """A handover; whether the actor may know of it is the caller's to ask.

    Raises:
        NotFound: there is none.
    """
    handover = uow.session.get(Handover, handover_id)
    if handover is None:
        raise NotFound
    return handover


def subject_of_handover(handover: Handover, group_id: str | None) -> Subject:
    """What policy knows of a handover. One that was never offered has no receiver: nobody there ever heard of it."""
    return Subject(
        unit_id=handover.sender_unit_id,
        receiver_id=handover.receiver_unit_id if handover.offered_at else None,
        group_id=group_id,
        stage=stage_of(handover.status),
    )


def _ready(services: Services, uow: UnitOfWork, actor: Actor, reference: str) -> _Ready:
    require(actor, Action.SEND, subject_of(leaver_of(uow, reference)))
    draft = open_draft(uow, actor, reference)
    if draft.leaver.ended_as is not None:
        raise IllegalTransition
    _end_failed_attempt(uow, draft.leaver)
    application = _application(uow, draft.leaver)
    left = _left(services, uow, draft, application)
    if left or application is None or application.receiver_unit_id is None:
        raise NotReady(left)
    now = uow.clock.now()
    return _Ready(
        draft=draft,
        documents=documents_of(uow, draft.leaver.id),
        application=application,
        sender_card=valid_card(uow, draft.leaver.unit_id, services.region, now),
        receiver_card=valid_card(uow, application.receiver_unit_id, services.region, now),
    )


def _end_failed_attempt(uow: UnitOfWork, leaver: Leaver) -> None:
    live = uow.session.scalars(
        select(Handover).where(Handover.leaver_id == leaver.id, Handover.status.in_(LIVE))
    ).first()
    if live is None:
        return
    if live.status is not HandoverStatus.DRAFT:
        raise Conflict
    # Its settling failed. A new attempt has keys of its own, and this one makes room for it.
    live.status, live.ended_at = advance(live.status, HandoverAction.CLOSE), uow.clock.now()
    take_from_receiver(uow, live)
    uow.flush()


def _left(services: Services, uow: UnitOfWork, draft: Draft, application: Application | None) -> list[ToDo]:
    facts = facts_of(
        draft.leaver,
        application,
        [row.kind for row in documents_of(uow, draft.leaver.id)],
        advised=needs_advice(uow, draft.leaver.unit_id),
        receiver_ready=application is not None and has_card(services, uow, application.receiver_unit_id),
    )
    return to_do(draft.content, facts)


def _application(uow: UnitOfWork, leaver: Leaver) -> Application | None:
    return chosen(applications_of(uow, [leaver.id]).get(leaver.id, ()))


def _make_rooms(uow: UnitOfWork, actor: Actor, ready: _Ready, handover_id: str) -> dict[Part, OpenRoom]:
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


def _heading(uow: UnitOfWork, ready: _Ready, handover_id: str) -> Heading:
    leaver = ready.draft.leaver
    receiver = ready.application.receiver_brin
    sender = uow.session.scalar(select(UnitLocation.brin6).where(UnitLocation.unit_id == leaver.unit_id))
    return Heading(
        handover_id=handover_id,
        reference=leaver.reference,
        version=1,
        sealed_at=uow.clock.now(),
        sender=_place(uow, leaver.unit_id, sender or ""),
        receiver=_place(uow, ready.application.receiver_unit_id or "", receiver),
    )


def _place(uow: UnitOfWork, unit_id: str, brin6: str) -> Place:
    unit, location = uow.session.get(Unit, unit_id), uow.session.get(Location, brin6)
    if unit is None:
        raise NotFound
    named = location or unit
    return Place(unit=unit_id, name=named.name, place=named.place, brin=brin6)


def _seal(
    services: Services, uow: UnitOfWork, actor: Actor, ready: _Ready, heading: Heading, part: Part, room: OpenRoom
) -> SealedFile:
    care = part is Part.CARE
    chosen = [document for document in ready.documents if document.kind.goes_to_care is care]
    entries = [_entry(services, uow, actor, ready, n, document) for n, document in enumerate(chosen, start=1)]
    content = SupportSchema().dump(asdict(ready.draft.content.support)) if care else report_part(ready.draft.content)
    return seal_part(services.store, room.recipient, heading, part, content=content, documents=entries)


def _entry(services: Services, uow: UnitOfWork, actor: Actor, ready: _Ready, number: int, document: Document) -> Entry:
    room = room_of(uow, actor, ready.draft.leaver, document.kind)
    facts = json.loads(room.read(uow, "document", document.id).data)
    return Entry(
        name=document_name(number, document.kind.value),
        title=facts["title"],
        kind=document.kind.value,
        size=facts["size"],
        sha256=facts["sha256"],
        pages=document.pages,
        findings=tuple(document.findings.split()),
        pieces=_reader(services, room, document.blob_key),
    )


def _reader(services: Services, room: OpenRoom, blob_key: str) -> Callable[[], Iterator[bytes]]:
    def pieces() -> Iterator[bytes]:
        with services.store.open(blob_key) as blob:
            yield from decrypt([room.identity], blob)

    return pieces


def _keep(
    uow: UnitOfWork,
    actor: Actor,
    ready: _Ready,
    heading: Heading,
    rooms: dict[Part, OpenRoom],
    sealed: list[SealedFile],
) -> None:
    leaver, receiver_id = ready.draft.leaver, ready.receiver_card.card.unit_id
    signer = actor.keyring.circle(uow, leaver.unit_id, Circle.DOSSIER)
    letter = Letter(
        handover_id=heading.handover_id,
        version=heading.version,
        previous=None,
        sender=ready.sender_card.party,
        receiver=ready.receiver_card.party,
        bundles=tuple(
            SealedBundle(
                part=file.part.value,
                room_id=rooms[file.part].room_id,
                sha256=file.stored.sha256,
                size=file.stored.size,
            )
            for file in sealed
        ),
        sealed_at=heading.sealed_at,
    ).sign(signer.key)
    uow.session.add(
        Handover(
            id=heading.handover_id,
            reference=leaver.reference,
            leaver_id=leaver.id,
            application_id=ready.application.id,
            sender_unit_id=leaver.unit_id,
            receiver_unit_id=receiver_id,
            receiver_brin=ready.application.receiver_brin,
            school_year=leaver.school_year,
            status=advance(HandoverStatus.DRAFT, HandoverAction.SEND),
            dossier_room_id=rooms[Part.DOSSIER].room_id,
            care_room_id=rooms[Part.CARE].room_id,
            has_care=any(file.documents for file in sealed if file.part is Part.CARE),
            has_opp=leaver.has_opp,
            conversation_asked=leaver.conversation_asked,
            created_at=heading.sealed_at,
        )
    )
    uow.flush()
    bundle = Bundle(
        id=new_id(),
        handover_id=heading.handover_id,
        number=heading.version,
        status=BundleStatus.SEALING,
        letter=letter,
        letter_digest=digest(letter),
        sealed_at=heading.sealed_at,
    )
    uow.session.add(bundle)
    uow.flush()
    for file in sealed:
        uow.session.add(
            SealedPart(
                bundle_id=bundle.id,
                part=file.part,
                blob_key=file.blob_key,
                size=file.stored.size,
                sha256=file.stored.sha256,
                documents=file.documents,
            )
        )
    names = actor.keyring.circle(uow, leaver.unit_id, Circle.NAMES)
    about = read_names(uow, actor.keyring, leaver.unit_id, [leaver.id])[leaver.id]
    reader = ready.receiver_card.reader(Circle.NAMES, withheld=False)
    give_name(uow, heading.handover_id, about, maker=names, reader=reader)
    record(
        uow,
        HandoverSent(
            actor_id=actor.person_id,
            unit_id=leaver.unit_id,
            other_unit_id=receiver_id,
            subject_kind="handover",
            subject_id=heading.handover_id,
            version=heading.version,
            letter=digest(letter),
        ),
    )

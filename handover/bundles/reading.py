"""Reading what was sent: check the letter, enter the room, open the part, stream; and remember that it was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from handover.audit.log import record
from handover.bundles.asked import asked_letter
from handover.bundles.events import PartRead, TamperingSeen
from handover.bundles.handovers import handover_of
from handover.bundles.model import Bundle, Handover, Part, Reading, SealedPart
from handover.bundles.opening import OpenPart, Tampered, open_part
from handover.bundles.sides import subject_with_group
from handover.bundles.state import Origin
from handover.bundles.versions import bundle_of, newest_given
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.errors import NotAllowed, NotFound
from handover.policy import Action, Actor, Role, Subject, require
from handover.rooms.grants import open_room
from handover.rooms.model import CircleKeyRow
from handover.services import Services
from handover.storage.port import BlobNotFound
from keys.circle import Circle
from keys.errors import KeysError
from keys.jws import digest
from keys.letter import Letter


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A part of a handover, opened for one reader."""

    handover_id: str
    bundle_id: str
    version: int
    is_sender: bool
    """Whether it was opened for the school that sent it."""
    part: Part
    inside: OpenPart


def open_for_reading(
    services: Services,
    actor: Actor,
    handover_id: str,
    part: Part,
    *,
    version: int | None = None,
    alarm: bool = True,
) -> Opened:
    """Open a part of the newest version, or of an earlier one. The caller closes `inside`.

    Without `alarm` nobody is told that it is not what was sent: who compares with an old version shows nothing of it.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor, or not accepted yet; or no such version.
        Tampered: what is stored is not what was sent; nothing is shown, and both schools see an alarm in the trail.
    """
    with services.uow() as uow:
        handover = handover_of(uow, handover_id)
        subject = subject_with_group(uow, handover)
        require(actor, Action.READ_CARE if part is Part.CARE else Action.READ_HANDOVER, subject)
        unit_id = _as_whom(actor, handover, subject)
        try:
            bundle = newest_given(uow, handover.id) if version is None else bundle_of(uow, handover.id, version)
            inside = open_version(services, uow, actor, handover, bundle, part, unit_id)
        except (Tampered, KeysError, BlobNotFound) as error:
            what = error.code
            if alarm:
                record(uow, _event(TamperingSeen, actor, handover, unit_id, what=what))
                uow.commit()
            raise Tampered(what) from error
        return Opened(
            handover_id=handover.id,
            bundle_id=bundle.id,
            version=bundle.number,
            is_sender=unit_id == handover.sender_unit_id,
            part=part,
            inside=inside,
        )


def content(services: Services, actor: Actor, opened: Opened, *, way: str, is_whole: bool = True) -> dict[str, Any]:
    """What was filled in; remembered as read where `is_whole`, and in the log in any case."""
    read = opened.inside.content()
    remember(services, actor, opened, item=0, way=way, is_whole=is_whole)
    return read


def document(services: Services, actor: Actor, opened: Opened, number: int, *, way: str) -> Iterator[bytes]:
    """The nth document in pieces. It is remembered as read before its last piece, and only then given whole.

    Raises:
        NotFound: there is no such document.
        Tampered: it is not what was sent; its last piece is never given.
    """
    inner = opened.inside.document(number)

    def pieces() -> Iterator[bytes]:
        last = b""
        for piece in opened.inside.read(inner):
            if last:
                yield last
            last = piece
        # Disclosed means recorded, or it does not happen: the entry comes before the last bytes leave.
        remember(services, actor, opened, item=number, way=way)
        yield last

    return pieces()


def remember(services: Services, actor: Actor, opened: Opened, *, item: int, way: str, is_whole: bool = True) -> None:
    """Record that this reader was sent the last byte of something: item 0 is the content, n the nth document.

    What was sent in part only goes into the log, and does not count as read.
    """
    with services.uow() as uow:
        handover = handover_of(uow, opened.handover_id)
        unit_id = _as_whom(actor, handover, subject_with_group(uow, handover))
        role = _role(actor, unit_id, opened.part).value
        known = uow.session.scalars(
            select(Reading).where(
                Reading.bundle_id == opened.bundle_id,
                Reading.part == opened.part,
                Reading.item == item,
                Reading.person_id == actor.person_id,
            )
        ).first()
        if not is_whole:
            pass
        elif known is None:
            uow.session.add(
                Reading(
                    id=new_id(),
                    bundle_id=opened.bundle_id,
                    part=opened.part,
                    item=item,
                    person_id=actor.person_id,
                    role=role,
                    read_at=uow.clock.now(),
                )
            )
        elif known.role != role:
            # Who read it as intakecoördinator and is zorgcoördinator now has read it as that from today on.
            known.role, known.read_at = role, uow.clock.now()
        record(uow, _event(PartRead, actor, handover, unit_id, part=opened.part.value, item=item, way=way))
        uow.commit()


def open_version(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    handover: Handover,
    bundle: Bundle,
    part: Part,
    unit_id: str,
) -> OpenPart:
    """Open one part of one version with this actor's keys, as that unit; whether they may is the caller's to ask.

    Raises:
        Tampered, KeysError, BlobNotFound: what is stored is not what was sent.
        NotFound: it was destroyed.
    """
    if digest(bundle.letter) != bundle.letter_digest:
        raise Tampered("letter")
    read = asked_letter if handover.origin is Origin.ASKED else _letter
    letter = read(uow, actor, handover, bundle, unit_id)
    room_id = handover.care_room_id if part is Part.CARE else handover.dossier_room_id
    sealed = uow.session.get(SealedPart, (bundle.id, part))
    if sealed is None:
        raise NotFound  # destroyed: only the letter stays
    said = letter.bundle(part.value)
    if (said.room_id, said.sha256, said.size) != (room_id, sealed.sha256, sealed.size):
        raise Tampered("letter")
    room = open_room(uow, actor.keyring, unit_id, room_id, subject_id=handover.id)
    blob = services.store.open(sealed.blob_key)
    return open_part(blob, room.identity, handover_id=handover.id, version=bundle.number, part=part)


def _letter(uow: UnitOfWork, actor: Actor, handover: Handover, bundle: Bundle, unit_id: str) -> Letter:
    rows = uow.session.scalars(
        select(CircleKeyRow)
        .where(CircleKeyRow.unit_id == handover.sender_unit_id, CircleKeyRow.circle == Circle.DOSSIER)
        .order_by(CircleKeyRow.version.desc())
    )
    for row in rows:
        try:
            letter = Letter.read(bundle.letter, actor.keyring.signer(uow, row, reader_unit=unit_id))
        except KeysError:
            continue
        found = (letter.handover_id, letter.version, letter.sender.unit_id, letter.receiver.unit_id)
        if found == (handover.id, bundle.number, handover.sender_unit_id, handover.receiver_unit_id):
            return letter
    raise Tampered("letter")


def _role(actor: Actor, unit_id: str, part: Part) -> Role:
    """As whom it was read: the role that counts most for confirming, when somebody has several."""
    roles = actor.roles_at(unit_id)
    order = [Role.CARE, Role.INTAKE] if part is Part.CARE else [Role.INTAKE, Role.CARE]
    for role in (*order, Role.MENTOR, Role.TEACHER, Role.IB):
        if role in roles:
            return role
    raise NotAllowed


def _as_whom(actor: Actor, handover: Handover, subject: Subject) -> str:
    """For which of the two schools the actor reads; somebody of both reads as the receiver."""
    receiving = actor.roles_at(subject.receiver_id) & {Role.INTAKE, Role.CARE, Role.MENTOR}
    return handover.receiver_unit_id if receiving else handover.sender_unit_id


def _event(
    kind: type[PartRead | TamperingSeen], actor: Actor, handover: Handover, unit_id: str, **facts: Any
) -> PartRead | TamperingSeen:
    other = handover.sender_unit_id if unit_id == handover.receiver_unit_id else handover.receiver_unit_id
    return kind(
        actor_id=actor.person_id,
        unit_id=unit_id,
        other_unit_id=other,
        subject_kind="handover",
        subject_id=handover.id,
        **facts,
    )

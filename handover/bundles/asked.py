"""What a dossier that was asked for outside is to the rest of its life: which request, whose letter, ending it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from handover.audit.log import record
from handover.bundles.asked_model import AskedDossier, AskedFile
from handover.bundles.codes import TRIES
from handover.bundles.events import AskingEnded
from handover.bundles.model import Bundle, Handover
from handover.bundles.opening import Tampered
from handover.db.unit_of_work import UnitOfWork
from handover.policy import Actor
from handover.rooms.grants import destroy_rooms
from handover.rooms.model import CircleKeyRow
from handover.rooms.names import take_names
from keys.asking import Asking
from keys.circle import Circle
from keys.errors import KeysError
from keys.jws import digest
from keys.letter import Letter


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as the school that made it sees it."""

    id: str
    email: str
    reference: str
    asked_at: datetime
    expires_at: datetime
    mailed_at: datetime | None
    tries_left: int
    is_open: bool
    """Whether the link still works, or would but for five wrong tries."""
    is_over: bool
    """It ran out: nothing came in time."""


@dataclass(frozen=True, kw_only=True)
class Uploaded:
    """Who says to have uploaded a dossier that was asked for. Nobody checked it."""

    name: str
    function: str
    at: datetime


def newest_asked(uow: UnitOfWork, announcement_ids: Collection[str]) -> dict[str, Asked]:
    """The last request for each of these announcements that has one."""
    rows = uow.session.scalars(
        select(AskedDossier)
        .where(AskedDossier.announcement_id.in_(announcement_ids))
        .order_by(AskedDossier.asked_at, AskedDossier.sealed_identity.is_not(None), AskedDossier.id)
    )
    now = uow.clock.now()
    return {
        row.announcement_id: Asked(
            id=row.id,
            email=row.email,
            reference=row.reference,
            asked_at=row.asked_at,
            expires_at=row.expires_at,
            mailed_at=row.mailed_at,
            tries_left=max(0, TRIES - row.failures),
            is_open=row.sealed_identity is not None and row.expires_at > now,
            is_over=row.sent_at is None
            and row.expires_at <= now
            and (row.ended_at is None or row.ended_at >= row.expires_at),
        )
        for row in rows
    }


def uploaded_by(uow: UnitOfWork, handover_id: str) -> Uploaded | None:
    """Who uploaded it; None where it was sealed at a school that takes part."""
    row = uow.session.scalars(select(AskedDossier).where(AskedDossier.handover_id == handover_id)).one_or_none()
    if row is None or row.sent_at is None:
        return None
    return Uploaded(name=row.guest_name, function=row.guest_function, at=row.sent_at)


def end_asked(uow: UnitOfWork, announcement_id: str, *, actor_id: str | None) -> None:
    """End what is open for this announcement, and all that lay ready for it; the caller commits. None: nothing."""
    rows = uow.session.scalars(
        select(AskedDossier)
        .where(AskedDossier.announcement_id == announcement_id, AskedDossier.sealed_identity.is_not(None))
        .with_for_update()
    ).all()
    for row in rows:
        end_one(uow, row, actor_id=actor_id)


def end_one(uow: UnitOfWork, row: AskedDossier, *, actor_id: str | None) -> None:
    """End one request; the bytes of what was put ready go at night, and nothing opens them any more."""
    row.ended_at = uow.clock.now()
    forget_secrets(uow, row)
    destroy_rooms(uow, room_ids=(row.dossier_room_id, row.care_room_id))
    take_names(uow, subjects=(row.handover_id,), unit_id=row.unit_id)
    record(
        uow,
        AskingEnded(
            actor_id=actor_id, unit_id=row.unit_id, subject_kind="announcement", subject_id=row.announcement_id
        ),
    )


def forget_secrets(uow: UnitOfWork, row: AskedDossier) -> Sequence[str]:
    """Delete the one-time key and the rows of what was put ready. Gives the keys of the bytes."""
    row.sealed_identity = row.sealed_secret = None
    ready = select(AskedFile.blob_key).where(AskedFile.asked_id == row.id)
    keys = uow.session.scalars(ready).all()
    uow.session.execute(delete(AskedFile).where(AskedFile.asked_id == row.id))
    return keys


def asked_letter(uow: UnitOfWork, actor: Actor, handover: Handover, bundle: Bundle, unit_id: str) -> Letter:
    """The letter of what a guest uploaded: by the one-time key that the receiver itself vouched for, and nobody else.

    Raises:
        Tampered: the chain from the receiver's circle to the letter is broken somewhere.
    """
    row = uow.session.scalars(select(AskedDossier).where(AskedDossier.handover_id == handover.id)).one_or_none()
    signer = uow.session.get(CircleKeyRow, row.signer_id) if row else None
    if row is None or signer is None or (signer.unit_id, signer.circle) != (handover.receiver_unit_id, Circle.DOSSIER):
        raise Tampered("letter")
    try:
        asking = Asking.read(row.statement, actor.keyring.signer(uow, signer, reader_unit=unit_id))
        letter = Letter.read(bundle.letter, asking.verify)
    except KeysError as error:
        raise Tampered("letter") from error
    rooms = (handover.dossier_room_id, handover.care_room_id)
    sides = (handover.sender_unit_id, handover.receiver_unit_id)
    asked = (asking.request_id, asking.handover_id, asking.rooms, asking.sender_unit_id, asking.receiver.unit_id)
    if asked != (row.id, handover.id, rooms, *sides):
        raise Tampered("letter")
    said = (letter.handover_id, letter.version, letter.sender.unit_id, letter.receiver.unit_id, letter.sender.card)
    if said != (handover.id, bundle.number, *sides, digest(row.statement)):
        raise Tampered("letter")
    return letter

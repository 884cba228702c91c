"""The sealed versions of a handover: a signed letter and a stored file for each part, each after the one before."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from handover.audit.model import AuditEntry
from handover.bundles.events import HandoverOffered, SupplementArrived
from handover.bundles.model import Bundle, SealedPart
from handover.bundles.opening import Tampered
from handover.bundles.packing import Packed
from handover.bundles.seal import SealedFile
from handover.bundles.state import BundleStatus
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.errors import NotFound
from handover.policy import Actor
from keys.circle import Circle
from keys.jws import digest
from keys.letter import Letter, SealedBundle


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where the next version of a handover stands in its row."""

    number: int
    previous: str | None
    """SHA-256 of the letter that its readers have now; None: they have none."""


def next_place(uow: UnitOfWork, handover_id: str, *, had: int = 0) -> Place:
    """The place of the next version. One that failed keeps its number: it was signed and logged.

    `had`: how many versions its readers had otherwise than through this service.
    """
    last = uow.session.scalar(select(func.max(Bundle.number)).where(Bundle.handover_id == handover_id)) or had
    settled = _newest_settled(uow, handover_id)
    return Place(number=last + 1, previous=settled.letter_digest if settled else None)


def newest_bundle(uow: UnitOfWork, handover_id: str) -> Bundle:
    """The newest settled version: what readers get.

    Raises:
        NotFound: none is settled.
    """
    bundle = _newest_settled(uow, handover_id)
    if bundle is None:
        raise NotFound
    return bundle


def newest_given(uow: UnitOfWork, handover_id: str) -> Bundle:
    """As `newest_bundle`, held against the log: rows of an older version that were put back are found by it.

    Raises:
        NotFound: none is settled.
        Tampered: the log says that readers were given another one last.
    """
    for _attempt in range(2):
        # The log first: what settles between the two is newer than what it says, and then it is asked once more.
        given, bundle = _last_given(uow, handover_id), newest_bundle(uow, handover_id)
        if bundle.letter_digest == given:
            return bundle
    raise Tampered("older letter")


def bundle_of(uow: UnitOfWork, handover_id: str, number: int) -> Bundle:
    """The settled version of that number.

    Raises:
        NotFound: there is none.
    """
    bundle = uow.session.scalars(
        select(Bundle).where(
            Bundle.handover_id == handover_id, Bundle.number == number, Bundle.status == BundleStatus.SETTLED
        )
    ).one_or_none()
    if bundle is None:
        raise NotFound
    return bundle


def settled_numbers(uow: UnitOfWork, handover_id: str) -> list[int]:
    """The numbers of the versions that its readers ever had, the oldest first."""
    return list(
        uow.session.scalars(
            select(Bundle.number)
            .where(Bundle.handover_id == handover_id, Bundle.status == BundleStatus.SETTLED)
            .order_by(Bundle.number)
        )
    )


def is_being_sealed(uow: UnitOfWork, handover_id: str) -> bool:
    """Whether a version of it waits to be compared with its letter."""
    waiting = select(Bundle.id).where(Bundle.handover_id == handover_id, Bundle.status == BundleStatus.SEALING)
    return uow.session.scalar(waiting.limit(1)) is not None


def keep_version(uow: UnitOfWork, actor: Actor, packed: Packed, *, previous: str | None) -> str:
    """Sign the letter of what was packed, and keep both as a version that waits to be settled. Gives its digest."""
    heading = packed.heading
    letter = _letter(uow, actor, packed, previous)
    bundle = Bundle(
        id=new_id(),
        handover_id=heading.handover_id,
        number=heading.version,
        status=BundleStatus.SEALING,
        letter=letter,
        letter_digest=digest(letter),
        content_version=packed.ready.draft.leaver.content_version,
        has_care=packed.has_care,
        has_opp=packed.ready.draft.leaver.has_opp,
        conversation_asked=packed.ready.draft.leaver.conversation_asked,
        sealed_at=heading.sealed_at,
    )
    keep_rows(uow, bundle, packed.files)
    return bundle.letter_digest


def keep_rows(uow: UnitOfWork, bundle: Bundle, files: Iterable[SealedFile]) -> None:
    """Keep a version with its stored files."""
    uow.session.add(bundle)
    uow.flush()
    uow.session.add_all(part_of(bundle.id, file) for file in files)


def part_of(bundle_id: str, file: SealedFile) -> SealedPart:
    """The row of one stored file."""
    return SealedPart(
        bundle_id=bundle_id,
        part=file.part,
        blob_key=file.blob_key,
        size=file.stored.size,
        sha256=file.stored.sha256,
        documents=file.documents,
    )


def said_of(file: SealedFile, room_id: str) -> SealedBundle:
    """What a letter says of one stored file."""
    return SealedBundle(part=file.part.value, room_id=room_id, sha256=file.stored.sha256, size=file.stored.size)


def _newest_settled(uow: UnitOfWork, handover_id: str) -> Bundle | None:
    return uow.session.scalars(
        select(Bundle)
        .where(Bundle.handover_id == handover_id, Bundle.status == BundleStatus.SETTLED)
        .order_by(Bundle.number.desc())
        .limit(1)
    ).first()


def _last_given(uow: UnitOfWork, handover_id: str) -> str | None:
    facts = uow.session.scalar(
        select(AuditEntry.facts)
        .where(
            AuditEntry.subject_id == handover_id, AuditEntry.name.in_((HandoverOffered.name, SupplementArrived.name))
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return json.loads(facts)["letter"] if facts else None


def _letter(uow: UnitOfWork, actor: Actor, packed: Packed, previous: str | None) -> str:
    heading, ready = packed.heading, packed.ready
    signer = actor.keyring.circle(uow, ready.draft.leaver.unit_id, Circle.DOSSIER)
    return Letter(
        handover_id=heading.handover_id,
        version=heading.version,
        previous=previous,
        sender=ready.sender_card.party,
        receiver=ready.receiver_card.party,
        bundles=tuple(said_of(file, packed.rooms[file.part].room_id) for file in packed.files),
        sealed_at=heading.sealed_at,
    ).sign(signer.key)

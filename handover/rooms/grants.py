"""Making a room, giving its key, entering it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, select, update

from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, NotFound
from handover.rooms.errors import NoKey
from handover.rooms.keyring import HeldKey, Keyring
from handover.rooms.model import CircleKeyRow, Grant, Room, RoomKind, SealedRecord, SubjectKind
from handover.rooms.reader import Reader, holder_of
from handover.rooms.records import OpenRoom
from keys.age.hybrid import HybridIdentity
from keys.errors import BadSignature, Damaged
from keys.grant import GrantContext, GrantKind, RegionGrant, RoomGrant, SignedGrant, open_region
from keys.grant import open_room as open_room_grant
from keys.jws import SigningKey, VerifyKey


@dataclass(frozen=True, kw_only=True)
class OpenGrant:
    """A grant that may be opened: its row, with what, and whose signature it must bear."""

    row: Grant
    identity: HybridIdentity = field(repr=False)
    signer: VerifyKey


def make_room(
    uow: UnitOfWork,
    *,
    kind: RoomKind,
    subject: tuple[SubjectKind, str],
    maker: HeldKey,
    readers: Sequence[Reader],
) -> OpenRoom:
    """Make a room with a key of its own, and give it to its readers; `maker` signs and is not a reader by that."""
    room = Room(
        id=new_id(),
        kind=kind,
        subject_kind=subject[0],
        subject_id=subject[1],
        maker_unit_id=maker.unit_id,
        created_at=uow.clock.now(),
    )
    uow.session.add(room)
    uow.flush()
    opened = OpenRoom(
        room_id=room.id,
        kind=kind,
        subject_kind=subject[0],
        subject_id=subject[1],
        maker_unit_id=maker.unit_id,
        identity=HybridIdentity.generate(),
    )
    for reader in readers:
        give_room(uow, opened, maker=maker, reader=reader)
    return opened


def give_room(uow: UnitOfWork, room: OpenRoom, *, maker: HeldKey, reader: Reader) -> None:
    """Give an open room's key to one more reader, such as a mentor.

    `maker` is a circle of the unit that made the room, or of the reader's own unit: others' grants are not used.
    """
    context = grant_context(GrantKind.ROOM, room.room_id, room.maker_unit_id, reader)
    sealed = RoomGrant(room.room_id, room.kind.value, room.about, room.identity).seal(
        context, recipient=reader.recipient, signer=maker.key
    )
    put_grant(uow, context, sealed, maker=maker, reader=reader)


def open_room(uow: UnitOfWork, keyring: Keyring, unit_id: str, room_id: str, *, subject_id: str) -> OpenRoom:
    """Enter a room, as a member of that unit or as the person whom it was given to.

    `subject_id` is the leaver, handover or application that the caller thinks it belongs to; the grant says.

    Raises:
        NotFound: there is no such room.
        NoKey: nothing that this person holds opens it, or the grant is withheld.
        BadSignature, Damaged: a grant or row was changed or exchanged; to be refused with an alarm.
    """
    room = uow.session.get(Room, room_id)
    if room is None:
        raise NotFound(room=room_id)
    rows = uow.session.scalars(
        select(Grant)
        .where(Grant.room_id == room_id, Grant.unit_id == unit_id, Grant.withheld.is_(False))
        .order_by(Grant.id)
    ).all()
    for found in openable(uow, keyring, rows):
        if found.row.maker_unit_id != room.maker_unit_id or found.row.subject != room_id:
            raise Damaged("a grant in another's place", room=room_id)
        opened = open_room_grant(
            signed_of(found.row), context_of(found.row), identity=found.identity, signer=found.signer
        )
        return entered(room, opened, subject_id)
    raise NoKey("no key of this room", room=room_id)


def require_kind(room: OpenRoom, kind: RoomKind) -> None:
    """Stop unless an opened room is of that kind: its grant says so, whatever a row points at.

    Raises:
        Damaged: it is another room than its caller was told.
    """
    if room.kind is not kind:
        raise Damaged("a room of another kind", room=room.room_id)


def release(uow: UnitOfWork, *, room_ids: Collection[str], unit_id: str) -> None:
    """Hand out the room grants that lie ready for a unit: it has accepted."""
    uow.session.execute(
        update(Grant).where(Grant.room_id.in_(room_ids), Grant.unit_id == unit_id).values(withheld=False)
    )


def take_rooms(uow: UnitOfWork, *, room_ids: Collection[str], unit_id: str, person_id: str | None = None) -> None:
    """Delete a unit's grants to rooms, or those of one of its persons: withdrawn, declined, no longer a mentor."""
    query = delete(Grant).where(Grant.room_id.in_(room_ids), Grant.unit_id == unit_id)
    uow.session.execute(query if person_id is None else query.where(Grant.person_id == person_id))


def take_from_person(uow: UnitOfWork, person_id: str, *, unit_id: str | None = None) -> None:
    """Delete what was given to one person by name, at one unit or everywhere; circles they are in keep theirs."""
    query = delete(Grant).where(Grant.person_id == person_id)
    uow.session.execute(query if unit_id is None else query.where(Grant.unit_id == unit_id))


def destroy_rooms(uow: UnitOfWork, *, room_ids: Collection[str]) -> None:
    """Delete all grants to rooms and all records in them; the rooms' rows stay, so that ids can be explained.

    The blobs are the caller's, who deletes them after the commit.
    """
    uow.session.execute(delete(Grant).where(Grant.room_id.in_(room_ids)))
    uow.session.execute(delete(SealedRecord).where(SealedRecord.room_id.in_(room_ids)))


def keep_region_key(uow: UnitOfWork, admin: HeldKey, key: SigningKey) -> None:
    """Grant the region's signing key to the samenwerkingsverband's admin circle."""
    context = grant_context(GrantKind.REGION, admin.unit_id, admin.unit_id, admin.reader)
    sealed = RegionGrant(admin.unit_id, key).seal(context, recipient=admin.recipient, signer=admin.key)
    put_grant(uow, context, sealed, maker=admin, reader=admin.reader)


def open_region_key(uow: UnitOfWork, keyring: Keyring, unit_id: str) -> SigningKey:
    """Open the region's signing key, as an admin of that samenwerkingsverband.

    Raises:
        NoKey: this person does not hold the admin key, or that unit has no region.
        BadSignature, Damaged: the grant was changed or exchanged.
    """
    rows = uow.session.scalars(
        select(Grant).where(Grant.kind == GrantKind.REGION, Grant.unit_id == unit_id, Grant.subject == unit_id)
    ).all()
    for found in openable(uow, keyring, rows):
        return open_region(
            signed_of(found.row), context_of(found.row), identity=found.identity, signer=found.signer
        ).key
    raise NoKey("no region key", unit=unit_id)


def openable(uow: UnitOfWork, keyring: Keyring, rows: Sequence[Grant]) -> list[OpenGrant]:
    """Of these grants, those that this person can open; keys that they lack are passed over.

    Raises:
        BadSignature: the signer is neither of the maker's nor of the reader's unit, or nobody vouches for it.
    """
    signers = signer_rows(uow, {row.signer_id for row in rows})
    return [found for row in rows if (found := open_for(uow, keyring, row, signers))]


def open_for(uow: UnitOfWork, keyring: Keyring, row: Grant, signers: Mapping[str, CircleKeyRow]) -> OpenGrant | None:
    """What opens this grant, or None when this person lacks the key; errors are those of `openable`."""
    identity = _identity(uow, keyring, row)
    if identity is None:
        return None
    return OpenGrant(row=row, identity=identity, signer=signer_key(uow, keyring, row, signers))


def signer_key(uow: UnitOfWork, keyring: Keyring, row: Grant, signers: Mapping[str, CircleKeyRow]) -> VerifyKey:
    """Whose signature a grant must bear; errors are those of `openable`."""
    signer = signers.get(row.signer_id)
    if signer is None or signer.unit_id not in (row.maker_unit_id, row.unit_id):
        raise BadSignature("signed by a unit that it is not of", grant=row.id)
    return keyring.signer(uow, signer, reader_unit=row.unit_id)


def signer_rows(uow: UnitOfWork, ids: Collection[str]) -> dict[str, CircleKeyRow]:
    """The published keys of these ids."""
    rows = uow.session.scalars(select(CircleKeyRow).where(CircleKeyRow.id.in_(ids)))
    return {row.id: row for row in rows}


def context_of(row: Grant) -> GrantContext:
    """What a row says its grant is for, and to whom; its signature says whether that is so."""
    return GrantContext(
        kind=row.kind,
        subject=row.subject,
        maker=row.maker_unit_id,
        unit=row.unit_id,
        holder=holder_of(circle=row.circle, version=row.circle_version, person_id=row.person_id),
    )


def signed_of(row: Grant) -> SignedGrant:
    """The grant itself."""
    return SignedGrant(row.blob, row.signature)


def put_grant(uow: UnitOfWork, context: GrantContext, sealed: SignedGrant, *, maker: HeldKey, reader: Reader) -> None:
    """Store a grant, in the place of an earlier one of the same thing to the same circle or person.

    Raises:
        Conflict: nobody holds that version of the circle's key any more. It was rotated since its card was read.
    """
    if reader.circle:
        _hold_version(uow, reader)
    holder = Grant.circle == reader.circle if reader.circle else Grant.person_id == reader.person_id
    row = uow.session.scalar(
        select(Grant).where(
            Grant.kind == context.kind, Grant.subject == context.subject, Grant.unit_id == reader.unit_id, holder
        )
    )
    if row is None:
        row = Grant(
            kind=context.kind,
            subject=context.subject,
            room_id=context.subject if context.kind is GrantKind.ROOM else None,
            unit_id=reader.unit_id,
            circle=reader.circle,
            person_id=reader.person_id,
            withheld=reader.withheld,
            created_at=uow.clock.now(),
        )
        uow.session.add(row)
    row.maker_unit_id = context.maker
    row.circle_version = reader.version
    row.blob, row.signature, row.signer_id = sealed.blob, sealed.signature, maker.id
    uow.flush()


def _hold_version(uow: UnitOfWork, reader: Reader) -> None:
    # Shared, until this transaction ends: `drop_old_copies` waits for it, and then sees the grant.
    retired = uow.session.execute(
        select(CircleKeyRow.retired_at)
        .where(
            CircleKeyRow.unit_id == reader.unit_id,
            CircleKeyRow.circle == reader.circle,
            CircleKeyRow.version == reader.version,
        )
        .with_for_update(read=True)
    ).first()
    if retired is not None and retired.retired_at is not None:
        raise Conflict(unit=reader.unit_id, version=reader.version or 0)


def grant_context(kind: GrantKind, subject: str, maker_unit_id: str, reader: Reader) -> GrantContext:
    """The context of a grant that is about to be made."""
    return GrantContext(kind=kind, subject=subject, maker=maker_unit_id, unit=reader.unit_id, holder=reader.holder)


def _identity(uow: UnitOfWork, keyring: Keyring, row: Grant) -> HybridIdentity | None:
    if row.circle is None:
        return keyring.identity if row.person_id == keyring.person_id else None
    try:
        return keyring.circle(uow, row.unit_id, row.circle, version=row.circle_version).key.identity
    except NoKey:
        return None


def entered(room: Room, opened: RoomGrant, subject_id: str) -> OpenRoom:
    """The room that a grant opened, if grant, row and caller agree whose it is.

    Raises:
        Damaged: it is the room of something else.
    """
    found = OpenRoom(
        room_id=room.id,
        kind=room.kind,
        subject_kind=room.subject_kind,
        subject_id=room.subject_id,
        maker_unit_id=room.maker_unit_id,
        identity=opened.identity,
    )
    if (opened.room_kind, opened.about, room.subject_id) != (room.kind.value, found.about, subject_id):
        raise Damaged("the room of something else", room=room.id)
    return found

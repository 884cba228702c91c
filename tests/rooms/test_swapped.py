"""What somebody writes into the database by hand is refused, with a clear error."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from handover.db.unit_of_work import UnitOfWork
from handover.rooms.cards import valid_card
from handover.rooms.circles import add_copy, add_key
from handover.rooms.grants import give_room, make_room, open_room
from handover.rooms.model import (
    CardRow,
    CertificateRow,
    CircleKeyRow,
    Grant,
    KeyCopy,
    Room,
    RoomKind,
    SealedRecord,
    SubjectKind,
)
from handover.rooms.rotation import begin_rotation
from keys.age.hybrid import HybridIdentity
from keys.card import Card
from keys.circle import Circle, CircleKey, KeyName, seal_copy
from keys.errors import BadSignature, Damaged, KeysError
from keys.jws import digest
from tests.rooms.region import Handover, Person


def enter(handover: Handover) -> bytes:
    with handover.region.uow() as uow:
        keyring = handover.region.keyring(handover.intake)
        room = open_room(uow, keyring, handover.vo, handover.room_id, subject_id=handover.id)
        return room.read(uow, "report", handover.id).data


def grant_row(uow: UnitOfWork, room_id: str, unit_id: str) -> Grant:
    return uow.session.scalars(select(Grant).where(Grant.room_id == room_id, Grant.unit_id == unit_id)).one()


def key_row(uow: UnitOfWork, unit_id: str, circle: Circle) -> CircleKeyRow:
    return uow.session.scalars(
        select(CircleKeyRow).where(CircleKeyRow.unit_id == unit_id, CircleKeyRow.circle == circle)
    ).one()


def copy_row(uow: UnitOfWork, unit_id: str, circle: Circle) -> KeyCopy:
    key = key_row(uow, unit_id, circle)
    return uow.session.scalars(select(KeyCopy).where(KeyCopy.circle_key_id == key.id)).one()


def other_room(handover: Handover) -> str:
    """A second handover between the same schools."""
    other = replace(handover, id="9" * 32, leaver_id="8" * 32)
    return other.make_room().room_id


def test_grants_of_two_rooms_swapped(handover: Handover) -> None:
    other = other_room(handover)
    with handover.region.uow() as uow:
        one, two = (grant_row(uow, room_id, handover.vo) for room_id in (handover.room_id, other))
        one.blob, two.blob = two.blob, one.blob
        one.signature, two.signature = two.signature, one.signature

    with pytest.raises(BadSignature):
        enter(handover)


def test_two_rooms_exchanged_in_their_handovers(handover: Handover) -> None:
    handover.room_id = other_room(handover)

    with pytest.raises(Damaged):
        enter(handover)


def test_a_room_that_claims_another_handover(handover: Handover) -> None:
    room_id = other_room(handover)
    with handover.region.uow() as uow:
        uow.session.get_one(Room, room_id).subject_id = handover.id
    handover.room_id = room_id

    with pytest.raises(Damaged):
        enter(handover)


def test_a_grant_signed_by_a_school_that_has_nothing_to_do_with_it(handover: Handover) -> None:
    region, stranger = handover.region, Person()
    unit = region.enrol(stranger)
    with region.uow() as uow:
        signer = region.keyring(stranger).circle(uow, unit, Circle.DOSSIER)
        planted = make_room(
            uow,
            kind=RoomKind.DOSSIER,
            subject=(SubjectKind.HANDOVER, handover.id),
            maker=signer,
            readers=[region.card(uow, handover.vo).reader(Circle.DOSSIER, withheld=False)],
        )
        grant = grant_row(uow, planted.room_id, handover.vo)
        ours = grant_row(uow, handover.room_id, handover.vo)
        ours.blob, ours.signature, ours.signer_id = grant.blob, grant.signature, grant.signer_id

    with pytest.raises(BadSignature):
        enter(handover)


def test_a_well_made_grant_that_a_third_school_signed(handover: Handover) -> None:
    """Its people hold a key of the room, no matter how: what they sign for others is still not used."""
    region, stranger = handover.region, Person()
    unit = region.enrol(stranger)
    with region.uow() as uow:
        signer = region.keyring(stranger).circle(uow, unit, Circle.DOSSIER)
        keyring = region.keyring(handover.intake)
        room = open_room(uow, keyring, handover.vo, handover.room_id, subject_id=handover.id)
        reader = region.card(uow, handover.vo).reader(Circle.DOSSIER, withheld=False)
        give_room(uow, room, maker=signer, reader=reader)

    with pytest.raises(BadSignature):
        enter(handover)


def test_a_room_that_claims_another_maker(handover: Handover) -> None:
    with handover.region.uow() as uow:
        uow.session.get_one(Room, handover.room_id).maker_unit_id = handover.vo

    with pytest.raises(Damaged):
        enter(handover)


def test_a_record_whose_digest_was_changed(handover: Handover) -> None:
    with handover.region.uow() as uow:
        uow.session.scalars(select(SealedRecord)).one().sha256 = "0" * 64

    with pytest.raises(Damaged):
        enter(handover)


def test_a_grant_signed_by_a_school_that_the_region_never_certified(handover: Handover) -> None:
    region = handover.region
    with region.uow() as uow:
        uow.session.execute(delete(CertificateRow).where(CertificateRow.unit_id == handover.po))

    with pytest.raises(BadSignature):
        enter(handover)


def test_a_withheld_grant_cannot_be_turned_to_another_circle(handover: Handover) -> None:
    with handover.region.uow() as uow:
        grant_row(uow, handover.room_id, handover.vo).circle = Circle.NAMES

    with pytest.raises(KeysError):
        enter(handover)


def test_two_records_swapped(handover: Handover) -> None:
    region = handover.region
    with region.uow() as uow:
        keyring = region.keyring(handover.teacher)
        room = open_room(uow, keyring, handover.po, handover.room_id, subject_id=handover.id)
        room.seal(uow, "report", "other", b"over een ander", after=0)
        one, two = uow.session.scalars(select(SealedRecord).where(SealedRecord.kind == "report")).all()
        one.blob, two.blob = two.blob, one.blob
        one.sha256, two.sha256 = two.sha256, one.sha256

    with pytest.raises(Damaged):
        enter(handover)


def test_an_older_record_put_back_under_the_new_version(handover: Handover) -> None:
    region = handover.region
    with region.uow() as uow:
        keyring = region.keyring(handover.teacher)
        room = open_room(uow, keyring, handover.po, handover.room_id, subject_id=handover.id)
        row = uow.session.scalars(select(SealedRecord)).one()
        old = (row.blob, row.sha256)
        room.seal(uow, "report", handover.id, b"beter", after=1)
        row.blob, row.sha256 = old

    with pytest.raises(Damaged):
        enter(handover)


def test_a_record_whose_bytes_were_changed(handover: Handover) -> None:
    with handover.region.uow() as uow:
        row = uow.session.scalars(select(SealedRecord)).one()
        row.blob = row.blob[:-1] + bytes([row.blob[-1] ^ 1])

    with pytest.raises(Damaged):
        enter(handover)


def test_copies_of_two_circles_swapped(handover: Handover) -> None:
    with handover.region.uow() as uow:
        one, two = (copy_row(uow, handover.vo, circle) for circle in (Circle.DOSSIER, Circle.CARE))
        one.sealed, two.sealed = two.sealed, one.sealed

    with pytest.raises(Damaged):
        enter(handover)


def test_a_circle_key_planted_for_its_members(handover: Handover) -> None:
    """Anybody can seal to a person: the key row and the copy fit each other, but no card names them."""
    with handover.region.uow() as uow:
        key, row = CircleKey.generate(), key_row(uow, handover.vo, Circle.DOSSIER)
        name = KeyName(unit_id=handover.vo, circle=Circle.DOSSIER, version=1)
        row.recipient, row.verify = key.public.recipient.encode(), key.public.verify.encode()
        copy = copy_row(uow, handover.vo, Circle.DOSSIER)
        copy.sealed = seal_copy(key, name, recipient=handover.intake.identity.recipient())

    with pytest.raises(BadSignature):
        enter(handover)


def test_a_newer_circle_key_planted_without_endorsement(handover: Handover) -> None:
    region = handover.region
    with region.uow() as uow:
        name = KeyName(unit_id=handover.vo, circle=Circle.DOSSIER, version=2)
        held = add_key(uow, CircleKey.generate(), name, endorsement=None)
        add_copy(uow, held, person_id=handover.intake.id, recipient=handover.intake.identity.recipient())

    with region.uow() as uow, pytest.raises(BadSignature):
        region.keyring(handover.intake).circle(uow, handover.vo, Circle.DOSSIER)


def test_a_card_that_was_planted_with_keys_of_its_own(handover: Handover) -> None:
    """A whole new card, well signed by its own admin key, which the region never certified."""
    region = handover.region
    with region.uow() as uow:
        token = uow.session.scalars(select(CardRow.jws).where(CardRow.unit_id == handover.vo)).one()
        real, admin = Card.read(token), CircleKey.generate()
        entries = tuple(
            replace(entry, verify=admin.public.verify.encode(), recipient=admin.public.recipient.encode())
            for entry in real.entries
        )
        planted = replace(real, version=2, previous=digest(token), entries=entries).sign(admin)
        uow.session.add(
            CardRow(
                unit_id=handover.vo,
                version=2,
                jws=planted,
                digest=digest(planted),
                created_at=region.clock.now(),
            )
        )

    with region.uow() as uow:
        assert region.card(uow, handover.vo).card == real


def test_the_card_of_another_school_in_its_place(handover: Handover) -> None:
    region = handover.region
    with region.uow() as uow:
        po, vo = (
            uow.session.scalars(select(CardRow).where(CardRow.unit_id == unit)).one()
            for unit in (handover.po, handover.vo)
        )
        token, name = po.jws, po.digest
        uow.session.delete(po)
        uow.flush()
        vo.jws, vo.digest = token, name

    with region.uow() as uow, pytest.raises(BadSignature):
        valid_card(uow, handover.vo, region.keys, region.clock.now())


def test_a_holder_whom_somebody_wrote_into_a_row_gets_no_key_at_a_rotation(handover: Handover) -> None:
    region, thief = handover.region, HybridIdentity.generate()
    with region.uow() as uow:
        real = copy_row(uow, handover.vo, Circle.DOSSIER)
        uow.session.add(
            KeyCopy(
                circle_key_id=real.circle_key_id,
                person_id="f" * 32,
                recipient=thief.recipient().encode(),
                signature=real.signature,
                sealed=real.sealed,
                created_at=region.clock.now(),
            )
        )

    with region.uow() as uow, pytest.raises(BadSignature):
        begin_rotation(uow, region.keyring(handover.intake), handover.vo, Circle.DOSSIER)

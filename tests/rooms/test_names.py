"""Who it is about, for whom holds the names."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from handover.db.unit_of_work import UnitOfWork
from handover.rooms.grants import make_room
from handover.rooms.model import Grant, RoomKind, SubjectKind
from handover.rooms.names import give_name, open_names, read_names, take_names
from handover.rooms.reader import person_reader
from keys.circle import Circle
from keys.errors import BadSignature
from tests.rooms.region import JIP, Handover, Person


def name_rows(uow: UnitOfWork, *subjects: str) -> list[Grant]:
    rows = {row.subject: row for row in uow.session.scalars(select(Grant).where(Grant.kind == "name"))}
    return [rows[subject] for subject in subjects]


def test_each_school_reads_the_name_under_its_own_subject(handover: Handover) -> None:
    region = handover.region
    with region.uow() as uow:
        po, vo = region.keyring(handover.teacher), region.keyring(handover.intake)

        assert read_names(uow, po, handover.po, [handover.leaver_id, "unknown"]) == {handover.leaver_id: JIP}
        assert read_names(uow, vo, handover.vo, [handover.id]) == {handover.id: JIP}
        assert read_names(uow, vo, handover.vo, [handover.leaver_id]) == {}


def test_a_corrected_name_takes_the_place_of_the_first(handover: Handover) -> None:
    region = handover.region
    with region.uow() as uow:
        keyring = region.keyring(handover.teacher)
        names = keyring.circle(uow, handover.po, Circle.NAMES)
        give_name(uow, handover.leaver_id, {"first_name": "Janneke"}, maker=names, reader=names.reader)

    with region.uow() as uow:
        keyring = region.keyring(handover.teacher)
        assert read_names(uow, keyring, handover.po, [handover.leaver_id]) == {
            handover.leaver_id: {"first_name": "Janneke"}
        }


def test_a_mentor_reads_the_names_given_to_them(handover: Handover) -> None:
    mentor, region = Person(), handover.region
    with region.uow() as uow:
        names = region.keyring(handover.intake).circle(uow, handover.vo, Circle.NAMES)
        reader = person_reader(unit_id=handover.vo, person_id=mentor.id, recipient=mentor.identity.recipient())
        give_name(uow, handover.id, JIP, maker=names, reader=reader)
        give_name(uow, handover.id, JIP, maker=names, reader=names.reader)

    with region.uow() as uow:
        assert read_names(uow, region.keyring(mentor), handover.vo, [handover.id]) == {handover.id: JIP}


def test_without_the_key_there_is_no_name_and_no_error(handover: Handover) -> None:
    member = Person()
    handover.region.admit(handover.intake, handover.vo, member, Circle.ADMIN)

    with handover.region.uow() as uow:
        assert read_names(uow, handover.region.keyring(member), handover.vo, [handover.id]) == {}


def test_taken_names_are_gone(handover: Handover) -> None:
    with handover.region.uow() as uow:
        take_names(uow, subjects=[handover.id], unit_id=handover.vo)
        assert read_names(uow, handover.region.keyring(handover.intake), handover.vo, [handover.id]) == {}


def test_two_names_swapped_by_hand_are_refused_and_the_others_still_shown(handover: Handover) -> None:
    region, others = handover.region, ["1" * 32, "2" * 32, "3" * 32]
    with region.uow() as uow:
        names = region.keyring(handover.teacher).circle(uow, handover.po, Circle.NAMES)
        for subject in others:
            give_name(uow, subject, {"first_name": subject}, maker=names, reader=names.reader)
        one, two = name_rows(uow, *others[:2])
        one.blob, two.blob = two.blob, one.blob
        one.signature, two.signature = two.signature, one.signature

    with region.uow() as uow:
        keyring = region.keyring(handover.teacher)
        found = open_names(uow, keyring, handover.po, others)
        assert found.about == {others[2]: {"first_name": others[2]}}
        assert {subject: type(error) for subject, error in found.refused.items()} == dict.fromkeys(
            others[:2], BadSignature
        )
        with pytest.raises(BadSignature):
            read_names(uow, keyring, handover.po, others)


def test_a_name_is_no_key_of_a_room(handover: Handover) -> None:
    region = handover.region
    with region.uow() as uow:
        keyring = region.keyring(handover.teacher)
        names = keyring.circle(uow, handover.po, Circle.NAMES)
        room = make_room(
            uow, kind=RoomKind.WORK, subject=(SubjectKind.LEAVER, handover.leaver_id), maker=names, readers=[]
        )

        assert open_names(uow, keyring, handover.po, [room.room_id]).about == {}

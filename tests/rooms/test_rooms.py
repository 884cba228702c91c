"""A room is entered by whom it was given to, and by nobody else."""

from __future__ import annotations

import pytest

from handover.errors import Conflict, NotFound
from handover.rooms.errors import NoKey
from handover.rooms.grants import destroy_rooms, give_room, open_room, release, take_rooms
from handover.rooms.reader import person_reader
from keys.circle import Circle
from tests.rooms.region import Handover, Person, Region


def enter(handover: Handover, person: Person, unit_id: str) -> bytes:
    with handover.region.uow() as uow:
        keyring = handover.region.keyring(person)
        room = open_room(uow, keyring, unit_id, handover.room_id, subject_id=handover.id)
        return room.read(uow, "report", handover.id).data


def test_both_schools_enter_and_read_the_same(handover: Handover) -> None:
    assert enter(handover, handover.teacher, handover.po) == b"wat wij over Jip weten"
    assert enter(handover, handover.intake, handover.vo) == b"wat wij over Jip weten"


def test_what_is_withheld_opens_only_after_release(region: Region) -> None:
    handover = Handover(region).make(withheld=True)

    with pytest.raises(NoKey):
        enter(handover, handover.intake, handover.vo)
    with region.uow() as uow:
        release(uow, room_ids=[handover.room_id], unit_id=handover.vo)
    assert enter(handover, handover.intake, handover.vo) == b"wat wij over Jip weten"


@pytest.mark.parametrize("circle", [Circle.ADMIN, Circle.NAMES, Circle.CARE])
def test_members_of_other_circles_do_not_enter(handover: Handover, circle: Circle) -> None:
    member = Person()
    handover.region.admit(handover.intake, handover.vo, member, circle)

    with pytest.raises(NoKey):
        enter(handover, member, handover.vo)


def test_a_member_whom_a_colleague_handed_the_key_enters(handover: Handover) -> None:
    member = Person()
    handover.region.admit(handover.intake, handover.vo, member, Circle.DOSSIER)

    assert enter(handover, member, handover.vo) == b"wat wij over Jip weten"


def test_nobody_enters_as_another_school(handover: Handover) -> None:
    with pytest.raises(NoKey):
        enter(handover, handover.teacher, handover.vo)


def test_a_mentor_enters_the_room_that_they_were_given_until_it_is_taken(handover: Handover) -> None:
    mentor = Person()
    with handover.region.uow() as uow:
        keyring = handover.region.keyring(handover.intake)
        room = open_room(uow, keyring, handover.vo, handover.room_id, subject_id=handover.id)
        reader = person_reader(unit_id=handover.vo, person_id=mentor.id, recipient=mentor.identity.recipient())
        give_room(uow, room, maker=keyring.circle(uow, handover.vo, Circle.DOSSIER), reader=reader)

    assert enter(handover, mentor, handover.vo) == b"wat wij over Jip weten"
    with handover.region.uow() as uow:
        take_rooms(uow, room_ids=[handover.room_id], unit_id=handover.vo, person_id=mentor.id)
    with pytest.raises(NoKey):
        enter(handover, mentor, handover.vo)
    assert enter(handover, handover.intake, handover.vo)


def test_a_withdrawn_school_enters_no_more_and_the_sender_does(handover: Handover) -> None:
    with handover.region.uow() as uow:
        take_rooms(uow, room_ids=[handover.room_id], unit_id=handover.vo)

    with pytest.raises(NoKey):
        enter(handover, handover.intake, handover.vo)
    assert enter(handover, handover.teacher, handover.po)


def test_a_destroyed_room_opens_for_nobody(handover: Handover) -> None:
    with handover.region.uow() as uow:
        destroy_rooms(uow, room_ids=[handover.room_id])

    with pytest.raises(NoKey):
        enter(handover, handover.teacher, handover.po)


def test_a_room_that_does_not_exist_is_not_found(handover: Handover) -> None:
    handover.room_id = "0" * 32

    with pytest.raises(NotFound):
        enter(handover, handover.teacher, handover.po)


def test_two_who_write_the_same_record_do_not_overwrite_each_other(handover: Handover) -> None:
    with handover.region.uow() as uow:
        keyring = handover.region.keyring(handover.teacher)
        room = open_room(uow, keyring, handover.po, handover.room_id, subject_id=handover.id)
        read = room.read(uow, "report", handover.id)
        assert room.seal(uow, "report", handover.id, b"nieuwer", after=read.version) == 2
        with pytest.raises(Conflict):
            room.seal(uow, "report", handover.id, b"van de ander", after=read.version)
        with pytest.raises(Conflict):
            room.seal(uow, "report", handover.id, b"alsof het nieuw is", after=0)

    assert enter(handover, handover.intake, handover.vo) == b"nieuwer"


def test_records_are_listed_and_erased(handover: Handover) -> None:
    with handover.region.uow() as uow:
        keyring = handover.region.keyring(handover.teacher)
        room = open_room(uow, keyring, handover.po, handover.room_id, subject_id=handover.id)
        room.seal(uow, "document", "d1", b"een", after=0)
        room.seal(uow, "document", "d2", b"", after=0)
        assert {key: record.data for key, record in room.read_all(uow, "document").items()} == {
            "d1": b"een",
            "d2": b"",
        }
        room.erase(uow, "document", "d1")
        assert set(room.read_all(uow, "document")) == {"d2"}
        with pytest.raises(NotFound):
            room.read(uow, "document", "d1")

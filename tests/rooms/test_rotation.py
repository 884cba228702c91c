"""A rotated circle: who is left opens everything, at every moment in between; who left opens nothing new."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from handover.db.unit_of_work import UnitOfWork
from handover.rooms.cards import publish_card
from handover.rooms.circles import end_copies
from handover.rooms.errors import NoKey
from handover.rooms.grants import open_room, release
from handover.rooms.model import Grant, KeyCopy
from handover.rooms.names import read_names
from handover.rooms.rotation import begin_rotation, drop_old_copies, reseal_grants, waiting_grants
from keys.age.hybrid import HybridIdentity
from keys.circle import Circle
from keys.errors import KeysError
from tests.rooms.region import JIP, Handover, Person, Region

ROOMS = 5


@pytest.fixture
def school(region: Region) -> Handover:
    """A secondary school with several rooms, one of them withheld, and a second member of all circles."""
    handover = Handover(region).make(withheld=True)
    for _ in range(ROOMS - 1):
        handover.room_id = handover.make_room().room_id
    return handover


def all_open(school: Handover, person: Person) -> bool:
    with school.region.uow() as uow:
        keyring = school.region.keyring(person)
        rooms = uow.session.scalars(
            select(Grant.room_id).where(Grant.kind == "room", Grant.unit_id == school.vo, Grant.withheld.is_(False))
        ).all()
        opened = [
            open_room(uow, keyring, school.vo, str(room), subject_id=school.id).read(uow, "report", school.id)
            for room in rooms
        ]
        return len(opened) >= ROOMS - 1


def test_killed_at_any_moment_everything_still_opens_and_it_can_be_taken_up(school: Handover) -> None:
    region, colleague = school.region, Person()
    region.admit(school.intake, school.vo, colleague, *Circle)

    with region.uow() as uow:
        begin_rotation(uow, region.keyring(school.intake), school.vo, Circle.DOSSIER)
    assert all_open(school, school.intake)
    with region.uow() as uow:
        assert reseal_grants(uow, region.keyring(school.intake), school.vo, Circle.DOSSIER, limit=2) == 2
    assert all_open(school, school.intake)
    assert all_open(school, colleague)
    with region.uow() as uow:  # taken up by the colleague; no third version is begun
        again = begin_rotation(uow, region.keyring(colleague), school.vo, Circle.DOSSIER)
        assert again.name.version == 2
        assert reseal_grants(uow, region.keyring(colleague), school.vo, Circle.DOSSIER) == ROOMS - 2
        assert waiting_grants(uow, school.vo, Circle.DOSSIER) == 0
    assert all_open(school, colleague)
    with region.uow() as uow:  # others still seal to version 1: its copies stay
        assert drop_old_copies(uow, school.vo, Circle.DOSSIER) == 0
    with region.uow() as uow:
        publish_card(uow, region.keyring(school.intake), school.vo)
        assert drop_old_copies(uow, school.vo, Circle.DOSSIER) == 1
        assert drop_old_copies(uow, school.vo, Circle.DOSSIER) == 0
    assert all_open(school, school.intake)
    assert all_open(school, colleague)


def test_a_rotation_that_was_not_committed_left_nothing(school: Handover) -> None:
    region = school.region
    with UnitOfWork(region.sessions, region.clock) as uow:
        keyring = region.keyring(school.intake)
        begin_rotation(uow, keyring, school.vo, Circle.DOSSIER)
        reseal_grants(uow, keyring, school.vo, Circle.DOSSIER, limit=3)

    with region.uow() as uow:
        assert region.keyring(school.intake).circle(uow, school.vo, Circle.DOSSIER).name.version == 1
    assert all_open(school, school.intake)


def test_what_came_for_the_old_key_meanwhile_is_resealed_too(school: Handover) -> None:
    region = school.region
    with region.uow() as uow:
        keyring = region.keyring(school.intake)
        begin_rotation(uow, keyring, school.vo, Circle.DOSSIER)
        reseal_grants(uow, keyring, school.vo, Circle.DOSSIER)
    school.make_room()  # by a sender who still has the old card
    with region.uow() as uow:
        keyring = region.keyring(school.intake)
        publish_card(uow, keyring, school.vo)
        assert drop_old_copies(uow, school.vo, Circle.DOSSIER) == 0
        assert reseal_grants(uow, keyring, school.vo, Circle.DOSSIER) == 1
        assert drop_old_copies(uow, school.vo, Circle.DOSSIER) == 1

    assert all_open(school, school.intake)


def test_what_was_withheld_is_resealed_and_still_withheld(school: Handover) -> None:
    region = school.region
    with region.uow() as uow:
        keyring = region.keyring(school.intake)
        begin_rotation(uow, keyring, school.vo, Circle.DOSSIER)
        reseal_grants(uow, keyring, school.vo, Circle.DOSSIER)
        publish_card(uow, keyring, school.vo)
        drop_old_copies(uow, school.vo, Circle.DOSSIER)

    with region.uow() as uow:
        withheld = uow.session.scalars(select(Grant).where(Grant.withheld)).one()
        room_id = str(withheld.room_id)
        keyring = region.keyring(school.intake)
        with pytest.raises(NoKey):
            open_room(uow, keyring, school.vo, room_id, subject_id=school.id)
        release(uow, room_ids=[room_id], unit_id=school.vo)
        uow.session.expire_all()
        assert open_room(uow, keyring, school.vo, room_id, subject_id=school.id).room_id == room_id


def test_who_left_opens_nothing_of_it_even_with_the_old_copy_put_back(school: Handover) -> None:
    region, left = school.region, Person()
    region.admit(school.intake, school.vo, left, Circle.DOSSIER)
    with region.uow() as uow:
        old = uow.session.scalars(select(KeyCopy).where(KeyCopy.person_id == left.id)).one()
        kept = {column: getattr(old, column) for column in ("circle_key_id", "recipient", "signature", "sealed")}
        end_copies(uow, left.id, school.vo)
    with region.uow() as uow:
        keyring = region.keyring(school.intake)
        begin_rotation(uow, keyring, school.vo, Circle.DOSSIER)
        reseal_grants(uow, keyring, school.vo, Circle.DOSSIER)
        publish_card(uow, keyring, school.vo)
        drop_old_copies(uow, school.vo, Circle.DOSSIER)
        uow.session.add(KeyCopy(person_id=left.id, created_at=region.clock.now(), **kept))

    with pytest.raises(NoKey):
        all_open(school, left)


def test_a_grant_changed_by_hand_is_not_resealed(school: Handover) -> None:
    region = school.region
    with region.uow() as uow:
        begin_rotation(uow, region.keyring(school.intake), school.vo, Circle.DOSSIER)
        uow.session.execute(update(Grant).where(Grant.unit_id == school.vo).values(signature=bytes(64)))

    with region.uow() as uow, pytest.raises(KeysError):
        reseal_grants(uow, region.keyring(school.intake), school.vo, Circle.DOSSIER)


def test_names_are_resealed_like_rooms(school: Handover) -> None:
    region = school.region
    with region.uow() as uow:
        keyring = region.keyring(school.intake)
        begin_rotation(uow, keyring, school.vo, Circle.NAMES)
        assert reseal_grants(uow, keyring, school.vo, Circle.NAMES) == 1
        publish_card(uow, keyring, school.vo)
        drop_old_copies(uow, school.vo, Circle.NAMES)

    with region.uow() as uow:
        assert read_names(uow, region.keyring(school.intake), school.vo, [school.id]) == {school.id: JIP}


def test_the_sender_still_reads_what_was_signed_with_its_rotated_key(school: Handover) -> None:
    region = school.region
    with region.uow() as uow:
        keyring = region.keyring(school.teacher)
        begin_rotation(uow, keyring, school.po, Circle.DOSSIER)
        reseal_grants(uow, keyring, school.po, Circle.DOSSIER)
        publish_card(uow, keyring, school.po)
        drop_old_copies(uow, school.po, Circle.DOSSIER)

    # The secondary school's grants bear the old key's signature.
    assert all_open(school, school.intake)


def test_somebody_left_out_gets_no_copy_and_the_sheet_does(region: Region) -> None:
    sheet, colleague = HybridIdentity.generate(), Person()
    handover = Handover(region).make(sheet=sheet)
    region.admit(handover.teacher, handover.po, colleague, Circle.DOSSIER)

    with region.uow() as uow:
        new = begin_rotation(uow, region.keyring(handover.teacher), handover.po, Circle.DOSSIER, without=[colleague.id])
        copies = uow.session.scalars(select(KeyCopy).where(KeyCopy.circle_key_id == new.id)).all()

    assert {copy.person_id for copy in copies} == {handover.teacher.id, None}

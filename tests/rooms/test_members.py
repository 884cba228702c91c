"""Handing keys on, and taking copies away."""

from __future__ import annotations

import pytest

from handover.errors import Conflict
from handover.rooms.circles import complete_sheet, end_copies, hand_on, holders, make_circles, replace_sheet
from handover.rooms.errors import NoKey
from handover.rooms.grants import open_room
from handover.rooms.keyring import Keyring
from handover.rooms.model import Sheet
from keys.age.hybrid import HybridIdentity
from keys.circle import Circle
from tests.rooms.region import Handover, Person, Region


def test_who_does_not_hold_a_key_cannot_give_it(region: Region) -> None:
    admin, member, third = Person(), Person(), Person()
    unit = region.enrol(admin)
    region.admit(admin, unit, member, Circle.NAMES)

    with pytest.raises(NoKey):
        region.admit(member, unit, third, Circle.CARE)
    region.admit(member, unit, third, Circle.NAMES)
    with region.uow() as uow:
        assert holders(uow, unit)[Circle.NAMES] == {admin.id, member.id, third.id}
        assert holders(uow, unit)[Circle.CARE] == {admin.id}
        assert region.keyring(third).circles(uow, unit) == {Circle.NAMES}


def test_handing_on_twice_changes_nothing(region: Region) -> None:
    admin, member = Person(), Person()
    unit = region.enrol(admin)
    region.admit(admin, unit, member, Circle.NAMES)
    region.admit(admin, unit, member, Circle.NAMES)

    with region.uow() as uow:
        assert region.keyring(member).circle(uow, unit, Circle.NAMES).name.version == 1


def test_who_leaves_opens_nothing_any_more(region: Region) -> None:
    admin, member = Person(), Person()
    unit = region.enrol(admin)
    region.admit(admin, unit, member, *Circle)

    with region.uow() as uow:
        assert end_copies(uow, member.id, unit) == frozenset()
    with region.uow() as uow:
        assert region.keyring(member).circles(uow, unit) == frozenset()
        with pytest.raises(NoKey):
            region.keyring(member).versions(uow, unit, Circle.NAMES)


def test_the_last_copy_sleeps_until_another_holds_the_key(region: Region) -> None:
    admin, member = Person(), Person()
    unit = region.enrol(admin, sheet=HybridIdentity.generate())
    region.admit(admin, unit, member, Circle.ADMIN, Circle.NAMES)

    with region.uow() as uow:
        assert end_copies(uow, admin.id, unit) == {Circle.DOSSIER, Circle.CARE}
    with region.uow() as uow:
        assert region.keyring(admin).circles(uow, unit) == frozenset()
        with pytest.raises(NoKey):
            region.keyring(admin).circle(uow, unit, Circle.DOSSIER)
        assert holders(uow, unit)[Circle.DOSSIER] == frozenset()
    region.admit(admin, unit, member, Circle.DOSSIER)  # the one thing that a sleeping copy does
    with region.uow() as uow:
        assert region.keyring(member).circle(uow, unit, Circle.DOSSIER).name.version == 1
        with pytest.raises(NoKey):
            region.keyring(admin).versions(uow, unit, Circle.DOSSIER)
        assert region.keyring(admin).versions(uow, unit, Circle.CARE)


def test_circles_are_made_once(region: Region) -> None:
    admin = Person()
    unit = region.enrol(admin)

    with region.uow() as uow, pytest.raises(Conflict):
        make_circles(uow, unit, person_id=admin.id, recipient=admin.identity.recipient(), sheet=None)


def test_the_printed_sheet_opens_what_a_member_opens(region: Region) -> None:
    sheet = HybridIdentity.generate()
    handover = Handover(region).make(sheet=sheet)

    with region.uow() as uow:
        row = uow.session.query(Sheet).one()
        keyring = Keyring(handover.teacher.id, sheet, region=region.keys, sheet_id=row.id)
        room = open_room(uow, keyring, handover.po, handover.room_id, subject_id=handover.id)
        assert room.read(uow, "report", handover.id).data == b"wat wij over Jip weten"


def test_a_replaced_sheet_opens_nothing_and_the_new_one_does(region: Region) -> None:
    old, new = HybridIdentity.generate(), HybridIdentity.generate()
    admin, colleague = Person(), Person()
    unit = region.enrol(admin, sheet=old)
    region.admit(admin, unit, colleague, Circle.NAMES)
    with region.uow() as uow:
        first = uow.session.query(Sheet).one().id
        second = replace_sheet(uow, region.keyring(colleague), unit, new.recipient()).id

    with region.uow() as uow:
        assert Keyring(admin.id, old, region=region.keys, sheet_id=first).circles(uow, unit) == frozenset()
        printed = Keyring(admin.id, new, region=region.keys, sheet_id=second)
        assert printed.circles(uow, unit) == {Circle.NAMES}
        complete_sheet(uow, region.keyring(admin), uow.session.get_one(Sheet, second))
        assert printed.circles(uow, unit) == frozenset(Circle)
        assert printed.circle(uow, unit, Circle.CARE).name.version == 1


def test_a_colleague_admits_somebody_again_who_lost_the_passphrase(region: Region) -> None:
    admin, before = Person(), Person()
    unit = region.enrol(admin)
    region.admit(admin, unit, before, Circle.NAMES)
    after = Person(id=before.id)

    with region.uow() as uow:
        end_copies(uow, before.id, unit)
        hand_on(
            uow,
            region.keyring(admin),
            unit,
            Circle.NAMES,
            person_id=after.id,
            recipient=after.identity.recipient(),
        )
    with region.uow() as uow:
        assert region.keyring(after).circle(uow, unit, Circle.NAMES).name.version == 1

"""Keys when somebody goes: a last day that passes, words that were lost, invitations of who was admin."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from handover.access.errors import CodeRefused, LastAdmin, LastHolder
from handover.access.handing import hand_key
from handover.access.invitations import Invited, invite
from handover.access.leaving import end_membership, end_run_out
from handover.access.people import accept_invitation, add_role, readmit
from handover.access.tasks import end_sessions
from handover.policy import Role
from handover.rooms.circles import holders
from handover.rooms.model import CopyStatus, KeyCopy
from handover.schools.model import Membership, UnitSide
from handover.services import Services
from keys.circle import Circle
from tests.factories.access import (
    Colleague,
    GivenRegion,
    GivenUnit,
    Member,
    given_colleague,
    given_enrolled_unit,
    given_region,
)

LAST_DAY = date(2027, 5, 31)


@pytest.fixture
def region(tmp_path: Path) -> GivenRegion:
    return given_region(tmp_path)


@pytest.fixture
def school(region: GivenRegion) -> GivenUnit:
    ib = Colleague(name="Ineke Smits", roles=(Role.IB,))
    return given_enrolled_unit(region, UnitSide.PO, "De Hommel", brin6="03QI00", people=[ib])


def a_stand_in(school: GivenUnit, role: Role = Role.IB) -> Member:
    """Somebody with the keys of the role until `LAST_DAY`."""
    services, admin = school.admin.services, school.admin.actor
    email = f"invaller-{role.value}@hommel.example"
    asked = invite(services, admin, school.id, name="Stan Invaller", email=email, roles=(role,), until_on=LAST_DAY)
    joined = accept_invitation(services, code=asked.code)
    hand_key(services, admin, school.id, person_id=joined.person_id, words=joined.words)
    return Member(services, joined.person_id, email, joined.passphrase or "")


def end(services: Services, by: Member, who: Member) -> frozenset[Circle]:
    with services.uow() as uow:
        row = uow.session.scalars(
            select(Membership.id).where(Membership.person_id == who.person_id, Membership.ended_at.is_(None))
        ).first()
    return end_membership(services, by.actor, row or "")


def held_by(services: Services, unit_id: str, who: Member) -> set[Circle]:
    with services.uow() as uow:
        return {circle for circle, persons in holders(uow, unit_id).items() if who.person_id in persons}


def copies(services: Services, who: Member) -> list[CopyStatus]:
    with services.uow() as uow:
        return list(uow.session.scalars(select(KeyCopy.status).where(KeyCopy.person_id == who.person_id)))


def after_the_last_day(region: GivenRegion) -> None:
    region.clock.at = region.clock.at.replace(month=6, day=1)


def test_keys_go_on_the_day_after_the_last_and_not_before(region: GivenRegion, school: GivenUnit) -> None:
    services, stand_in = region.services, a_stand_in(school)
    assert held_by(services, school.id, stand_in)
    assert end_run_out(services) == 0

    after_the_last_day(region)
    end_sessions(services)

    assert copies(services, stand_in) == []
    with services.uow() as uow:
        ended = uow.session.scalars(select(Membership).where(Membership.person_id == stand_in.person_id)).one()
        assert ended.ended_at == region.clock.now()
    assert end_run_out(services) == 0, "once"


def test_whose_last_day_passed_does_not_count_as_a_holder(region: GivenRegion, school: GivenUnit) -> None:
    services, ib = region.services, school.people["Ineke Smits"]
    a_stand_in(school)
    after_the_last_day(region)
    end_run_out(services)

    assert {Circle.DOSSIER, Circle.CARE} <= held_by(services, school.id, ib)
    for circle in (Circle.DOSSIER, Circle.CARE):
        with services.uow() as uow:
            assert holders(uow, school.id)[circle] <= {ib.person_id, school.admin.person_id}


def test_the_last_copy_of_who_runs_out_sleeps(region: GivenRegion) -> None:
    school = given_enrolled_unit(region, UnitSide.PO, "De Krekel", brin6="04AB00")
    services, stand_in = region.services, a_stand_in(school)
    with services.uow() as uow:  # as it is where the first admin was never given more than the admin's own key
        for copy in uow.session.scalars(select(KeyCopy).where(KeyCopy.person_id == school.admin.person_id)):
            uow.session.delete(copy)
        uow.commit()

    after_the_last_day(region)
    end_run_out(services)

    assert set(copies(services, stand_in)) == {CopyStatus.ASLEEP}


def test_an_admin_whose_last_day_passed_is_no_admin_to_stay_behind(region: GivenRegion, school: GivenUnit) -> None:
    a_stand_in(school, Role.PO_ADMIN)
    after_the_last_day(region)

    with pytest.raises(LastAdmin):
        end(region.services, school.admin, school.admin)


def test_two_who_are_let_in_anew_do_not_take_the_last_copies_with_them(region: GivenRegion, school: GivenUnit) -> None:
    services, admin = region.services, school.admin
    other = given_colleague(school, Colleague(name="Iris Tweede", roles=(Role.IB,)))
    first = readmit(services, admin.actor, school.id, school.people["Ineke Smits"].person_id)
    second = readmit(services, admin.actor, school.id, other.person_id)
    with services.uow() as uow:  # the admin holds what an admin needs, as after a rotation of the others
        for copy in uow.session.scalars(select(KeyCopy).where(KeyCopy.person_id == admin.person_id)):
            uow.session.delete(copy)
        uow.commit()

    accept_invitation(services, code=first.code)
    with pytest.raises(LastHolder):
        accept_invitation(services, code=second.code)

    assert Circle.CARE in held_by(services, school.id, other)


def test_the_code_before_the_newest_lets_nobody_in(region: GivenRegion, school: GivenUnit) -> None:
    ib = school.people["Ineke Smits"]
    codes = [readmit(region.services, school.admin.actor, school.id, ib.person_id).code for _time in range(2)]

    with pytest.raises(CodeRefused):
        accept_invitation(region.services, code=codes[0])
    assert accept_invitation(region.services, code=codes[1]).person_id == ib.person_id


def test_who_was_admin_leaves_no_way_back_in(region: GivenRegion, school: GivenUnit) -> None:
    services, leaves = region.services, school.admin
    add_role(services, leaves.actor, school.id, person_id=school.people["Ineke Smits"].person_id, role=Role.PO_ADMIN)
    asked = an_invitation(services, leaves, school, "wie-weet@example.org")

    end(services, school.people["Ineke Smits"], leaves)

    with pytest.raises(CodeRefused):
        accept_invitation(services, code=asked.code)


def an_invitation(services: Services, by: Member, school: GivenUnit, email: str) -> Invited:
    return invite(services, by.actor, school.id, name="Wie Weet", email=email, roles=(Role.PO_ADMIN,))

"""Somebody for each column of `tests/matrix.csv`: every role at the two schools of a thread, elsewhere, and nowhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sqlalchemy import select

from handover.access.handing import hand_key
from handover.access.invitations import invite
from handover.access.leaving import end_membership
from handover.access.people import accept_invitation
from handover.access.roles import circles_of
from handover.bundles.ending import end_leaver
from handover.bundles.mentor_keys import give_now
from handover.bundles.mentors import NewMentor, name_mentor
from handover.bundles.opened import open_document
from handover.leavers.actions import add_leaver
from handover.leavers.model import Leaver
from handover.leavers.passage_model import PassageRow
from handover.policy import Role
from handover.rooms.cards import valid_card
from handover.rooms.names import give_name
from handover.schools.model import Group, Membership, UnitLocation, UnitSide
from handover.terms.destination import LeaverEnd, Passage
from keys.circle import Circle
from tests.factories.access import (
    Colleague,
    GivenRegion,
    GivenUnit,
    Member,
    given_colleague,
    given_enrolled_unit,
    made_region,
    original_folder,
)
from tests.factories.thread import Thread, copied_thread

NOBODY = "nobody"
MENTOR = "mentor own class"
"""Of every child of the factories that has one."""


@dataclass
class Everybody:
    """The thread, and who stands in which column; "nobody" has no sign-in."""

    thread: Thread
    columns: dict[str, Member]


def given_everybody(folder: Path) -> Everybody:
    """Two schools, two others of the same sides, the samenwerkingsverband, and all roles at each: a copy."""
    first = _first_everybody()
    thread = copied_thread(first.thread, folder)
    columns = {column: replace(member, services=thread.services) for column, member in first.columns.items()}
    return Everybody(thread=thread, columns=columns)


@cache
def _first_everybody() -> Everybody:
    region = made_region(original_folder("everybody"))
    po = given_enrolled_unit(
        region,
        UnitSide.PO,
        "De Hommel",
        brin6="03QI00",
        people=[
            Colleague(name="Marieke Janssen", roles=(Role.TEACHER,), groups=("8a",)),
            Colleague(name="Bert Jacobs", roles=(Role.TEACHER,), groups=("8b",)),
            Colleague(name="Ineke Smits", roles=(Role.IB,)),
        ],
    )
    vo = _secondary(region, "Raayland College", "25FY00")
    other_po = given_enrolled_unit(
        region,
        UnitSide.PO,
        "De Krekel",
        brin6="04AB00",
        place="Horst",
        people=[
            Colleague(name="Truus Elders", roles=(Role.TEACHER,), groups=("8",)),
            Colleague(name="Iris Elders", roles=(Role.IB,)),
        ],
    )
    other_vo = _secondary(region, "Dendron College", "16PK00", place="Horst")
    columns = {
        "teacher own group": po.people["Marieke Janssen"],
        "teacher own unit": po.people["Bert Jacobs"],
        "ib own unit": po.people["Ineke Smits"],
        "po_admin own unit": po.admin,
        **_columns(vo, "own"),
        MENTOR: vo.people["Joris Vink"],
        "mentor own unit": vo.people["Mia Peeters"],
        "swv_admin": region.swv,
        "boc": _at_the_region(region, "Bo Coenen", Role.BOC),
        "auditor": _at_the_region(region, "Agnes Toezicht", Role.AUDITOR),
        "teacher other unit": other_po.people["Truus Elders"],
        "ib other unit": other_po.people["Iris Elders"],
        "po_admin other unit": other_po.admin,
        **_columns(other_vo, "other"),
        "mentor other unit": other_vo.people["Mia Peeters"],
        "none": _gone(other_po),
    }
    return Everybody(thread=Thread(region=region, po=po, vo=vo), columns=columns)


def given_passage(everybody: Everybody) -> str:
    """A child of De Krekel that goes to De Hommel, which is asked whether it knows it. Gives the question's id.

    Written as `begin_passage` would, but for its caps: everybody asks more in a minute than a school in a year.
    """
    thread, away = everybody.thread, everybody.columns["ib other unit"]
    with thread.services.uow() as uow:
        krekel = select(UnitLocation.unit_id).where(UnitLocation.brin6 == "04AB00").scalar_subquery()
        group_id = uow.session.scalars(select(Group.id).where(Group.unit_id == krekel)).one()
    reference = add_leaver(thread.services, away.actor, group_id, thread.name)
    actor = away.actor
    end_leaver(thread.services, actor, reference, end=LeaverEnd.OTHER_SCHOOL)
    with thread.services.uow() as uow:
        leaver = uow.session.scalars(select(Leaver).where(Leaver.reference == reference)).one()
        row = uow.session.scalars(select(PassageRow).where(PassageRow.leaver_id == leaver.id)).one()
        row.state, row.brin6, row.unit_id = Passage.ASKED, thread.po.brin6, thread.po.id
        card = valid_card(uow, thread.po.id, thread.services.region, uow.clock.now())
        reader = card.reader(Circle.NAMES, withheld=False)
        give_name(
            uow, row.id, thread.name, maker=actor.keyring.circle(uow, leaver.unit_id, Circle.NAMES), reader=reader
        )
        uow.commit()
        return row.id


def given_mentor(everybody: Everybody, handover_id: str) -> dict[str, str]:
    """Name Joris Vink mentor of a child, and open something of its care part for him: ids for an address."""
    thread, mentor = everybody.thread, everybody.columns[MENTOR]
    named = name_mentor(
        thread.services, thread.intake.actor, handover_id, NewMentor(email=mentor.email, class_name="1b")
    )
    give_now(thread.services, thread.intake.actor, handover_id)
    opened = open_document(thread.services, thread.care.actor, handover_id, 1)
    return {"mentoring_id": named, "item_id": opened}


def _secondary(region: GivenRegion, name: str, brin6: str, *, place: str = "Venray") -> GivenUnit:
    return given_enrolled_unit(
        region,
        UnitSide.VO,
        name,
        brin6=brin6,
        place=place,
        people=[
            Colleague(name="Peter Claessens", roles=(Role.INTAKE,)),
            Colleague(name="Zohra Amrani", roles=(Role.CARE,)),
            Colleague(name="Olga Franssen", roles=(Role.VO_OFFICE,)),
            Colleague(name="Mia Peeters", roles=(Role.MENTOR,)),
            Colleague(name="Joris Vink", roles=(Role.MENTOR,)),
        ],
    )


def _columns(unit: GivenUnit, which: str) -> dict[str, Member]:
    return {
        f"intake {which} unit": unit.people["Peter Claessens"],
        f"care {which} unit": unit.people["Zohra Amrani"],
        f"vo_office {which} unit": unit.people["Olga Franssen"],
        f"vo_admin {which} unit": unit.admin,
    }


def _at_the_region(region: GivenRegion, name: str, role: Role) -> Member:
    services, admin = region.services, region.swv.actor
    email = f"{name.split(maxsplit=1)[0].lower()}@swv.example"
    asked = invite(services, admin, region.swv_id, name=name, email=email, roles=(role,), groups=frozenset())
    joined = accept_invitation(services, code=asked.code)
    if circles_of((role,)):
        hand_key(services, admin, region.swv_id, person_id=joined.person_id, words=joined.words)
    return Member(services, joined.person_id, email, joined.passphrase or "")


def _gone(unit: GivenUnit) -> Member:
    member = given_colleague(unit, Colleague(name="Gerda Vertrokken", roles=(Role.IB,)))
    services = unit.admin.services
    with services.uow() as uow:
        row = uow.session.scalars(select(Membership.id).where(Membership.person_id == member.person_id)).one()
    end_membership(services, unit.admin.actor, row)
    return member

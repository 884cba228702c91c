"""Somebody who works at several schools says for which one now; lists are of that school, all else opens as before."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from handover.access.invitations import invite
from handover.access.model import SessionRow
from handover.access.people import accept_invitation
from handover.policy import Role
from handover.schools.model import Membership, UnitSide
from tests.factories.access import Colleague, GivenUnit, Member, given_enrolled_unit
from tests.factories.thread import Thread, given_thread
from tests.factories.web import Visitor, given_app, given_signed_in, text_of
from tests.web.valid import check_page


@pytest.fixture
def thread(tmp_path: Path) -> Thread:
    return given_thread(tmp_path)


@pytest.fixture
def other(thread: Thread) -> GivenUnit:
    """A second primary school, at which the ib works too."""
    people = [Colleague(name="Truus Elders", roles=(Role.TEACHER,), groups=("8",))]
    unit = given_enrolled_unit(thread.region, UnitSide.PO, "De Krekel", brin6="04AB00", place="Horst", people=people)
    works_there(thread.ib, unit, Role.IB)
    return unit


def works_there(member: Member, unit: GivenUnit, role: Role) -> None:
    asked = invite(
        unit.admin.services,
        unit.admin.actor,
        unit.id,
        name="Ineke Smits",
        email=member.email,
        roles=(role,),
        groups=frozenset(),
    )
    accept_invitation(unit.admin.services, code=asked.code, actor=member.actor)


@pytest.fixture
def app(thread: Thread) -> Flask:
    return given_app(thread.region)


@pytest.fixture
def ineke(app: Flask, thread: Thread, other: GivenUnit) -> Visitor:
    assert other.id
    return given_signed_in(app, thread.ib)


def choose(visitor: Visitor, unit_id: str) -> None:
    assert visitor.post("/school-kiezen", {"school": unit_id}).status_code == 303


def test_the_header_offers_the_schools_and_remembers_which(thread: Thread, other: GivenUnit, ineke: Visitor) -> None:
    page = ineke.page("/groep")
    options = [text_of(one) for one in page.select("#school-kiezen option")]
    assert options == ["Al mijn scholen", "De Hommel, Venray", "De Krekel, Horst"]
    assert page.select_one("#school-kiezen option[selected]") is None

    choose(ineke, other.id)

    check_page(ineke.get("/groep").text)
    (chosen,) = ineke.page("/groep").select("#school-kiezen option[selected]")
    assert text_of(chosen) == "De Krekel, Horst"
    with thread.services.uow() as uow:
        kept = uow.session.scalars(select(SessionRow.unit_id).where(SessionRow.person_id == thread.ib.person_id)).all()
    assert other.id in kept


def test_lists_are_of_the_chosen_school_and_all_schools_stay_possible(
    thread: Thread, other: GivenUnit, ineke: Visitor
) -> None:
    reference = thread.leaver()
    assert reference in ineke.get("/groep").text

    choose(ineke, other.id)
    assert reference not in ineke.get("/groep").text
    assert "De Krekel" in text_of(ineke.page("/school").h1)  # type: ignore[arg-type]  # a page has a head

    choose(ineke, thread.po.id)
    assert reference in ineke.get("/groep").text

    choose(ineke, "")
    assert reference in ineke.get("/groep").text


def test_what_a_list_leaves_out_opens_by_its_address_as_before(
    thread: Thread, other: GivenUnit, ineke: Visitor
) -> None:
    reference = thread.leaver()

    choose(ineke, other.id)

    for path in (f"/leerling/{reference}", f"/groep/{thread.po.groups['8a']}", f"/school/{thread.po.id}"):
        assert ineke.get(path).status_code == 200, path


def test_the_menu_is_of_the_chosen_school(thread: Thread, app: Flask) -> None:
    works_there(thread.teacher, thread.vo, Role.INTAKE)
    marieke = given_signed_in(app, thread.teacher)
    entries = [one["href"] for one in marieke.page("/groep").select(".wo-menu a")]
    assert {"/groep", "/dossiers"} <= set(entries)

    choose(marieke, thread.vo.id)
    entries = [one["href"] for one in marieke.page("/").select(".wo-menu a")]

    assert "/dossiers" in entries
    assert "/groep" not in entries
    assert marieke.get("/groep").status_code == 200, "a bookmark still leads somewhere"


def test_nobody_chooses_a_school_of_others_and_one_school_is_no_choice(
    thread: Thread, app: Flask, other: GivenUnit
) -> None:
    marieke = given_signed_in(app, thread.teacher)

    assert marieke.page("/groep").select_one(".wo-switch") is None
    assert marieke.post("/school-kiezen", {"school": other.id}).status_code == 404
    assert marieke.post("/school-kiezen", {"school": "nothing"}).status_code == 404


def test_a_school_that_one_left_is_no_longer_the_chosen_one(thread: Thread, other: GivenUnit, ineke: Visitor) -> None:
    choose(ineke, other.id)
    with thread.services.uow() as uow:
        uow.session.query(Membership).filter_by(person_id=thread.ib.person_id, unit_id=other.id).update(
            {Membership.ended_at: uow.clock.now()}
        )
        uow.commit()

    page = ineke.page("/groep")

    assert page.select_one(".wo-switch") is None
    assert "De Hommel" in text_of(page.select_one(".wo-who__name"))  # type: ignore[arg-type]

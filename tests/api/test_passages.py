"""Ends of a leaver over the API: the other primary school, groep 8 again, and what the secondary school reads."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from handover.db.base import new_id
from handover.schools.model import Group
from tests.factories.access import GivenUnit
from tests.factories.api import Program, given_program
from tests.factories.thread import Thread, given_krekel


@pytest.fixture
def teacher(app: Flask, thread: Thread) -> Program:
    return given_program(app, thread.teacher)


@pytest.fixture
def krekel(thread: Thread) -> GivenUnit:
    return given_krekel(thread.region)


def test_another_primary_school_is_asked_and_answers(
    app: Flask, thread: Thread, teacher: Program, krekel: GivenUnit
) -> None:
    reference, other = thread.leaver(), thread.leaver(first_name="Fenna")
    assert teacher.post(f"/leavers/{reference}/end", {"end": "other_school", "to": "25FY00"}).status_code == 422
    for one in (reference, other):
        assert teacher.post(f"/leavers/{one}/end", {"end": "other_school", "to": "04AB00"}).status_code == 204
    there = given_program(app, krekel.people["Wim Bos"])
    asked = there.read("/passages")["passages"]
    assert {one["name"]["last_name"] for one in asked} == {"Wójcik"}
    assert {one["school"] for one in asked} == {"De Hommel"}

    first, second = (one["id"] for one in asked)
    known = there.post(f"/passages/{first}/known", {"group_id": krekel.groups["8b"]})
    unknown = there.post(f"/passages/{second}/unknown")

    assert (known.status_code, unknown.status_code) == (204, 204)
    assert there.post(f"/passages/{first}/unknown").status_code == 409
    assert there.read("/passages") == {"passages": []}
    assert len(there.read("/leavers")["leavers"]) == 1
    said = {"way": "telephone", "on": "2027-04-08", "by": "W. Bos"}
    assert sorted(teacher.post(f"/leavers/{one}/arrival", said).status_code for one in (reference, other)) == [204, 409]
    assert teacher.get("/passages").json == {"passages": []}


def test_groep_8_again_is_a_new_leaver_of_the_new_year(app: Flask, thread: Thread, teacher: Program) -> None:
    reference = thread.leaver()
    assert teacher.post(f"/leavers/{reference}/end", {"end": "stays"}).status_code == 204
    thread.region.clock.at = datetime(2027, 9, 1, 8, tzinfo=UTC)
    with thread.services.uow() as uow:
        group = Group(id=new_id(), unit_id=thread.po.id, school_year="2027-2028", name="8a")
        uow.session.add(group)
        uow.commit()
    ib = given_program(app, thread.ib)

    made, again = (ib.post(f"/leavers/{reference}/again", {"group_id": group.id}) for _time in range(2))

    assert (made.status_code, again.status_code) == (201, 409)
    assert made.json is not None
    assert ib.read(f"/leavers/{made.json['reference']}")["school_year"] == "2027-2028"


def test_the_secondary_school_reads_what_it_expects_no_more(app: Flask, thread: Thread, teacher: Program) -> None:
    reference = thread.leaver()
    announced = thread.announced(reference=reference)
    teacher.post(f"/leavers/{reference}/end", {"end": "exempt"})

    read = given_program(app, thread.office).read("/announcements/expected")

    assert read["expected"] == []
    (lapsed,) = read["lapsed"]
    assert lapsed == {
        "id": announced, "name": "Noah Wójcik", "school": "De Hommel", "place": "Venray", "stays": False
    }  # fmt: skip

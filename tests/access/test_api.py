"""Sessions and units over the API: who somebody is, where they work, with whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from handover.policy import Role
from handover.schools.model import UnitSide
from tests.factories.access import (
    Colleague,
    GivenRegion,
    GivenUnit,
    given_colleague,
    given_enrolled_unit,
    given_region,
)
from tests.factories.api import Program, given_program
from tests.factories.web import given_app, given_signed_in

MARIEKE = "Marieke Janssen"


@pytest.fixture
def region(tmp_path: Path) -> GivenRegion:
    return given_region(tmp_path)


@pytest.fixture
def school(region: GivenRegion) -> GivenUnit:
    marieke = Colleague(name=MARIEKE, roles=(Role.TEACHER,), groups=("8a",))
    return given_enrolled_unit(region, UnitSide.PO, "De Hommel", brin6="03QI00", people=[marieke])


@pytest.fixture
def app(region: GivenRegion) -> Flask:
    return given_app(region)


@pytest.fixture
def program(app: Flask, school: GivenUnit) -> Program:
    return given_program(app, school.people[MARIEKE])


def test_signing_in_tells_who_where_and_until_when(app: Flask, region: GivenRegion, school: GivenUnit) -> None:
    member = school.people[MARIEKE]

    answer = given_program(app).post("/sessions", {"email": member.email, "passphrase": member.passphrase})

    assert answer.status_code == 201
    assert answer.headers["Location"] == "/api/v1/sessions/current"
    assert answer.json
    assert answer.json["name"] == MARIEKE
    assert answer.json["memberships"] == [{"unit_id": school.id, "role": "teacher", "groups": [school.groups["8a"]]}]
    hours = region.services.settings.session_hours
    assert datetime.fromisoformat(answer.json["ends_at"]) == region.clock.now() + timedelta(hours=hours)


def test_the_current_session_says_the_same_without_the_token(program: Program, school: GivenUnit) -> None:
    said = program.read("/sessions/current")

    assert said["person_id"] == school.people[MARIEKE].person_id
    assert set(said) == {"person_id", "name", "memberships", "ends_at"}


def test_a_session_that_was_ended_or_never_was_is_nobodys(app: Flask, program: Program) -> None:
    assert program.ask("DELETE", "/sessions/current").status_code == 204
    assert program.get("/sessions/current").status_code == 401
    assert given_program(app).get("/sessions/current").status_code == 401
    assert given_program(app).get("/units").status_code == 401


def test_many_wrong_tries_are_told_to_wait_and_how_long(app: Flask, region: GivenRegion, school: GivenUnit) -> None:
    member, nobody = school.people[MARIEKE], given_program(app)
    said = {"email": member.email, "passphrase": "een twee drie vier vijf"}

    answers = [nobody.post("/sessions", said) for _ in range(12)]

    assert {answer.status_code for answer in answers} == {401, 429}
    assert answers[-1].mimetype == "application/problem+json"
    assert int(answers[-1].headers["Retry-After"]) > 0
    region.clock.pass_by(timedelta(minutes=1))
    right = nobody.post("/sessions", {"email": member.email, "passphrase": member.passphrase})
    assert right.status_code == 201


def test_a_field_that_nobody_knows_is_refused(app: Flask, school: GivenUnit) -> None:
    member = school.people[MARIEKE]
    said = {"email": member.email, "passphrase": member.passphrase, "remember_me": True}

    assert given_program(app).post("/sessions", said).status_code == 422


def test_a_browsers_cookie_opens_nothing_here(app: Flask, school: GivenUnit) -> None:
    visitor = given_signed_in(app, school.people[MARIEKE])

    assert visitor.get("/api/v1/units").status_code == 401
    assert visitor.get("/api/v1/sessions/current").status_code == 401


def test_a_unit_tells_its_people_and_groups_to_its_own(program: Program, school: GivenUnit) -> None:
    given_colleague(school, Colleague(name="Bert Jacobs", roles=(Role.IB,)), with_keys=False)

    listed = program.read("/units")
    unit = program.read(f"/units/{school.id}")

    assert listed == {"units": [{"id": school.id, "name": "De Hommel", "place": "Venray"}]}
    assert (unit["side"], unit["brins"], unit["standing"]) == ("po", ["03QI00"], "certified")
    people = {person["name"]: person for person in unit["people"]}
    assert people[MARIEKE]["roles"] == [{"unit_id": school.id, "role": "teacher", "groups": [school.groups["8a"]]}]
    assert people[MARIEKE]["waits_for"] == []
    assert people["Bert Jacobs"]["waits_for"] == ["care", "dossier", "names"]
    assert unit["groups"] == [{"id": school.groups["8a"], "name": "8a", "school_year": "2026-2027"}]


def test_a_unit_of_others_is_not_there(app: Flask, region: GivenRegion, school: GivenUnit, program: Program) -> None:
    other = given_enrolled_unit(
        region, UnitSide.VO, "Raayland College", brin6="25FY00", people=[Colleague(name="Piet", roles=(Role.INTAKE,))]
    )
    intake = given_program(app, other.people["Piet"])

    assert intake.get(f"/units/{school.id}").status_code == 404
    assert program.get(f"/units/{other.id}").status_code == 404
    assert given_program(app, region.swv).get(f"/units/{school.id}").status_code == 404

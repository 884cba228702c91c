"""Lets no one in: every page and form, knocked on by somebody from each column of the matrix.

`tests/doors.csv` says for each door which action it asks policy for, and at which stage it is tried. A door that is not
in it fails; so does one that stands there and is gone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from handover.policy import Action
from tests.factories.everybody import NOBODY, Everybody, given_everybody
from tests.factories.subjects import Subjects, given_subjects
from tests.factories.web import Visitor, given_app, given_signed_in, given_visitor
from tests.guards.doors import DOORS, NONE, ONLY, PUBLIC, ROLES, SAFE, SIGNED_IN, Door, expected

REFUSED = 400


@dataclass
class House:
    """Everybody, signed in once; and children at every stage to knock for."""

    everybody: Everybody
    app: Flask
    visitors: dict[str, Visitor] = field(default_factory=dict)
    forms: dict[str, str] = field(default_factory=dict)

    def subjects(self, stage: str) -> Subjects:
        return given_subjects(self.everybody, stage)

    def knock(self, door: Door, column: str, subjects: Subjects) -> TestResponse:
        path = _path(door.rule, column, subjects)
        visitor = self.visitors[column]
        if door.method in SAFE:
            return visitor.get(path)
        return visitor.client.open(path, method=door.method, data={"csrf_token": self.forms[column]})


@dataclass
class Houses:
    """A house that stands until somebody in it was sent away or got new keys: they would be missed at other doors."""

    made: Callable[[], House]
    stands: House | None = None

    def house(self) -> House:
        self.stands = self.stands or self.made()
        return self.stands

    def leave(self) -> None:
        self.stands = None

    def leave_after(self, door: Door) -> None:
        if door.rule.startswith(("/school", "/regio", "/afmelden", "/doorgeven")):
            self.leave()


def given_house(folder: Path) -> House:
    everybody = given_everybody(folder)
    made = House(everybody=everybody, app=given_app(everybody.thread.region))
    for column, member in everybody.columns.items():
        made.visitors[column] = given_signed_in(made.app, member)
        made.forms[column] = made.visitors[column].token()
    made.visitors[NOBODY] = given_visitor(made.app)
    made.forms[NOBODY] = made.visitors[NOBODY].token()
    return made


@pytest.fixture(scope="module")
def houses(tmp_path_factory: pytest.TempPathFactory) -> Houses:
    return Houses(lambda: given_house(tmp_path_factory.mktemp("house")))


@pytest.fixture
def house(houses: Houses) -> House:
    return houses.house()


def _path(rule: str, column: str, subjects: Subjects) -> str:
    return re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda found: subjects.value(found[1], column, rule), rule)


def _said(door: Door, answer: TestResponse) -> str:
    answer.close()
    if answer.status_code == 303 and answer.headers["Location"].startswith("/aanmelden"):
        return "sign in"
    if answer.status_code == 401:
        return "sign in"
    if answer.status_code in {403, 404}:
        return str(answer.status_code)
    assert answer.status_code < 500, f"{door}: {answer.status_code}"
    return "allowed"


def _fits(expected: str, said: str) -> bool:
    return said == expected or (expected == "closed" and said in {"403", "404"})


def test_every_door_of_the_house_is_on_the_list(house: House) -> None:
    there = {
        (method, rule.rule)
        for rule in house.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if not rule.rule.startswith("/api/v1/")  # tests/api knocks on those
    }

    assert {(door.method, door.rule) for door in DOORS} == there


def test_what_doors_ask_for_exists() -> None:
    words, beginnings = {PUBLIC, SIGNED_IN, NONE}, (ROLES, ONLY)
    asked = {door.asks for door in DOORS if door.asks not in words and not door.asks.startswith(beginnings)}

    assert asked <= {action.value for action in Action}


@pytest.mark.parametrize("door", DOORS, ids=str)
def test_a_door_opens_for_whom_the_matrix_says(houses: Houses, door: Door) -> None:
    if door.rule.endswith("afschriften.pdf"):
        houses.leave()  # children of the doors before it would be printed too, for minutes
    house = houses.house()
    columns = [*house.everybody.columns, NOBODY]
    closed = [column for column in columns if expected(door, column) != "allowed"]
    subjects = house.subjects(door.stage)
    wrong = {}
    for column in closed:
        said = _said(door, house.knock(door, column, subjects))
        if not _fits(expected(door, column), said):
            wrong[column] = (said, expected(door, column))
    for column in columns:
        if column in closed or (door.asks == PUBLIC and column != NOBODY):
            continue
        answer = house.knock(door, column, subjects)
        said = _said(door, answer)
        # The door itself says "sign in" to whoever does not know the words.
        if said != "allowed" and (door.asks, said) != (PUBLIC, "sign in"):
            wrong[column] = (said, "allowed")
        if door.method not in SAFE and answer.status_code < REFUSED:
            subjects = house.subjects(door.stage)
            houses.leave_after(door)

    assert wrong == {}, "; ".join(f"{who}: {said}, not {wanted}" for who, (said, wanted) in wrong.items())

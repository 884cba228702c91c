"""Lets no one in: every page and form, knocked on by somebody from each column of the matrix.

`tests/doors.csv` says for each door which action it asks policy for, and at which stage it is tried. A door that is not
in it fails; so does one that stands there and is gone.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from handover.policy import Action
from tests.factories.everybody import NOBODY, Everybody, given_everybody
from tests.factories.subjects import Subjects, given_subjects
from tests.factories.web import Visitor, given_app, given_signed_in, given_visitor
from tests.policy.test_matrix import _rows

ROOT = Path(__file__).resolve().parents[2]
PUBLIC, SIGNED_IN, ROLES, NONE, ONLY = "public", "signed in", "roles", "none", "only "
SAFE = {"GET"}


@dataclass(frozen=True)
class Door:
    method: str
    rule: str
    asks: str
    stage: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule}"


def _doors() -> list[Door]:
    lines = [line for line in (ROOT / "tests" / "doors.csv").read_text().splitlines() if not line.startswith("#")]
    return [Door(row["method"], row["rule"], row["asks"], row["stage"]) for row in csv.DictReader(lines)]


MATRIX = {(action, stage, column): said for action, stage, column, said in _rows()}
DOORS = _doors()


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
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return given_house(tmp_path_factory.mktemp("house"))


def _path(rule: str, column: str, subjects: Subjects) -> str:
    return re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda found: subjects.value(found[1], column, rule), rule)


def _expected(door: Door, column: str) -> str:
    fixed = {PUBLIC: "allowed", SIGNED_IN: "allowed", NONE: "closed"}
    if column == NOBODY and door.asks != PUBLIC:
        return "sign in"
    if door.asks in fixed:
        return fixed[door.asks]
    if door.asks.startswith(ONLY):
        return "allowed" if column in door.asks.removeprefix(ONLY).split("; ") else "closed"
    if door.asks.startswith(ROLES):
        return "allowed" if column.split(maxsplit=1)[0] in door.asks.split()[1:] else "closed"
    return MATRIX[door.asks, door.stage or "draft", column]


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
def test_a_door_opens_for_whom_the_matrix_says(house: House, tmp_path: Path, door: Door) -> None:
    if door.method not in SAFE and door.rule.startswith(("/school", "/regio", "/afmelden", "/doorgeven")):
        house = given_house(tmp_path)  # who is sent away or gets new keys here would be missed at the other doors
    columns = [*house.everybody.columns, NOBODY]
    closed = [column for column in columns if _expected(door, column) != "allowed"]
    subjects = house.subjects(door.stage)
    wrong = {}
    for column in closed:
        said = _said(door, house.knock(door, column, subjects))
        if not _fits(_expected(door, column), said):
            wrong[column] = (said, _expected(door, column))
    for column in columns:
        if column in closed or (door.asks == PUBLIC and column != NOBODY):
            continue
        fresh = subjects if door.method in SAFE else house.subjects(door.stage)
        said = _said(door, house.knock(door, column, fresh))
        # The door itself says "sign in" to whoever does not know the words.
        if said != "allowed" and (door.asks, said) != (PUBLIC, "sign in"):
            wrong[column] = (said, "allowed")

    assert wrong == {}, "; ".join(f"{who}: {said}, not {wanted}" for who, (said, wanted) in wrong.items())

"""Lets no one in: every operation of the API, asked by somebody from each column of `tests/matrix.csv`."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from handover.policy import Action
from tests.api.house import House, given_house
from tests.factories.everybody import NOBODY
from tests.policy.test_matrix import _rows

METHODS = {"get", "post", "put", "patch", "delete"}
PUBLIC, SIGNED_IN, ROLES, ANYWHERE = "public", "signed in", "roles", "anywhere"
VERDICTS = {(action, stage, column): said for action, stage, column, said in _rows()}


@dataclass(frozen=True)
class Operation:
    method: str
    path: str
    variant: str
    asks: str
    stage: str


def _operations() -> list[Operation]:
    lines = (Path(__file__).parent / "operations.csv").read_text().splitlines()
    return [Operation(**row) for row in csv.DictReader(line for line in lines if not line.startswith("#"))]


OPERATIONS = _operations()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return given_house(tmp_path_factory.mktemp("house"))


def _documented(house: House) -> dict[tuple[str, str], str | None]:
    document = house.programs[NOBODY].read("/api/openapi.json")
    return {
        (method.upper(), path): item[method].get("x-action")
        for path, item in document["paths"].items()
        for method in METHODS & set(item)
    }


def _expected(operation: Operation, column: str) -> str:
    if operation.asks == PUBLIC:
        return "allowed"
    if column == NOBODY:
        return "sign in"
    if operation.asks == SIGNED_IN:
        return "allowed"
    if operation.asks.startswith(ANYWHERE):
        return "allowed" if column.split(maxsplit=1)[0] in operation.asks.split()[1:] else "closed"
    if operation.asks.startswith(ROLES):
        role, _, relation = column.partition(" ")
        theirs = role in operation.asks.split()[1:] and not relation.startswith("other")
        return "allowed" if theirs else "closed"
    return VERDICTS[operation.asks, operation.stage, column]


def _said(answer: TestResponse) -> str:
    assert answer.status_code < 500, answer.text
    return {401: "sign in", 403: "403", 404: "404"}.get(answer.status_code, "allowed")


def _fits(expected: str, said: str) -> bool:
    return said == expected or (expected == "closed" and said in {"403", "404"})


def test_every_operation_is_on_the_list_with_the_action_that_it_says_it_asks(house: House) -> None:
    documented = _documented(house)

    assert {(one.method, one.path) for one in OPERATIONS} == set(documented)
    actions = {action.value for action in Action}
    for one in OPERATIONS:
        said = documented[one.method, one.path]
        if said is not None and one.asks in actions and not one.variant:
            assert said == one.asks, one


@pytest.mark.slow
def test_each_operation_answers_everybody_as_the_matrix_says(house: House) -> None:
    wrong = {}
    untouched: dict[str, dict[str, str]] = {}

    def a_child(operation: Operation) -> dict[str, str]:
        """One at the stage that is asked for, as long as nobody did anything to it."""
        child = untouched[operation.stage] = untouched.get(operation.stage) or house.child(operation.stage)
        if operation.path.endswith("/restore"):
            house.take_out(untouched.pop(operation.stage))
        return child

    for operation in OPERATIONS:
        if operation.path.endswith("/sessions/current") and operation.method == "DELETE":
            continue  # it would sign everybody out
        child = a_child(operation)
        # First those who may not, so that what is there for the others to do stays there.
        for column in sorted(house.programs, key=lambda column: _expected(operation, column) == "allowed"):
            expected = _expected(operation, column)
            answer = house.knock(column, operation.method, operation.path, operation.variant, child)
            if not _fits(expected, _said(answer)):
                wrong[operation.method, operation.path, operation.variant, column] = (answer.status_code, expected)
            if operation.method != "GET" and answer.status_code < 300:
                untouched.pop(operation.stage, None)
                child = a_child(operation)

    assert wrong == {}

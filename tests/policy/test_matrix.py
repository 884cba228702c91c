"""Policy answers what `tests/matrix.csv` says, for every action, role, relation and stage."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from handover.policy import Action, Actor, Membership, Role, Stage, Subject, decide

HERE, SENDER, RECEIVER, ELSEWHERE = "person", "sender", "receiver", "elsewhere"
PO = {Role.TEACHER, Role.IB, Role.PO_ADMIN}
ABOUT_A_UNIT = {
    Action.SEE_UNIT,
    Action.SEE_ANNOUNCED,
    Action.ANNOUNCE,
    Action.ASK_OUTSIDE,
    Action.MANAGE_PEOPLE,
    Action.MANAGE_KEYS,
}
WORDS = {"A": "allowed", "S": "sign in"}


def _rows() -> list[tuple[str, str, str, str]]:
    lines = [line for line in Path("tests/matrix.csv").read_text().splitlines() if not line.startswith("#")]
    return [
        (row["action"], stage, column, WORDS.get(cell, cell))
        for row in csv.DictReader(lines)
        for stage in row["stages"].split()
        for column, cell in row.items()
        if column not in {"action", "stages"}
    ]


def _actor(column: str) -> Actor | None:
    if column == "nobody":
        return None
    if column == "none":
        return Actor(person_id=HERE)
    role, _, relation = column.partition(" ")
    kind = Role(role)
    home = SENDER if kind in PO else RECEIVER
    if relation == "other unit":
        home = ELSEWHERE
    groups = frozenset({"8a"} if relation == "own group" else {"8b"})
    return Actor(person_id=HERE, memberships=(Membership(unit_id=home, role=kind, groups=groups),))


def _subject(action: Action, stage: Stage, column: str) -> Subject:
    mentors = frozenset({HERE} if column == "mentor own class" else {"another"})
    if action in ABOUT_A_UNIT:
        # The unit in question is the actor's own, whichever side that is.
        role = column.partition(" ")[0]
        return Subject(unit_id=SENDER if role in PO else RECEIVER)
    return Subject(unit_id=SENDER, receiver_id=RECEIVER, group_id="8a", mentors=mentors, stage=stage)


@pytest.mark.parametrize(("action", "stage", "column", "expected"), _rows())
def test_policy_answers_what_the_matrix_says(action: str, stage: str, column: str, expected: str) -> None:
    kind = Action(action)

    verdict = decide(_actor(column), kind, _subject(kind, Stage(stage), column))

    assert verdict == expected


def test_the_matrix_has_a_row_for_every_action_and_child_stage() -> None:
    seen = {(action, stage) for action, stage, _, _ in _rows()}

    assert {action for action, _ in seen} == set(Action)
    reading = {stage for action, stage in seen if action == Action.READ_HANDOVER}
    assert reading == set(Stage)

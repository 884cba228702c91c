"""`tests/doors.csv`, read: of each page which action it asks policy for, and so for whom it can open."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from tests.factories.everybody import NOBODY
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
COLUMNS = frozenset(column for _action, _stage, column in MATRIX)


def expected(door: Door, column: str) -> str:
    """What somebody of that column is answered at the stage the door is tried on."""
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


_READ = {door.rule: door for door in DOORS if door.method in SAFE}


def can_open(rule: str, column: str) -> bool:
    """Whether a page opens for somebody of this column at any stage; of who is no column it is not known."""
    door = _READ.get(rule)
    if door is None or column not in COLUMNS:
        return True
    said = {verdict for (action, _stage, who), verdict in MATRIX.items() if (action, who) == (door.asks, column)}
    return "allowed" in said if said else expected(door, column) == "allowed"

"""Somebody who left with the last copy of a key: it opens nothing, and can be handed to who waits for it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from handover.access.keywork import KeyWorkKind, waiting
from handover.db.unit_of_work import UnitOfWork
from handover.policy import Actor
from handover.rooms.model import CircleKeyRow, CopyStatus, KeyCopy
from handover.schools.model import Person, Unit
from keys.circle import Circle


@dataclass(frozen=True, kw_only=True)
class Waiter:
    """Somebody who waits for a key that sleeps with this person."""

    unit_id: str
    person_id: str
    name: str
    circles: frozenset[Circle]


@dataclass(frozen=True, kw_only=True)
class Asleep:
    """What this person still holds the last copies of, at one unit."""

    unit_id: str
    unit: str
    place: str
    circles: frozenset[Circle]
    waiters: tuple[Waiter, ...]


def asleep_with(uow: UnitOfWork, actor: Actor) -> tuple[Asleep, ...]:
    """The units of which this person has a sleeping copy, with who waits for it."""
    rows = uow.session.execute(
        select(CircleKeyRow.unit_id, CircleKeyRow.circle)
        .join(KeyCopy, KeyCopy.circle_key_id == CircleKeyRow.id)
        .where(KeyCopy.person_id == actor.person_id, KeyCopy.status == CopyStatus.ASLEEP)
    )
    held: dict[str, set[Circle]] = {}
    for unit_id, circle in rows:
        held.setdefault(unit_id, set()).add(circle)
    return tuple(_at(uow, actor, unit_id, frozenset(circles)) for unit_id, circles in sorted(held.items()))


def _at(uow: UnitOfWork, actor: Actor, unit_id: str, circles: frozenset[Circle]) -> Asleep:
    unit = uow.session.get_one(Unit, unit_id)
    wanted: dict[str, set[Circle]] = {}
    for work in waiting(uow, unit_id):
        if work.kind == KeyWorkKind.HAND_ON and work.circle in circles and work.subject_id != actor.person_id:
            wanted.setdefault(work.subject_id, set()).add(work.circle)
    return Asleep(
        unit_id=unit_id,
        unit=unit.name,
        place=unit.place,
        circles=circles,
        waiters=tuple(
            Waiter(
                unit_id=unit_id,
                person_id=person_id,
                name=uow.session.get_one(Person, person_id).name,
                circles=frozenset(due),
            )
            for person_id, due in wanted.items()
        ),
    )

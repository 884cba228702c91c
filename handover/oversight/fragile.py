"""Schools that hang on one person, or at which nobody can be told anything: counts for the samenwerkingsverband."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from handover.bundles.notices import unreached
from handover.db.unit_of_work import UnitOfWork
from handover.policy import Action, Actor, Subject, require
from handover.rooms.circles import holder_counts
from handover.schools.model import Unit, UnitSide, UnitStatus


@dataclass(frozen=True, kw_only=True)
class FragileSchool:
    """One school. Who the one person is, the school knows."""

    name: str
    place: str
    waiting: int
    """Messages that nobody there could be sent."""
    lone_keys: int
    """Keys that one person holds and nobody else."""


def fragile_schools(uow: UnitOfWork, actor: Actor) -> Sequence[FragileSchool]:
    """Those where something waits for anybody at all first, then those with keys that one person holds.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    require(actor, Action.SEE_REGION, Subject())
    waiting = unreached(uow)
    lone = Counter(unit_id for (unit_id, _circle), count in holder_counts(uow).items() if count == 1)
    units = uow.session.scalars(
        select(Unit)
        .where(Unit.side != UnitSide.SWV, Unit.status == UnitStatus.ENROLLED, Unit.id.in_({*waiting, *lone}))
        .order_by(Unit.place, Unit.name)
    )
    found = [
        FragileSchool(name=unit.name, place=unit.place, waiting=waiting.get(unit.id, 0), lone_keys=lone[unit.id])
        for unit in units
    ]
    return sorted(found, key=lambda one: -one.waiting)

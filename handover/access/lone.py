"""Schools of which one person has the admin key and nobody else: without that person nobody can be let in."""

from __future__ import annotations

from handover.db.unit_of_work import UnitOfWork
from handover.policy import Actor, Role
from handover.rooms.circles import holders
from keys.circle import Circle


def lone_units(uow: UnitOfWork, actor: Actor) -> tuple[str, ...]:
    """Ids of the schools that this person manages and of which only they have that key."""
    units = sorted(actor.units_as(Role.PO_ADMIN, Role.VO_ADMIN))
    return tuple(one for one in units if holders(uow, one).get(Circle.ADMIN) == frozenset({actor.person_id}))

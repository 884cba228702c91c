"""Who is told of a unit's work: whose it is and is there, else who stands in, else the next in the order."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from handover.db.unit_of_work import UnitOfWork
from handover.policy import ADMIN_ROLES, Role
from handover.schools.absences import away_on, present_for
from handover.schools.model import Membership, MembershipGroup
from handover.schools.queries import holds_on
from handover.terms.clock import local_day


@dataclass(frozen=True, kw_only=True)
class Whose:
    """Whose work something is at a unit: the first of these roles that anybody has who is there."""

    unit_id: str
    roles: tuple[Role, ...]
    group_id: str | None = None
    """A teacher only of the child's own group."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Somebody who is told."""

    person_id: str
    role: Role
    """Whose work they are told of; a stand-in may have another."""
    is_admin: bool = False
    """Told as an admin, because nobody is there whose work it is."""
    covers: bool = False
    """Told in the place of a colleague who is away."""


def readers_of(uow: UnitOfWork, whose: Whose) -> list[Reader]:
    """Everybody who is told, each once.

    Who is away is told all the same, for when they are back. Where none of a role is there and nobody stands in, the
    next role is told as well.
    """
    away = away_on(uow, whose.unit_id, local_day(uow.clock.now()))
    found: dict[str, Reader] = {}
    for role in whose.roles:
        holders = _holders(uow, whose, role)
        there = {person_id: present_for(person_id, away) for person_id in holders}
        for person_id in holders:
            found.setdefault(person_id, Reader(person_id=person_id, role=role, is_admin=role in ADMIN_ROLES))
        for stand_in in there.values():
            if stand_in:
                found.setdefault(stand_in, Reader(person_id=stand_in, role=role, covers=True))
        if any(there.values()):
            break
    return list(found.values())


def _holders(uow: UnitOfWork, whose: Whose, role: Role) -> list[str]:
    today = local_day(uow.clock.now())
    found = select(Membership.person_id).where(
        Membership.unit_id == whose.unit_id, Membership.role == role, holds_on(today)
    )
    if role is Role.TEACHER:
        found = found.join(MembershipGroup, MembershipGroup.membership_id == Membership.id).where(
            MembershipGroup.group_id == whose.group_id
        )
    return list(uow.session.scalars(found.distinct().order_by(Membership.person_id)))

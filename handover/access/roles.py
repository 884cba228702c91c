"""Which circles a role has the keys of (docs: the defaults of the design), and which roles a unit can have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from handover.policy import PO_ROLES, SWV_ROLES, VO_ROLES, Role
from handover.schools.model import UnitSide
from keys.circle import Circle

_CONTENT = frozenset({Circle.NAMES, Circle.DOSSIER, Circle.CARE})

CIRCLES: Mapping[Role, frozenset[Circle]] = MappingProxyType(
    {
        Role.TEACHER: _CONTENT,
        Role.IB: _CONTENT,
        Role.PO_ADMIN: frozenset({Circle.ADMIN, Circle.NAMES}),
        Role.INTAKE: _CONTENT,
        Role.CARE: _CONTENT,
        Role.VO_OFFICE: frozenset({Circle.NAMES}),
        Role.MENTOR: frozenset(),
        Role.VO_ADMIN: frozenset({Circle.ADMIN}),
        Role.SWV_ADMIN: frozenset({Circle.ADMIN}),
        Role.BOC: frozenset(),
        Role.AUDITOR: frozenset(),
    }
)

ROLES: Mapping[UnitSide, frozenset[Role]] = MappingProxyType(
    {UnitSide.PO: PO_ROLES, UnitSide.VO: VO_ROLES, UnitSide.SWV: SWV_ROLES}
)

ADMIN: Mapping[UnitSide, Role] = MappingProxyType(
    {UnitSide.PO: Role.PO_ADMIN, UnitSide.VO: Role.VO_ADMIN, UnitSide.SWV: Role.SWV_ADMIN}
)


def circles_of(roles: Iterable[Role]) -> frozenset[Circle]:
    """The circles that somebody with these roles at one unit should hold the key of."""
    return frozenset().union(*(CIRCLES[role] for role in roles))


def circles_at(side: UnitSide) -> tuple[Circle, ...]:
    """The circles that a unit of that side has; a samenwerkingsverband only `admin`."""
    return (Circle.ADMIN,) if side is UnitSide.SWV else tuple(Circle)

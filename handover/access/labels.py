"""What roles and circles are called on a screen."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from handover.policy import Role
from handover.terms.msgid import msgid

ROLES: Mapping[Role, str] = MappingProxyType(
    {
        Role.TEACHER: msgid("leerkracht groep 8"),
        Role.IB: msgid("intern begeleider"),
        Role.PO_ADMIN: msgid("beheerder van de school"),
        Role.INTAKE: msgid("intakecoördinator"),
        Role.CARE: msgid("zorgcoördinator"),
        Role.VO_OFFICE: msgid("leerlingadministratie"),
        Role.MENTOR: msgid("mentor"),
        Role.VO_ADMIN: msgid("beheerder van de school"),
        Role.SWV_ADMIN: msgid("beheerder van het samenwerkingsverband"),
        Role.BOC: msgid("bovenschoolse ondersteuningscoördinator"),
        Role.AUDITOR: msgid("toezichthouder"),
    }
)

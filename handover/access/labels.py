"""What roles and circles are called on a screen."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from flask_babel import gettext

from handover.errors import Invalid
from handover.policy import Role
from handover.terms.msgid import msgid
from keys.circle import Circle

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

CIRCLES: Mapping[Circle, str] = MappingProxyType(
    {
        Circle.ADMIN: msgid("beheersleutel"),
        Circle.NAMES: msgid("namensleutel"),
        Circle.DOSSIER: msgid("dossiersleutel"),
        Circle.CARE: msgid("zorgsleutel"),
    }
)

OPENS: Mapping[Circle, str] = MappingProxyType(
    {
        Circle.ADMIN: msgid("ondertekent de sleutelkaart van de school en wie er mag werken"),
        Circle.NAMES: msgid("opent over welk kind het gaat"),
        Circle.DOSSIER: msgid("opent de rapporten"),
        Circle.CARE: msgid("opent de zorgdocumenten"),
    }
)


def role_name(role: Role) -> str:
    """A role in the language of this request."""
    return str(gettext(ROLES[role]))


def circle_name(circle: Circle) -> str:
    """A circle's key in the language of this request."""
    return str(gettext(CIRCLES[circle]))


def circle_opens(circle: Circle) -> str:
    """What a circle's key is for, in the language of this request."""
    return str(gettext(OPENS[circle]))


def said(error: Invalid) -> dict[str, str]:
    """What is wrong with each field, in the language of this request."""
    return {name: str(gettext(text)) for name, text in error.fields.items()}

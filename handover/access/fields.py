"""What people type about people, as it is kept: names, addresses, roles."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from handover.access.roles import ROLES
from handover.errors import Invalid
from handover.policy import Role
from handover.schools.model import UnitSide
from handover.terms.msgid import msgid
from handover.terms.typed import composed

_LONGEST_NAME = 150
_LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s\"<>(),:;\\\[\]]+@[^@\s\"<>(),:;\\\[\]]+\.[^@\s\"<>(),:;\\\[\].]{2,}")


def read_name(text: str, *, field: str = "naam") -> str:
    """A name, of any script, its spaces tidied.

    Raises:
        Invalid: empty, too long, or with symbols that steer what is shown (line ends, right-to-left marks).
    """
    name = " ".join(composed(text).split())
    if not name:
        raise Invalid(fields={field: msgid("Vul de naam in.")})
    if len(name) > _LONGEST_NAME:
        raise Invalid(fields={field: msgid("Deze naam is te lang: 150 tekens is het meeste.")})
    if any(unicodedata.category(sign) in {"Cc", "Cf", "Co", "Cn"} for sign in name):
        raise Invalid(
            fields={field: msgid("In deze naam staat een teken dat wij niet kunnen tonen. Typ de naam opnieuw.")}
        )
    return name


def read_email(text: str, *, field: str = "mail") -> str:
    """An address, case-folded: the same person is one person.

    Raises:
        Invalid: it is no address.
    """
    address = text.strip().casefold()
    if len(address) > _LONGEST_EMAIL or not _EMAIL.fullmatch(address):
        raise Invalid(fields={field: msgid("Dit is geen e-mailadres. Kijk naar de @ en de punt.")})
    return address


def require_roles(roles: Collection[Role], side: UnitSide, *, field: str = "rollen") -> tuple[Role, ...]:
    """These roles, in the order of the table.

    Raises:
        Invalid: none, or one that such a unit does not have.
    """
    if not roles:
        raise Invalid(fields={field: msgid("Kies ten minste één rol.")})
    if not set(roles) <= ROLES[side]:
        raise Invalid(fields={field: msgid("Deze rol bestaat niet bij deze school.")})
    return tuple(role for role in Role if role in roles)

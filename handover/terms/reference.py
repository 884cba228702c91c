"""Speakable references, e.g. `7K3P-2M`: two people on the telephone mean the same child without a name.

Crockford's base 32, without I, L, O and U: nobody hears or reads one for another. 30 bits, drawn at random.
"""

from __future__ import annotations

import secrets

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 6
_CUT = 4
_HEARD = str.maketrans({"I": "1", "L": "1", "O": "0"})


def new_reference() -> str:
    """A random one. Uniqueness is the database's."""
    drawn = "".join(secrets.choice(SYMBOLS) for _ in range(_LENGTH))
    return f"{drawn[:_CUT]}-{drawn[_CUT:]}"


def parse_reference(typed: str) -> str:
    """What somebody typed, as it was given out: small letters, spaces, o for 0 and i or l for 1 are forgiven.

    Raises:
        ValueError: it cannot be one.
    """
    signs = "".join(typed.upper().replace("-", " ").split()).translate(_HEARD)
    if len(signs) != _LENGTH or any(sign not in SYMBOLS for sign in signs):
        raise ValueError("no reference")
    return f"{signs[:_CUT]}-{signs[_CUT:]}"

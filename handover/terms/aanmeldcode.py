"""Aanmeldcode: what parents carry to a secondary school, so that the right child is linked. E.g. `7K3P-2M9Q-4`.

Eight of the symbols of `reference` (40 bits, drawn at random) and a check symbol.
"""

from __future__ import annotations

import re
import secrets

from handover.terms.reference import SYMBOLS

_LENGTH = 8
_VALUE = {symbol: value for value, symbol in enumerate(SYMBOLS)}
_HEARD = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s./_\u2010-\u2015-]+")

# x^5 + x^2 + 1 over GF(2): the symbols are the 32 elements of a field in which x has order 31.
_POLYNOMIAL = 0b100101
_OVERFLOW = 0b100000


def new_aanmeldcode() -> str:
    """A random one. Uniqueness is the database's."""
    body = "".join(secrets.choice(SYMBOLS) for _ in range(_LENGTH))
    return _write(body + check_symbol(body))


def parse_aanmeldcode(text: str) -> str:
    """The code as it is written, from what was typed or heard: small letters, no hyphens, o for 0, i or l for 1.

    Raises:
        ValueError: not nine of our symbols, or one of them is wrong or in another's place.
    """
    code = _BETWEEN.sub("", text).upper().translate(_HEARD)
    if len(code) != _LENGTH + 1 or any(symbol not in _VALUE for symbol in code):
        raise ValueError("an aanmeldcode has nine letters and digits")
    if check_symbol(code[:-1]) != code[-1]:
        raise ValueError("a symbol of the aanmeldcode is wrong")
    return _write(code)


def check_symbol(body: str) -> str:
    """The symbol that goes behind: it finds every single wrong symbol, and every two that changed places.

    Each symbol, as an element of GF(32), weighs another power of x, and they are added: weights that differ and are
    not zero find both faults. Crockford's own check needs five more signs, which nobody can read aloud.
    """
    total = 0
    for symbol in body:
        total = _times_x(total ^ _VALUE[symbol])
    return SYMBOLS[total]


def _times_x(element: int) -> int:
    shifted = element << 1
    return shifted ^ _POLYNOMIAL if shifted & _OVERFLOW else shifted


def _write(code: str) -> str:
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"

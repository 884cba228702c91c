"""The number of a pupil (PGN): a burgerservicenummer, or an onderwijsnummer for who has none.

A number that passes the test may be a real person's. It is never logged, never in the clear at rest, and no message
here repeats it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from stdnum.nl import bsn, onderwijsnummer

_LENGTH = 9


@dataclass(frozen=True)
class PupilNumber:
    """Nine digits that pass the eleven-test of a BSN (rest 0) or, beginning with 10, of an onderwijsnummer (rest 5)."""

    digits: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse what cannot be one.

        Raises:
            ValueError: not nine digits, or a wrong check digit.
        """
        if len(self.digits) != _LENGTH or not (self.digits.isascii() and self.digits.isdigit()):
            raise ValueError("a pupil number has nine digits")
        if not (self.is_bsn or self.is_onderwijsnummer):
            raise ValueError("a digit of the pupil number is wrong")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what was typed: spaces, dots and hyphens are taken, a lost leading zero is given back.

        Raises:
            ValueError: not a pupil number.
        """
        digits = "".join(sign for sign in text if sign not in " .-\t\u00a0")
        return cls(digits.zfill(_LENGTH) if len(digits) == _LENGTH - 1 else digits)

    @property
    def is_bsn(self) -> bool:
        """Whether it is a burgerservicenummer."""
        return bsn.is_valid(self.digits)

    @property
    def is_onderwijsnummer(self) -> bool:
        """Whether it is an onderwijsnummer."""
        return onderwijsnummer.is_valid(self.digits)

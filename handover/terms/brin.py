"""BRIN: the number of a school, and with a vestiging behind it the number of one of its locations.

Source: OSO gegevensset 2019.1, types `brincode` and `vestigingscode`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

_BRIN4 = re.compile(r"[0-9]{2}[A-Z]{2}")
_BRIN6 = re.compile(r"[0-9]{2}[A-Z]{2}[0-9]{2}")
_BETWEEN = re.compile(r"[\s./_-]+")


def _tidy(text: str) -> str:
    return _BETWEEN.sub("", text).upper()


@dataclass(frozen=True, order=True)
class Brin4:
    """The number of a school: two digits and two letters, e.g. `25FY`."""

    text: str

    def __post_init__(self) -> None:
        """Refuse anything else.

        Raises:
            ValueError: not two digits and two capitals.
        """
        if not _BRIN4.fullmatch(self.text):
            raise ValueError("a BRIN is two digits and two letters")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what a person or a file wrote: small letters, spaces and hyphens are taken.

        Raises:
            ValueError: not a BRIN.
        """
        return cls(_tidy(text))

    def __str__(self) -> str:
        """As it is written: `25FY`."""
        return self.text


@dataclass(frozen=True, order=True)
class Brin6:
    """The number of a location: BRIN and a vestiging of two digits, e.g. `25FY00`."""

    text: str

    def __post_init__(self) -> None:
        """Refuse anything else.

        Raises:
            ValueError: not a BRIN followed by two digits.
        """
        if not _BRIN6.fullmatch(self.text):
            raise ValueError("a location is a BRIN and two digits")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `25FY00`, `25fy 00` or `25FY-00`.

        Raises:
            ValueError: not a BRIN with a vestiging; four characters alone name a school, not a location.
        """
        return cls(_tidy(text))

    @classmethod
    def join(cls, brin: str, vestiging: str) -> Self:
        """Read a pair from a file: the vestiging has two digits, or six characters that begin with the BRIN.

        A single digit is a vestiging whose zero a spreadsheet ate. An empty `brin` leaves it to the vestiging.

        Raises:
            ValueError: no BRIN, or the two contradict each other.
        """
        school, location = _tidy(brin), _tidy(vestiging)
        if len(location) == len("25FY00"):
            if school and not location.startswith(school):
                raise ValueError("the vestiging belongs to another BRIN")
            return cls(location)
        return cls(school + (location.zfill(2) if location else ""))

    @property
    def brin(self) -> Brin4:
        """The school that the location belongs to."""
        return Brin4(self.text[:4])

    @property
    def vestiging(self) -> str:
        """The two digits behind the BRIN."""
        return self.text[4:]

    def __str__(self) -> str:
        """As it is written: `25FY00`."""
        return self.text

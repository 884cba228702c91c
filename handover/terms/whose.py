"""Whose a document is, by what stands in it: a child's name as people and programs write it, and its birth date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Self

from handover.terms.folding import fold
from handover.terms.months import MONTHS


@dataclass(frozen=True)
class Called:
    """The ways in which one child is written, as they are looked for in `in_words`."""

    names: tuple[str, ...] = field(repr=False)
    """The whole name, first name before last and the other way round, with and without what stands between."""
    first: str = field(repr=False)
    last: str = field(repr=False)
    days: tuple[str, ...] = field(repr=False)
    """The birth date, as forms, letters and programs write it."""

    @classmethod
    def of(cls, about: Mapping[str, Any]) -> Self:
        """Of a child as `NameSchema` dumps it."""
        first, infix, last = (fold(str(about.get(part) or "")) for part in ("first_name", "infix", "last_name"))
        whole = f"{infix} {last}".strip()
        ways = (f"{first} {whole}", f"{whole} {first}", f"{last} {first} {infix}", f"{last} {infix} {first}")
        names = tuple(dict.fromkeys(" ".join(way.split()) for way in ways)) if first and last else ()
        return cls(names=names, first=first, last=last, days=_written(date.fromisoformat(str(about["birth_date"]))))

    def is_named_whole_in(self, words: str) -> bool:
        """Whether its whole name stands in the text."""
        return any(f" {name} " in words for name in self.names)

    def is_born_in(self, words: str) -> bool:
        """Whether its last name and its birth date stand in the text: so they do for who was born with it, too."""
        return bool(self.last) and f" {self.last} " in words and any(f" {day} " in words for day in self.days)

    @property
    def birth(self) -> tuple[str, tuple[str, ...]]:
        """What `is_born_in` looks for: the same for twins."""
        return self.last, self.days

    def is_in_file_name(self, words: str) -> bool:
        """The same for the name of a file, where anything may stand between first and last name, and nothing too."""
        return bool(self.names) and {*self.first.split(), *self.last.split()} <= set(words.split())


def in_words(*texts: str) -> str:
    """Texts as names are looked for in them: words between single spaces, one at each end."""
    return f" {' '.join(fold(text) for text in texts)} "


def named_in(words: str, children: Sequence[Called]) -> tuple[int, ...]:
    """Which of these children, by their place, the text names: whole, or by last name and birth date.

    Where it names one of twins whole, the birth date that they share says nothing of the other.
    """
    whole = {place for place, child in enumerate(children) if child.is_named_whole_in(words)}
    told = {children[place].birth for place in whole}
    return tuple(
        place
        for place, child in enumerate(children)
        if place in whole or (child.birth not in told and child.is_born_in(words))
    )


def packed(children: Iterable[Called]) -> list[list[Any]]:
    """To send to another process."""
    return [[list(one.names), one.first, one.last, list(one.days)] for one in children]


def unpacked(rows: Iterable[Sequence[Any]]) -> list[Called]:
    """What `packed` packed."""
    return [Called(tuple(names), first, last, tuple(days)) for names, first, last, days in rows]


def _written(day: date) -> tuple[str, ...]:
    year, month = day.year, day.month
    ways = (
        f"{day.day:02d} {month:02d} {year}",
        f"{day.day} {month} {year}",
        f"{year} {month:02d} {day.day:02d}",
        f"{day.day} {MONTHS[month - 1]} {year}",
        f"{day.day:02d}{month:02d}{year}",
        f"{year}{month:02d}{day.day:02d}",
    )
    return tuple(dict.fromkeys(ways))

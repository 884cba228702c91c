"""A list of a secondary school's own administration, matched line by line with the children of the inbox.

A line names a child by its code, by its reference, or by its whole name and birth date. Whatever fits two children, or
one only nearly, is put to whoever pasted it, and never decided here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from handover.desk.listed_children import Child
from handover.desk.paste import Column, Pasted, PastedRow, day_in, name_in, read_paste
from handover.desk.paste_announced import HEADINGS as ANNOUNCED
from handover.terms.aanmeldcode import parse_aanmeldcode
from handover.terms.folding import fold
from handover.terms.msgid import msgid
from handover.terms.reference import parse_reference

MOST = 400
"""Rows: a year of a large school."""

_HEADINGS: Mapping[str, Column] = MappingProxyType(
    {
        **{heading: column for heading, column in ANNOUNCED.items() if column is Column.OUTCOME},
        # Not "code" alone: administrations call other things so.
        **{fold(heading): Column.CODE for heading in ("aanmeldcode", "application code")},
        **{
            fold(heading): Column.REFERENCE
            for heading in ("kenmerk", "dossierkenmerk", "kenmerk dossier", "referentie", "reference")
        },
    }
)
_PARTS = ("first_name", "infix", "last_name")
_MOST_HINTS = 3
_LIKE, _LIKE_WITH_BIRTH = 0.72, 0.45
"""How much of two names has to be the same, in pairs of letters, to be shown as what may be meant."""
_DAY = msgid("De geboortedatum is niet te lezen. Schrijf hem als 19-6-2015.")
_CODE = msgid("De aanmeldcode klopt niet.")
_REFERENCE = msgid("Het kenmerk klopt niet. Het ziet eruit als 7K3P-2M.")
_NOBODY = msgid("Er staat geen naam, kenmerk of aanmeldcode. Was dit een samengevoegde cel?")


class Found(StrEnum):
    """How a line fits the children of the inbox."""

    ONE = "one"
    TWO = "two"
    OTHER_BIRTH = "other_birth"  # the name is right, the birth date is another
    OTHER_NAME = "other_name"  # reference or code is right, the name is another
    NEARLY = "nearly"
    NONE = "none"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True)
class Match:
    """One line. `children`: who it is, or who it may be."""

    line: int
    """Counts from 1, as in the text."""
    shown: str = field(repr=False)
    born: str = field(repr=False)
    """As it was pasted."""
    found: Found
    children: tuple[Child, ...] = ()
    reasons: tuple[str, ...] = ()
    outcome: str = ""
    """What its column of outcomes says, folded."""


@dataclass(frozen=True, kw_only=True)
class _Said:
    """What one line says of who it is about."""

    whole: str
    last: str
    born: date | None
    code: str
    reference: str


def read_matched(text: str, *, today: date, children: Sequence[Child]) -> tuple[Pasted, list[Match]]:
    """Read it, and match each line."""
    pasted = read_paste(text, today=today, listed=(), more=_HEADINGS, most=MOST)
    matcher = _Matcher(today, children)
    return pasted, [matcher.match(row) for row in pasted.rows]


class _Matcher:
    """What all lines are compared with, folded once."""

    def __init__(self, today: date, children: Sequence[Child]) -> None:
        self.today = today
        self.by_code: dict[str, Child] = {}
        self.by_reference: dict[str, Child] = {}
        self.by_name: dict[str, list[Child]] = {}
        self.pairs: list[tuple[frozenset[str], Child]] = []
        # Of one child's dossiers that which lives counts, before one that ended.
        for child in sorted(children, key=lambda one: one.has_ended):
            self.by_code.setdefault(child.code, child)
            self.by_reference.setdefault(child.reference, child)
            if child.about:
                whole = _whole(child.about)
                self.by_name.setdefault(whole, []).append(child)
                self.pairs.append((_pairs(whole), child))

    def match(self, row: PastedRow) -> Match:
        """One line."""
        said, reasons = self._said(row)
        found, children = (Found.UNREADABLE, ()) if reasons else self._find(said)
        return Match(
            line=row.line,
            shown=row.shown[0],
            born=row.cells.get(Column.BIRTH, "")[:20],
            found=found,
            children=tuple(children),
            reasons=tuple(reasons),
            outcome=fold(row.cells.get(Column.OUTCOME, "")),
        )

    def _said(self, row: PastedRow) -> tuple[_Said, list[str]]:
        cells, reasons = row.cells, []
        name, typed = name_in(cells), cells.get(Column.BIRTH, "").strip()
        born = day_in(typed, self.today)
        if typed and born is None:
            reasons.append(_DAY)
        code = reference = ""
        try:
            code = parse_aanmeldcode(found) if (found := cells.get(Column.CODE, "").strip()) else ""
        except ValueError:
            reasons.append(_CODE)
        try:
            reference = parse_reference(found) if (found := cells.get(Column.REFERENCE, "").strip()) else ""
        except ValueError:
            reasons.append(_REFERENCE)
        said = _Said(whole=_whole(name), last=_last(name), born=born, code=code, reference=reference)
        if not (said.whole or code or reference) and not reasons:
            reasons.append(_NOBODY)
        return said, reasons

    def _find(self, said: _Said) -> tuple[Found, Sequence[Child]]:
        keyed = {
            one.key: one
            for one in (
                self.by_code.get(said.code) if said.code else None,
                self.by_reference.get(said.reference) if said.reference else None,
            )
            if one is not None
        }
        if len(keyed) > 1:
            return Found.TWO, list(keyed.values())
        if keyed:
            (child,) = keyed.values()
            # Of twins a list can have the code of one beside the name of the other.
            named = [one for one in self._exact(said) if one.key != child.key]
            if named and said.whole != _whole(child.about):
                return Found.TWO, [child, *named]
            return _agreed(said, child), [child]
        return self._by_name(said)

    def _by_name(self, said: _Said) -> tuple[Found, Sequence[Child]]:
        same, exact = self.by_name.get(said.whole, []) if said.whole else [], self._exact(said)
        if exact:
            return (Found.ONE if len(exact) == 1 else Found.TWO), exact
        if same:
            return Found.OTHER_BIRTH, same
        near = self._near(said)
        return (Found.NEARLY if near else Found.NONE), near

    def _exact(self, said: _Said) -> list[Child]:
        """Who is called so, and was born on that day where the line names one."""
        same = self.by_name.get(said.whole, []) if said.whole else []
        return [one for one in same if said.born is None or _born(one) == said.born.isoformat()]

    def _near(self, said: _Said) -> list[Child]:
        """Who may be meant, the likest first."""
        typed, born = _pairs(said.whole), said.born.isoformat() if said.born else ""
        hits = []
        for pairs, child in self.pairs:
            like = 2 * len(typed & pairs) / (len(typed) + len(pairs) or 1)
            if like >= (_LIKE_WITH_BIRTH if born and born == _born(child) else _LIKE):
                hits.append((like, child))
        return [child for _like, child in sorted(hits, key=lambda hit: -hit[0])[:_MOST_HINTS]]


def _agreed(said: _Said, child: Child) -> Found:
    """Whether name and birth date of a line fit the child that its code or reference names."""
    if not child.about:
        # On the lock, or gone: there is nothing to compare with.
        return Found.ONE
    same_birth = said.born is None or said.born.isoformat() == _born(child)
    if said.whole and said.whole != _whole(child.about):
        # A list with the names of the passport calls Jan Johannes; with the birth date that is the same child.
        known_as = said.born is not None and same_birth and said.last == _last(child.about)
        return Found.ONE if known_as else Found.OTHER_NAME
    return Found.ONE if same_birth else Found.OTHER_BIRTH


def _whole(name: Mapping[str, Any]) -> str:
    return " ".join(fold(" ".join(str(name.get(part) or "") for part in _PARTS)).split())


def _last(name: Mapping[str, Any]) -> str:
    return fold(str(name.get("last_name") or ""))


def _born(child: Child) -> str:
    return str(child.about.get("birth_date") or "")


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[place : place + 2] for place in range(len(text) - 1))

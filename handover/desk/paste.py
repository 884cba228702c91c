"""Rows pasted from a spreadsheet, read as children: each is good, on the list already, or refused with its reason.

Nothing is kept between reading and adding: the text travels in the form, and is read again.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from handover.errors import Invalid
from handover.leavers.naming import read_name, same_child, tidy
from handover.terms.folding import fold
from handover.terms.msgid import msgid
from handover.web.dates import UnreadableDay, read_day

MAX_ROWS = 200
MOST_COLUMNS = 60
"""What stands further to the right is not looked at: somebody may paste a whole sheet, or a line of tabs."""
_MOST_TITLES = 6
"""Rows among which the headings are looked for."""
MAX_TEXT = 60_000
"""In characters: a class list is a tenth of it."""


class Column(StrEnum):
    """What a column holds."""

    FIRST = "first_name"
    INFIX = "infix"
    LAST = "last_name"
    BIRTH = "birth_date"
    FULL = "full"
    CODE = "code"  # this and the next five: of a secondary school's own administration
    REFERENCE = "reference"
    SCHOOL = "school"
    LOCATION = "location"
    APPLIED = "applied_on"
    OUTCOME = "outcome"
    CLASS = "class_name"  # this and the next two: of a class list of the new school year
    MENTOR = "mentor"
    MENTOR_MAIL = "mentor_email"
    SEX = "sex"  # this and the rest: what a dossier says, from a primary school's own administration
    PUPIL_NUMBER = "pupil_number"
    SINCE = "since"
    PRELIMINARY = "preliminary"
    PRELIMINARY_ON = "preliminary_on"
    TEST_NAME = "test_name"
    TEST_ADVICE = "test_advice"
    TEST_ON = "test_on"
    FINAL = "final"
    FINAL_ON = "final_on"
    PARENT_1 = "parent_1"
    RELATION_1 = "relation_1"
    CUSTODY_1 = "custody_1"
    PARENT_2 = "parent_2"
    RELATION_2 = "relation_2"
    CUSTODY_2 = "custody_2"
    VO_BRIN = "vo_brin"
    VO_SCHOOL = "vo_school"
    VO_PLACE = "vo_place"
    VO_DEPARTMENT = "vo_department"
    APPLIED_ON = "applied_on_vo"
    OTHER = "other"


class Status(StrEnum):
    """What becomes of a row."""

    GOOD = "good"
    LISTED = "listed"
    TWICE = "twice"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class PastedRow:
    """One row: what was read of it, and what is wrong where something is. `line` counts from 1, as in the text."""

    line: int
    name: dict[str, str] | None = field(repr=False)
    shown: tuple[str, str] = field(repr=False)
    """Name and birth date as far as they were read, for people."""
    status: Status
    reasons: tuple[str, ...] = ()
    cells: Mapping[Column, str] = field(default_factory=dict, repr=False)
    """As they were pasted."""

    @property
    def day(self) -> date | None:
        """The birth date, of a row that could be read."""
        return date.fromisoformat(self.name["birth_date"]) if self.name else None


@dataclass(frozen=True, kw_only=True)
class Pasted:
    """The whole text. `columns` is what each column was taken for; `headed` whether its first row named them."""

    columns: tuple[Column, ...]
    headed: bool
    unused: tuple[str, ...]
    """Headings of columns that are not used."""
    rows: tuple[PastedRow, ...]
    cut_off: bool
    """There was more than is read at a time."""
    headings_at: int = 0
    """The line on which the headings stand; 0 where there are none."""

    @property
    def good(self) -> list[dict[str, str]]:
        """The names of the rows that can be added."""
        return [row.name for row in self.rows if row.status is Status.GOOD and row.name is not None]

    def count(self, status: Status) -> int:
        """How many rows have this status."""
        return sum(1 for row in self.rows if row.status == status)  # templates say it as text


_HEADINGS: Mapping[str, Column] = MappingProxyType(
    {
        fold(heading): column
        for column, headings in (
            (Column.FIRST, ("roepnaam", "voornaam", "voornamen", "first name", "given name")),
            (Column.INFIX, ("tussenvoegsel", "tussenvoegsels", "tussenv", "tussenv.", "voorvoegsel", "tv", "infix")),
            (Column.LAST, ("achternaam", "familienaam", "geslachtsnaam", "last name", "surname", "family name")),
            (Column.BIRTH, ("geboortedatum", "geb.datum", "geb datum", "gebdatum", "geboren", "birth date", "born")),
            (Column.FULL, ("naam", "leerling", "volledige naam", "naam leerling", "name", "pupil")),
        )
        for heading in headings
    }
)
_ORDERS: Mapping[int, tuple[Column, ...]] = MappingProxyType(
    {
        1: (Column.FULL,),
        2: (Column.FIRST, Column.LAST),
        3: (Column.FIRST, Column.INFIX, Column.LAST),
    }
)
"""Without headings: what the columns beside the birth date are, by how many there are."""
_INFIXES = frozenset(
    word
    for line in (
        "aan af al am bij d da dal dalla das de dei del della den der des di do dos du el het in l la las le les",
        "lo los o onder op over s t te ten ter tot uit uijt van vanden vander vd vom von voor zu zum zur",
    )
    for word in line.split()
)
_SERIAL = re.compile(r"[2-5]\d{4}")
"""A day as a spreadsheet counts it; five digits, from 1954 to 2064."""
_FIRST_DAY = date(1899, 12, 30)
_LONGEST_DAY = 60
"""Characters: a weekday, a month in words and a clock beside it."""
_CLOCK = re.compile(r"[ T]0?0:00(:00)?(\.0+)?$")
_YEAR = re.compile(r"\d{4}|\d\s*[-/.\s]\s*\w+\s*[-/.\s]\s*\d{2}\s*$")
_DAY = msgid("De geboortedatum is niet te lezen. Schrijf hem als 19-6-2015.")
_NO_YEAR = msgid("In de geboortedatum ontbreekt het jaar.")


def read_paste(
    text: str,
    *,
    today: date,
    listed: Collection[tuple[str, str]],
    more: Mapping[str, Column] = MappingProxyType({}),
    most: int = MAX_ROWS,
    row_length: int = MAX_TEXT // MAX_ROWS,
) -> Pasted:
    """Read rows out of a text; `listed` are the children who are on the list (`same_child`).

    `more`: folded headings of columns besides name and birth date; `most`: rows that are read, of about `row_length`
    characters.
    """
    size = row_length * most
    # Of a text that is too long the row on which it is cut is not read: half a name is a name too.
    lines = _lines(text if len(text) <= size else text[:size].rpartition("\n")[0])
    lines = _without_title(lines, {**_HEADINGS, **more})
    headings = _headings(lines[0][1], {**_HEADINGS, **more}) if lines else None
    columns = headings or _guessed([cells for _line, cells in lines[:most]])
    body = lines[1:] if headings else lines
    seen = set(listed)
    rows = []
    for line, cells in body[:most]:
        row = _row(line, dict(zip(columns, cells, strict=False)), today)
        if row.name is not None:
            who = same_child(row.name)
            if who in seen:
                row = _known(row, Status.LISTED if who in listed else Status.TWICE)
            seen.add(who)
        rows.append(row)
    return Pasted(
        columns=columns,
        headed=headings is not None,
        unused=tuple(
            cell.strip()[:40]
            for cell, column in zip(lines[0][1] if headings else (), columns, strict=False)
            if column is Column.OTHER and cell.strip()
        ),
        rows=tuple(rows),
        cut_off=len(text) > size or len(body) > most,
        headings_at=lines[0][0] if headings else 0,
    )


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """The rows that hold something, with their numbers, each cut into cells."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "\ufffd").split("\n")
    sign = _separator([row for row in rows if row.strip()])
    found = []
    for number, row in enumerate(rows, start=1):
        if not row.strip():
            continue
        # Row by row, so that a lone quotation mark spoils one child and not all that follow.
        cells = next(csv.reader([row], delimiter=sign), []) if sign else [row]
        # A day that is copied from a calendar has marks of direction about it.
        found.append((number, [tidy(cell) for cell in cells[:MOST_COLUMNS]]))
    return found


def _without_title(lines: list[tuple[int, list[str]]], known_as: Mapping[str, Column]) -> list[tuple[int, list[str]]]:
    """From the headings on, where a title or the day of printing stands above them."""
    for place, (_line, cells) in enumerate(lines[:_MOST_TITLES]):
        found = _headings(cells, known_as) or ()
        if sum(1 for column in found if column is not Column.OTHER) > 1:
            return lines[place:]
    return lines


def _separator(rows: Sequence[str]) -> str:
    for sign in ("\t", ";"):
        if any(sign in row for row in rows):
            return sign
    # One comma may divide a last name from a first; two in every row divide columns.
    return "," if rows and all(row.count(",") > 1 for row in rows) else ""


def _headings(cells: Sequence[str], known_as: Mapping[str, Column]) -> tuple[Column, ...] | None:
    found = [known_as.get(fold(cell), Column.OTHER) for cell in cells]
    known = [column for column in found if column is not Column.OTHER]
    if not known or any(day_in(cell, date.max) for cell in cells):
        return None
    # Of two columns of one kind the first counts: "Roepnaam" before "Voornamen".
    return tuple(column if column not in found[:place] else Column.OTHER for place, column in enumerate(found))


def _guessed(rows: Sequence[Sequence[str]]) -> tuple[Column, ...]:
    """By order: the column with days is the birth date, the others are the name."""
    width = max((len(row) for row in rows), default=0)
    days = [sum(1 for row in rows if day_in("".join(row[place : place + 1]), date.max)) for place in range(width)]
    birth = max(range(width), key=days.__getitem__, default=0)
    if not any(days):
        birth = width - 1
    names = iter(_ORDERS.get(width - 1, _ORDERS[3]))
    return tuple(Column.BIRTH if place == birth else next(names, Column.OTHER) for place in range(width))


def _row(line: int, cells: Mapping[Column, str], today: date) -> PastedRow:
    name = name_in(cells)
    typed = cells.get(Column.BIRTH, "")
    reasons = []
    born = day_in(typed, today)
    if typed.strip() and born is None:
        reasons.append(_DAY if _YEAR.search(_short(typed)) else _NO_YEAR)
    read = None
    try:
        read = read_name({**name, "birth_date": born}, today=today)
    except Invalid as error:
        reasons += [text for field_, text in error.fields.items() if field_ != "birth_date" or not reasons]
    shown = " ".join(part for part in (name["first_name"], name["infix"], name["last_name"]) if part)
    return PastedRow(
        line=line,
        name=None if reasons else read,
        shown=(shown[:80], typed[:20]) if reasons or read is None else (_said(read), read["birth_date"]),
        status=Status.REFUSED if reasons else Status.GOOD,
        reasons=tuple(reasons),
        cells=cells,
    )


def _said(read: Mapping[str, str]) -> str:
    return " ".join(part for part in (read["first_name"], read["infix"], read["last_name"]) if part)


def _known(row: PastedRow, status: Status) -> PastedRow:
    return replace(row, status=status)


def name_in(cells: Mapping[Column, str]) -> dict[str, str]:
    """The three parts of a name, from columns of its own or from one that holds it all."""
    if Column.LAST not in cells and cells.get(Column.FULL):
        return _full(cells[Column.FULL])
    last, infix = cells.get(Column.LAST, ""), cells.get(Column.INFIX, "")
    if not infix and "," in last:
        # As some administrations write it: "Heuvel, van den".
        last, infix = (part.strip() for part in last.split(",", 1))
    return {"first_name": cells.get(Column.FIRST, ""), "infix": infix, "last_name": last}


def _full(text: str) -> dict[str, str]:
    """`Lieke van den Heuvel`, or `Heuvel, Lieke van den`."""
    if "," in text:
        last, behind = text.split(",", 1)
        words = behind.split()
        cut = next((place for place, word in enumerate(words) if place and word in _INFIXES), len(words))
        return {
            "first_name": " ".join(words[:cut]),
            "infix": " ".join(words[cut:]),
            "last_name": last.strip(),
        }
    words = text.split()
    first, rest = words[:1], words[1:]
    cut = next((place for place, word in enumerate(rest) if word.strip("'’") not in _INFIXES), len(rest))
    return {"first_name": " ".join(first), "infix": " ".join(rest[:cut]), "last_name": " ".join(rest[cut:])}


def _short(text: str) -> str:
    """As much of a cell as a day takes, its blanks single: the search for a year tries each way to divide them."""
    return " ".join(text.split())[:_LONGEST_DAY]


def day_in(text: str, today: date) -> date | None:
    """A day with its year, in any form that schools write; None where it is not one."""
    bare = _CLOCK.sub("", _short(text))
    if _SERIAL.fullmatch(bare):
        return _FIRST_DAY + timedelta(days=int(bare))
    if not _YEAR.search(bare):
        return None
    try:
        return read_day(bare, today=today)
    except UnreadableDay:
        return None

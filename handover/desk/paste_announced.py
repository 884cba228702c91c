"""A list of a secondary school's own administration, read as applications: each is good, or refused with its reason.

Columns are known by their headings. A primary school is named by its BRIN or by the child's code, never by its name: a
name is not one school.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType

from handover.bundles.announcing import Application, Child
from handover.desk.paste import Column, Pasted, PastedRow, Status, read_paste
from handover.errors import HandoverError, Invalid
from handover.terms.aanmeldcode import parse_aanmeldcode
from handover.terms.brin import Brin6
from handover.terms.destination import Outcome
from handover.terms.folding import fold
from handover.terms.msgid import msgid
from handover.web.dates import UnreadableDay, read_day

MOST = 400
"""Rows: a year of a large school."""

HEADINGS: Mapping[str, Column] = MappingProxyType(
    {
        fold(heading): column
        for column, headings in (
            (Column.CODE, ("aanmeldcode", "code", "application code")),
            (
                Column.SCHOOL,
                ("brin basisschool", "basisschool", "brin po", "brin herkomst", "brin", "brinnummer", "primary school"),
            ),
            (Column.LOCATION, ("vestiging", "brin vestiging", "location")),
            (Column.APPLIED, ("aangemeld op", "aanmelddatum", "datum aanmelding", "applied on")),
            (Column.OUTCOME, ("status", "uitslag", "stand", "besluit", "outcome")),
        )
        for heading in headings
    }
)
OUTCOME_WORDS: Mapping[str, Outcome] = MappingProxyType(
    {
        fold(word): outcome
        for outcome, words in (
            (Outcome.ASKED, ("", "aangemeld", "in behandeling", "applied", "asked")),
            (Outcome.ADMITTED, ("toegelaten", "geplaatst", "plaatsbaar", "admitted")),
            (Outcome.WAITING, ("wachtlijst", "op de wachtlijst", "reserve", "waiting")),
            (Outcome.ENROLLED, ("ingeschreven", "definitief", "enrolled")),
        )
        for word in words
    }
)
_MEANWHILE = msgid("Een collega veranderde op hetzelfde moment iets. Probeer deze regel opnieuw.")
_CODE = msgid("De aanmeldcode klopt niet.")
_NO_SCHOOL = msgid("Er staat geen aanmeldcode en geen BRIN van de basisschool.")
_BRIN = msgid("Het BRIN van de basisschool klopt niet. Het ziet eruit als 03QI00.")
_LOCATION = msgid("De vestiging is niet van uw school. Vul haar BRIN in, zoals 25FY00.")
_WHICH = msgid("Kies onder de lijst voor welke vestiging dit is.")
_APPLIED = msgid("De dag van aanmelden is niet te lezen, of komt nog.")
_OUTCOME = msgid("De stand kennen wij niet. Gebruik: aangemeld, toegelaten, wachtlijst of ingeschreven.")


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row, and the application that it is when nothing is wrong with it."""

    row: PastedRow
    said: Application | None


def read_announced(
    text: str, *, today: date, known: Collection[Child], locations: Sequence[str], otherwise: str = ""
) -> tuple[Pasted, list[Line]]:
    """Read it. `locations`: BRINs of the school's own; `known`: children whom it announced before.

    `otherwise`: the location of rows that name none.
    """
    if otherwise not in locations:
        otherwise = locations[0] if len(locations) == 1 else ""
    read = read_paste(text, today=today, listed=known, more=HEADINGS, most=MOST)
    lines = [_line(row, today, locations, otherwise) for row in read.rows]
    return replace(read, rows=tuple(line.row for line in lines)), lines


def lines_of(text: str, read: Pasted, rows: Sequence[PastedRow]) -> str:
    """The text with its headings and these rows only, to be corrected; and what was too much to read at once."""
    all_lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    headings = [all_lines[read.headings_at - 1]] if read.headed else []
    unread = all_lines[read.rows[-1].line :] if read.cut_off and read.rows else []
    return "\n".join(headings + [all_lines[row.line - 1] for row in rows] + unread)


def reasons_of(error: HandoverError) -> tuple[str, ...]:
    """Why a row was not announced, as texts to translate."""
    return tuple(error.fields.values()) if isinstance(error, Invalid) else (_MEANWHILE,)


def _line(row: PastedRow, today: date, locations: Sequence[str], otherwise: str) -> Line:
    reasons, cells = list(row.reasons), row.cells
    code = _code(cells, reasons)
    said = {
        "code": code,
        "sender_brin": "" if code else _school(cells, reasons),
        "receiver_brin": _location(cells.get(Column.LOCATION, "").strip() or otherwise, locations, reasons),
        "applied_on": _applied(cells, today, reasons),
        "outcome": _outcome(cells, reasons),
    }
    if reasons or row.name is None:
        return Line(row=replace(row, status=Status.REFUSED, reasons=tuple(reasons)), said=None)
    if row.status is not Status.GOOD and not code:
        return Line(row=row, said=None)
    good = replace(row, status=Status.GOOD)
    return Line(row=good, said=Application(name=row.name, **said))  # type: ignore[arg-type]  # read by the five above


def _code(cells: Mapping[Column, str], reasons: list[str]) -> str:
    typed = cells.get(Column.CODE, "")
    if not typed.strip():
        return ""
    try:
        return parse_aanmeldcode(typed)
    except ValueError:
        reasons.append(_CODE)
        return ""


def _school(cells: Mapping[Column, str], reasons: list[str]) -> str:
    typed = cells.get(Column.SCHOOL, "").strip()
    if not typed:
        if _CODE not in reasons:
            reasons.append(_NO_SCHOOL)
        return ""
    try:
        return str(Brin6.parse(typed))
    except ValueError:
        reasons.append(_BRIN)
        return ""


def _location(typed: str, locations: Sequence[str], reasons: list[str]) -> str:
    if not typed:
        reasons.append(_WHICH)
        return ""
    try:
        found = str(Brin6.parse(typed))
    except ValueError:
        found = ""
    if found not in locations:
        reasons.append(_LOCATION)
    return found


def _applied(cells: Mapping[Column, str], today: date, reasons: list[str]) -> date:
    typed = cells.get(Column.APPLIED, "").strip()
    if not typed:
        return today
    try:
        found = read_day(typed[:60], today=today)
    except UnreadableDay:
        found = date.max
    if found > today:
        reasons.append(_APPLIED)
    return found


def _outcome(cells: Mapping[Column, str], reasons: list[str]) -> Outcome:
    found = OUTCOME_WORDS.get(fold(cells.get(Column.OUTCOME, "")))
    if found is None:
        reasons.append(_OUTCOME)
    return found or Outcome.ASKED

"""Fields of the forms of a dossier: what they ask, how what was typed becomes a value, what is said when it can't."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

from flask_babel import LazyString, ngettext
from flask_babel import gettext as _

from handover.terms.pupil_number import PupilNumber
from handover.terms.typed import readable
from handover.web.dates import UnreadableDay, read_day

Text: TypeAlias = str | LazyString

LINE, TEXT, TELEPHONE = 200, 6000, 30
"""What the wire takes, in characters."""
EARLIEST = 1990
"""No day about a child at a primary school lies before this year."""
YES, NO = "ja", "nee"
_POSTCODE = re.compile(r"([1-9]\d{3})\s*([A-Za-z]{2})")


class Kind(StrEnum):
    """How a field is asked."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    CHOICE = "choice"
    RADIO = "radio"
    YES_NO = "yes_no"
    TICK = "tick"
    PUPIL_NUMBER = "pupil_number"
    POSTCODE = "postcode"


Choices: TypeAlias = tuple[tuple[str, str], ...]
"""Values with their msgids."""


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One question. `name` is that of the value in the content, and of the field in the form."""

    name: str
    label: Text
    kind: Kind = Kind.LINE
    hint: Text = ""
    longest: int = LINE
    rows: int = 4
    choices: Choices = ()
    convert: Callable[[str], Any] = str
    """For a choice: the value behind it; raises ValueError for what stands in no list."""
    empty: Any = ""
    """What a choice is when none was made."""
    optional: bool = False
    is_name: bool = False


@dataclass(frozen=True, kw_only=True)
class Group:
    """Questions that belong together and are read by the same people."""

    title: Text
    fields: tuple[FormField, ...]
    sees: Text = ""
    intro: Text = ""
    css: str = ""
    """A class that style sheets show or hide it by; see `pages.css`."""


@dataclass
class Typed:
    """What somebody typed, what it means, and what is wrong with it; by the name of the field."""

    texts: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_fields(fields: tuple[FormField, ...], posted: Mapping[str, str], *, today: date) -> Typed:
    """Read a form. Every field has its text, so that it can be shown again; those without an error have a value."""
    typed = Typed()
    for one in fields:
        text = _cleaned(posted.get(one.name, ""), lines=one.kind is Kind.TEXT)
        typed.texts[one.name] = text
        try:
            typed.values[one.name] = _value(one, text, today)
        except ValueError as error:
            typed.errors[one.name] = str(error)
    return typed


def shown(value: Any) -> str:
    """A value as it stands in its field."""
    if isinstance(value, date):
        return f"{value.day}-{value.month}-{value.year}"
    if isinstance(value, bool):
        return YES if value else NO
    return "" if value is None else str(value)


def in_words(one: FormField, text: str) -> str:
    """What stands in a field, as it is read without one."""
    if one.kind in {Kind.CHOICE, Kind.RADIO}:
        return next((str(_(label)) for value, label in one.choices if value == text), text)
    if one.kind in {Kind.YES_NO, Kind.TICK}:
        return {YES: str(_("ja")), NO: str(_("nee"))}.get(text, "")
    return text


def _cleaned(text: str, *, lines: bool) -> str:
    """In Unicode's composed form, without signs that nobody sees; a line stays one line."""
    kept = readable(text)
    return kept.replace("\t", " ").strip() if lines else " ".join(kept.split())


def _value(one: FormField, text: str, today: date) -> Any:
    return _READERS[one.kind](one, text, today)


def _text(one: FormField, text: str, _today: date) -> str:
    limit = TEXT if one.kind is Kind.TEXT else one.longest
    if len(text) > limit:
        raise ValueError(
            ngettext(
                "Dit is %(num)s teken te veel: er passen er %(meer)s. Maak de tekst korter.",
                "Dit zijn %(num)s tekens te veel: er passen er %(meer)s. Maak de tekst korter.",
                len(text) - limit,
                meer=limit,
            )
        )
    return text


def _day(_one: FormField, text: str, today: date) -> date | None:
    if not text:
        return None
    try:
        day = read_day(text, today=today)
    except UnreadableDay:
        raise ValueError(_("Deze dag kennen wij niet. Schrijf hem zo: 12-3-2027 of 12 maart.")) from None
    if day > today:
        raise ValueError(_("Deze dag komt nog. Vul een dag in die al geweest is. Kijk ook het jaar na."))
    if day.year < EARLIEST:
        raise ValueError(_("Dit jaar kan niet kloppen. Kijk het jaar na."))
    return day


def _choice(one: FormField, text: str, _today: date) -> Any:
    if not text:
        return one.empty
    try:
        return one.convert(text)
    except ValueError:
        raise ValueError(_("Deze keuze staat niet in de lijst. Kies opnieuw.")) from None


def _yes_no(_one: FormField, text: str, _today: date) -> bool:
    return text == YES


def _pupil_number(_one: FormField, text: str, _today: date) -> str:
    if not text:
        return ""
    try:
        return PupilNumber.parse(text).digits
    except ValueError:
        raise ValueError(
            _("Dit nummer klopt niet. Een BSN of onderwijsnummer heeft negen cijfers. Kijk ze één voor één na.")
        ) from None


def _postcode(_one: FormField, text: str, _today: date) -> str:
    if not text:
        return ""
    match = _POSTCODE.fullmatch(text)
    if match is None:
        raise ValueError(_("Deze postcode klopt niet. Schrijf hem zo: 5801 AB."))
    return f"{match[1]} {match[2].upper()}"


_READERS: Mapping[Kind, Callable[[FormField, str, date], Any]] = {
    Kind.LINE: _text,
    Kind.TEXT: _text,
    Kind.DAY: _day,
    Kind.CHOICE: _choice,
    Kind.RADIO: _choice,
    Kind.YES_NO: _yes_no,
    Kind.TICK: _yes_no,
    Kind.PUPIL_NUMBER: _pupil_number,
    Kind.POSTCODE: _postcode,
}

"""A child's name and birth date as a person or a spreadsheet gave them: tidied, or refused with what is wrong.

Names of any script are names. What cannot be seen but changes how a line reads (directional marks, control signs) is
taken out or refused, so that a name on a list is the name that is there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Any

from handover.errors import Invalid
from handover.terms.folding import fold
from handover.terms.msgid import msgid
from handover.terms.typed import composed

LONGEST = {"first_name": 100, "infix": 30, "last_name": 100}
"""In characters, as the schema of names has it."""
NAME_FIELDS = (*LONGEST, "birth_date")
"""What a child is called and when it was born, as forms and `NameSchema` name it."""
OLDEST = 25
"""Years. Pupils of SO leave at twenty at the latest; beyond it somebody typed another year."""
YOUNGEST = 3

_SPACE = re.compile(r"\s+")
# Pasted along without anybody seeing them. The joiners U+200C and U+200D stay: Persian and Hindi names need them.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")

_EMPTY = {
    "first_name": msgid("Vul de roepnaam in."),
    "last_name": msgid("Vul de achternaam in."),
}
_CONTROL = msgid("Hierin staat een teken dat niet in een naam hoort. Typ de naam over.")
_NO_LETTER = msgid("Dit is geen naam: er staat geen letter in.")
_TOO_LONG = msgid("Deze naam is te lang. Kort hem in.")
_NO_BIRTH_DATE = msgid("Vul de geboortedatum in, bijvoorbeeld 19-6-2015.")
_FUTURE = msgid("Deze geboortedatum komt nog. Kijk het jaar na.")
_AGE = msgid("Met deze geboortedatum is het kind te jong of te oud voor de basisschool. Kijk het jaar na.")


def tidy(text: str) -> str:
    """A name without what nobody can see, its spaces single, its letters composed."""
    return _SPACE.sub(" ", _INVISIBLE.sub("", composed(text))).strip()


def read_name(given: Mapping[str, Any], *, today: date) -> dict[str, str]:
    """What `NameSchema` would dump, from what was given: three parts of a name and `birth_date` (a day or ISO text).

    Raises:
        Invalid: with what is wrong with each field, under its name.
    """
    read = {field: tidy(str(given.get(field) or "")) for field in LONGEST}
    wrong = {field: text for field, name in read.items() if (text := _wrong(field, name))}
    born = given.get("birth_date")
    day = date.fromisoformat(born) if isinstance(born, str) and born else born
    if not isinstance(day, date):
        wrong["birth_date"] = _NO_BIRTH_DATE
    elif text := _wrong_day(day, today):
        wrong["birth_date"] = text
    if wrong or not isinstance(day, date):
        raise Invalid(fields=wrong)
    return read | {"birth_date": day.isoformat()}


def same_child(about: Mapping[str, Any]) -> tuple[str, str]:
    """What two entries of one child have in common, however its name was split or accented."""
    name = fold(" ".join(str(about.get(field, "")) for field in LONGEST))
    return name, str(about.get("birth_date", ""))


def _wrong(field: str, name: str) -> str:
    if not name:
        return _EMPTY.get(field, "")
    if len(name) > LONGEST[field]:
        return _TOO_LONG
    # Cf too, save the joiners: what is left of it after tidying has no place in a name.
    if any(unicodedata.category(sign).startswith("C") and sign not in "\u200c\u200d" for sign in name):
        return _CONTROL
    return "" if any(sign.isalpha() for sign in name) else _NO_LETTER


def _wrong_day(born: date, today: date) -> str:
    if born > today:
        return _FUTURE
    years = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return "" if YOUNGEST <= years <= OLDEST else _AGE

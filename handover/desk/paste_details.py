"""What the other columns of a pasted class say about a child: each cell is read, or said to be unreadable and why.

A wrong cell does not lose the child. Columns are known by their headings, as ParnasSys, ESIS and spreadsheets have
them; without headings only name and birth date are read. A BSN is sealed like the rest, so it may be pasted, if it
passes the eleven-test.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from handover.desk.paste import Column, day_in
from handover.terms.advice_words import read_advice
from handover.terms.doorstroomtoets import LABELS as TESTS
from handover.terms.doorstroomtoets import TOETSADVIEZEN, Doorstroomtoets
from handover.terms.folding import fold
from handover.terms.msgid import msgid
from handover.terms.parent import Custody
from handover.terms.pupil_number import PupilNumber
from handover.terms.schooladvies import Schooladvies
from handover.terms.typed import readable

_PARENT = ("ouder {}", "ouder/verzorger {}", "verzorger {}", "naam ouder {}", "ouder {} naam", "naam verzorger {}")
_RELATION = ("relatie ouder {}", "ouder {} relatie", "relatie {}", "relatie verzorger {}", "verzorger {} relatie")
_CUSTODY = ("gezag ouder {}", "ouder {} gezag", "gezag {}", "ouderlijk gezag {}", "gezag verzorger {}")


def _numbered(forms: tuple[str, ...], number: int) -> tuple[str, ...]:
    return tuple(form.format(number) for form in forms)


HEADINGS: Mapping[str, Column] = MappingProxyType(
    {
        fold(heading): column
        for column, headings in (
            (Column.SEX, ("geslacht", "jongen/meisje", "j/m", "m/v", "sekse", "sex")),
            (Column.PUPIL_NUMBER, ("bsn", "pgn", "onderwijsnummer", "bsn/onderwijsnummer", "burgerservicenummer")),
            (
                Column.SINCE,
                ("op school sinds", "op onze school sinds", "datum inschrijving", "inschrijfdatum", "datum in school"),
            ),
            (
                Column.PRELIMINARY,
                ("voorlopig advies", "voorlopig schooladvies", "vl advies", "va", "preadvies", "pre-advies"),
            ),
            (
                Column.PRELIMINARY_ON,
                (
                    "datum voorlopig advies",
                    "voorlopig advies datum",
                    "datum voorlopig schooladvies",
                    "voorlopig advies op",
                ),
            ),
            (Column.TEST_NAME, ("toets", "doorstroomtoets", "naam toets", "toetsnaam", "toets naam", "eindtoets")),
            (
                Column.TEST_ADVICE,
                ("toetsadvies", "advies doorstroomtoets", "doorstroomtoets advies", "advies toets", "advies eindtoets"),
            ),
            (
                Column.TEST_ON,
                ("datum toets", "toetsdatum", "datum doorstroomtoets", "doorstroomtoets datum", "datum toetsadvies"),
            ),
            (
                Column.FINAL,
                ("definitief advies", "definitief schooladvies", "schooladvies", "def advies", "def. advies", "advies"),
            ),
            (
                Column.FINAL_ON,
                (
                    "datum definitief advies",
                    "definitief advies datum",
                    "datum definitief schooladvies",
                    "datum schooladvies",
                    "datum advies",
                    "definitief advies op",
                ),
            ),
            *(
                (column, _numbered(forms, number))
                for number, columns in (
                    (1, (Column.PARENT_1, Column.RELATION_1, Column.CUSTODY_1)),
                    (2, (Column.PARENT_2, Column.RELATION_2, Column.CUSTODY_2)),
                )
                for column, forms in zip(columns, (_PARENT, _RELATION, _CUSTODY), strict=True)
            ),
            (Column.VO_BRIN, ("brin vo", "brin vo-school", "brin", "brinnummer", "brin vervolgschool", "vestiging vo")),
            (
                Column.VO_SCHOOL,
                (
                    "school",
                    "vo-school",
                    "vo school",
                    "vervolgschool",
                    "naam vervolgschool",
                    "school voor vo",
                    "nieuwe school",
                ),
            ),
            (
                Column.VO_PLACE,
                ("plaats school", "plaats vo", "plaats vervolgschool", "schoolplaats", "plaats vo-school"),
            ),
            (Column.VO_DEPARTMENT, ("afdeling", "afdeling vo", "brugklas", "leerweg vo")),
            (Column.APPLIED_ON, ("aanmelddatum", "aangemeld op", "datum aanmelding", "datum aangemeld")),
        )
        for heading in headings
    }
)
DETAILS = frozenset(HEADINGS.values())
LABELS: Mapping[Column, str] = MappingProxyType(
    {
        Column.SEX: msgid("Jongen of meisje"),
        Column.PUPIL_NUMBER: msgid("BSN of onderwijsnummer"),
        Column.SINCE: msgid("Op onze school sinds"),
        Column.PRELIMINARY: msgid("Voorlopig advies"),
        Column.PRELIMINARY_ON: msgid("Voorlopig advies gegeven op"),
        Column.TEST_NAME: msgid("Welke toets"),
        Column.TEST_ADVICE: msgid("Toetsadvies"),
        Column.TEST_ON: msgid("Uitslag van de toets op"),
        Column.FINAL: msgid("Definitief advies"),
        Column.FINAL_ON: msgid("Definitief advies vastgesteld op"),
        Column.PARENT_1: msgid("Ouder 1"),
        Column.RELATION_1: msgid("Ouder 1: wie is dit voor het kind"),
        Column.CUSTODY_1: msgid("Ouder 1: gezag"),
        Column.PARENT_2: msgid("Ouder 2"),
        Column.RELATION_2: msgid("Ouder 2: wie is dit voor het kind"),
        Column.CUSTODY_2: msgid("Ouder 2: gezag"),
        Column.VO_BRIN: msgid("BRIN van de nieuwe school"),
        Column.VO_SCHOOL: msgid("Nieuwe school"),
        Column.VO_PLACE: msgid("Plaats van de nieuwe school"),
        Column.VO_DEPARTMENT: msgid("Afdeling"),
        Column.APPLIED_ON: msgid("Aangemeld op"),
    }
)
_NAMELESS = msgid("De naam van deze ouder ontbreekt.")
_ADVICE = msgid("Dit advies kennen wij niet. Schrijf bijvoorbeeld: vmbo kb/gt, havo of havo/vwo.")
_TEST_ADVICE = msgid("Dit kan een toets niet adviseren. Schrijf bijvoorbeeld: vmbo gl/tl, havo of havo/vwo.")
_TEST = msgid("Deze toets kennen wij niet. Schrijf bijvoorbeeld: IEP, Route 8 of Leerling in beeld.")
_DAY = msgid("Deze dag is niet te lezen. Schrijf hem als 12-3-2027, met het jaar.")
_TO_COME = msgid("Deze dag komt nog. Kijk het jaar na.")
_LONG_AGO = msgid("Dit jaar kan niet kloppen. Kijk het jaar na.")
_SEX = msgid("Schrijf jongen, meisje of x.")
_M = msgid("Een m kan man of meisje zijn. Schrijf jongen of meisje.")
_NUMBER = msgid("Dit nummer klopt niet. Het heeft negen cijfers. Kijk ze één voor één na.")
_CUSTODY_WORD = msgid("Schrijf ja, nee of onbekend.")
_TOO_LONG = msgid("Dit is te lang.")
_NO_PARENT = msgid("De naam van deze ouder is niet goed: er staat geen letter in.")
_BOYS, _GIRLS = frozenset({"j", "jongen", "man", "mannelijk", "boy"}), frozenset({"v", "meisje", "vrouw", "vrouwelijk"})
_OTHERS = frozenset({"x", "anders", "anders x", "onbepaald"})
_CUSTODIES: Mapping[str, Custody] = MappingProxyType(
    {
        fold(word): value
        for value, words in (
            (Custody.YES, ("ja", "j", "yes", "gezag", "wel", "met gezag", "heeft gezag", "ja gezag")),
            (Custody.NO, ("nee", "n", "no", "geen", "geen gezag", "zonder gezag", "nee geen gezag")),
            (Custody.UNKNOWN, ("onbekend", "?", "weet niet", "onduidelijk")),
        )
        for word in words
    }
)
_TEST_WORDS: Mapping[str, Doorstroomtoets] = MappingProxyType(
    {
        "amn": Doorstroomtoets.AMN,
        "dia": Doorstroomtoets.DIA,
        "doe": Doorstroomtoets.DOE,
        "iep": Doorstroomtoets.IEP,
        "lib": Doorstroomtoets.LEERLING_IN_BEELD,
        "leerling in beeld": Doorstroomtoets.LEERLING_IN_BEELD,
        "cito": Doorstroomtoets.LEERLING_IN_BEELD,
        "route 8": Doorstroomtoets.ROUTE_8,
        "route8": Doorstroomtoets.ROUTE_8,
        "andere": Doorstroomtoets.OTHER,
        "een andere": Doorstroomtoets.OTHER,
    }
)
_AROUND = frozenset({"doorstroomtoets", "eindtoets", "toets", "de", "cito"})
_LONGEST = {Column.PARENT_1: 150, Column.PARENT_2: 150, Column.RELATION_1: 200, Column.RELATION_2: 200}
_EARLIEST = 1990


class Unreadable(ValueError):
    """A cell cannot be read; its text says why, to be translated."""


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A cell that could not be read: which column, what stood there, why not."""

    column: Column
    typed: str = field(repr=False)
    reason: str


@dataclass(frozen=True, kw_only=True)
class Details:
    """What the cells of one row say."""

    values: Mapping[Column, Any] = field(default_factory=dict, repr=False)
    faults: tuple[Fault, ...] = ()


def read_details(cells: Mapping[Column, str], *, today: date, m_is: str = "") -> Details:
    """Read the cells of a row. `m_is`: what an `m` stands for in the column of jongen or meisje; empty when unsure."""
    values: dict[Column, Any] = {}
    faults = []
    for column, read in _READERS.items():
        typed = " ".join(readable(cells.get(column, "")).split())
        if not typed:
            continue
        try:
            values[column] = _sex(typed, m_is) if column is Column.SEX else read(column, typed, today)
        except Unreadable as error:
            faults.append(Fault(column=column, typed=typed[:80], reason=str(error)))
    for parent, more in (
        (Column.PARENT_1, (Column.RELATION_1, Column.CUSTODY_1)),
        (Column.PARENT_2, (Column.RELATION_2, Column.CUSTODY_2)),
    ):
        if parent not in values and any(column in values for column in more):
            # "Gezag: ja" of nobody, as administrations write it for a child with one parent, is said of nobody.
            for column in more:
                values.pop(column, None)
            if not any(fault.column is parent for fault in faults) and cells.get(more[0], "").strip():
                faults.append(Fault(column=parent, typed="", reason=_NAMELESS))
    return Details(values=values, faults=tuple(faults))


def what_m_is(typed: Collection[str]) -> str:
    """What an `m` means in this column: beside a `v` it is a man, beside a `j` a meisje; else nobody knows."""
    words = {fold(text) for text in typed}
    beside_v, beside_j = bool(words & {"v", "vrouw"}), bool(words & {"j", "jongen"})
    if beside_v == beside_j:
        return ""
    return "m" if beside_v else "v"


def _sex(typed: str, m_is: str) -> str:
    word = fold(typed)
    if word == "m" and not m_is:
        raise Unreadable(_M)
    if word == "m":
        return m_is
    for sex, words in (("m", _BOYS), ("v", _GIRLS), ("x", _OTHERS)):
        if word in words:
            return sex
    raise Unreadable(_SEX)


def _advice(_column: Column, typed: str, _today: date) -> Schooladvies:
    found = read_advice(typed)
    if found is None:
        raise Unreadable(_ADVICE)
    return found


def _test_advice(_column: Column, typed: str, _today: date) -> Schooladvies:
    found = read_advice(typed)
    if found is None:
        raise Unreadable(_ADVICE)
    if found not in TOETSADVIEZEN:
        raise Unreadable(_TEST_ADVICE)
    return found


def _test_name(_column: Column, typed: str, _today: date) -> str:
    whole = fold(typed)
    bare = " ".join(word for word in whole.split() if word not in _AROUND and not word.isdecimal()) or whole
    for text in (whole, bare):
        for label in TESTS.values():
            if fold(label) == text:
                return label
        if text in _TEST_WORDS:
            return TESTS[_TEST_WORDS[text]]
    if "route" in whole.split():
        return TESTS[Doorstroomtoets.ROUTE_8]
    raise Unreadable(_TEST)


def _day(_column: Column, typed: str, today: date) -> date:
    found = day_in(typed, today)
    if found is None:
        raise Unreadable(_DAY)
    if found > today:
        raise Unreadable(_TO_COME)
    if found.year < _EARLIEST:
        raise Unreadable(_LONG_AGO)
    return found


def _number(_column: Column, typed: str, _today: date) -> str:
    try:
        return PupilNumber.parse(typed).digits
    except ValueError as error:
        raise Unreadable(_NUMBER) from error


def _custody(_column: Column, typed: str, _today: date) -> Custody:
    found = _CUSTODIES.get(fold(typed)) if typed != "?" else Custody.UNKNOWN
    if found is None:
        raise Unreadable(_CUSTODY_WORD)
    return found


def _parent(column: Column, typed: str, _today: date) -> str:
    if not any(sign.isalpha() for sign in typed):
        raise Unreadable(_NO_PARENT)
    return _line(column, typed, _today)


def _line(column: Column, typed: str, _today: date) -> str:
    if len(typed) > _LONGEST.get(column, 100):
        raise Unreadable(_TOO_LONG)
    return typed


_READERS: Mapping[Column, Callable[[Column, str, date], Any]] = MappingProxyType(
    {
        Column.SEX: _line,
        Column.PUPIL_NUMBER: _number,
        Column.SINCE: _day,
        Column.PRELIMINARY: _advice,
        Column.PRELIMINARY_ON: _day,
        Column.TEST_NAME: _test_name,
        Column.TEST_ADVICE: _test_advice,
        Column.TEST_ON: _day,
        Column.FINAL: _advice,
        Column.FINAL_ON: _day,
        Column.PARENT_1: _parent,
        Column.RELATION_1: _line,
        Column.CUSTODY_1: _custody,
        Column.PARENT_2: _parent,
        Column.RELATION_2: _line,
        Column.CUSTODY_2: _custody,
        Column.VO_BRIN: _line,
        Column.VO_SCHOOL: _line,
        Column.VO_PLACE: _line,
        Column.VO_DEPARTMENT: _line,
        Column.APPLIED_ON: _day,
    }
)

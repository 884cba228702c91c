"""A class list of the new school year, read as who is mentor of whom: each row is good, or refused with its reason.

Children are those whose dossiers the school received, by their whole name: another first name may be that of a twin. A
row that fits two of them is never guessed at. A mentor is known by an e-mail address, or by the name of one colleague.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from email.utils import parseaddr
from types import MappingProxyType
from typing import Any

from handover.access.fields import read_email
from handover.bundles.mentors import CLASS_TOO_LONG, LONGEST_CLASS, NewMentor
from handover.desk.paste import Column, Pasted, PastedRow, day_in, name_in, read_paste
from handover.errors import Invalid
from handover.terms.folding import fold
from handover.terms.msgid import msgid

MOST = 400
"""Rows: the new classes of a large school."""

_HEADINGS: Mapping[str, Column] = MappingProxyType(
    {
        fold(heading): column
        for column, headings in (
            (Column.CLASS, ("klas", "stamgroep", "stamklas", "basisgroep", "brugklas", "groep", "lesgroep", "class")),
            (Column.MENTOR, ("mentor", "mentoren", "mentor(en)", "klassenmentor", "coach", "mentor naam")),
            (
                Column.MENTOR_MAIL,
                ("e-mail mentor", "mail mentor", "mentor e-mail", "mentor mail", "emailadres mentor", "mentor email"),
            ),
        )
        for heading in headings
    }
)
_BETWEEN = re.compile(r"[;/&]|(?<=\s)en(?=\s)|,(?=[^,]*@)")
_LONGEST_CELL = 300
_TITLES = frozenset(("dhr", "mevr", "mw", "meneer", "mevrouw", "de heer"))
_NOBODY = msgid("Deze leerling staat niet bij uw ontvangen dossiers. Kijk de spelling van de naam na.")
_TWO = msgid("Deze naam past bij twee leerlingen. Zet de geboortedatum erbij.")
_NO_MENTOR = msgid("Er staat geen mentor. Vul hem in bij de klas.")
_NO_CLASS_NO_MENTOR = msgid("Er staat geen mentor en geen klas.")
_UNKNOWN = msgid("Deze mentor kennen wij niet bij naam. Vul het e-mailadres in.")
_TWO_MENTORS = msgid("Er zijn twee mentoren met deze naam. Vul het e-mailadres in.")
_MAIL = msgid("Het e-mailadres van de mentor klopt niet.")
_LONG = msgid("Dit is te lang voor een mentor.")


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody who can be mentor: who is one already, or was named before."""

    email: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of the list."""

    number: int
    """Counts from 1, as in the text."""
    shown: str = field(repr=False)
    class_name: str
    mentors: tuple[NewMentor, ...] = ()
    handover_id: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def is_good(self) -> bool:
        """Whether it can be recorded."""
        return not self.reasons


@dataclass(frozen=True, kw_only=True)
class ClassList:
    """The whole list, and for which classes a mentor is to be filled in."""

    pasted: Pasted
    lines: tuple[Line, ...]
    classes_without: tuple[str, ...]

    @property
    def good(self) -> list[Line]:
        """The rows that can be recorded."""
        return [line for line in self.lines if line.is_good]

    @property
    def bad(self) -> list[Line]:
        """The rows that cannot."""
        return [line for line in self.lines if not line.is_good]


def read_class_list(
    text: str,
    *,
    today: date,
    children: Mapping[str, Mapping[str, Any]],
    colleagues: Sequence[Colleague],
    of_class: Mapping[str, str],
) -> ClassList:
    """Read it. `children`: what the name grants say, by handover; `of_class`: mentors filled in beside a class."""
    pasted = read_paste(text, today=today, listed=(), more=_HEADINGS, most=MOST)
    reader = _Reader(today, children, colleagues, of_class)
    lines = tuple(reader.line(row) for row in pasted.rows)
    asked = (line.class_name for line in lines if _NO_MENTOR in line.reasons)
    return ClassList(pasted=pasted, lines=lines, classes_without=tuple(sorted({*asked, *of_class})))


def mentors_in(typed: str, mails: str, colleagues: Sequence[Colleague]) -> tuple[NewMentor, ...]:
    """The mentors in a cell: addresses, `Name <address>`, or names of colleagues, with `en`, `/` or `;` between them.

    Raises:
        Invalid: one of them is nobody, or two.
    """
    if len(typed) > _LONGEST_CELL or len(mails) > _LONGEST_CELL:
        raise Invalid(fields={"mentor": _LONG})
    addresses, names = _pieces(mails), _pieces(typed)
    if addresses and len(names) == len(addresses) and not any("@" in name for name in names):
        return tuple(_with_mail(mail, name) for mail, name in zip(addresses, names, strict=True))
    if addresses:
        return tuple(_with_mail(mail, "") for mail in addresses)
    return tuple(_with_mail(one, "") if "@" in one else _by_name(one, colleagues) for one in names)


class _Reader:
    """What all rows are compared with, folded once."""

    def __init__(
        self,
        today: date,
        children: Mapping[str, Mapping[str, Any]],
        colleagues: Sequence[Colleague],
        of_class: Mapping[str, str],
    ) -> None:
        self.today, self.colleagues = today, colleagues
        self.of_class = {fold(name): typed for name, typed in of_class.items() if typed.strip()}
        self.whole: dict[str, list[str]] = {}
        self.birth_dates: dict[str, str] = {}
        for handover_id, about in children.items():
            self.whole.setdefault(_folded(about), []).append(handover_id)
            self.birth_dates[handover_id] = str(about.get("birth_date", ""))

    def line(self, row: PastedRow) -> Line:
        """One row."""
        reasons: list[str] = []
        class_name = " ".join(row.cells.get(Column.CLASS, "").split())
        if len(class_name) > LONGEST_CLASS:
            reasons.append(CLASS_TOO_LONG)
            class_name = ""
        handover_id = self._child(row, reasons)
        mentors = self._mentors(row, class_name, reasons)
        return Line(
            number=row.line,
            shown=row.shown[0],
            class_name=class_name,
            mentors=tuple(NewMentor(email=one.email, name=one.name, class_name=class_name) for one in mentors),
            handover_id=handover_id,
            reasons=tuple(reasons),
        )

    def _child(self, row: PastedRow, reasons: list[str]) -> str:
        name = name_in(row.cells)
        born = day_in(row.cells.get(Column.BIRTH, ""), self.today)
        found = self.whole.get(_folded(name), [])
        if born is not None:
            found = [one for one in found if self.birth_dates[one] == born.isoformat()]
        if len(found) != 1:
            reasons.append(_TWO if found else _NOBODY)
            return ""
        return found[0]

    def _mentors(self, row: PastedRow, class_name: str, reasons: list[str]) -> tuple[NewMentor, ...]:
        typed, mails = row.cells.get(Column.MENTOR, ""), row.cells.get(Column.MENTOR_MAIL, "")
        if not (typed.strip() or mails.strip()):
            typed = self.of_class.get(fold(class_name), "")
        if not (typed.strip() or mails.strip()):
            reasons.append(_NO_MENTOR if class_name else _NO_CLASS_NO_MENTOR)
            return ()
        try:
            return mentors_in(typed, mails, self.colleagues)
        except Invalid as error:
            reasons += error.fields.values()
            return ()


def _pieces(typed: str) -> list[str]:
    return [piece.strip() for piece in _BETWEEN.split(typed) if piece.strip()]


def _with_mail(typed: str, name: str) -> NewMentor:
    found, address = parseaddr(typed)
    try:
        return NewMentor(email=read_email(address or typed), name=name or found)
    except Invalid as error:
        raise Invalid(fields={"mentor": _MAIL}) from error


def _by_name(typed: str, colleagues: Sequence[Colleague]) -> NewMentor:
    wanted = fold(typed)
    found = [one for one in colleagues if fold(one.name) == wanted]
    found = found or [one for one in colleagues if _is_short_for(wanted.split(), fold(one.name).split())]
    emails = {one.email: one for one in found}
    if len(emails) != 1:
        raise Invalid(fields={"mentor": _TWO_MENTORS if emails else _UNKNOWN})
    one = next(iter(emails.values()))
    return NewMentor(email=one.email, name=one.name)


def _is_short_for(typed: list[str], name: list[str]) -> bool:
    """Whether somebody wrote only the last word of a name, or that behind a title or the right initial."""
    before = [word for word in typed[:-1] if word not in _TITLES]
    return typed[-1:] == name[-1:] and all(len(word) == 1 and name[0].startswith(word) for word in before)


def _folded(name: Mapping[str, Any]) -> str:
    return " ".join(fold(" ".join(str(name.get(part, "")) for part in ("first_name", "infix", "last_name"))).split())

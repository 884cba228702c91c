"""A pasted row beside the dossier that is there: what is still empty and can be filled, and what differs.

What differs is never changed by itself: somebody ticks it, having seen both. A tick carries a mark of what stood there,
so that what a colleague wrote meanwhile is not overwritten unseen.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from hashlib import sha256
from types import MappingProxyType
from typing import Any

from flask_babel import gettext as _

from handover.bundles.readiness import chosen
from handover.db.base import new_id
from handover.desk.paste import Column
from handover.desk.paste_details import LABELS
from handover.dossiers.content import Content, Parent
from handover.leavers.model import Application
from handover.terms.destination import Outcome
from handover.terms.folding import fold
from handover.terms.msgid import msgid
from handover.terms.parent import Custody
from handover.terms.schooladvies import LABELS as ADVICES
from handover.terms.schooladvies import Schooladvies
from handover.web.i18n import dag_en_jaar

PLACES: Mapping[Column, tuple[str, str]] = MappingProxyType(
    {
        Column.SEX: ("pupil", "sex"),
        Column.PUPIL_NUMBER: ("pupil", "pupil_number"),
        Column.SINCE: ("pupil", "since"),
        Column.PRELIMINARY: ("advice", "preliminary"),
        Column.PRELIMINARY_ON: ("advice", "preliminary_on"),
        Column.TEST_ADVICE: ("advice", "test_advice"),
        Column.TEST_NAME: ("advice", "test_name"),
        Column.TEST_ON: ("advice", "test_on"),
        Column.FINAL: ("advice", "final"),
        Column.FINAL_ON: ("advice", "final_on"),
    }
)
_GOES_WITH: Mapping[Column, Column] = MappingProxyType(
    {
        Column.PRELIMINARY_ON: Column.PRELIMINARY,
        Column.TEST_NAME: Column.TEST_ADVICE,
        Column.TEST_ON: Column.TEST_ADVICE,
        Column.FINAL_ON: Column.FINAL,
    }
)
"""A day is not put beside an advice that it is not the day of."""
PARENTS = (
    (Column.PARENT_1, Column.RELATION_1, Column.CUSTODY_1),
    (Column.PARENT_2, Column.RELATION_2, Column.CUSTODY_2),
)
_SEXES = {"m": "jongen", "v": "meisje", "x": "anders (x)"}
_CUSTODIES: Mapping[Custody, str] = MappingProxyType(
    {
        Custody.YES: msgid("heeft gezag"),
        Custody.NO: msgid("heeft geen gezag"),
        Custody.UNKNOWN: msgid("gezag niet bekend"),
    }
)


@dataclass(frozen=True, kw_only=True)
class Going:
    """Where the list says that a child applied."""

    brin: str
    school: str
    applied_on: date
    department_id: str | None = None
    department: str = ""


@dataclass(frozen=True, kw_only=True)
class Said:
    """All that a row says of a child, read."""

    values: Mapping[Column, Any] = field(default_factory=dict, repr=False)
    going: Going | None = None
    unread: frozenset[Column] = frozenset()
    """What the row says something of that could not be read."""


@dataclass(frozen=True, kw_only=True)
class Fill:
    """Something that is still empty, and what would stand there."""

    column: Column
    text: str = field(repr=False)

    @property
    def label(self) -> str:
        """What it is, for people."""
        return str(_(LABELS[self.column]))


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What stands there and what the list says. `mark` belongs to what stands there."""

    column: Column
    there: str = field(repr=False)
    pasted: str = field(repr=False)
    mark: str

    @property
    def label(self) -> str:
        """What it is, for people."""
        return str(_(LABELS[self.column]))

    @property
    def token(self) -> str:
        """What a tick sends, after the number of its line."""
        return f"{self.column.value}.{self.mark}"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A row beside a dossier."""

    fills: tuple[Fill, ...] = ()
    differs: tuple[Difference, ...] = ()
    refused_by: str = field(default="", repr=False)
    """The school that the row names, where it refused this child."""

    def chosen(self, tokens: Collection[str]) -> frozenset[Column]:
        """What is to be written: all that is empty, and what was ticked as it still stands."""
        ticked = {one.column for one in self.differs if one.token in tokens}
        return frozenset({one.column for one in self.fills} | ticked)


def compare(
    content: Content, applications: Sequence[Application], schools: Mapping[str, str], said: Said
) -> Comparison:
    """What the row would fill in, and where it says something else. `schools`: names by BRIN."""
    fills: list[Fill] = []
    differs: list[Difference] = []
    # Of what could not be read nobody knows whether it is what stands there.
    doubted = {one for one in said.unread & set(PLACES) if _there(content, one) not in ("", None)}
    for column in PLACES:
        there, pasted = _there(content, column), said.values.get(column)
        if pasted is None or there == pasted:
            continue
        beside = _GOES_WITH.get(column)
        if there in ("", None) and beside not in doubted and beside not in {one.column for one in differs}:
            fills.append(Fill(column=column, text=_words(pasted)))
        else:
            differs.append(_difference(column, _words(there), _words(pasted)))
    _compare_parents(content.parents, said, fills, differs)
    refused_by = _compare_going(applications, schools, said.going, fills, differs) if said.going else ""
    return Comparison(fills=tuple(fills), differs=tuple(differs), refused_by=refused_by)


def written(content: Content, said: Said, columns: Collection[Column]) -> Content:
    """The content with what these columns say."""
    for column, (part, name) in PLACES.items():
        if column in columns:
            content = content.with_section(part, {name: said.values[column]})
    meant = _meant(content.parents, said)
    for parent, relation, custody in PARENTS:
        name = said.values.get(parent, "")
        if not name:
            continue
        known = meant[parent]
        if known is None and parent in columns:
            made = Parent(
                id=new_id(),
                name=name,
                relation=said.values.get(relation, ""),
                custody=said.values.get(custody, Custody.UNKNOWN),
            )
            content = replace(content, parents=(*content.parents, made))
        elif known is not None:
            more = {
                field_: said.values[column]
                for field_, column in (("relation", relation), ("custody", custody))
                if column in columns
            }
            changed = replace(known, **more)
            content = replace(content, parents=tuple(changed if one is known else one for one in content.parents))
    return content


def _there(content: Content, column: Column) -> Any:
    part, name = PLACES[column]
    return getattr(getattr(content, part), name)


def _compare_parents(parents: Sequence[Parent], said: Said, fills: list[Fill], differs: list[Difference]) -> None:
    meant = _meant(parents, said)
    for parent, relation, custody in PARENTS:
        name = said.values.get(parent, "")
        if not name:
            continue
        pasted = (said.values.get(relation, ""), said.values.get(custody))
        known = meant[parent]
        if known is not None:
            _compare_relation(known.relation, pasted[0], relation, fills, differs)
            _compare_custody(known.custody, pasted[1], custody, fills, differs)
            continue
        text = ", ".join(part for part in (name, pasted[0], _custody(pasted[1] or Custody.UNKNOWN)) if part)
        if parents:
            # Nobody is put in another's place: what was recorded with a parent stays with that parent.
            there = ", ".join(one.name for one in parents)
            differs.append(_difference(parent, there, _("%(naam)s, erbij", naam=text)))
        else:
            fills.append(Fill(column=parent, text=text))


def _compare_relation(there: str, pasted: str, column: Column, fills: list[Fill], differs: list[Difference]) -> None:
    if pasted and not there:
        fills.append(Fill(column=column, text=pasted))
    elif pasted and fold(pasted) != fold(there):
        differs.append(_difference(column, there, pasted))


def _compare_custody(
    there: Custody, pasted: Custody | None, column: Column, fills: list[Fill], differs: list[Difference]
) -> None:
    if pasted is None or pasted is there:
        return
    if there is Custody.UNKNOWN:
        fills.append(Fill(column=column, text=_custody(pasted)))
    else:
        differs.append(_difference(column, _custody(there), _custody(pasted)))


def _compare_going(
    applications: Sequence[Application],
    schools: Mapping[str, str],
    going: Going,
    fills: list[Fill],
    differs: list[Difference],
) -> str:
    """What is to be said of the application. Gives the school's name where it refused the child."""
    there = next((one for one in applications if one.receiver_brin == going.brin), None)
    if there is not None and there.outcome is Outcome.REFUSED:
        return going.school
    text = _("%(school)s, aangemeld op %(dag)s", school=going.school, dag=dag_en_jaar(going.applied_on))
    if there is None or there.outcome is Outcome.WITHDRAWN:
        first = chosen(applications)
        if first is None and there is None:
            fills.append(Fill(column=Column.VO_SCHOOL, text=_with(text, going.department)))
        else:
            old = schools.get(first.receiver_brin, first.receiver_brin) if first else _("ingetrokken")
            differs.append(_difference(Column.VO_SCHOOL, old, _with(text, going.department)))
        return ""
    if there.applied_on != going.applied_on:
        differs.append(_difference(Column.APPLIED_ON, dag_en_jaar(there.applied_on), dag_en_jaar(going.applied_on)))
    if going.department_id and there.department_id is None:
        fills.append(Fill(column=Column.VO_DEPARTMENT, text=going.department))
    elif going.department_id and going.department_id != there.department_id:
        differs.append(_difference(Column.VO_DEPARTMENT, _("een andere afdeling"), going.department))
    return ""


def _with(text: str, department: str) -> str:
    return f"{text}, {department}" if department else text


def _difference(column: Column, there: str, pasted: str) -> Difference:
    mark = sha256(json.dumps([there, pasted]).encode()).hexdigest()[:16]
    return Difference(column=column, there=there, pasted=pasted, mark=mark)


def _meant(parents: Sequence[Parent], said: Said) -> Mapping[Column, Parent | None]:
    """Which parent of the dossier each column means. Two who are written alike (a last name alone) stay two."""
    meant: dict[Column, Parent | None] = {parent: None for parent, _relation, _custody_column in PARENTS}
    left = list(parents)
    # First who is of that name and is that to the child; then, of who is left, who is of that name.
    for is_exact in (True, False):
        for parent, relation, _custody_column in PARENTS:
            name, what = (fold(said.values.get(column, "")) for column in (parent, relation))
            if not name or meant[parent]:
                continue
            alike = (one for one in left if fold(one.name) == name and (not is_exact or fold(one.relation) == what))
            if found := next(alike, None):
                meant[parent] = found
                left.remove(found)
    return meant


def _custody(custody: Custody) -> str:
    return str(_(_CUSTODIES[custody]))


def _words(value: Any) -> str:
    """A value as people read it."""
    if isinstance(value, Schooladvies):
        return str(_(ADVICES[value]))
    if isinstance(value, date):
        return dag_en_jaar(value)
    if value in _SEXES:
        return str(_(_SEXES[value]))
    return "" if value is None else str(value)

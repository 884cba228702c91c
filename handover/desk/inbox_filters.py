"""The filters of the inbox on its page: marks to press, what to leave out when nothing is left, and what was kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _lp
from sqlalchemy import select

from handover.bundles.kept_filters import MOST, kept_filters
from handover.db.unit_of_work import UnitOfWork
from handover.desk.inbox import ME, NOBODY, Asked, Inbox, count_of, theirs
from handover.desk.inbox_address import asked_of_kept, inbox_href
from handover.desk.inbox_counts import Tab
from handover.desk.inbox_marks import LABELS, Mark, in_order
from handover.policy import Actor
from handover.schools.model import Department, Unit

TABS: Mapping[Tab, LazyString] = MappingProxyType(
    {
        Tab.NEW: _l("Nieuw"),
        Tab.RECEIVED: _l("Ontvangen"),
        Tab.CONFIRMED: _l("Bevestigd"),
        Tab.ENDED: _lp("postvak", "Terug"),
        Tab.ALL: _l("Alles"),
    }
)
_HANDLERS: Mapping[str, LazyString] = MappingProxyType(
    {ME: _lp("postvak", "doe ik"), NOBODY: _lp("postvak", "nog van niemand")}
)


@dataclass(frozen=True, kw_only=True)
class Chip:
    """Something to narrow the list to, or to leave out again."""

    word: str
    label: str
    count: int
    href: str
    is_on: bool = False


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A filter that was kept."""

    id: str
    label: str
    count: int
    href: str
    is_here: bool
    starts: bool


@dataclass(frozen=True, kw_only=True)
class Filters:
    """All that the page says of filters."""

    chips: Sequence[Chip]
    drops: Sequence[Chip] = ()
    """Where nothing is left: each part of the filter, and how much there would be without it."""
    kept: Sequence[Kept] = ()
    can_keep: bool = False
    is_full: bool = False


def filters_of(uow: UnitOfWork, actor: Actor, shown: Inbox, *, bij: str | None) -> Filters:
    """The filters beside this page of the inbox."""
    if not shown.is_whole:
        return Filters(chips=())
    unit_id, asked = shown.unit.unit_id, shown.asked
    kept = _kept(uow, actor, unit_id, asked, bij=bij)
    here = any(one.is_here for one in kept)
    drops = _drops(uow, actor, unit_id, asked, bij=bij) if not shown.page.rows and shown.found is None else []
    return Filters(
        chips=[_chip(mark, count, asked, bij) for mark, count in shown.marks.items()],
        drops=drops,
        kept=kept,
        can_keep=shown.found is None and asked.is_narrowed and not here and len(kept) < MOST,
        is_full=asked.is_narrowed and not here and len(kept) >= MOST,
    )


def start_of(uow: UnitOfWork, actor: Actor, unit_id: str) -> Asked | None:
    """What this person wants the inbox to begin with; None: nothing in particular."""
    rows = [row for row in kept_filters(uow, actor, unit_id) if row.starts]
    return theirs(actor, unit_id, asked_of_kept(rows[0])) if rows else None


def _chip(mark: Mark, count: int, asked: Asked, bij: str | None) -> Chip:
    return Chip(
        word=mark.value,
        label=str(LABELS[mark]),
        count=count,
        href=inbox_href(replace(asked, marks=asked.marks ^ {mark}), bij=bij),
        is_on=mark in asked.marks,
    )


def _drops(uow: UnitOfWork, actor: Actor, unit_id: str, asked: Asked, *, bij: str | None) -> list[Chip]:
    names = _names(uow, [asked])
    said = {"van": names.get(asked.school, _("deze school")), "afd": names.get(asked.department, _("deze afdeling"))}
    said |= {"wie": str(_HANDLERS.get(asked.handler, ""))} | {mark.value: str(LABELS[mark]) for mark in Mark}
    return [
        Chip(
            word=word,
            label=said[word],
            count=count_of(uow, actor, unit_id, less).total,
            href=inbox_href(less, bij=bij),
            is_on=True,
        )
        for word, less in asked.without()
    ]


def _kept(uow: UnitOfWork, actor: Actor, unit_id: str, asked: Asked, *, bij: str | None) -> list[Kept]:
    rows = [(row, theirs(actor, unit_id, asked_of_kept(row))) for row in kept_filters(uow, actor, unit_id)]
    names = _names(uow, [one for _row, one in rows])
    here = replace(asked, after=None, size=Asked.size)
    return [
        Kept(
            id=row.id,
            label=_label(one, names),
            count=count_of(uow, actor, unit_id, one).total,
            href=inbox_href(one, bij=bij),
            is_here=one == here,
            starts=row.starts,
        )
        for row, one in rows
    ]


def _label(asked: Asked, names: Mapping[str, str]) -> str:
    """Made of its parts, so that nobody types one: what somebody types may name a child."""
    said = [str(TABS[asked.tab]), names.get(asked.department, ""), names.get(asked.school, "")]
    said += [str(_HANDLERS.get(asked.handler, "")), *(str(LABELS[mark]) for mark in in_order(asked.marks))]
    return " · ".join(part for part in said if part)


def _names(uow: UnitOfWork, asked: Sequence[Asked]) -> dict[str, str]:
    """Of the schools and departments in these, by id."""
    schools = {one.school for one in asked if one.school}
    departments = {one.department for one in asked if one.department}
    queries = [select(Unit.id, Unit.name).where(Unit.id.in_(schools))] if schools else []
    queries += [select(Department.id, Department.name).where(Department.id.in_(departments))] if departments else []
    return {key: name for query in queries for key, name in uow.session.execute(query)}

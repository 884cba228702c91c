"""What a secondary school received, as its inbox shows it: whose turn each dossier is, longest waiting first.

Names are opened for the rows that are shown, in one go; a search opens those of the whole unit, compares and forgets.
Before a dossier is received its row says who it is about and from where, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from handover.bundles.handovers import subject_of_handover
from handover.bundles.mentor_model import Mentoring
from handover.bundles.model import Bundle, Handover
from handover.bundles.state import HandoverStatus
from handover.bundles.statements import unsigned
from handover.db.unit_of_work import UnitOfWork
from handover.desk.inbox_counts import STATUSES, Counts, Tab, counts
from handover.desk.inbox_marks import Mark, condition, in_order, marks_on
from handover.desk.inbox_rows import Row, make_rows
from handover.errors import Invalid, NotFound
from handover.policy import Action, Actor, Role, may
from handover.rooms.names import open_names
from handover.schools.model import Department, Unit
from handover.terms.folding import fold
from handover.web.pagination import Cursor, Page, page_of

READERS = (Role.INTAKE, Role.CARE, Role.VO_OFFICE, Role.MENTOR)
"""Who has an inbox."""
WHOLE_LIST = frozenset({Role.INTAKE, Role.CARE, Role.VO_OFFICE})
"""Who sees all of it; a mentor sees the own class."""
SEARCHED = 1000
"""Dossiers of a unit that a search opens at most, newest first; a large school receives 400 a year."""
ME, NOBODY = "ik", "niemand"
"""Whose dossiers are wanted: one's own, or those that nobody has yet."""
FOUND = 50
"""Rows that a search shows at most."""

_SINCE: Mapping[Tab, tuple[ColumnElement[datetime | None], bool]] = {
    Tab.NEW: (Handover.offered_at.expression, False),
    Tab.RECEIVED: (Handover.accepted_at.expression, False),
    Tab.CONFIRMED: (Handover.confirmed_at.expression, True),
    Tab.ENDED: (Handover.ended_at.expression, True),
    Tab.ALL: (Handover.offered_at.expression, True),
}
"""By which instant a tab is sorted, and whether the newest comes first: what waits has the oldest on top."""


@dataclass(frozen=True, kw_only=True)
class School:
    """A primary school that sent something, and how much of it stands on this tab."""

    unit_id: str
    name: str
    place: str
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Place:
    """A unit whose inbox somebody may open."""

    unit_id: str
    name: str
    place: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What part of the inbox is wanted."""

    tab: Tab = Tab.NEW
    school: str = ""
    handler: str = ""
    """`ME`, `NOBODY`, or empty: whoever it is."""
    department: str = ""
    marks: frozenset[Mark] = frozenset()
    after: Cursor | None = None
    size: int = 50

    @property
    def is_narrowed(self) -> bool:
        """Whether anything beside the step was chosen."""
        return bool(self.school or self.handler or self.department or self.marks)

    def without(self) -> list[tuple[str, Asked]]:
        """The same without each of what was chosen: which part was left out, and what is left."""
        found = [("van", replace(self, school=""))] if self.school else []
        found += [("wie", replace(self, handler=""))] if self.handler else []
        found += [("afd", replace(self, department=""))] if self.department else []
        return found + [(mark.value, replace(self, marks=self.marks - {mark})) for mark in in_order(self.marks)]


@dataclass(frozen=True, kw_only=True)
class Found:
    """How many dossiers a filter holds."""

    total: int
    by_mark: Mapping[Mark, int]
    """How many of them have each mark: what is left when it is chosen too."""


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """One page of it."""

    unit: Place
    roles: frozenset[Role]
    tab: Tab
    counts: Counts
    schools: Sequence[School]
    page: Page[Row]
    departments: Sequence[Department] = ()
    supplemented: int = 0
    """Confirmed dossiers of which something came after that nobody signed for."""
    asked: Asked
    """What was asked for."""
    marks: Mapping[Mark, int] = field(default_factory=dict)
    """What can be chosen on this step, and how many dossiers are left of those in view when it is."""
    total: int = 0
    """How many dossiers there are in view, on all pages."""
    found: int | None = None
    """How many a search found; None: nothing was searched for."""
    is_by_name: bool = False
    """Whether its rows stand in the order of the children's names, all on one page."""
    locked: bool = field(default=False)
    """Whether names stayed shut because this person lacks the key."""

    @property
    def is_whole(self) -> bool:
        """Whether they see all that the unit received, and not the own class only."""
        return bool(self.roles & WHOLE_LIST)

    @property
    def can_accept(self) -> bool:
        """Whether this person receives dossiers."""
        return Role.INTAKE in self.roles


def places(uow: UnitOfWork, actor: Actor) -> list[Place]:
    """The units whose inbox this actor may open, in order of membership.

    Raises:
        NotFound: there is none: this person works elsewhere.
    """
    ids = actor.units_as(*READERS)
    if not ids:
        raise NotFound
    units = {unit.id: unit for unit in uow.session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    return [Place(unit_id=one, name=units[one].name, place=units[one].place) for one in ids if one in units]


def open_inbox(uow: UnitOfWork, actor: Actor, unit_id: str, asked: Asked) -> Inbox:
    """One page of a unit's inbox.

    Raises:
        NotFound: it is not theirs to open.
        Invalid: a position that was never given out.
    """
    unit = _theirs(uow, actor, unit_id)
    asked = theirs(actor, unit_id, asked)
    rows: Sequence[Handover] = uow.session.scalars(_page(uow, actor, unit_id, asked)).all()
    own = frozenset({actor.person_id})  # `_page` gives a mentor the own class only
    rows = [row for row in rows if may(actor, Action.SEE_HANDOVER, subject_of_handover(row, None, mentors=own))]
    cut = page_of(rows, size=asked.size, position=lambda row: (_instant(row, asked.tab).isoformat(), row.id))
    names = open_names(uow, actor.keyring, unit_id, [row.id for row in cut.rows])
    shown = make_rows(uow, actor, unit_id, cut.rows, names, since={r.id: _instant(r, asked.tab) for r in cut.rows})
    return _inbox(uow, actor, unit, asked, Page(rows=shown, after=cut.after))


def search(uow: UnitOfWork, actor: Actor, unit_id: str, text: str, asked: Asked) -> Inbox:
    """What of a unit's inbox has all these words in name, reference or school; on all tabs, newest first.

    Raises:
        NotFound: it is not theirs to open.
    """
    unit = _theirs(uow, actor, unit_id)
    asked = replace(theirs(actor, unit_id, replace(asked, tab=Tab.ALL)), after=None)
    looked_at = _page(uow, actor, unit_id, replace(asked, size=SEARCHED - 1))
    # Of most of them only this much is looked at.
    rows = uow.session.execute(
        looked_at.with_only_columns(Handover.id, Handover.reference, Handover.sender_unit_id)
    ).all()
    names = open_names(uow, actor.keyring, unit_id, [row.id for row in rows])
    schools = _schools(uow, unit_id, Tab.ALL)
    folded = {one.unit_id: fold(f"{one.name} {one.place}") for one in schools}
    words = fold(text).split()
    hits = [
        handover_id
        for handover_id, reference, sender_id in rows
        if _has_all(words, names.about.get(handover_id, {}), reference, folded.get(sender_id, ""))
    ]
    first = _in_this_order(uow, hits[:FOUND])
    shown = make_rows(uow, actor, unit_id, first, names, since={r.id: _instant(r, Tab.ALL) for r in first})
    marks = _marks_of(uow, marks_on(Tab.ALL, actor.roles_at(unit_id)), hits)
    found = Found(total=len(hits), by_mark=marks)
    page = Page(rows=shown, after=None)
    return replace(_inbox(uow, actor, unit, asked, page, found=found, schools=schools), found=len(hits))


def _in_this_order(uow: UnitOfWork, handover_ids: Sequence[str]) -> list[Handover]:
    rows = {row.id: row for row in uow.session.scalars(select(Handover).where(Handover.id.in_(handover_ids)))}
    return [rows[handover_id] for handover_id in handover_ids]


def by_name(uow: UnitOfWork, actor: Actor, unit_id: str, asked: Asked) -> Inbox:
    """What a filter holds, by last name; all of it, as far as a search looks. Whose name does not open comes last.

    Raises:
        NotFound: it is not theirs to open.
    """
    unit = _theirs(uow, actor, unit_id)
    asked = replace(theirs(actor, unit_id, asked), after=None)
    rows = uow.session.scalars(_page(uow, actor, unit_id, replace(asked, size=SEARCHED - 1))).all()
    names = open_names(uow, actor.keyring, unit_id, [row.id for row in rows])
    ordered = sorted(rows, key=lambda row: _alphabetical(names.about.get(row.id)))
    since = {row.id: _instant(row, asked.tab) for row in ordered}
    shown = make_rows(uow, actor, unit_id, ordered, names, since=since)
    return replace(_inbox(uow, actor, unit, asked, Page(rows=shown, after=None)), is_by_name=True)


def _alphabetical(about: Mapping[str, Any] | None) -> tuple[bool, str, str]:
    if about is None:
        return (True, "", "")
    return (False, fold(str(about["last_name"])), fold(str(about["first_name"])))


def chosen_by(uow: UnitOfWork, actor: Actor, unit_id: str, asked: Asked, *, most: int) -> list[str]:
    """The ids of all that a filter holds, in the order of the page, and not only of one page of it.

    Raises:
        NotFound: it is not theirs to open.
    """
    _theirs(uow, actor, unit_id)
    asked = replace(theirs(actor, unit_id, asked), after=None, size=most - 1)
    rows = uow.session.scalars(_page(uow, actor, unit_id, asked)).all()
    return [row.id for row in rows]


def count_of(uow: UnitOfWork, actor: Actor, unit_id: str, asked: Asked) -> Found:
    """How many dossiers a filter holds, in one query over the rows of this unit."""
    asked = theirs(actor, unit_id, asked)
    marks = marks_on(asked.tab, actor.roles_at(unit_id))
    each = [func.sum(case((condition(uow, mark), 1), else_=0)) for mark in marks]
    held = select(func.count(), *each).select_from(Handover).where(*_holds(uow, actor, unit_id, asked))
    total, *counted = uow.session.execute(held).one()
    return Found(total=total, by_mark={mark: count or 0 for mark, count in zip(marks, counted, strict=True)})


def theirs(actor: Actor, unit_id: str, asked: Asked) -> Asked:
    """What of this filter this actor can ask for: a mentor the own class, and nobody by what they may not see."""
    roles = actor.roles_at(unit_id)
    if not _whole(actor, unit_id):
        return replace(asked, tab=Tab.CONFIRMED, marks=frozenset())
    return replace(asked, marks=asked.marks & set(marks_on(asked.tab, roles)))


def _marks_of(uow: UnitOfWork, marks: Sequence[Mark], handover_ids: Sequence[str]) -> dict[Mark, int]:
    if not marks:
        return {}
    each = [func.sum(case((condition(uow, mark), 1), else_=0)) for mark in marks]
    row = uow.session.execute(select(*each).select_from(Handover).where(Handover.id.in_(handover_ids))).one()
    return {mark: count or 0 for mark, count in zip(marks, row, strict=True)}


def _theirs(uow: UnitOfWork, actor: Actor, unit_id: str) -> Place:
    for place in places(uow, actor):
        if place.unit_id == unit_id:
            return place
    raise NotFound


def _whole(actor: Actor, unit_id: str) -> bool:
    return bool(actor.roles_at(unit_id) & WHOLE_LIST)


def _inbox(
    uow: UnitOfWork,
    actor: Actor,
    unit: Place,
    asked: Asked,
    page: Page[Row],
    *,
    found: Found | None = None,
    schools: Sequence[School] | None = None,
) -> Inbox:
    """The page around these rows. `found` and `schools` are what the caller knows of them already."""
    whole, tab, school = _whole(actor, unit.unit_id), asked.tab, asked.school
    schools = list(_schools(uow, unit.unit_id, tab) if schools is None else schools) if whole else []
    if school and school not in {one.unit_id for one in schools}:
        schools += [
            School(unit_id=row.id, name=row.name, place=row.place)
            for row in uow.session.scalars(select(Unit).where(Unit.id == school))
        ]
    found = found or count_of(uow, actor, unit.unit_id, asked)
    return Inbox(
        unit=unit,
        roles=actor.roles_at(unit.unit_id),
        tab=tab,
        asked=asked,
        counts=counts(uow, unit.unit_id) if whole else Counts(),
        schools=schools,
        page=page,
        departments=uow.session.scalars(
            select(Department).where(Department.unit_id == unit.unit_id).order_by(Department.name)
        ).all()
        if whole
        else (),
        supplemented=_supplemented(uow, unit.unit_id) if whole else 0,
        marks=found.by_mark if whole else {},
        total=found.total,
        locked=any(row.is_locked for row in page.rows),
    )


def _supplemented(uow: UnitOfWork, unit_id: str) -> int:
    later = (
        select(Handover.id)
        .join(Bundle, Bundle.handover_id == Handover.id)
        .where(Handover.receiver_unit_id == unit_id, Handover.status == HandoverStatus.CONFIRMED, Bundle.number > 1)
    )
    return len(unsigned(uow, uow.session.scalars(later.distinct()).all()))


def _page(uow: UnitOfWork, actor: Actor, unit_id: str, asked: Asked) -> Select[Handover]:
    since, newest_first = _SINCE[asked.tab]
    query = select(Handover).where(*_holds(uow, actor, unit_id, asked))
    if asked.after is not None:
        query = query.where(_beyond(since, asked.after, newest_first=newest_first))
    order = (since.desc(), Handover.id.desc()) if newest_first else (since, Handover.id)
    return query.order_by(*order).limit(asked.size + 1)


def _holds(uow: UnitOfWork, actor: Actor, unit_id: str, asked: Asked) -> list[ColumnElement[bool]]:
    """What a row must be for a filter to hold it."""
    found = [
        Handover.receiver_unit_id == unit_id,
        Handover.status.in_(STATUSES[asked.tab]),
        Handover.offered_at.is_not(None),
        *(condition(uow, mark) for mark in in_order(asked.marks)),
    ]
    if not _whole(actor, unit_id):
        found.append(Handover.id.in_(_own_class(actor)))
    if asked.school:
        found.append(Handover.sender_unit_id == asked.school)
    if asked.handler == ME:
        found.append(Handover.handler_id == actor.person_id)
    elif asked.handler == NOBODY:
        found.append(Handover.handler_id.is_(None))
    if asked.department:
        found.append(Handover.department_id == asked.department)
    return found


def _own_class(actor: Actor) -> Select[str]:
    return select(Mentoring.handover_id).where(Mentoring.person_id == actor.person_id, Mentoring.ended_at.is_(None))


def _beyond(since: ColumnElement[datetime | None], after: Cursor, *, newest_first: bool) -> ColumnElement[bool]:
    instant, last = _position(after)
    if newest_first:
        return or_(since < instant, and_(since == instant, Handover.id < last))
    return or_(since > instant, and_(since == instant, Handover.id > last))


def _position(after: Cursor) -> tuple[datetime, str]:
    msg = "not a position of this list"
    try:
        instant, last = datetime.fromisoformat(str(after[0])), str(after[1])
    except (ValueError, IndexError) as error:
        raise Invalid(msg, fields={"after": msg}) from error
    if instant.tzinfo is None:
        raise Invalid(msg, fields={"after": msg})
    return instant, last


def _instant(row: Handover, tab: Tab) -> datetime:
    wanted = {Tab.RECEIVED: row.accepted_at, Tab.CONFIRMED: row.confirmed_at, Tab.ENDED: row.ended_at}.get(tab)
    return wanted or row.offered_at or row.created_at


def _schools(uow: UnitOfWork, unit_id: str, tab: Tab) -> list[School]:
    rows = uow.session.execute(
        select(Unit.id, Unit.name, Unit.place, func.count())
        .join(Handover, Handover.sender_unit_id == Unit.id)
        .where(
            Handover.receiver_unit_id == unit_id,
            Handover.status.in_(STATUSES[tab]),
            Handover.offered_at.is_not(None),
        )
        .group_by(Unit.id, Unit.name, Unit.place)
        .order_by(Unit.name, Unit.place)
    )
    return [School(unit_id=key, name=name, place=place, count=count) for key, name, place, count in rows]


def _has_all(words: Sequence[str], about: Mapping[str, Any], reference: str, school: str) -> bool:
    said = (str(about.get(part, "")) for part in ("first_name", "infix", "last_name"))
    text = f"{fold(' '.join((*said, reference, reference.replace('-', ''))))} {school}"
    return all(word in text for word in words)

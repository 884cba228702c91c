"""A pasted class, row by row: whom each row means, what it would fill in, and filling it in.

New children come on the list first, all at once; then each dossier is filled in a unit of work of its own, its content
and its application together or not at all. Only what is empty is filled, so whoever was cut off presses again.
"""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy import or_, select

from handover.bundles.readiness import applications_of
from handover.db.unit_of_work import UnitOfWork
from handover.desk.class_comparing import Comparison, Going, Said, compare, written
from handover.desk.class_going import going_of, is_under_way, schools_of
from handover.desk.class_groups import GroupTab
from handover.desk.paste import Column, Pasted, PastedRow, Status
from handover.desk.paste_details import DETAILS, Details, Fault, read_details, what_m_is
from handover.dossiers.content import Content, Section
from handover.dossiers.drafts import editable, open_draft, save_within
from handover.dossiers.lock import AlreadySent
from handover.errors import Conflict, HandoverError, Unavailable
from handover.leavers.actions import add_leavers, subject_of
from handover.leavers.applications import put_first
from handover.leavers.model import Application, Leaver
from handover.leavers.naming import same_child
from handover.leavers.recording import apply_within, record_applied
from handover.policy import Action, Actor, Subject, may
from handover.rooms.batch import enter_rooms, read_records
from handover.rooms.names import open_names
from handover.rooms.records import Record
from handover.schools.model import Department, Location
from handover.schools.queries import search_locations, unit_of_location
from handover.services import Services
from handover.terms.brin import Brin6
from handover.terms.destination import LeaverEnd, Tlv
from handover.terms.folding import fold
from handover.terms.msgid import msgid
from handover.terms.school_kind import Side
from keys.errors import KeysError
from schemas.dossiers import ReportPartSchema

MOST = 300
"""Rows: the leavers of a large school, twice over."""
ROW_LENGTH = 600
"""Characters that a row may take, with all its columns."""
WITHIN = 3.0
AT_ONCE = 100
"""Seconds of filling in one request, and dossiers; what is not done by then is done in the next part."""
_TELLING = 4
"""Letters of a school's name that say which one is meant."""
_NO_DAY = msgid("Zonder aanmelddatum leggen wij de school niet vast. Zet de datum erbij.")
_NO_BRIN = msgid("Dit BRIN is niet van een open school voor voortgezet onderwijs. Het ziet eruit als 25FY00.")
_NO_SCHOOL = msgid("Bij deze naam vinden wij geen open school. Zet het BRIN erbij, of de plaats.")
_MORE_SCHOOLS = msgid("Bij deze naam passen meer scholen. Zet het BRIN erbij, of de plaats.")
_TLV = msgid("Voor deze school is een TLV nodig. Leg de aanmelding vast bij het kind zelf.")
_NO_DEPARTMENT = msgid("Deze afdeling kent de school hier niet. De aanmelding zelf gaat wel mee.")
_REFUSED = msgid("Deze school heeft het kind afgewezen. De aanmelding leggen wij niet opnieuw vast.")
_DAY_ALONE = msgid("Bij deze aanmelddatum staat geen school.")
_REPORT = ReportPartSchema()


class State(StrEnum):
    """What can become of a row."""

    NEW = "new"
    LISTED = "listed"  # and its dossier can be filled
    CHOOSE = "choose"  # more than one child of this name and birth date
    TWICE = "twice"  # more than one row
    SENT = "sent"
    ENDED = "ended"
    OTHERS = "others"  # on the list, and not this person's to fill
    CLOSED = "closed"  # the dossier does not open
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row, whom it means, and what it would do."""

    row: PastedRow
    state: State
    reference: str = ""
    comparison: Comparison = field(default_factory=Comparison)
    said: Said = field(default_factory=Said)
    faults: tuple[Fault, ...] = ()
    choices: tuple[str, ...] = ()
    """References of the children that it could mean."""

    @property
    def number(self) -> int:
        """As it stands in the text."""
        return self.row.line

    @property
    def can_fill(self) -> bool:
        """Whether its dossier would be looked at."""
        return self.state in {State.NEW, State.LISTED}


@dataclass(frozen=True, kw_only=True)
class Filled:
    """What became of one row."""

    count: int = 0
    differs: int = 0
    """What says something else and was left as it was."""
    problem: Problem | None = None


class Problem(StrEnum):
    """Why a dossier was not filled."""

    SENT = "sent"
    CHANGED = "changed"
    LATER = "later"  # there was no time left, or something that it needs is away
    REFUSED = "refused"


def has_details(read: Pasted) -> bool:
    """Whether the text has columns besides name and birth date."""
    return any(column in DETAILS for column in read.columns)


def may_fill(actor: Actor, group: GroupTab) -> bool:
    """Whether this person fills dossiers of this group; the administration knows names only."""
    return may(actor, Action.EDIT_DOSSIER, Subject(unit_id=group.unit_id, group_id=group.group_id))


def plan(
    services: Services, actor: Actor, group: GroupTab, read: Pasted, *, today: date, chose: Mapping[int, str]
) -> list[Line]:
    """What each row would do. `chose`: the reference that somebody chose for a row, by its number."""
    with services.uow() as uow:
        known = _known(uow, actor, group.unit_id)
        twice = Counter(same_child(row.name) for row in read.rows if row.name)
        m_is = what_m_is([row.cells.get(Column.SEX, "") for row in read.rows])
        schools = _Schools(uow, today)
        lines, used = [], Counter(chose.values())
        for row in read.rows:
            details = read_details(row.cells, today=today, m_is=m_is)
            said, faults = schools.said(details)
            matched = known.get(same_child(row.name), []) if row.name else []
            state, leaver, choices = _whom(actor, row, matched, twice, chose, used)
            if state is State.NEW and twice[same_child(row.name or {})] > 1:
                said = Said()  # of two rows with one name nobody knows yet whose this is
            lines.append((Line(row=row, state=state, said=said, faults=faults, choices=choices), leaver))
        return _compared(uow, actor, group.unit_id, lines)


def put_and_fill(
    services: Services,
    actor: Actor,
    group: GroupTab,
    read: Pasted,
    *,
    today: date,
    chose: Mapping[int, str],
    tokens: Mapping[int, Collection[str]],
    within: float = WITHIN,
) -> tuple[list[Line], dict[int, Filled], frozenset[int]]:
    """Put who is new on the list, all at once, then fill dossiers. Gives the rows, what became, who was new.

    What there is no time for (`within`, seconds from when all are on the list) is `LATER`: done by the same again.

    Killed in between, and done again, it completes: who is on the list by then is one whose dossier is filled.

    Raises:
        NotFound, NotAllowed, NoKey: no such group for this actor; nothing was done.
    """
    lines = plan(services, actor, group, read, today=today, chose=chose)
    new = {line.number: line.row.name for line in lines if line.state is State.NEW and line.row.name}
    if new:
        add_leavers(services, actor, group.key, list(new.values()))
        lines = plan(services, actor, group, read, today=today, chose=chose)
    return lines, fill(services, actor, lines, tokens, until=time.monotonic() + within), frozenset(new)


def fill(
    services: Services, actor: Actor, lines: Sequence[Line], tokens: Mapping[int, Collection[str]], *, until: float
) -> dict[int, Filled]:
    """Fill the dossiers of these rows, each by itself, until there is no time left (`until`, a monotonic second).

    `tokens`: what was ticked of what differs, by row.
    """
    became: dict[int, Filled] = {}
    tried = 0
    for line in lines:
        if line.state is not State.LISTED:
            continue
        wanted = line.comparison.chosen(tokens.get(line.number, ()))
        if not wanted:
            became[line.number] = Filled(differs=len(line.comparison.differs))
        elif tried >= AT_ONCE or time.monotonic() > until:
            became[line.number] = Filled(problem=Problem.LATER)
        else:
            tried += 1
            became[line.number] = _filled(services, actor, line, tokens.get(line.number, ()))
    return became


def _filled(services: Services, actor: Actor, line: Line, tokens: Collection[str]) -> Filled:
    try:
        return fill_one(services, actor, line.reference, line.said, tokens)
    except AlreadySent:
        return Filled(problem=Problem.SENT)
    except Conflict:
        return Filled(problem=Problem.CHANGED)
    except Unavailable:
        return Filled(problem=Problem.LATER)
    except (HandoverError, KeysError):
        return Filled(problem=Problem.REFUSED)


def fill_one(services: Services, actor: Actor, reference: str, said: Said, tokens: Collection[str]) -> Filled:
    """Write what a row says in one dossier: what is empty, and what was ticked; all of it or nothing.

    Raises:
        AlreadySent: it may not be changed any more.
        Conflict: a colleague saved it at the same moment.
        NotFound, NotAllowed, NoKey, Invalid, KeysError: not for this actor, or not so.
    """
    with services.uow() as uow:
        leaver = editable(uow, actor, reference)
        draft = open_draft(uow, actor, reference)
        applications = applications_of(uow, [leaver.id]).get(leaver.id, [])
        found = compare(draft.content, applications, _names(uow, applications), said)
        columns = found.chosen(tokens)
        content = written(draft.content, said, columns)
        if content != draft.content:
            section = Section.ADVICE if content.advice != draft.content.advice else Section.PUPIL
            save_within(uow, actor, reference, content, read=draft, has_opp=leaver.has_opp, section=section.value)
        if said.going and columns & {Column.VO_SCHOOL, Column.APPLIED_ON, Column.VO_DEPARTMENT}:
            _apply(uow, actor, leaver, said.going, columns, is_new=not applications)
        uow.commit()
        return Filled(count=len(columns), differs=sum(one.column not in columns for one in found.differs))


def _apply(
    uow: UnitOfWork, actor: Actor, leaver: Leaver, going: Going, columns: frozenset[Column], *, is_new: bool
) -> None:
    application = apply_within(uow, actor, leaver, brin6=going.brin, applied_on=going.applied_on, tlv=Tlv.NOT_NEEDED)
    if going.department_id and columns & {Column.VO_SCHOOL, Column.VO_DEPARTMENT}:
        application.department_id = going.department_id
    if Column.APPLIED_ON in columns:
        application.applied_on, application.made_by_announcement = going.applied_on, False
        record_applied(uow, actor, leaver, application)
    if Column.VO_SCHOOL in columns and not is_new:
        put_first(uow, application)


def _known(uow: UnitOfWork, actor: Actor, unit_id: str) -> dict[tuple[str, str], list[Leaver]]:
    """The leavers of a school by name and birth date; those entered by mistake do not count."""
    rows = uow.session.scalars(
        select(Leaver)
        .where(Leaver.unit_id == unit_id, or_(Leaver.ended_as.is_(None), Leaver.ended_as != LeaverEnd.MISTAKE))
        .order_by(Leaver.reference)
    ).all()
    names = open_names(uow, actor.keyring, unit_id, [row.id for row in rows]).about
    found: dict[tuple[str, str], list[Leaver]] = defaultdict(list)
    for row in rows:
        if row.id in names:
            found[same_child(names[row.id])].append(row)
    return found


def _whom(
    actor: Actor,
    row: PastedRow,
    matched: Sequence[Leaver],
    twice: Mapping[tuple[str, str], int],
    chose: Mapping[int, str],
    used: Mapping[str, int],
) -> tuple[State, Leaver | None, tuple[str, ...]]:
    """Whom a row means. Of equal names and birth dates nobody is meant until somebody says who."""
    if row.name is None:
        return State.REFUSED, None, ()
    rows_of_name = twice[same_child(row.name)]
    if not matched:
        return (State.NEW if rows_of_name == 1 or row.status is Status.GOOD else State.TWICE), None, ()
    # Who did groep 8 the year before stands on that year's list, too.
    matched = [one for one in matched if one.ended_as is None] or matched
    mine = [one for one in matched if may(actor, Action.EDIT_DOSSIER, subject_of(one))]
    if not mine:
        return State.OTHERS, None, ()
    if len(matched) == 1 and rows_of_name == 1:
        return State.LISTED, mine[0], ()
    choices = tuple(one.reference for one in mine)
    picked = next((one for one in mine if one.reference == chose.get(row.line)), None)
    if picked is None or used[picked.reference] > 1:
        return State.CHOOSE, None, choices
    return State.LISTED, picked, choices


def _compared(uow: UnitOfWork, actor: Actor, unit_id: str, lines: Sequence[tuple[Line, Leaver | None]]) -> list[Line]:
    """Each row beside the dossier that it means, opened for the whole class at once."""
    leavers = {leaver.id: leaver for _line, leaver in lines if leaver is not None}
    open_ones = [one for one in leavers.values() if one.ended_as is None]
    going = going_of(uow, [one.id for one in open_ones])
    drafts = [one for one in open_ones if not is_under_way(going.get(one.id))]
    rooms = enter_rooms(uow, actor.keyring, unit_id, {one.work_room_id: one.id for one in drafts})
    reports = read_records(uow, rooms.entered, "report")
    applications = applications_of(uow, [one.id for one in drafts])
    schools = _names(uow, [one for rows in applications.values() for one in rows])
    found = []
    for line, leaver in lines:
        if leaver is None:
            empty = compare(Content(), (), {}, line.said) if line.state is State.NEW else Comparison()
            found.append(_with(line, line.state, "", empty))
        elif leaver.ended_as is not None:
            found.append(_with(line, State.ENDED, leaver.reference, Comparison()))
        elif is_under_way(going.get(leaver.id)):
            found.append(_with(line, State.SENT, leaver.reference, Comparison()))
        else:
            content = _content(reports.get(leaver.work_room_id))
            if leaver.work_room_id in rooms.closed or content is None:
                found.append(_with(line, State.CLOSED, leaver.reference, Comparison()))
                continue
            beside = compare(content, applications.get(leaver.id, ()), schools, line.said)
            found.append(_with(line, State.LISTED, leaver.reference, beside))
    return found


def _with(line: Line, state: State, reference: str, comparison: Comparison) -> Line:
    faults = line.faults
    if comparison.refused_by:
        faults = (*faults, Fault(column=Column.VO_SCHOOL, typed=comparison.refused_by, reason=_REFUSED))
    return Line(
        row=line.row,
        state=state,
        reference=reference,
        comparison=comparison,
        said=line.said,
        faults=faults if state in {State.NEW, State.LISTED, State.CHOOSE} else (),
        choices=line.choices,
    )


def _content(record: Record | KeysError | None) -> Content | None:
    if isinstance(record, KeysError):
        return None
    return Content.from_parts(_REPORT.load(json.loads(record.data) if record else {}), {})


def _names(uow: UnitOfWork, applications: Sequence[Application]) -> dict[str, str]:
    found = schools_of(uow, {one.receiver_brin for one in applications})
    return {brin: f"{name}, {place}" for brin, (name, place) in found.items()}


def _is_brin(text: str) -> bool:
    try:
        Brin6.parse(text)
    except ValueError:
        return False
    return True


def _is_called(location: Location, name: str) -> bool:
    """Whether a search found this school by its name: by a place alone, or amid a word, any school may be found."""
    called, typed = fold(location.name).split(), fold(name).split()
    known = (*called, *fold(location.place).split())
    begins = all(any(word.startswith(one) for word in known) for one in typed)
    return begins and any(len(one) >= _TELLING and word.startswith(one) for one in typed for word in called)


class _Schools:
    """Finds the schools that rows name; many children of a class go to one."""

    def __init__(self, uow: UnitOfWork, today: date) -> None:
        self._uow, self._today = uow, today
        self._found: dict[tuple[str, str, str], tuple[Location | None, str]] = {}
        self._departments: dict[str, dict[str, Department]] = {}

    def said(self, details: Details) -> tuple[Said, tuple[Fault, ...]]:
        """What a row says, with the school looked up."""
        values = dict(details.values)
        brin, name, place = (values.get(one, "") for one in (Column.VO_BRIN, Column.VO_SCHOOL, Column.VO_PLACE))
        faults = list(details.faults)
        going = None
        column = Column.VO_BRIN if brin else Column.VO_SCHOOL
        if not brin and _is_brin(name):
            brin = name  # a column of schools may hold their numbers
        if brin or name:
            location, reason = self._location(brin, name, place)
            day_failed = any(fault.column is Column.APPLIED_ON for fault in faults)
            if location is None:
                faults.append(Fault(column=column, typed=brin or f"{name} {place}".strip(), reason=reason))
            elif location.kind.needs_tlv:
                faults.append(Fault(column=column, typed=brin or name, reason=_TLV))
            elif Column.APPLIED_ON not in values:
                if not day_failed:
                    faults.append(Fault(column=Column.APPLIED_ON, typed="", reason=_NO_DAY))
            else:
                going = self._going(location, values, faults)
        elif Column.APPLIED_ON in values:
            faults.append(Fault(column=Column.APPLIED_ON, typed="", reason=_DAY_ALONE))
        unread = frozenset(fault.column for fault in details.faults)
        return Said(values=values, going=going, unread=unread), tuple(faults)

    def _going(self, location: Location, values: Mapping[Column, object], faults: list[Fault]) -> Going:
        wanted = str(values.get(Column.VO_DEPARTMENT, ""))
        department = self._department(location.brin6, wanted) if wanted else None
        if wanted and department is None:
            faults.append(Fault(column=Column.VO_DEPARTMENT, typed=wanted, reason=_NO_DEPARTMENT))
        applied_on = values[Column.APPLIED_ON]
        return Going(
            brin=location.brin6,
            school=f"{location.name}, {location.place}",
            applied_on=applied_on if isinstance(applied_on, date) else self._today,
            department_id=department.id if department else None,
            department=department.name if department else "",
        )

    def _location(self, brin: str, name: str, place: str) -> tuple[Location | None, str]:
        asked = (brin, name, place)
        if asked not in self._found:
            self._found[asked] = self._by_brin(brin) if brin else self._by_name(name, place)
        return self._found[asked]

    def _by_brin(self, brin: str) -> tuple[Location | None, str]:
        try:
            location = self._uow.session.get(Location, str(Brin6.parse(brin)))
        except ValueError:
            return None, _NO_BRIN
        if location is None or location.closed_on is not None or location.kind.side is not Side.VO:
            return None, _NO_BRIN
        return location, ""

    def _by_name(self, name: str, place: str) -> tuple[Location | None, str]:
        found = search_locations(self._uow, f"{name} {place}", side=Side.VO, limit=2)
        if len(found) == 1 and _is_called(found[0], name):
            return found[0], ""
        return None, _MORE_SCHOOLS if len(found) > 1 else _NO_SCHOOL

    def _department(self, brin6: str, name: str) -> Department | None:
        if brin6 not in self._departments:
            unit_id = unit_of_location(self._uow, brin6)
            rows = self._uow.session.scalars(select(Department).where(Department.unit_id == unit_id))
            self._departments[brin6] = {fold(row.name): row for row in rows}
        return self._departments[brin6].get(fold(name))

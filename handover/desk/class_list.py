"""The list of leavers of a group, or of all groups of somebody: names, progress, whose turn, where they go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select

from handover.bundles.answering import ANSWERERS, questions
from handover.bundles.model import Handover
from handover.bundles.passing import arriving, on_two_lists, passages_of
from handover.bundles.readiness import Left, applications_of, chosen, left_of_class
from handover.bundles.state import HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.desk.class_going import going_of, is_under_way, schools_of
from handover.desk.class_groups import GroupTab, groups_of
from handover.desk.class_turn import STATIONS, Going, Progress, Situation, Turn, progress_of
from handover.dossiers.content import Name
from handover.dossiers.rules import Missing
from handover.errors import NotFound
from handover.leavers.actions import subject_of
from handover.leavers.model import Application, Leaver
from handover.policy import Action, Actor, may
from handover.rooms.names import open_names
from handover.schools.calendar import year_dates
from handover.schools.model import Location
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import LeaverEnd
from handover.terms.folding import fold
from handover.terms.schooljaar import Schooljaar, default_calendar
from schemas.dossiers import NameSchema

_NAME = NameSchema()
JUST = timedelta(hours=12)
"""How long something that was sent stands beside the list with a way back."""

_PARTS = frozenset({Missing.CAREER, Missing.RESULTS, Missing.LEARNING, Missing.BEHAVIOUR})


@dataclass(frozen=True, kw_only=True)
class Row:
    """One child on the list. Without `last` the name could not be opened: then the reference stands for it."""

    reference: str
    href: str
    first: str = field(repr=False)
    last: str = field(repr=False)
    """With its infix before it."""
    sort: tuple[str, str] = field(repr=False)
    progress: Progress
    school: str
    """With its town; empty where none is known."""
    is_at_two: bool = False
    """Then `school` names both, too long for one line."""
    missing: frozenset[Missing] = frozenset()
    """What is left to do in a dossier that this person fills in."""

    @property
    def stations(self) -> list[tuple[str, str]]:
        """What the macro `draad` takes; empty for who needs no handover."""
        return [(_(name), stand) for name, stand in zip(STATIONS, self.progress.stands, strict=False)]


@dataclass(frozen=True, kw_only=True)
class JustSent:
    """What went last, and can be taken back."""

    reference: str
    handover_id: str
    name: str = field(repr=False)
    school: str
    at: Any


@dataclass(frozen=True, kw_only=True)
class ClassPage:
    """The whole page."""

    tabs: tuple[GroupTab, ...]
    here: GroupTab | None
    """None: all groups together."""
    rows: tuple[Row, ...]
    total: int
    """Before searching."""
    searched: str = field(repr=False)
    lacks_key: bool
    refused: int
    """Names that were changed or exchanged."""
    asked: int
    moved: int
    """Announcements of secondary schools that this person must say something about."""
    just_sent: JustSent | None
    send_before: date | None
    days: tuple[tuple[date, str, bool], ...]
    without_contact: int = 0
    """Dossiers that name nobody to call."""
    only_in_pdf: int = 0
    """Dossiers with an OKR document, and parts of the report that are empty."""

    def of(self, turn: str) -> list[Row]:
        """The rows of one of the three parts."""
        return [row for row in self.rows if row.progress.turn == turn]

    @property
    def sums(self) -> list[tuple[int, str, str]]:
        """What the macro `balk` takes: confirmed, received, sent, not yet; who needs no handover does not count."""
        reached = [sum(1 for stand in row.progress.stands[2:] if stand == "done") for row in self.rows if row.stations]
        return [
            (reached.count(3), "confirmed", _("bevestigd")),
            (reached.count(2), "received", _("ontvangen")),
            (reached.count(1), "sent", _("verstuurd")),
            (reached.count(0), "rest", _("nog niet")),
        ]


def open_class(services: Services, actor: Actor, group_id: str | None, *, searched: str = "") -> ClassPage:
    """The list of one group, or of all groups of this person. `searched`: words that a name must hold.

    Raises:
        NotFound: no such group for this person.
    """
    with services.uow() as uow:
        today = local_day(uow.clock.now())
        tabs = groups_of(uow, actor, today)
        here = next((tab for tab in tabs if tab.key == group_id), None)
        if group_id is not None and here is None:
            raise NotFound
        shown = [here] if here else tabs
        rows, lacks, refused = _rows(services, uow, actor, shown)
        units = actor.units_as(*ANSWERERS)
        asked = sum(len(questions(uow, actor, one)) for one in units)
        moved = sum(len(arriving(uow, actor, one)) + len(on_two_lists(uow, actor, one)) for one in units)
        just = _just_sent(uow, actor, rows, [tab.unit_id for tab in shown])
        send_before = year_dates(uow, Schooljaar.of(today)).send_before
    words = fold(searched).split()
    found = [row for row in rows if all(word in " ".join(row.sort) for word in words)]
    return ClassPage(
        tabs=tuple(tabs),
        here=here,
        rows=tuple(sorted(found, key=lambda row: (list(Turn).index(row.progress.turn), row.sort))),
        total=len(rows),
        searched=searched,
        lacks_key=lacks,
        refused=refused,
        asked=asked,
        moved=moved,
        just_sent=just,
        send_before=send_before,
        days=_days(today),
        without_contact=sum(Missing.CONTACT in row.missing for row in rows),
        only_in_pdf=sum(bool(row.missing & _PARTS) and Missing.OKR_DOCUMENT not in row.missing for row in rows),
    )


def _rows(services: Services, uow: UnitOfWork, actor: Actor, tabs: Sequence[GroupTab]) -> tuple[list[Row], bool, int]:
    rows: list[Row] = []
    lacks, refused = False, 0
    for unit_id in dict.fromkeys(tab.unit_id for tab in tabs):
        groups = {tab.group_id: tab for tab in tabs if tab.unit_id == unit_id}
        leavers = [one for one in _leavers(uow, unit_id, groups) if may(actor, Action.SEE_LEAVER, subject_of(one))]
        names = open_names(uow, actor.keyring, unit_id, [leaver.id for leaver in leavers])
        refused += len(names.refused)
        lacks = lacks or len(names.about) + len(names.refused) < len(leavers)
        rows += _of_unit(services, uow, actor, unit_id, leavers, groups, names.about)
    return rows, lacks, refused


def _leavers(uow: UnitOfWork, unit_id: str, groups: Mapping[str | None, GroupTab]) -> list[Leaver]:
    """The leavers of these groups; who was entered by mistake is on no list."""
    ids = [group_id for group_id in groups if group_id is not None]
    without = [Leaver.group_id.is_(None)] if None in groups else []
    return list(
        uow.session.scalars(
            select(Leaver).where(
                Leaver.unit_id == unit_id,
                or_(Leaver.group_id.in_(ids), *without),
                Leaver.ended_as.is_distinct_from(LeaverEnd.MISTAKE),
            )
        )
    )


def _of_unit(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    unit_id: str,
    leavers: Sequence[Leaver],
    groups: Mapping[str | None, GroupTab],
    about: Mapping[str, dict[str, Any]],
) -> list[Row]:
    ids = [leaver.id for leaver in leavers]
    applications = applications_of(uow, ids)
    schools = schools_of(uow, {one.receiver_brin for rows in applications.values() for one in rows})
    going = going_of(uow, ids)
    reads = {one.id for one in leavers if may(actor, Action.READ_DOSSIER, subject_of(one))}
    drafts = [
        one for one in leavers if one.id in reads and one.ended_as is None and not is_under_way(going.get(one.id))
    ]
    left, passages = left_of_class(services, uow, actor, unit_id, drafts), passages_of(uow, ids)
    rows = []
    for leaver in leavers:
        application = chosen(applications.get(leaver.id, ()))
        tab = groups.get(leaver.group_id)
        situation = Situation(
            href=f"/leerling/{leaver.reference}",
            going=going.get(leaver.id),
            application_id=application.id if application else None,
            school=schools.get(application.receiver_brin, ("", ""))[0] if application else "",
            left=left.get(leaver.id, Left()) if leaver.id in reads else None,
            ended_as=leaver.ended_as,
            passage=passages.get(leaver.id),
            others=_("groep %(groep)s", groep=tab.name) if tab and tab.name else _("de intern begeleider"),
        )
        brins = [] if leaver.ended_as else _brins(going.get(leaver.id), application)
        there = [", ".join(part for part in schools.get(brin, ()) if part) for brin in brins]
        school = _(" en ").join(one for one in there if one)
        reads_it, is_at_two = leaver.id in reads, len(brins) > 1
        rows.append(_row(leaver, about.get(leaver.id), situation, school, reads=reads_it, is_at_two=is_at_two))
    return rows


def _row(
    leaver: Leaver,
    about: dict[str, Any] | None,
    situation: Situation,
    school: str,
    *,
    reads: bool,
    is_at_two: bool,
) -> Row:
    name = Name(**_NAME.load(about)) if about else None
    last = " ".join(part for part in (name.infix, name.last_name) if part) if name else ""
    return Row(
        reference=leaver.reference,
        href=situation.href if reads else f"{situation.href}/naam",
        first=name.first_name if name else "",
        last=last,
        sort=(fold(f"{name.last_name} {name.infix}"), fold(name.first_name)) if name else ("", leaver.reference),
        progress=progress_of(situation),
        school=school,
        is_at_two=is_at_two,
        missing=frozenset(todo.missing for todo in situation.left.todos) if situation.left else frozenset(),
    )


def _brins(going: Going | None, application: Application | None) -> list[str]:
    """Where it went, once or twice, or where it would go."""
    if going is not None and is_under_way(going):
        return [going.brin, *([going.beside.brin] if going.beside else [])]
    return [application.receiver_brin] if application else []


def _just_sent(uow: UnitOfWork, actor: Actor, rows: Sequence[Row], unit_ids: Sequence[str]) -> JustSent | None:
    by_reference = {row.reference: row for row in rows}
    found = uow.session.execute(
        select(Handover, Leaver, Location.name)
        .join(Leaver, Leaver.id == Handover.leaver_id)
        .join(Location, Location.brin6 == Handover.receiver_brin)
        .where(
            Handover.sender_unit_id.in_(unit_ids),
            Handover.status.in_((HandoverStatus.SEALING, HandoverStatus.OFFERED)),
            Handover.created_at > uow.clock.now() - JUST,
        )
        .order_by(Handover.created_at.desc())
    )
    for handover, leaver, school in found:
        row = by_reference.get(leaver.reference)
        if row is not None and may(actor, Action.WITHDRAW, subject_of(leaver)):
            name = f"{row.first} {row.last}".strip() or row.reference
            return JustSent(
                reference=row.reference, handover_id=handover.id, name=name, school=school, at=handover.created_at
            )
    return None


def _days(today: date) -> tuple[tuple[date, str, bool], ...]:
    """What is to come this school year, today among it."""
    year = default_calendar(Schooljaar.of(today))
    known = [
        (year.voorlopig_until, _("Voorlopig advies gegeven")),
        (year.definitief_by, _("Definitief advies gegeven")),
        (year.applications_until, _("Laatste dag van de aanmeldweek")),
        (year.conversations_from, _("Gesprekken met het VO beginnen")),
        (year.last_school_day, _("Laatste schooldag")),
    ]
    coming = sorted((day, text, False) for day, text in known if day > today)
    return ((today, _("Vandaag"), True), *coming[:3])

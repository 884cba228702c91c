"""What a secondary school still expects: children who applied there, and of whom no dossier has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select

from handover.bundles.announcing import STANDING, season_start
from handover.bundles.asked import Asked, newest_asked
from handover.bundles.model import Handover
from handover.bundles.readiness import has_card, takes_part
from handover.bundles.state import HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.desk.inbox_rows import ShownName, shown_name
from handover.leavers.model import Announcement, Application, Leaver
from handover.policy import Action, Actor, Role, Subject, may, require
from handover.rooms.model import Grant
from handover.rooms.names import Names, open_names
from handover.schools.model import Location, Unit, UnitLocation
from handover.schools.queries import units_of_locations
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Announced, LeaverEnd, Outcome
from handover.terms.schooldag import schooldagen_since
from keys.grant import GrantKind

SEES = (Role.INTAKE, Role.CARE, Role.VO_OFFICE)
"""Who sees what a school expects."""
_GONE = (HandoverStatus.WITHDRAWN, HandoverStatus.RELEASED, HandoverStatus.CLOSED)
"""After these the secondary school has no dossier, and expects one again."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """A child who was announced. Of the application: what the secondary school itself said, no more."""

    id: str
    about: Mapping[str, Any] | None = field(repr=False)
    """What the name grant says."""
    name: ShownName | None = field(repr=False)
    is_locked: bool
    is_damaged: bool
    school: str
    place: str
    brin: str
    state: Announced
    is_asked: bool
    """The primary school can read whom it is about."""
    can_ask: bool
    """It was not asked, and can be by now."""
    can_enter: bool
    """It can be recorded that its dossier came by another way: the child is known, or its school takes no part."""
    is_off: bool
    """The child is not on the primary school's list any more, or that school withdrew the application."""
    outcome: Outcome
    applied_on: date
    since: date
    waited: int
    """School days."""
    asked_outside: Asked | None
    """The last time that its dossier was asked for with a link and words."""
    can_ask_outside: bool
    """The primary school takes no part, and this person may ask it so."""


@dataclass(frozen=True, kw_only=True)
class Lapsed:
    """A child who was announced, and whom the primary school took off its list since."""

    id: str
    name: ShownName | None = field(repr=False)
    school: str
    place: str
    stays: bool
    """It does groep 8 once more; of other reasons nothing is told."""


@dataclass(frozen=True, kw_only=True)
class ExpectedList:
    """All that one secondary school expects, longest waiting first."""

    unit_id: str
    unit: str
    rows: Sequence[Expected]
    lapsed: Sequence[Lapsed]
    """What is expected no more, the newest first; the season over they go."""
    can_announce: bool
    can_ask_outside: bool

    @property
    def locked(self) -> bool:
        """Whether names stayed shut because this person lacks the key."""
        return any(row.is_locked for row in self.rows)


def expected(services: Services, uow: UnitOfWork, actor: Actor, unit_id: str) -> ExpectedList:
    """What this school expects.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    require(actor, Action.SEE_ANNOUNCED, Subject(unit_id=unit_id))
    found = uow.session.execute(
        _expected(uow, unit_id, Announcement, Application.outcome, Leaver.ended_as).order_by(
            Announcement.announced_at, Announcement.id
        )
    ).all()
    rows = [row for row, *_ in found]
    outside = may(actor, Action.ASK_OUTSIDE, Subject(unit_id=unit_id))
    names = open_names(uow, actor.keyring, unit_id, [row.id for row in rows])
    maker = _Maker(services, uow, rows, names, asks_outside=outside)
    return ExpectedList(
        unit_id=unit_id,
        unit=uow.session.get_one(Unit, unit_id).name,
        rows=[maker.make(row, outcome, is_off=ended is not None) for row, outcome, ended in found],
        lapsed=_lapsed(uow, actor, unit_id),
        can_announce=may(actor, Action.ANNOUNCE, Subject(unit_id=unit_id)),
        can_ask_outside=outside,
    )


def _lapsed(uow: UnitOfWork, actor: Actor, unit_id: str) -> list[Lapsed]:
    found = uow.session.execute(
        select(Announcement, Leaver.ended_as, Unit)
        .join(Leaver, Leaver.id == Announcement.leaver_id)
        .join(Unit, Unit.id == Leaver.unit_id)
        .where(
            Announcement.receiver_unit_id == unit_id,
            Announcement.state == Announced.LAPSED,
            Announcement.announced_at >= season_start(uow),
        )
        .order_by(Leaver.ended_on.desc(), Announcement.id)
    ).all()
    names = open_names(uow, actor.keyring, unit_id, [row.id for row, *_ in found]).about if found else {}
    return [
        Lapsed(
            id=row.id,
            name=shown_name(names[row.id]) if row.id in names else None,
            school=unit.name,
            place=unit.place,
            stays=ended is LeaverEnd.STAYS,
        )
        for row, ended, unit in found
    ]


def expected_count(uow: UnitOfWork, unit_id: str) -> int:
    """How many it expects; opens nothing."""
    return uow.session.scalar(_expected(uow, unit_id, func.count())) or 0


def locations_of(uow: UnitOfWork, unit_ids: Sequence[str]) -> list[Location]:
    """The open locations of these units, by place and name."""
    return list(
        uow.session.scalars(
            select(Location)
            .join(UnitLocation, UnitLocation.brin6 == Location.brin6)
            .where(UnitLocation.unit_id.in_(unit_ids), Location.closed_on.is_(None))
            .order_by(Location.place, Location.name, Location.brin6)
        )
    )


def _expected(uow: UnitOfWork, unit_id: str, *what: Any) -> Select[Any]:
    arrived = exists().where(
        Handover.application_id == Announcement.application_id,
        Handover.offered_at.is_not(None),
        or_(
            Handover.status.not_in((*_GONE, HandoverStatus.DESTROYED)),
            # What was destroyed after its term had come; what was destroyed after it had ended never stayed.
            and_(
                Handover.status == HandoverStatus.DESTROYED,
                Handover.confirmed_at.is_not(None),
                Handover.released_because.is_(None),
            ),
        ),
    )
    return (
        select(*what)
        .select_from(Announcement)
        .outerjoin(Application, Application.id == Announcement.application_id)
        .outerjoin(Leaver, Leaver.id == Announcement.leaver_id)
        .where(
            Announcement.receiver_unit_id == unit_id,
            Announcement.state.in_(STANDING | {Announced.UNKNOWN}),
            Announcement.announced_at >= season_start(uow),
            # What the primary school withdrew stays, for the secondary school to see and take back.
            or_(Announcement.application_id.is_(None), and_(Application.outcome != Outcome.REFUSED, ~arrived)),
        )
    )


class _Maker:
    """What the rows of one list have in common, asked once."""

    def __init__(
        self, services: Services, uow: UnitOfWork, rows: Sequence[Announcement], names: Names, *, asks_outside: bool
    ) -> None:
        self._services, self._uow, self._names, self._asks_outside = services, uow, names, asks_outside
        self._today = local_day(uow.clock.now())
        self._units = {one.id: one for one in _all(uow, Unit, Unit.id, {row.sender_unit_id for row in rows})}
        brins = {row.sender_brin for row in rows}
        self._locations = {one.brin6: one for one in _all(uow, Location, Location.brin6, brins)}
        given = select(Grant.subject, Grant.unit_id).where(
            Grant.kind == GrantKind.NAME, Grant.subject.in_([row.id for row in rows])
        )
        self._asked = {(subject, unit_id) for subject, unit_id in uow.session.execute(given)}
        self._outside = newest_asked(uow, [row.id for row in rows])
        self._serves = units_of_locations(uow, {brin6 for brin6 in brins if brin6})
        self._part: dict[str | None, bool] = {}
        self._ready: dict[str | None, bool] = {}

    def make(self, row: Announcement, outcome: Outcome | None, *, is_off: bool) -> Expected:
        about = self._names.about.get(row.id)
        place: Mapping[str, str] = self._school(row)
        asked = row.sender_unit_id is not None and (row.id, row.sender_unit_id) in self._asked
        since = local_day(row.announced_at)
        return Expected(
            id=row.id,
            about=about,
            name=shown_name(about) if about is not None else None,
            is_locked=about is None and row.id not in self._names.refused,
            is_damaged=row.id in self._names.refused,
            school=place["name"],
            place=place["place"],
            brin=row.sender_brin or "",
            state=row.state,
            is_asked=asked,
            can_ask=row.state in STANDING and not asked and self._can_be_asked(row),
            can_enter=not is_off and outcome is not Outcome.WITHDRAWN and self._can_be_entered(row),
            is_off=is_off or outcome is Outcome.WITHDRAWN,
            outcome=outcome or row.outcome,
            applied_on=row.applied_on,
            since=since,
            waited=schooldagen_since(since, self._today),
            asked_outside=self._outside.get(row.id),
            can_ask_outside=self._asks_outside and row.state is Announced.ASKED and not self._takes_part(row),
        )

    def _school(self, row: Announcement) -> dict[str, str]:
        found = self._units.get(row.sender_unit_id or "") or self._locations[row.sender_brin or ""]
        return {"name": found.name, "place": found.place}

    def _can_be_entered(self, row: Announcement) -> bool:
        if row.leaver_id is not None:
            return row.state is not Announced.BY_CODE
        return row.state is Announced.ASKED and row.sender_brin not in self._serves

    def _primary(self, row: Announcement) -> str | None:
        """The unit of the primary school, also where it came to take part after the announcement."""
        return row.sender_unit_id or self._serves.get(row.sender_brin or "")

    def _takes_part(self, row: Announcement) -> bool:
        unit_id = self._primary(row)
        if unit_id not in self._part:
            self._part[unit_id] = takes_part(self._uow, unit_id)
        return self._part[unit_id]

    def _can_be_asked(self, row: Announcement) -> bool:
        unit_id = self._primary(row)
        if unit_id not in self._ready:
            self._ready[unit_id] = has_card(self._services, self._uow, unit_id)
        return self._ready[unit_id]


def _all(uow: UnitOfWork, kind: type[Any], key: Any, wanted: set[str | None]) -> Sequence[Any]:
    return uow.session.scalars(select(kind).where(key.in_([one for one in wanted if one]))).all()

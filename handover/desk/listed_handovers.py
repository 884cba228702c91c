"""Handovers as the API shows them: a page of what was sent and received, or one with what is left to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select

from handover.bundles.handovers import subject_of_handover
from handover.bundles.mentor_model import Mentoring
from handover.bundles.mentors import standing
from handover.bundles.model import Handover
from handover.bundles.receiving import confirm_facts
from handover.bundles.rules import Reason, unmet
from handover.bundles.sides import stand
from handover.bundles.state import HandoverAction, HandoverStatus, Origin, Side, possible
from handover.db.unit_of_work import UnitOfWork
from handover.desk.listed_leavers import read_about
from handover.desk.page_cursor import after, position
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, Role, Subject, may
from handover.rooms.names import open_names
from handover.schools.model import Location, Unit, UnitLocation
from handover.web.pagination import Page, page_of

_ASKS: Mapping[HandoverAction, Action] = MappingProxyType(
    {
        HandoverAction.ACCEPT: Action.ACCEPT,
        HandoverAction.DECLINE: Action.DECLINE,
        HandoverAction.WITHDRAW: Action.WITHDRAW,
        HandoverAction.CONFIRM: Action.CONFIRM,
        HandoverAction.TAKE_BACK: Action.WITHDRAW,
        HandoverAction.CONFIRM_BY_TELEPHONE: Action.CONFIRM_BY_TELEPHONE,
        HandoverAction.SUPPLEMENT: Action.SUPPLEMENT,
        HandoverAction.ACKNOWLEDGE: Action.ACKNOWLEDGE,
        HandoverAction.RELOCATE: Action.PLACE,
        HandoverAction.REOPEN: Action.REOPEN,
        HandoverAction.RELEASE: Action.RELEASE,
    }
)
_NOT_OF: Mapping[Origin, frozenset[HandoverAction]] = MappingProxyType(
    {
        Origin.SEALED: frozenset({HandoverAction.TAKE_BACK}),
        Origin.ASKED: frozenset({HandoverAction.TAKE_BACK}),
        Origin.OUTSIDE: frozenset({HandoverAction.ACKNOWLEDGE}),
        Origin.ENTERED: frozenset({HandoverAction.ACKNOWLEDGE, HandoverAction.TAKE_BACK}),
    }
)
"""What is never done to a handover of that origin, though the table of its life has it."""


@dataclass(frozen=True, kw_only=True)
class Party:
    """One of the two schools."""

    unit_id: str
    name: str
    place: str
    brin: str


@dataclass(frozen=True, kw_only=True)
class Conversation:
    """Whether one was asked for, and what became of it."""

    asked: bool
    held_on: date | None
    waived: bool


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One handover, for one of its two schools."""

    id: str
    reference: str
    side: str
    status: HandoverStatus
    origin: Origin
    version: int
    name: Mapping[str, Any] | None = field(repr=False)
    sender: Party
    receiver: Party
    has_care: bool | None
    has_opp: bool | None
    conversation: Conversation | None
    """These three are None for who may not read what was sent (now): they say something of it."""
    sent_at: datetime
    offered_at: datetime | None
    accepted_at: datetime | None
    confirmed_at: datetime | None
    ended_at: datetime | None
    possible: Sequence[str]
    left: Sequence[Reason] | None = None
    """What stands in the way of confirming; None where that is not the reader's question (yet)."""


def handovers_of(
    uow: UnitOfWork, actor: Actor, *, status: str | None, side: str | None, cursor: str | None, size: int
) -> Page[Listed]:
    """A page of the handovers that this actor may know of, the last sent first.

    Raises:
        Invalid: a cursor that we never gave out.
    """
    sides = {"sender": _sent(actor), "receiver": _received(actor)}
    query = select(Handover).join(Leaver, Leaver.id == Handover.leaver_id)
    query = query.where(sides[side] if side else or_(*sides.values()))
    if status is not None:
        query = query.where(Handover.status == HandoverStatus(status))
    rows = uow.session.scalars(after(query, cursor, at=Handover.created_at, key=Handover.id, size=size)).all()
    page = page_of(rows, size=size, position=lambda row: position(row.created_at, row.id))
    return Page(rows=_listed(uow, actor, page.rows), after=page.after)


def handover_with_work(uow: UnitOfWork, actor: Actor, handover_id: str) -> Listed:
    """One handover.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    at = stand(uow, actor, handover_id, Action.SEE_HANDOVER)
    listed = _listed(uow, actor, [at.handover])[0]
    if at.is_sender or at.handover.status is not HandoverStatus.ACCEPTED:
        return listed
    return replace(listed, left=unmet(confirm_facts(uow, at.handover)))


def _sent(actor: Actor) -> ColumnElement[bool]:
    schools = actor.units_as(Role.IB, Role.PO_ADMIN)
    groups = [group for held in actor.memberships if held.role is Role.TEACHER for group in held.groups]
    wanted: list[ColumnElement[bool]] = [false()]
    if schools:
        wanted.append(Handover.sender_unit_id.in_(schools))
    if groups:
        teaching = actor.units_as(Role.TEACHER)
        wanted.append(and_(Handover.sender_unit_id.in_(teaching), Leaver.group_id.in_(groups)))
    return or_(*wanted)


def _received(actor: Actor) -> ColumnElement[bool]:
    schools, own_class = actor.units_as(Role.INTAKE, Role.CARE, Role.VO_OFFICE), actor.units_as(Role.MENTOR)
    wanted: list[ColumnElement[bool]] = [false()]
    if schools:
        wanted.append(and_(Handover.receiver_unit_id.in_(schools), Handover.offered_at.is_not(None)))
    if own_class:
        named = select(Mentoring.handover_id).where(
            Mentoring.person_id == actor.person_id,
            Mentoring.unit_id.in_(own_class),
            Mentoring.ended_at.is_(None),
        )
        wanted.append(and_(Handover.id.in_(named), Handover.status == HandoverStatus.CONFIRMED))
    return or_(*wanted)


def _listed(uow: UnitOfWork, actor: Actor, rows: Sequence[Handover]) -> list[Listed]:
    subjects = _subjects(uow, rows)
    receives = {row.id: _is_receiver(actor, subjects[row.id]) for row in rows}
    readable = {row.id for row in rows if may(actor, Action.READ_HANDOVER, subjects[row.id])}
    about = _names(uow, actor, rows, receives)
    senders, receivers = _senders(uow, rows), _receivers(uow, rows)
    return [
        Listed(
            id=row.id,
            reference=row.reference,
            side="receiver" if receives[row.id] else "sender",
            status=row.status,
            origin=row.origin,
            version=row.version,
            name=read_about(about.get(row.id)),
            sender=senders[row.sender_unit_id],
            receiver=receivers[row.receiver_brin, row.receiver_unit_id],
            has_care=row.has_care if row.id in readable else None,
            has_opp=row.has_opp if row.id in readable else None,
            conversation=_conversation(row) if row.id in readable else None,
            sent_at=row.created_at,
            offered_at=row.offered_at,
            accepted_at=row.accepted_at,
            confirmed_at=row.confirmed_at,
            ended_at=row.ended_at,
            possible=_possible(actor, row, subjects[row.id], receiver=receives[row.id]),
        )
        for row in rows
    ]


def _conversation(row: Handover) -> Conversation:
    return Conversation(asked=row.conversation_asked, held_on=row.conversation_held_on, waived=row.conversation_waived)


def _subjects(uow: UnitOfWork, rows: Sequence[Handover]) -> dict[str, Subject]:
    leavers = {row.leaver_id for row in rows}
    rows_of = uow.session.execute(select(Leaver.id, Leaver.group_id).where(Leaver.id.in_(leavers)))
    groups = {key: group for key, group in rows_of}  # noqa: C416  # a Row is a pair only to those who run it
    mentors: dict[str, set[str]] = {}
    for mentoring in standing(uow, [row.id for row in rows if row.status is HandoverStatus.CONFIRMED]):
        if mentoring.person_id is not None:
            mentors.setdefault(mentoring.handover_id, set()).add(mentoring.person_id)
    return {
        row.id: subject_of_handover(row, groups.get(row.leaver_id), mentors=frozenset(mentors.get(row.id, ())))
        for row in rows
    }


def _is_receiver(actor: Actor, subject: Subject) -> bool:
    return may(actor, Action.SEE_HANDOVER, replace(subject, unit_id=None))


def _names(
    uow: UnitOfWork, actor: Actor, rows: Sequence[Handover], receives: Mapping[str, bool]
) -> dict[str, Mapping[str, Any]]:
    """Names by handover: the receiver's grants are about the handover, the sender's about the leaver."""
    about: dict[str, Mapping[str, Any]] = {}
    wanted: dict[str, dict[str, str]] = {}
    for row in rows:
        unit_id, subject = (row.receiver_unit_id, row.id) if receives[row.id] else (row.sender_unit_id, row.leaver_id)
        wanted.setdefault(unit_id, {})[row.id] = subject
    for unit_id, subjects in wanted.items():
        opened = open_names(uow, actor.keyring, unit_id, list(subjects.values())).about
        about |= {key: opened[subject] for key, subject in subjects.items() if subject in opened}
    return about


def _senders(uow: UnitOfWork, rows: Sequence[Handover]) -> dict[str, Party]:
    ids = {row.sender_unit_id for row in rows}
    places = uow.session.execute(
        select(UnitLocation.unit_id, UnitLocation.brin6)
        .where(UnitLocation.unit_id.in_(ids))
        .order_by(UnitLocation.brin6.desc())
    )
    brins = {key: brin for key, brin in places}  # noqa: C416  # the lowest one stays
    units = uow.session.scalars(select(Unit).where(Unit.id.in_(ids)))
    return {
        unit.id: Party(unit_id=unit.id, name=unit.name, place=unit.place, brin=brins.get(unit.id, "")) for unit in units
    }


def _receivers(uow: UnitOfWork, rows: Sequence[Handover]) -> dict[tuple[str, str], Party]:
    """By BRIN and unit: a school is shown as the location at which the child applied."""
    brins = {row.receiver_brin for row in rows}
    locations = {row.brin6: row for row in uow.session.scalars(select(Location).where(Location.brin6.in_(brins)))}
    return {
        (row.receiver_brin, row.receiver_unit_id): Party(
            unit_id=row.receiver_unit_id,
            name=locations[row.receiver_brin].name,
            place=locations[row.receiver_brin].place,
            brin=row.receiver_brin,
        )
        for row in rows
    }


def _possible(actor: Actor, row: Handover, subject: Subject, *, receiver: bool) -> list[str]:
    side = Side.RECEIVER if receiver else Side.SENDER
    never = _NOT_OF[row.origin]
    return [
        action.value
        for action in possible(row.status, side)
        if action in _ASKS and action not in never and may(actor, _ASKS[action], subject)
    ]

"""Leavers as the API shows them: a page of a school's list, or one with what is left to do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext
from sqlalchemy import ColumnElement, and_, false, or_, select

from handover.bundles.model import Handover
from handover.bundles.sending import left_to_do
from handover.db.unit_of_work import UnitOfWork
from handover.desk.page_cursor import after, position
from handover.desk.sent import School, destination, foremost
from handover.dossiers.labels import MISSING
from handover.dossiers.rules import ToDo
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, Role, may, require
from handover.rooms.names import open_names
from handover.schools.model import Group
from handover.services import Services
from handover.terms.destination import LeaverEnd
from handover.web.pagination import Page, page_of
from schemas.dossiers import NameSchema


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One leaver."""

    reference: str
    aanmeldcode: str
    name: Mapping[str, Any] | None = field(repr=False)
    group_id: str | None
    group: str
    school_year: str
    has_opp: bool | None
    """None for who may not read the dossier."""
    ended_as: LeaverEnd | None
    handover: Mapping[str, str] | None


@dataclass(frozen=True, kw_only=True)
class Detailed(Listed):
    """One leaver with where it goes, and what is left (None for who may not read the dossier)."""

    content_version: int
    destination: School | None
    to_do: Sequence[Mapping[str, str]] | None


def leavers_of(uow: UnitOfWork, actor: Actor, *, group_id: str | None, cursor: str | None, size: int) -> Page[Listed]:
    """A page of the leavers whose names this actor may see, the last added first.

    Raises:
        Invalid: a cursor that we never gave out.
    """
    query = select(Leaver).where(_theirs(actor))
    if group_id is not None:
        query = query.where(Leaver.group_id == group_id)
    rows = uow.session.scalars(after(query, cursor, at=Leaver.created_at, key=Leaver.id, size=size)).all()
    page = page_of(rows, size=size, position=lambda row: position(row.created_at, row.id))
    return Page(rows=_listed(uow, actor, page.rows), after=page.after)


def leaver_with_work(services: Services, uow: UnitOfWork, actor: Actor, reference: str) -> Detailed:
    """One leaver.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor.
    """
    leaver = leaver_of(uow, reference)
    require(actor, Action.SEE_LEAVER, subject_of(leaver))
    readable = may(actor, Action.READ_DOSSIER, subject_of(leaver))
    left = left_to_do(services, uow, actor, reference) if readable else None
    listed = _listed(uow, actor, [leaver])[0]
    return Detailed(
        **{name: getattr(listed, name) for name in Listed.__dataclass_fields__},
        content_version=leaver.content_version,
        destination=destination(uow, leaver.id),
        to_do=None if left is None else [told(todo) for todo in left],
    )


def told(todo: ToDo) -> dict[str, str]:
    """One thing that is left, with its sentence."""
    return {
        "section": todo.section.value,
        "missing": todo.missing.value,
        "about": todo.about,
        "text": gettext(MISSING[todo.missing], wie=todo.about) if todo.about else gettext(MISSING[todo.missing]),
    }


def read_about(about: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """A name as it was sealed, with its birth date as a day."""
    if about is None:
        return None
    read: Mapping[str, Any] = NameSchema().load(about)
    return read


def _theirs(actor: Actor) -> ColumnElement[bool]:
    """The leavers of the actor's schools; a teacher's are those of their groups."""
    schools = actor.units_as(Role.IB, Role.PO_ADMIN)
    groups = [group for held in actor.memberships if held.role is Role.TEACHER for group in held.groups]
    teaching = actor.units_as(Role.TEACHER)
    wanted: list[ColumnElement[bool]] = [false()]
    if schools:
        wanted.append(Leaver.unit_id.in_(schools))
    if groups:
        wanted.append(and_(Leaver.unit_id.in_(teaching), Leaver.group_id.in_(groups)))
    return or_(*wanted)


def _listed(uow: UnitOfWork, actor: Actor, rows: Sequence[Leaver]) -> list[Listed]:
    about: dict[str, Mapping[str, Any]] = {}
    for unit_id in {row.unit_id for row in rows}:
        ids = [row.id for row in rows if row.unit_id == unit_id]
        about |= open_names(uow, actor.keyring, unit_id, ids).about
    groups = {
        group.id: group.name
        for group in uow.session.scalars(select(Group).where(Group.id.in_({row.group_id for row in rows})))
    }
    newest = _newest(uow, [row.id for row in rows])
    return [
        Listed(
            reference=row.reference,
            aanmeldcode=row.aanmeldcode,
            name=read_about(about.get(row.id)),
            group_id=row.group_id,
            group=groups.get(row.group_id or "", ""),
            school_year=row.school_year,
            has_opp=row.has_opp if may(actor, Action.READ_DOSSIER, subject_of(row)) else None,
            ended_as=row.ended_as,
            handover=newest.get(row.id),
        )
        for row in rows
    ]


def _newest(uow: UnitOfWork, leaver_ids: Sequence[str]) -> dict[str, Mapping[str, str]]:
    rows = uow.session.scalars(
        select(Handover).where(Handover.leaver_id.in_(leaver_ids)).order_by(Handover.created_at, Handover.id)
    )
    of: dict[str, list[Handover]] = defaultdict(list)
    for row in rows:
        of[row.leaver_id].append(row)
    counts = {leaver_id: foremost(handovers) for leaver_id, handovers in of.items()}
    return {leaver_id: {"id": one.id, "status": one.status.value} for leaver_id, one in counts.items()}

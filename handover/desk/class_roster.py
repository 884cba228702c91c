"""Who is on the list of a group, for those who add children, correct a name or take somebody off."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select

from handover.bundles.model import Handover
from handover.db.unit_of_work import UnitOfWork
from handover.desk.class_groups import GroupTab, groups_of
from handover.desk.sent import ON_ITS_WAY
from handover.dossiers.content import Name
from handover.errors import NotFound
from handover.leavers.actions import children_listed, leaver_of, subject_of
from handover.leavers.again import doublers
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, may, require
from handover.rooms.errors import NoKey
from handover.rooms.names import open_names, read_names
from handover.schools.model import Group
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import LeaverEnd
from schemas.dossiers import NameSchema


@dataclass(frozen=True, kw_only=True)
class Listed:
    """One child as the list of names has it; without a name where it does not open."""

    reference: str
    name: Name | None = field(repr=False)
    group_key: str
    ended_as: LeaverEnd | None
    is_sent: bool
    """A dossier of theirs is under way or has arrived."""

    @property
    def href(self) -> str:
        """The address of the dossier's own page."""
        return f"/leerling/{self.reference}"


@dataclass(frozen=True, kw_only=True)
class Roster:
    """A group and who is on its list, by last name; those who are off it come last."""

    group: GroupTab
    children: tuple[Listed, ...]
    doublers: tuple[Listed, ...] = ()
    """Who stayed in groep 8 the year before and can be put on this list by one press."""


def open_roster(services: Services, actor: Actor, group_key: str) -> Roster:
    """The names of a group.

    Raises:
        NotFound: no such group for this person.
    """
    with services.uow() as uow:
        group = group_tab(uow, actor, group_key)
        there = Leaver.group_id.is_(None) if group.group_id is None else Leaver.group_id == group.group_id
        rows = uow.session.scalars(select(Leaver).where(Leaver.unit_id == group.unit_id, there)).all()
        rows = [row for row in rows if may(actor, Action.RENAME_LEAVER, subject_of(row))]
        names = open_names(uow, actor.keyring, group.unit_id, [row.id for row in rows]).about
        sent = _sent(uow, [row.id for row in rows])
        again = _doublers(uow, actor, group)
        found = [
            Listed(
                reference=row.reference,
                name=Name(**NameSchema().load(names[row.id])) if row.id in names else None,
                group_key=group.key,
                ended_as=row.ended_as,
                is_sent=row.id in sent,
            )
            for row in rows
        ]
    ordered = sorted(found, key=lambda one: (one.ended_as is not None, one.name.sort_key if one.name else ("", "")))
    return Roster(group=group, children=tuple(ordered), doublers=again)


def _doublers(uow: UnitOfWork, actor: Actor, tab: GroupTab) -> tuple[Listed, ...]:
    if tab.group_id is None:
        return ()
    group = uow.session.get_one(Group, tab.group_id)
    found = [
        Listed(
            reference=one.reference,
            name=Name(**NameSchema().load(dict(one.about))),
            group_key=tab.key,
            ended_as=LeaverEnd.STAYS,
            is_sent=False,
        )
        for one in doublers(uow, actor, group)
    ]
    return tuple(sorted(found, key=lambda one: one.name.sort_key if one.name else ("", "")))


def group_tab(uow: UnitOfWork, actor: Actor, group_key: str) -> GroupTab:
    """A group that this person sees.

    Raises:
        NotFound: there is none.
    """
    for tab in groups_of(uow, actor, local_day(uow.clock.now())):
        if tab.key == group_key:
            return tab
    raise NotFound


@dataclass(frozen=True, kw_only=True)
class ForAdding:
    """What is needed to add children to a group: the group, who is on the list of the school, and which day it is."""

    group: GroupTab
    listed: frozenset[tuple[str, str]] = field(repr=False)
    today: date


def for_adding(services: Services, actor: Actor, group_key: str) -> ForAdding:
    """What pages that add need to know; errors are those of `group_tab`, and NoKey without the school's keys."""
    with services.uow() as uow:
        group = group_tab(uow, actor, group_key)
        if group.group_id is None:
            raise NotFound
        listed = children_listed(uow, actor, group.unit_id)
        return ForAdding(group=group, listed=frozenset(listed), today=local_day(uow.clock.now()))


@dataclass(frozen=True, kw_only=True)
class ForCorrecting:
    """One child, and the groups that it can be put in."""

    child: Listed
    groups: tuple[GroupTab, ...]
    today: date


def for_correcting(services: Services, actor: Actor, reference: str) -> ForCorrecting:
    """A child whose name or group is to be corrected, or who is to be taken off the list.

    Raises:
        NotFound, NotAllowed: no such leaver for this person.
        NoKey: the person does not hold the school's keys yet.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference)
        require(actor, Action.RENAME_LEAVER, subject_of(leaver))
        about = read_names(uow, actor.keyring, leaver.unit_id, [leaver.id]).get(leaver.id)
        if about is None:
            raise NoKey
        today = local_day(uow.clock.now())
        groups = [tab for tab in groups_of(uow, actor, today) if tab.unit_id == leaver.unit_id and tab.group_id]
        return ForCorrecting(
            child=Listed(
                reference=leaver.reference,
                name=Name(**NameSchema().load(about)),
                group_key=leaver.group_id or "",
                ended_as=leaver.ended_as,
                is_sent=bool(_sent(uow, [leaver.id])),
            ),
            groups=tuple(groups),
            today=today,
        )


def _sent(uow: UnitOfWork, leaver_ids: list[str]) -> set[str]:
    rows = uow.session.scalars(
        select(Handover.leaver_id).where(Handover.leaver_id.in_(leaver_ids), Handover.status.in_(ON_ITS_WAY))
    )
    return set(rows)

"""A child that does groep 8 once more: back on the list in the new school year, under a new reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from handover.audit.log import record
from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition, NotFound
from handover.leavers.actions import group_for, leaver_of, put_on_list, subject_of
from handover.leavers.events import LeaverAgain
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, may, require
from handover.rooms.errors import NoKey
from handover.rooms.names import open_names, read_names
from handover.schools.model import Group
from handover.services import Services
from handover.terms.destination import LeaverEnd
from handover.terms.schooljaar import Schooljaar


@dataclass(frozen=True, kw_only=True)
class Doubler:
    """Somebody who stayed in groep 8 last year and is on no list of a later one."""

    reference: str
    about: Mapping[str, Any] = field(repr=False)


def doublers(uow: UnitOfWork, actor: Actor, group: Group) -> list[Doubler]:
    """Who of the year before can be put on the list of this group: those whom this actor sees and can name."""
    later = aliased(Leaver)
    year_before = Schooljaar.parse(group.school_year).preceding.name
    rows = uow.session.scalars(
        select(Leaver)
        .where(
            Leaver.unit_id == group.unit_id,
            Leaver.ended_as == LeaverEnd.STAYS,
            Leaver.school_year == year_before,
            ~select(later.id).where(later.before_id == Leaver.id).exists(),
        )
        .order_by(Leaver.reference)
    ).all()
    rows = [row for row in rows if may(actor, Action.RENAME_LEAVER, subject_of(row))]
    names = open_names(uow, actor.keyring, group.unit_id, [row.id for row in rows]).about if rows else {}
    return [Doubler(reference=row.reference, about=names[row.id]) for row in rows if row.id in names]


def add_again(services: Services, actor: Actor, reference: str, group_id: str) -> str:
    """Put a child that stayed in groep 8 on the list of a group of a later year. Gives the new reference.

    What was written in the year before stays there: another year asks for another report.

    Raises:
        IllegalTransition: it did not stay, it is there already, or the group is of the same year.
        NotFound, NotAllowed: no such leaver, or no such group of its school, for this actor.
        NoKey: the actor does not hold the school's keys.
    """
    with services.uow() as uow:
        before = leaver_of(uow, reference, for_update=True)
        require(actor, Action.RENAME_LEAVER, subject_of(before))
        group = group_for(uow, actor, group_id)
        if group.unit_id != before.unit_id:
            raise NotFound
        there = uow.session.scalars(select(Leaver.id).where(Leaver.before_id == before.id)).first()
        if before.ended_as is not LeaverEnd.STAYS or there is not None or group.school_year <= before.school_year:
            raise IllegalTransition
        about = read_names(uow, actor.keyring, before.unit_id, [before.id]).get(before.id)
        if about is None:
            raise NoKey
        new = put_on_list(uow, actor, group, about, before=before)
        record(
            uow,
            LeaverAgain(actor_id=actor.person_id, unit_id=before.unit_id, subject_kind="leaver", subject_id=before.id),
        )
        uow.commit()
        return new

"""Which groups somebody sees: a teacher their own, ib and administration all of the school, and who has no group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from handover.db.unit_of_work import UnitOfWork
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, Role, Subject, may
from handover.schools.model import Group, Unit
from handover.terms.destination import LeaverEnd
from handover.terms.schooljaar import Schooljaar, default_calendar

WITHOUT = "zonder-"
"""Before the id of a school, in the place of a group's: its leavers without a group."""
PO = (Role.TEACHER, Role.IB, Role.PO_ADMIN)


@dataclass(frozen=True, kw_only=True)
class GroupTab:
    """A group with its list; `group_id` None is who has no group at that school."""

    key: str
    unit_id: str
    group_id: str | None
    name: str
    """As the school calls it, e.g. `8a`; empty for who has no group."""
    label: str
    count: int

    @property
    def href(self) -> str:
        """The address of its list."""
        return f"/groep/{self.key}"


def groups_of(uow: UnitOfWork, actor: Actor, today: date) -> list[GroupTab]:
    """The groups whose children this person sees, by school and name, with how many are on the list."""
    units = actor.units_as(*PO)
    years = [year.name for year in _years(today)]
    rows = uow.session.execute(
        select(Group, Unit.name)
        .join(Unit, Unit.id == Group.unit_id)
        .where(Group.unit_id.in_(units), Group.school_year.in_(years))
        .order_by(Unit.name, Group.school_year, Group.name)
    ).all()
    counted = uow.session.execute(
        select(Leaver.unit_id, Leaver.group_id, func.count())
        .where(Leaver.unit_id.in_(units), Leaver.ended_as.is_distinct_from(LeaverEnd.MISTAKE))
        .group_by(Leaver.unit_id, Leaver.group_id)
    )
    counts = {(unit_id, group_id): count for unit_id, group_id, count in counted}
    several_units, several_years = len(units) > 1, len({group.school_year for group, _unit in rows}) > 1
    tabs = []
    for group, unit in rows:
        if not may(actor, Action.SEE_LEAVER, Subject(unit_id=group.unit_id, group_id=group.id)):
            continue
        label = _("Groep %(groep)s", groep=group.name)
        label = f"{label}, {unit}" if several_units else label
        label = f"{label} ({group.school_year})" if several_years else label
        count = counts.get((group.unit_id, group.id), 0)
        tabs.append(
            GroupTab(key=group.id, unit_id=group.unit_id, group_id=group.id, name=group.name, label=label, count=count)
        )
    for unit_id in units:
        count = counts.get((unit_id, None), 0)
        if count and may(actor, Action.SEE_LEAVER, Subject(unit_id=unit_id)):
            tabs.append(
                GroupTab(
                    key=f"{WITHOUT}{unit_id}",
                    unit_id=unit_id,
                    group_id=None,
                    name="",
                    label=_("Zonder groep"),
                    count=count,
                )
            )
    return tabs


def _years(today: date) -> list[Schooljaar]:
    """This school year; and the one before as long as its leavers are looked after, in August and September."""
    year = Schooljaar.of(today)
    before = Schooljaar(year.first - 1)
    return [before, year] if today <= default_calendar(before).watch_until else [year]

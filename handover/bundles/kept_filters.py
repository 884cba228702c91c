"""Filters of the inbox that somebody keeps: their own, at one unit, and gone with the last role that reads there.

A filter holds words of closed lists and ids, never what was typed: a name that somebody searches for is a child's.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import astuple, dataclass

from sqlalchemy import and_, delete, select

from handover.bundles.filter_model import KeptFilter
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, Invalid, NotFound
from handover.policy import Actor, Role
from handover.schools.model import Department, Membership, Person, Unit
from handover.schools.queries import holds_on
from handover.services import Services
from handover.terms.clock import local_day

MOST = 8
"""Of one person at one unit: more is a list to search in."""
READERS = (Role.INTAKE, Role.CARE, Role.VO_OFFICE)
"""Who sees the whole inbox, and so can filter it."""


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a filter is made of; an empty part leaves it open."""

    tab: str
    school_id: str = ""
    handler: str = ""
    department_id: str = ""
    marks: str = ""


def kept_filters(uow: UnitOfWork, actor: Actor, unit_id: str) -> list[KeptFilter]:
    """Those of this actor at this unit, in the order in which they were kept."""
    return list(
        uow.session.scalars(
            select(KeptFilter)
            .where(KeptFilter.person_id == actor.person_id, KeptFilter.unit_id == unit_id)
            .order_by(KeptFilter.made_at, KeptFilter.id)
        )
    )


def parts_of(row: KeptFilter) -> Parts:
    """What it is made of."""
    return Parts(
        tab=row.tab,
        school_id=row.school_id,
        handler=row.handler,
        department_id=row.department_id,
        marks=row.marks,
    )


def keep_filter(services: Services, actor: Actor, unit_id: str, parts: Parts, *, words: Collection[str]) -> bool:
    """Keep one; gives whether it is new. `words`: all that may stand in tab, handler and marks.

    Raises:
        NotFound: this actor reads nothing there, or a school or department that is none.
        Invalid: a word of no closed list.
        Conflict: there are as many as there can be.
    """
    _require(actor, unit_id)
    if not {parts.tab, *parts.handler.split(), *filter(None, parts.marks.split(","))} <= set(words):
        msg = "not a filter of the inbox"
        raise Invalid(msg, fields={"filter": msg})
    with services.uow() as uow:
        # Held, so that two presses at once do not make nine.
        uow.session.get(Person, actor.person_id, with_for_update=True)
        _check(uow, unit_id, parts)
        kept = kept_filters(uow, actor, unit_id)
        if parts in [parts_of(one) for one in kept]:
            return False
        if len(kept) >= MOST:
            raise Conflict
        tab, school_id, handler, department_id, marks = astuple(parts)
        uow.session.add(
            KeptFilter(
                person_id=actor.person_id,
                unit_id=unit_id,
                tab=tab,
                school_id=school_id,
                handler=handler,
                department_id=department_id,
                marks=marks,
                made_at=uow.clock.now(),
            )
        )
        uow.commit()
    return True


def drop_filter(services: Services, actor: Actor, unit_id: str, filter_id: str) -> None:
    """Keep it no longer. Once more is no error."""
    _require(actor, unit_id)
    own = and_(KeptFilter.person_id == actor.person_id, KeptFilter.unit_id == unit_id)
    with services.uow() as uow:
        uow.session.execute(delete(KeptFilter).where(own, KeptFilter.id == filter_id))
        uow.commit()


def start_with(services: Services, actor: Actor, unit_id: str, filter_id: str) -> None:
    """Begin the inbox with this one; with none of them where the id is empty.

    Raises:
        NotFound: it is not one of theirs here.
    """
    _require(actor, unit_id)
    with services.uow() as uow:
        kept = {one.id: one for one in kept_filters(uow, actor, unit_id)}
        if filter_id and filter_id not in kept:
            raise NotFound
        for one in kept.values():
            one.starts = False
        uow.flush()  # before the next one starts: the database lets one do so
        if filter_id:
            kept[filter_id].starts = True
        uow.commit()


def forget_filters_of_who_left(uow: UnitOfWork) -> None:
    """Delete those of who reads nothing at their unit any more. For the sweep; the caller commits."""
    reads = select(Membership.id).where(
        Membership.person_id == KeptFilter.person_id,
        Membership.unit_id == KeptFilter.unit_id,
        Membership.role.in_(READERS),
        holds_on(local_day(uow.clock.now())),
    )
    uow.session.execute(delete(KeptFilter).where(~reads.exists()).execution_options(synchronize_session=False))


def _require(actor: Actor, unit_id: str) -> None:
    if unit_id not in actor.units_as(*READERS):
        raise NotFound


def _check(uow: UnitOfWork, unit_id: str, parts: Parts) -> None:
    if parts.school_id and uow.session.get(Unit, parts.school_id) is None:
        raise NotFound
    department = uow.session.get(Department, parts.department_id) if parts.department_id else None
    if parts.department_id and (department is None or department.unit_id != unit_id):
        raise NotFound

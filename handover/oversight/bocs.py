"""Which schools are whose: the boc'ers of the samenwerkingsverband, divided by its administrator.

A school is one boc'er's at most. Who is boc'er no longer keeps no school: their schools count as nobody's, until
somebody takes them over.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from handover.audit.log import record
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, Invalid, NotFound
from handover.oversight.events import BocChanged
from handover.policy import Action, Actor, Role, Subject, require
from handover.schools.model import BocSchool, Membership, Person, Unit, UnitSide, UnitStatus
from handover.schools.queries import holds_on
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.msgid import msgid

_NO_BOC = msgid("Kies iemand die nu boc’er is.")
_NO_SCHOOL = msgid("Kies één of meer scholen.")
_THE_SAME = msgid("Kies een andere boc’er dan wie er stopt.")


@dataclass(frozen=True, kw_only=True)
class Boc:
    """Somebody whose schools there are. `is_boc`: not when they have stopped and left schools behind."""

    person_id: str
    name: str
    email: str
    telephone: str
    days: str
    is_boc: bool
    schools: frozenset[str] = frozenset()
    """Ids of units."""


def bocs(uow: UnitOfWork) -> tuple[Boc, ...]:
    """All boc'ers of today by name, and behind them who stopped and has schools to be taken over."""
    divided: dict[str, set[str]] = {}
    for row in uow.session.scalars(select(BocSchool)):
        divided.setdefault(row.person_id, set()).add(row.unit_id)
    active = _active(uow)
    people = uow.session.scalars(
        select(Person).where(Person.id.in_(active | divided.keys())).order_by(Person.name, Person.id)
    )
    found = [
        Boc(
            person_id=one.id,
            name=one.name,
            email=one.email,
            telephone=one.telephone,
            days=one.days_present,
            is_boc=one.id in active,
            schools=frozenset(divided.get(one.id, ())),
        )
        for one in people
    ]
    return tuple(sorted(found, key=lambda one: not one.is_boc))


def boc_of(uow: UnitOfWork) -> Mapping[str, Boc]:
    """Who is the boc'er of each school that has one, by the id of its unit."""
    return {unit_id: one for one in bocs(uow) if one.is_boc for unit_id in one.schools}


def divided(uow: UnitOfWork) -> Select[Any]:
    """The ids of the schools that have a boc'er."""
    return select(BocSchool.unit_id).where(BocSchool.person_id.in_(_active(uow)))


def schools_of(uow: UnitOfWork, actor: Actor) -> frozenset[str]:
    """The ids of the schools that are this boc'er's; none for who is no boc'er."""
    if not actor.units_as(Role.BOC):
        return frozenset()
    return frozenset(uow.session.scalars(select(BocSchool.unit_id).where(BocSchool.person_id == actor.person_id)))


def assign(services: Services, actor: Actor, *, seen: Mapping[str, str | None], boc: str | None) -> int:
    """Give schools to a boc'er, or to nobody. Gives how many changed; done twice, none.

    Args:
        services: where it happens.
        actor: the administrator.
        seen: ids of the schools, each with whose it was when the actor chose it.
        boc: the id of the person.

    Raises:
        NotAllowed: no administrator of the samenwerkingsverband.
        NotFound: no such school.
        Invalid: nobody who is boc'er now, or no school.
        Conflict: somebody else gave one of them away meanwhile; nothing was changed.
    """
    require(actor, Action.ASSIGN_BOC, Subject())
    with services.uow() as uow:
        if not seen:
            raise Invalid(fields={"kies": _NO_SCHOOL})
        _require_boc(uow, boc)
        held = {row.unit_id: row for row in _rows(uow, seen.keys())}
        if _known(uow, seen.keys()) != set(seen):
            raise NotFound
        now = {unit_id: held[unit_id].person_id if unit_id in held else None for unit_id in seen}
        to_change = [unit_id for unit_id in sorted(seen) if now[unit_id] != boc]
        if any(now[unit_id] != seen[unit_id] for unit_id in to_change):
            raise Conflict
        for unit_id in to_change:
            _give(uow, actor, unit_id, held.get(unit_id), boc)
        uow.commit()
    return len(to_change)


def take_over(services: Services, actor: Actor, *, was: str, boc: str) -> int:
    """Give all schools of one boc'er to another, in one step. Gives how many; done twice, none.

    Raises:
        NotAllowed: no administrator of the samenwerkingsverband.
        Invalid: nobody who is boc'er now, or the same person.
    """
    require(actor, Action.ASSIGN_BOC, Subject())
    with services.uow() as uow:
        if was == boc:
            raise Invalid(fields={"naar": _THE_SAME})
        _require_boc(uow, boc or "")
        rows = uow.session.scalars(
            select(BocSchool).where(BocSchool.person_id == was).order_by(BocSchool.unit_id).with_for_update()
        ).all()
        for row in rows:
            _give(uow, actor, row.unit_id, row, boc)
        uow.commit()
    return len(rows)


def _give(uow: UnitOfWork, actor: Actor, unit_id: str, row: BocSchool | None, boc: str | None) -> None:
    was = row.person_id if row else None
    if row is not None and boc is None:
        uow.session.delete(row)
    elif row is not None and boc is not None:
        row.person_id, row.since = boc, uow.clock.now()
    elif boc is not None:
        uow.session.add(BocSchool(unit_id=unit_id, person_id=boc, since=uow.clock.now()))
    record(
        uow,
        BocChanged(
            actor_id=actor.person_id,
            unit_id=_region_of(actor),
            other_unit_id=unit_id,
            subject_kind="unit",
            subject_id=unit_id,
            was=was,
            boc=boc,
        ),
    )


def _region_of(actor: Actor) -> str | None:
    return next(iter(actor.units_as(Role.SWV_ADMIN)), None)


def _active(uow: UnitOfWork) -> set[str]:
    today = local_day(uow.clock.now())
    return set(uow.session.scalars(select(Membership.person_id).where(Membership.role == Role.BOC, holds_on(today))))


def _require_boc(uow: UnitOfWork, boc: str | None) -> None:
    if boc is not None and boc not in _active(uow):
        raise Invalid(fields={"naar": _NO_BOC})


def _rows(uow: UnitOfWork, unit_ids: Collection[str]) -> list[BocSchool]:
    return list(uow.session.scalars(select(BocSchool).where(BocSchool.unit_id.in_(unit_ids)).with_for_update()))


def _known(uow: UnitOfWork, unit_ids: Collection[str]) -> set[str]:
    known = select(Unit.id).where(
        Unit.id.in_(unit_ids),
        Unit.side != UnitSide.SWV,
        Unit.status.in_((UnitStatus.INVITED, UnitStatus.ENROLLED)),
    )
    return set(uow.session.scalars(known))

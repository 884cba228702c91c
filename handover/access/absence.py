"""Being away for a while, and who stands in: said by oneself, or by an admin for who is ill at home."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select

from handover.access.events import AbsenceEnded, AbsenceSet
from handover.access.handing import roles_at
from handover.access.roles import circles_of
from handover.audit.log import record
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Invalid, NotFound
from handover.policy import Action, Actor, Role, Subject, require
from handover.rooms.circles import holders
from handover.schools.absence_model import Absence
from handover.schools.absences import away_on
from handover.schools.model import Membership, Person
from handover.schools.queries import holds_on
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.msgid import msgid
from keys.circle import Circle

_DAYS = 366
"""Who is away longer has no longer a role there."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A colleague who can stand in."""

    person_id: str
    name: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, kw_only=True)
class AwayView:
    """Somebody's absence from one unit, now or to come."""

    unit_id: str
    person_id: str
    name: str
    from_on: date
    until_on: date
    stand_in_id: str | None
    stand_in: str
    """The stand-in's name, or empty."""
    lacks: tuple[Circle, ...]
    """Keys of the one who is away that the stand-in does not hold."""
    givers: tuple[str, ...]
    """Who at the unit can give those."""


def set_away(
    services: Services,
    actor: Actor,
    unit_id: str,
    person_id: str,
    *,
    from_on: date,
    until_on: date,
    stand_in_id: str | None = None,
) -> None:
    """Say that somebody is away, up to and including a day; what was said before is replaced.

    Raises:
        NotFound: nobody who works at that unit, or not at one of this actor.
        Invalid: days in the wrong order or in the past, or a stand-in who does not work there.
    """
    _may_speak_for(actor, unit_id, person_id)
    with services.uow() as uow:
        if not roles_at(uow, person_id, unit_id):
            raise NotFound
        _check(uow, unit_id, person_id, from_on=from_on, until_on=until_on, stand_in_id=stand_in_id)
        row = uow.session.get(Absence, (unit_id, person_id), with_for_update=True)
        if row is None:
            row = Absence(unit_id=unit_id, person_id=person_id)
            uow.session.add(row)
        row.from_on, row.until_on, row.stand_in_id = from_on, until_on, stand_in_id
        record(
            uow,
            AbsenceSet(
                actor_id=actor.person_id,
                unit_id=unit_id,
                subject_kind="person",
                subject_id=person_id,
            ),
        )
        uow.commit()


def end_away(services: Services, actor: Actor, unit_id: str, person_id: str) -> None:
    """Say that somebody is back; a second time nothing happens.

    Raises:
        NotFound: nobody of a unit of this actor.
    """
    _may_speak_for(actor, unit_id, person_id)
    with services.uow() as uow:
        row = uow.session.get(Absence, (unit_id, person_id), with_for_update=True)
        if row is None:
            return
        uow.session.delete(row)
        record(
            uow,
            AbsenceEnded(actor_id=actor.person_id, unit_id=unit_id, subject_kind="person", subject_id=person_id),
        )
        uow.commit()


def forget_past_absences(services: Services) -> None:
    """Delete what is over: who was ill when is nobody's business afterwards."""
    with services.uow() as uow:
        uow.session.execute(delete(Absence).where(Absence.until_on < local_day(uow.clock.now())))
        uow.commit()


def absence_of(uow: UnitOfWork, actor: Actor, unit_id: str, person_id: str) -> AwayView | None:
    """Somebody's absence, if it is not over.

    Raises:
        NotFound: not for this actor.
    """
    _may_speak_for(actor, unit_id, person_id)
    row = uow.session.get(Absence, (unit_id, person_id))
    return _view(uow, row) if row and row.until_on >= local_day(uow.clock.now()) else None


def covered_by(uow: UnitOfWork, actor: Actor) -> Sequence[AwayView]:
    """For whom this person stands in today."""
    today = local_day(uow.clock.now())
    units = {membership.unit_id for membership in actor.memberships}
    rows = uow.session.scalars(
        select(Absence)
        .where(
            Absence.stand_in_id == actor.person_id,
            Absence.unit_id.in_(units),
            Absence.from_on <= today,
            Absence.until_on >= today,
        )
        .order_by(Absence.until_on, Absence.person_id)
    )
    return [_view(uow, row) for row in rows]


def stand_ins(uow: UnitOfWork, actor: Actor, unit_id: str, person_id: str) -> Sequence[Choice]:
    """The colleagues who can stand in for somebody, by name.

    Raises:
        NotFound: nobody who works at that unit, or not for this actor.
    """
    _may_speak_for(actor, unit_id, person_id)
    rows = uow.session.execute(
        select(Person.id, Person.name, Membership.role)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.unit_id == unit_id, holds_on(local_day(uow.clock.now())))
        .order_by(Person.name, Person.id, Membership.role)
    ).all()
    if person_id not in {row.id for row in rows}:
        raise NotFound
    names = {row.id: row.name for row in rows if row.id != person_id}
    return [
        Choice(person_id=one, name=name, roles=tuple(row.role for row in rows if row.id == one))
        for one, name in names.items()
    ]


def _may_speak_for(actor: Actor, unit_id: str, person_id: str) -> None:
    own = person_id == actor.person_id
    require(actor, Action.SEE_UNIT if own else Action.MANAGE_PEOPLE, Subject(unit_id=unit_id))


def _check(
    uow: UnitOfWork, unit_id: str, person_id: str, *, from_on: date, until_on: date, stand_in_id: str | None
) -> None:
    wrong = {}
    if until_on < from_on:
        wrong["tot"] = msgid("De laatste dag ligt voor de eerste.")
    elif until_on < local_day(uow.clock.now()):
        wrong["tot"] = msgid("Deze dag is al voorbij.")
    elif (until_on - from_on).days > _DAYS:
        wrong["tot"] = msgid("Langer dan een jaar weg? Laat de beheerder de rol dan beëindigen.")
    if stand_in_id == person_id or (stand_in_id and not roles_at(uow, stand_in_id, unit_id)):
        wrong["waarnemer"] = msgid("Kies een collega van deze school.")
    if wrong:
        raise Invalid(fields=wrong)


def _view(uow: UnitOfWork, row: Absence) -> AwayView:
    stand_in = uow.session.get(Person, row.stand_in_id) if row.stand_in_id else None
    works = stand_in is not None and bool(roles_at(uow, stand_in.id, row.unit_id))
    held = holders(uow, row.unit_id)
    due = circles_of(roles_at(uow, row.person_id, row.unit_id))
    lacks = [circle for circle in sorted(due) if stand_in and works and stand_in.id not in held[circle]]
    away = away_on(uow, row.unit_id, local_day(uow.clock.now()))
    able = {person_id for circle in lacks for person_id in held[circle]} - {row.person_id, *away}
    givers = uow.session.scalars(select(Person.name).where(Person.id.in_(able)).order_by(Person.name)).all()
    return AwayView(
        unit_id=row.unit_id,
        person_id=row.person_id,
        name=uow.session.get_one(Person, row.person_id).name,
        from_on=row.from_on,
        until_on=row.until_on,
        stand_in_id=row.stand_in_id if works else None,
        stand_in=stand_in.name if stand_in and works else "",
        lacks=tuple(lacks),
        givers=tuple(givers),
    )

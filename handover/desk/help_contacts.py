"""Whom to call: the administrators of the own schools, and the samenwerkingsverband."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from handover.db.unit_of_work import UnitOfWork
from handover.oversight.bocs import Boc, boc_of
from handover.policy import ADMIN_ROLES, Actor
from handover.schools.model import Membership, Person, Unit, UnitSide, UnitStatus
from handover.schools.queries import holds_on
from handover.terms.clock import local_day


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody to call. Signed out nobody is named: only the telephone is left."""

    name: str = ""
    telephone: str = ""
    email: str = ""
    days: str = ""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """A school or samenwerkingsverband, and who answers there."""

    name: str
    place: str
    contacts: Sequence[Contact]
    boc: Contact | None = None
    """Of a school that has one: who knows it at the samenwerkingsverband."""


def regions(uow: UnitOfWork, actor: Actor | None) -> list[Desk]:
    """The samenwerkingsverbanden on this service. Anybody may know their telephone; names are for who is signed in."""
    units = uow.session.scalars(
        select(Unit).where(Unit.side == UnitSide.SWV, Unit.status == UnitStatus.ENROLLED).order_by(Unit.name)
    ).all()
    return _desks(uow, units, named=actor is not None)


def own_schools(uow: UnitOfWork, actor: Actor) -> list[Desk]:
    """The schools at which somebody works, with their administrators."""
    ids = {membership.unit_id for membership in actor.memberships}
    units = uow.session.scalars(
        select(Unit).where(Unit.id.in_(ids), Unit.side != UnitSide.SWV).order_by(Unit.name)
    ).all()
    bocs = boc_of(uow) if units else {}
    return [
        replace(desk, boc=_boc(bocs[unit.id])) if unit.id in bocs else desk
        for unit, desk in zip(units, _desks(uow, units, named=True), strict=True)
    ]


def _boc(boc: Boc) -> Contact:
    return Contact(name=boc.name, telephone=boc.telephone, email=boc.email, days=boc.days)


def _desks(uow: UnitOfWork, units: Sequence[Unit], *, named: bool) -> list[Desk]:
    people = _administrators(uow, [unit.id for unit in units])
    return [
        Desk(
            name=unit.name,
            place=unit.place,
            contacts=[
                _named(person) if named else Contact(telephone=person.telephone)
                for person in people.get(unit.id, [])
                if named or person.telephone
            ],
        )
        for unit in units
    ]


def _named(person: Person) -> Contact:
    return Contact(name=person.name, telephone=person.telephone, email=person.email, days=person.days_present)


def _administrators(uow: UnitOfWork, unit_ids: Collection[str]) -> dict[str, list[Person]]:
    today = local_day(uow.clock.now())
    rows = uow.session.execute(
        select(Membership.unit_id, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.unit_id.in_(unit_ids),
            Membership.role.in_(ADMIN_ROLES),
            holds_on(today),
        )
        .order_by(Person.name)
    )
    found: dict[str, list[Person]] = {}
    for unit_id, person in rows:
        found.setdefault(unit_id, []).append(person)
    return found

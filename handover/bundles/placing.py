"""Where in the receiving school a handover is taken care of: at which location, in which department, by whom."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from handover.audit.log import record
from handover.bundles.events import HandoverPlaced, HandoverRelocated, told_at_receiver, told_by_receiver
from handover.bundles.handovers import handover_of
from handover.bundles.model import Handover
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_sender
from handover.bundles.second import stays_a_pair
from handover.bundles.sides import subject_with_group
from handover.bundles.state import LIVE, HandoverAction, advance
from handover.bundles.undo_steps import remember_place
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, IllegalTransition, Invalid
from handover.leavers.model import Application
from handover.policy import Action, Actor, Role, require
from handover.schools.model import Department, Location, Membership, Person, UnitLocation
from handover.schools.queries import holds_on
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Outcome
from handover.terms.msgid import msgid

HANDLERS = (Role.INTAKE, Role.CARE)
"""Who can be named as the one who takes care of a dossier: who reads it."""
_NOT_OURS = msgid("Kies een van de vestigingen van uw school.")
_NO_DEPARTMENT = msgid("Kies een van de afdelingen van uw school.")
_NO_HANDLER = msgid("Kies iemand die bij uw school dossiers leest.")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One thing that can be chosen."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a receiving school can choose from."""

    locations: tuple[Choice, ...]
    departments: tuple[Choice, ...]
    handlers: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class Placing:
    """Where a handover is, or is to be, taken care of."""

    brin: str
    department_id: str | None
    handler_id: str | None


def place(
    services: Services,
    actor: Actor,
    handover_id: str,
    wanted: Placing,
    *,
    read: int | None = None,
    press: str | None = None,
) -> None:
    """Say where a handover is taken care of. Another location is told to the primary school, the rest is our own.

    `read` is the version that the actor saw; `press` the press that it can be taken back with.

    Raises:
        Invalid: a location, department or person that is not this school's.
        Conflict: somebody else changed it meanwhile.
        IllegalTransition: it has ended; or the child is at two schools, and they would no longer be VSO and another.
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        handover = handover_of(uow, handover_id)
        before = (handover.receiver_brin, handover.department_id, handover.handler_id)
        application_id = handover.application_id
        place_within(uow, actor, handover_id, wanted, read=read)
        changed = before != (wanted.brin, wanted.department_id, wanted.handler_id)
        # Where another application goes on instead, what that said before is gone.
        if press is not None and changed and handover.application_id == application_id:
            remember_place(uow, actor, press, handover, before)
        uow.commit()


def place_within(uow: UnitOfWork, actor: Actor, handover_id: str, wanted: Placing, *, read: int | None = None) -> None:
    """As `place`, in the caller's unit of work, which commits."""
    handover = handover_of(uow, handover_id)
    require(actor, Action.PLACE, subject_with_group(uow, handover))
    to = advance(handover.status, HandoverAction.RELOCATE)
    if read is not None and read != handover.version:
        raise Conflict
    _check(choices(uow, handover.receiver_unit_id), wanted)
    moves = wanted.brin != handover.receiver_brin
    # Before anything is written: it holds the child, and whoever sends it to a second school holds that first, too.
    if moves and not stays_a_pair(uow, handover, wanted.brin):
        raise IllegalTransition
    if (handover.department_id, handover.handler_id) != (wanted.department_id, wanted.handler_id):
        handover.department_id, handover.handler_id = wanted.department_id, wanted.handler_id
        record(uow, told_at_receiver(HandoverPlaced, actor, handover))
    if moves:
        handover.status = to
        _relocate(uow, actor, handover, wanted.brin)


def free_of_who_left(uow: UnitOfWork) -> int:
    """Let handovers that somebody took care of who reads them no more be nobody's, so that a colleague finds them.

    For the sweep; gives how many. The caller commits.
    """
    today = local_day(uow.clock.now())
    reads = select(Membership.id).where(
        Membership.person_id == Handover.handler_id,
        Membership.unit_id == Handover.receiver_unit_id,
        Membership.role.in_(HANDLERS),
        holds_on(today),
    )
    left = uow.session.scalars(
        select(Handover).where(Handover.handler_id.is_not(None), Handover.status.in_(LIVE), ~reads.exists())
    ).all()
    for handover in left:
        handover.handler_id = None
        record(
            uow,
            HandoverPlaced(
                actor_id=None, unit_id=handover.receiver_unit_id, subject_kind="handover", subject_id=handover.id
            ),
        )
    return len(left)


def choices(uow: UnitOfWork, unit_id: str) -> Choices:
    """The locations, departments and readers of a receiving school, by name."""
    today = local_day(uow.clock.now())
    locations = uow.session.scalars(
        select(Location)
        .join(UnitLocation, UnitLocation.brin6 == Location.brin6)
        .where(UnitLocation.unit_id == unit_id, Location.closed_on.is_(None))
        .order_by(Location.name, Location.brin6)
    )
    departments = uow.session.scalars(select(Department).where(Department.unit_id == unit_id).order_by(Department.name))
    people = uow.session.scalars(
        select(Person)
        .where(
            Person.id.in_(
                select(Membership.person_id).where(
                    Membership.unit_id == unit_id, Membership.role.in_(HANDLERS), holds_on(today)
                )
            )
        )
        .order_by(Person.name)
    )
    return Choices(
        locations=tuple(Choice(id=one.brin6, name=f"{one.name}, {one.place}") for one in locations),
        departments=tuple(Choice(id=one.id, name=one.name) for one in departments),
        handlers=tuple(Choice(id=one.id, name=one.name) for one in people),
    )


def _check(known: Choices, wanted: Placing) -> None:
    wrong = {}
    if wanted.brin not in {one.id for one in known.locations}:
        wrong["brin"] = _NOT_OURS
    if wanted.department_id and wanted.department_id not in {one.id for one in known.departments}:
        wrong["department_id"] = _NO_DEPARTMENT
    if wanted.handler_id and wanted.handler_id not in {one.id for one in known.handlers}:
        wrong["handler_id"] = _NO_HANDLER
    if wrong:
        raise Invalid(fields=wrong)


def _relocate(uow: UnitOfWork, actor: Actor, handover: Handover, brin: str) -> None:
    handover.receiver_brin = brin
    application = uow.session.get_one(Application, handover.application_id)
    there = uow.session.scalars(
        select(Application).where(Application.leaver_id == handover.leaver_id, Application.receiver_brin == brin)
    ).one_or_none()
    if there is None:
        application.receiver_brin = brin
    else:
        # They applied at both locations: from now on it is the other application that goes on.
        there.receiver_unit_id, handover.application_id = handover.receiver_unit_id, there.id
        there.outcome, there.outcome_on = application.outcome, application.outcome_on
        there.tlv, there.tlv_until = application.tlv, application.tlv_until
        there.preference, application.preference = application.preference, there.preference
        application.outcome, application.outcome_on = Outcome.WITHDRAWN, local_day(uow.clock.now())
    record(uow, told_by_receiver(HandoverRelocated, actor, handover, receiver_brin=brin))
    tell_sender(uow, handover, NoticeKind.RELOCATED)

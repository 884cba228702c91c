"""A role ends: an admin says so, or its last day has passed. What it opened is taken away, and the keys are rotated."""

from __future__ import annotations

from sqlalchemy import or_, select

from handover.access import keywork
from handover.access.errors import LastAdmin
from handover.access.events import MembershipEnded
from handover.access.handing import ask_for_keys, roles_at
from handover.access.invitations import withdraw_all
from handover.access.model import Invitation
from handover.access.roles import ADMIN, circles_of
from handover.access.rotation import ask_rotation
from handover.audit.log import record
from handover.db.unit_of_work import UnitOfWork
from handover.errors import NotFound
from handover.policy import Action, Actor, Role, Subject, require
from handover.rooms.circles import end_copies, holders
from handover.rooms.grants import take_from_person
from handover.schools.model import Membership, Unit
from handover.services import Services
from handover.terms.clock import local_day
from keys.circle import Circle


def end_membership(services: Services, actor: Actor, membership_id: str) -> frozenset[Circle]:
    """End a role today; gives the circles whose last copy now sleeps.

    With the last role at a unit all copies go at once; with one of several, those that the others do not bring go
    with the rotation. The circles are rotated: at once where this admin holds them, else by the next holder.

    Raises:
        LastAdmin: nobody else is admin of this unit.
        NotFound: no such membership at a unit of this admin.
    """
    with services.uow() as uow:
        row = uow.session.get(Membership, membership_id, with_for_update=True)
        if row is None or row.ended_at is not None:
            raise NotFound
        require(actor, Action.MANAGE_PEOPLE, Subject(unit_id=row.unit_id))
        unit = uow.session.get_one(Unit, row.unit_id)
        if row.role is ADMIN[unit.side] and _admins(uow, unit) <= {row.person_id}:
            raise LastAdmin
        asleep = _end(uow, row, by=actor.person_id)
        uow.commit()
    keywork.run_for(services, actor)
    return asleep


def end_run_out(services: Services) -> int:
    """End the memberships whose last day has passed, as an admin would; gives how many. The sweep does this."""
    ended = 0
    with services.uow() as uow:
        today = local_day(uow.clock.now())
        rows = uow.session.scalars(
            select(Membership)
            .where(Membership.ended_at.is_(None), Membership.until_on < today)
            .order_by(Membership.id)
            .with_for_update(skip_locked=True)
        ).all()
        for row in rows:
            _end(uow, row, by=None)
            ended += 1
        uow.commit()
    return ended


def _end(uow: UnitOfWork, row: Membership, *, by: str | None) -> frozenset[Circle]:
    row.ended_at = uow.clock.now()
    uow.flush()
    left = roles_at(uow, row.person_id, row.unit_id)
    held = frozenset(c for c, who in holders(uow, row.unit_id).items() if row.person_id in who)
    gone = held - circles_of(left)
    asleep = frozenset() if left else end_copies(uow, row.person_id, row.unit_id)
    if Role.MENTOR not in left:
        take_from_person(uow, row.person_id, unit_id=row.unit_id)
    ask_rotation(uow, row.unit_id, gone, without=row.person_id if left else "")
    ask_for_keys(uow, row.person_id)
    if row.role in ADMIN.values():
        # Whom an admin asked in and who did not come yet is asked again by one who is admin still.
        here = () if row.role is Role.SWV_ADMIN else (Invitation.unit_id == row.unit_id,)
        withdraw_all(uow, Invitation.invited_by == row.person_id, *here)
    record(
        uow,
        MembershipEnded(
            actor_id=by,
            unit_id=row.unit_id,
            subject_kind="person",
            subject_id=row.person_id,
            role=row.role.value,
            membership_id=row.id,
            asleep="+".join(sorted(circle.value for circle in asleep)) or None,
        ),
    )
    return asleep


def _admins(uow: UnitOfWork, unit: Unit) -> set[str]:
    rows = uow.session.scalars(
        select(Membership.person_id).where(
            Membership.unit_id == unit.id,
            Membership.role == ADMIN[unit.side],
            Membership.ended_at.is_(None),
            or_(Membership.until_on.is_(None), Membership.until_on >= local_day(uow.clock.now())),
        )
    )
    return set(rows)

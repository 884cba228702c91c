"""Asking people in: a code that is told, a link that opens nothing, and what somebody finds who types the code."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

import structlog
from sqlalchemy import ColumnElement, select, update

from handover.access.codes import VALID, code_hash, new_code
from handover.access.decisions import decide
from handover.access.errors import CodeRefused
from handover.access.events import InvitationWithdrawn, PersonInvited
from handover.access.fields import read_email, read_name, require_roles
from handover.access.model import Invitation, InvitationKind
from handover.access.newcomer import person_with
from handover.access.roles import circles_of
from handover.access.throttle import door, knock, opened
from handover.audit.log import record
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.errors import HandoverError, Invalid, NotFound
from handover.mail import Message
from handover.policy import Action, Actor, Role, Subject, require
from handover.schools.model import Group, Person, Unit, UnitSide
from handover.services import Services
from handover.terms.msgid import msgid

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Invited:
    """An invitation that was just made. The code is shown once, to be told, not mailed."""

    id: str
    unit_id: str
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class FoundInvitation:
    """What a code leads to."""

    id: str
    kind: InvitationKind
    unit_id: str
    unit: str
    place: str
    side: UnitSide
    name: str
    email: str
    roles: tuple[Role, ...]
    invited_by: str
    has_sign_in: bool
    """Whether somebody with this address has an identity already."""


def invite(
    services: Services,
    actor: Actor,
    unit_id: str,
    *,
    name: str,
    email: str,
    roles: tuple[Role, ...],
    groups: frozenset[str] = frozenset(),
    until_on: date | None = None,
    is_board: bool = False,
) -> Invited:
    """Ask a colleague in, as an admin of the unit who holds its admin key; with `is_board` somebody of its board.

    Raises:
        NoKey: this admin does not hold the admin key yet.
        Invalid: a name, address, role or group that cannot be.
    """
    require(actor, Action.MANAGE_PEOPLE, Subject(unit_id=unit_id))
    code = new_code()
    with services.uow() as uow:
        unit = uow.session.get_one(Unit, unit_id)
        chosen = require_roles(roles, unit.side)
        require_groups(uow, unit_id, groups)
        row = add_invitation(
            services,
            uow,
            code,
            Invitation(
                kind=InvitationKind.COLLEAGUE,
                unit_id=unit_id,
                name=read_name(name),
                email=read_email(email),
                roles=" ".join(chosen),
                groups=" ".join(sorted(groups)),
                until_on=until_on,
                is_board=is_board,
                invited_by=actor.person_id,
            ),
        )
        decide(uow, actor.keyring, unit_id, who=row.id, circles=circles_of(chosen))
        record(uow, _invited(actor, row))
        send_after_commit(services, uow, row, unit)
        uow.commit()
    return invited(row, code)


def withdraw_invitation(services: Services, actor: Actor, invitation_id: str) -> None:
    """Take an invitation back; one that was used stays used.

    Raises:
        NotFound: there is none, or not at a unit of this admin.
    """
    with services.uow() as uow:
        row = uow.session.get(Invitation, invitation_id, with_for_update=True)
        if row is None:
            raise NotFound
        require(actor, Action.MANAGE_PEOPLE, Subject(unit_id=row.unit_id))
        if row.used_at is None and row.withdrawn_at is None:
            row.withdrawn_at = uow.clock.now()
            record(
                uow,
                InvitationWithdrawn(
                    actor_id=actor.person_id, unit_id=row.unit_id, subject_kind="invitation", subject_id=row.id
                ),
            )
            uow.commit()


def find_invitation(services: Services, code: str, *, client_address: str) -> FoundInvitation:
    """What this code leads to; nothing is used up. Throttled by place.

    Raises:
        CodeRefused: no such code, or no longer.
        TooManyTries: wait a little.
    """
    at = door(services, account="invitation", address=client_address)
    with services.uow() as uow:
        knock(uow, at)
        uow.commit()
    with services.uow() as uow:
        row = usable(services, uow, code)
        opened(uow, at)
        uow.commit()
        unit = uow.session.get_one(Unit, row.unit_id)
        host = uow.session.get(Person, row.invited_by) if row.invited_by else None
        present = person_with(uow, row.email)
        return FoundInvitation(
            id=row.id,
            kind=row.kind,
            unit_id=unit.id,
            unit=unit.name,
            place=unit.place,
            side=unit.side,
            name=row.name,
            email=row.email,
            roles=roles_of(row),
            invited_by=host.name if host else "",
            has_sign_in=present is not None and present.sealed_identity is not None,
        )


def add_invitation(services: Services, uow: UnitOfWork, code: str, row: Invitation) -> Invitation:
    """Add an invitation under a code; the caller records it, and commits."""
    row.id = new_id()
    row.code_hash = code_hash(services, code)
    row.created_at = uow.clock.now()
    row.expires_at = row.created_at + VALID
    uow.session.add(row)
    uow.flush()
    return row


def withdraw_all(uow: UnitOfWork, *which: ColumnElement[bool]) -> None:
    """Take back those of these invitations that nobody has used."""
    uow.session.execute(
        update(Invitation)
        .where(Invitation.used_at.is_(None), Invitation.withdrawn_at.is_(None), *which)
        .values(withdrawn_at=uow.clock.now())
    )


def usable(services: Services, uow: UnitOfWork, code: str) -> Invitation:
    """The invitation of a code, for update, if it can still be used.

    Raises:
        CodeRefused: it cannot.
    """
    row = uow.session.scalar(
        select(Invitation).where(Invitation.code_hash == code_hash(services, code)).with_for_update()
    )
    if row is None or row.used_at or row.withdrawn_at or row.expires_at <= uow.clock.now():
        raise CodeRefused
    return row


def invited(row: Invitation, code: str) -> Invited:
    """The value to show."""
    return Invited(id=row.id, unit_id=row.unit_id, code=code, expires_at=row.expires_at)


def roles_of(row: Invitation) -> tuple[Role, ...]:
    """The roles of an invitation."""
    return tuple(Role(role) for role in row.roles.split())


def groups_of(row: Invitation) -> frozenset[str]:
    """The groups of an invitation."""
    return frozenset(row.groups.split())


def require_groups(uow: UnitOfWork, unit_id: str, groups: frozenset[str]) -> None:
    """Refuse groups of another unit.

    Raises:
        Invalid: one of them is no group of this unit.
    """
    known = set(uow.session.scalars(select(Group.id).where(Group.unit_id == unit_id)))
    if not groups <= known:
        raise Invalid(fields={"groepen": msgid("Deze groep is niet van uw school.")})


def send_after_commit(services: Services, uow: UnitOfWork, row: Invitation, unit: Unit) -> None:
    """Mail the link. Whether that worked stands in the row; the code is told by the inviter anyhow."""
    message = Message(
        to=row.email,
        subject="Uitnodiging voor Warme Overdracht",
        text=(
            f"Beste {row.name},\n\n"
            f"{unit.name} in {unit.place} nodigt u uit voor Warme Overdracht.\n"
            f"Ga naar {services.settings.base_url}/uitnodiging\n\n"
            "Daar vult u een code in. Die krijgt u van degene die u uitnodigt, niet per mail.\n"
            "De code werkt veertien dagen.\n"
        ),
    )
    invitation_id = row.id

    def send() -> None:
        try:
            services.mailer.send(message)
        except HandoverError as error:
            log.warning("invitation_not_mailed", error=error.code)
            return
        with services.uow() as later:
            sent = later.session.get_one(Invitation, invitation_id)
            sent.mailed_at = later.clock.now()
            later.commit()

    uow.after_commit(send)


def _invited(actor: Actor, row: Invitation) -> PersonInvited:
    return PersonInvited(
        actor_id=actor.person_id,
        unit_id=row.unit_id,
        subject_kind="invitation",
        subject_id=row.id,
        kind=row.kind.value,
        roles=row.roles.replace(" ", "+"),
    )

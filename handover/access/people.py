"""People of a unit: joining, being let in anew, other roles and groups."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import delete

from handover.access.codes import Drawn, new_code, require_drawn
from handover.access.decisions import decide
from handover.access.enrolment import invited_person, use
from handover.access.errors import SignInFirst
from handover.access.events import (
    GroupAdded,
    GroupsChanged,
    MembershipAdded,
    PersonInvited,
)
from handover.access.fields import read_name, require_roles
from handover.access.handing import ask_for_keys, roles_at
from handover.access.invitations import (
    Invited,
    add_invitation,
    groups_of,
    invited,
    require_groups,
    roles_of,
    send_after_commit,
    usable,
    withdraw_all,
)
from handover.access.model import Invitation, InvitationKind
from handover.access.newcomer import add_membership, forget_keys, make_newcomer, person_words, require_not_last
from handover.access.roles import circles_of
from handover.audit.log import record
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, Invalid, NotFound
from handover.policy import Action, Actor, Role, Subject, require
from handover.schools.model import Group, Membership, MembershipGroup, Person, Unit
from handover.services import Services
from handover.terms.msgid import msgid


@dataclass(frozen=True, kw_only=True)
class Joined:
    """What somebody sees who has just come in."""

    person_id: str
    unit_id: str
    passphrase: str | None = field(repr=False)
    """None: they had a sign-in already, and keep it."""
    words: str
    """The five words of their key, for a colleague to compare before handing keys on."""


def accept_invitation(
    services: Services, *, code: str, drawn: Drawn | None = None, actor: Actor | None = None
) -> Joined:
    """Use the code of a colleague's invitation, or of a readmission; keys follow when a holder hands them on.

    `drawn` are the words that were shown; without them we draw. `actor`: somebody who has a sign-in already.

    Raises:
        CodeRefused: no such code, or no longer.
        LastHolder: since the code was made they have become the last who holds a key: use the recovery sheet.
        SignInFirst: the address has a sign-in already; use the code signed in.
        Invalid: words that we did not draw.
    """
    passphrase = require_drawn(services, code, drawn) if drawn else None
    with services.uow() as uow:
        kind = usable(services, uow, code).kind  # before the costly work
    if kind not in {InvitationKind.COLLEAGUE, InvitationKind.READMISSION}:
        raise NotFound
    newcomer = None if actor else make_newcomer(services, passphrase)
    with services.uow() as uow:
        row = usable(services, uow, code)
        if row.kind is InvitationKind.READMISSION:
            if newcomer is None:
                raise SignInFirst
            person = uow.session.get_one(Person, row.person_id)
            require_not_last(uow, person.id)
            person.sealed_identity, person.recipient = newcomer.sealed, newcomer.recipient
            forget_keys(uow, person.id)
        else:
            person = invited_person(uow, row, newcomer, actor)
            for role in roles_of(row):
                groups = groups_of(row) if role is Role.TEACHER else frozenset()
                _add(uow, person.id, row.unit_id, role, groups, invitation=row)
        use(uow, row, person)
        ask_for_keys(uow, person.id)
        uow.commit()
    return Joined(
        person_id=person.id,
        unit_id=row.unit_id,
        passphrase=newcomer.passphrase if newcomer else None,
        words=person_words(person),
    )


def readmit(services: Services, actor: Actor, unit_id: str, person_id: str) -> Invited:
    """Let a colleague who lost the words in anew: a new identity for the same person, the keys handed on again.

    Raises:
        LastHolder: nobody else holds one of that person's keys: use the recovery sheet.
        NotFound: no such colleague.
    """
    require(actor, Action.MANAGE_PEOPLE, Subject(unit_id=unit_id))
    code = new_code()
    with services.uow() as uow:
        person = uow.session.get(Person, person_id)
        if person is None or not roles_at(uow, person_id, unit_id):
            raise NotFound
        require_not_last(uow, person_id)
        withdraw_all(uow, Invitation.kind == InvitationKind.READMISSION, Invitation.person_id == person_id)
        row = add_invitation(
            services,
            uow,
            code,
            Invitation(
                kind=InvitationKind.READMISSION,
                unit_id=unit_id,
                name=person.name,
                email=person.email,
                person_id=person.id,
                invited_by=actor.person_id,
            ),
        )
        record(
            uow,
            PersonInvited(
                actor_id=actor.person_id,
                unit_id=unit_id,
                subject_kind="person",
                subject_id=person_id,
                kind=row.kind.value,
                roles="none",
            ),
        )
        send_after_commit(services, uow, row, uow.session.get_one(Unit, unit_id))
        uow.commit()
    return invited(row, code)


def add_role(
    services: Services, actor: Actor, unit_id: str, *, person_id: str, role: Role, groups: frozenset[str] = frozenset()
) -> str:
    """Give a colleague one more role; gives the membership's id. The keys that it brings are handed on by holders.

    Raises:
        NotFound: nobody of this unit.
        Conflict: they have the role already.
    """
    require(actor, Action.MANAGE_PEOPLE, Subject(unit_id=unit_id))
    with services.uow() as uow:
        had = roles_at(uow, person_id, unit_id)
        if not had:
            raise NotFound
        if role in had:
            raise Conflict
        require_roles({role}, uow.session.get_one(Unit, unit_id).side)
        require_groups(uow, unit_id, groups)
        decide(uow, actor.keyring, unit_id, who=person_id, circles=circles_of({role}))
        membership = _add(uow, person_id, unit_id, role, groups, by=actor.person_id)
        ask_for_keys(uow, person_id)
        uow.commit()
    return membership.id


def change_groups(services: Services, actor: Actor, membership_id: str, groups: frozenset[str]) -> None:
    """Say of which groups the children are somebody's.

    Raises:
        NotFound: no such membership at a unit of this admin.
        Invalid: a group of another unit.
    """
    with services.uow() as uow:
        row = uow.session.get(Membership, membership_id)
        if row is None or row.ended_at is not None:
            raise NotFound
        require(actor, Action.MANAGE_PEOPLE, Subject(unit_id=row.unit_id))
        require_groups(uow, row.unit_id, groups)
        uow.session.execute(delete(MembershipGroup).where(MembershipGroup.membership_id == row.id))
        uow.session.add_all(MembershipGroup(membership_id=row.id, group_id=group) for group in sorted(groups))
        record(
            uow,
            GroupsChanged(
                actor_id=actor.person_id,
                unit_id=row.unit_id,
                subject_kind="person",
                subject_id=row.person_id,
                membership_id=row.id,
                groups=len(groups),
            ),
        )
        uow.commit()


def add_group(services: Services, actor: Actor, unit_id: str, *, name: str, school_year: str) -> str:
    """Add a group, e.g. 8a in 2026-2027; gives its id.

    Raises:
        Conflict: there is one of that name in that year.
    """
    require(actor, Action.MANAGE_PEOPLE, Subject(unit_id=unit_id))
    read = read_name(name, field="groep")
    if len(read) > 40:  # noqa: PLR2004  # the column's length
        raise Invalid(fields={"groep": msgid("De naam van een groep is hoogstens 40 tekens.")})
    with services.uow() as uow:
        group = Group(unit_id=unit_id, school_year=school_year, name=read)
        uow.session.add(group)
        uow.flush()
        record(
            uow,
            GroupAdded(actor_id=actor.person_id, unit_id=unit_id, subject_kind="group", subject_id=group.id),
        )
        uow.commit()
    return group.id


def _add(
    uow: UnitOfWork,
    person_id: str,
    unit_id: str,
    role: Role,
    groups: frozenset[str],
    *,
    invitation: Invitation | None = None,
    by: str | None = None,
) -> Membership:
    row = Membership(person_id=person_id, unit_id=unit_id, role=role)
    if invitation is not None:
        row.until_on, row.is_board = invitation.until_on, invitation.is_board
    membership = add_membership(uow, row, groups=groups)
    record(
        uow,
        MembershipAdded(
            actor_id=by or (invitation.invited_by if invitation else None),
            unit_id=unit_id,
            subject_kind="person",
            subject_id=person_id,
            role=role.value,
            membership_id=membership.id,
        ),
    )
    return membership

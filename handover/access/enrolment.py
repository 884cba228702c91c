"""A unit takes part: invited by the samenwerkingsverband, its first admin makes its keys, five words certify."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from handover.access.certification import swv_of
from handover.access.codes import Drawn, new_code, require_drawn
from handover.access.decisions import decide
from handover.access.errors import SignInFirst
from handover.access.events import PersonJoined, UnitEnrolled, UnitInvited
from handover.access.fields import read_email, read_name
from handover.access.invitations import Invited, add_invitation, invited, roles_of, send_after_commit, usable
from handover.access.model import Invitation, InvitationKind
from handover.access.newcomer import Newcomer, add_membership, add_person, make_newcomer, person_with
from handover.access.roles import ADMIN, circles_at
from handover.access.sheet import PrintedSheet
from handover.audit.log import record
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Invalid, NotFound
from handover.policy import Action, Actor, Role, Subject, require
from handover.rooms.cards import admin_key, admin_key_words, publish_first_card
from handover.rooms.circles import make_circles
from handover.rooms.keyring import Keyring
from handover.schools.model import Location, Membership, Person, Unit, UnitLocation, UnitSide, UnitStatus
from handover.schools.queries import unit_of_location
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.msgid import msgid
from handover.terms.school_kind import Side, kinds_of
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.jws import digest


@dataclass(frozen=True, kw_only=True)
class Enrolled:
    """What the first admin sees once."""

    unit_id: str
    person_id: str
    passphrase: str | None = field(repr=False)
    """None: this person had a sign-in already, and keeps it."""
    words: str
    """The five words of the unit's admin key, for the director to read aloud to the samenwerkingsverband."""
    sheet: PrintedSheet = field(repr=False)


def invite_unit(
    services: Services,
    actor: Actor,
    *,
    side: UnitSide,
    brins: tuple[str, ...],
    name: str = "",
    admin_name: str,
    admin_email: str,
) -> Invited:
    """Ask a school to take part: its locations, and who will be its first admin.

    `name` is what the unit is called; without one, the name of its first location.

    Raises:
        NotAllowed: not an swv_admin.
        Invalid: a BRIN that does not exist, is closed, of another kind, or served by a unit already.
    """
    require(actor, Action.INVITE_UNIT, Subject())
    code = new_code()
    with services.uow() as uow:
        locations = _locations(uow, side, brins)
        unit = Unit(
            id=new_id(),
            side=side,
            name=read_name(name) if name.strip() else locations[0].name,
            place=locations[0].place,
            status=UnitStatus.INVITED,
            made_at=uow.clock.now(),
        )
        uow.session.add(unit)
        uow.flush()
        uow.session.add_all(UnitLocation(unit_id=unit.id, brin6=one.brin6) for one in locations)
        row = add_invitation(
            services,
            uow,
            code,
            Invitation(
                kind=InvitationKind.UNIT,
                unit_id=unit.id,
                name=read_name(admin_name),
                email=read_email(admin_email),
                roles=ADMIN[side].value,
                invited_by=actor.person_id,
            ),
        )
        record(
            uow,
            UnitInvited(
                actor_id=actor.person_id,
                unit_id=swv_of(actor),
                other_unit_id=unit.id,
                subject_kind="unit",
                subject_id=unit.id,
                invitation_id=row.id,
            ),
        )
        send_after_commit(services, uow, row, unit)
        uow.commit()
    return invited(row, code)


def invite_again(services: Services, actor: Actor, unit_id: str) -> Invited:
    """A new code for a school that has not enrolled yet; the earlier code no longer works.

    Raises:
        NotFound: no such invitation.
    """
    require(actor, Action.INVITE_UNIT, Subject())
    code = new_code()
    with services.uow() as uow:
        unit = uow.session.get(Unit, unit_id)
        earlier = uow.session.scalars(
            select(Invitation)
            .where(Invitation.unit_id == unit_id, Invitation.kind == InvitationKind.UNIT, Invitation.used_at.is_(None))
            .order_by(Invitation.created_at.desc())
        ).all()
        if unit is None or not earlier:
            raise NotFound
        for old in earlier:
            old.withdrawn_at = old.withdrawn_at or uow.clock.now()
        row = add_invitation(
            services,
            uow,
            code,
            Invitation(
                kind=InvitationKind.UNIT,
                unit_id=unit_id,
                name=earlier[0].name,
                email=earlier[0].email,
                roles=earlier[0].roles,
                invited_by=actor.person_id,
            ),
        )
        record(
            uow,
            UnitInvited(
                actor_id=actor.person_id,
                unit_id=swv_of(actor),
                other_unit_id=unit_id,
                subject_kind="unit",
                subject_id=unit_id,
                invitation_id=row.id,
            ),
        )
        send_after_commit(services, uow, row, unit)
        uow.commit()
    return invited(row, code)


def enrol_unit(
    services: Services,
    *,
    code: str,
    drawn: Drawn | None = None,
    actor: Actor | None = None,
    also: tuple[Role, ...] = (),
) -> Enrolled:
    """Use the code: make the person, the four circles, the card and the recovery sheet.

    `drawn` are the words that were shown; without them we draw. `actor`: somebody who has a sign-in already, with the
    invited address. `also`: further roles of a small school's only person.

    Raises:
        CodeRefused: no such code, or no longer.
        SignInFirst: the address has a sign-in already; use the code signed in.
        Invalid: words that we did not draw.
    """
    passphrase = require_drawn(services, code, drawn) if drawn else None
    with services.uow() as uow:
        usable(services, uow, code)  # before the costly work
    newcomer = None if actor else make_newcomer(services, passphrase)
    with services.uow() as uow:
        row = usable(services, uow, code)
        if row.kind is not InvitationKind.UNIT:
            raise NotFound
        unit = uow.session.get_one(Unit, row.unit_id)
        person = invited_person(uow, row, newcomer, actor)
        for role in dict.fromkeys((*roles_of(row), *also)):
            add_membership(uow, Membership(person_id=person.id, unit_id=unit.id, role=role))
        sheet = PrintedSheet(
            unit=unit.name,
            place=unit.place,
            made_on=local_day(uow.clock.now()),
            identity=HybridIdentity.generate(),
        )
        circles = make_circles(
            uow,
            unit.id,
            person_id=person.id,
            recipient=HybridRecipient.parse(person.recipient or ""),
            sheet=sheet.identity.recipient(),
            circles=circles_at(unit.side),
        )
        card = publish_first_card(uow, circles)
        keyring = Keyring(person.id, newcomer.identity, region=services.region) if newcomer else _held(actor)
        decide(uow, keyring, unit.id, who=person.id, circles=circles)
        unit.status = UnitStatus.ENROLLED
        use(uow, row, person)
        record(
            uow,
            UnitEnrolled(
                actor_id=person.id, unit_id=unit.id, subject_kind="unit", subject_id=unit.id, card=card.digest
            ),
        )
        uow.commit()
        words = admin_key_words(admin_key(uow, unit.id))
    return Enrolled(
        unit_id=unit.id,
        person_id=person.id,
        passphrase=newcomer.passphrase if newcomer else None,
        words=words,
        sheet=sheet,
    )


def invited_person(uow: UnitOfWork, row: Invitation, newcomer: Newcomer | None, actor: Actor | None) -> Person:
    """Who uses an invitation: the signed-in person whose address it names, or somebody new.

    Raises:
        SignInFirst: the address has a sign-in, and nobody, or somebody else, is signed in.
    """
    if actor is not None:
        person = uow.session.get_one(Person, actor.person_id)
        if person.email != row.email:
            raise SignInFirst
        return person
    present = person_with(uow, row.email)
    if present is not None or newcomer is None:
        raise SignInFirst
    return add_person(uow, newcomer, name=row.name, email=row.email)


def use(uow: UnitOfWork, row: Invitation, person: Person) -> None:
    """Use an invitation up, and say so in the log."""
    row.used_at, row.person_id = uow.clock.now(), person.id
    record(
        uow,
        PersonJoined(
            actor_id=person.id,
            unit_id=row.unit_id,
            subject_kind="person",
            subject_id=person.id,
            kind=row.kind.value,
            recipient=digest(person.recipient or ""),
        ),
    )


def _held(actor: Actor | None) -> Keyring:
    if actor is None:  # pragma: no cover  # somebody without a sign-in is given one before
        raise SignInFirst
    keyring: Keyring = actor.keyring
    return keyring


def _locations(uow: UnitOfWork, side: UnitSide, brins: tuple[str, ...]) -> list[Location]:
    found = []
    for brin6 in dict.fromkeys(brin.strip().upper() for brin in brins):
        location = uow.session.get(Location, brin6)
        if location is None or location.closed_on is not None:
            raise Invalid(fields={"brin": msgid("Deze vestiging kennen wij niet. Een nummer ziet eruit als 03QI00.")})
        if location.kind not in kinds_of(Side(side.value)):
            raise Invalid(fields={"brin": msgid("Deze vestiging is van een andere soort school.")})
        if unit_of_location(uow, brin6):
            raise Invalid(fields={"brin": msgid("Deze vestiging doet al mee, of is al uitgenodigd.")})
        found.append(location)
    if not found:
        raise Invalid(fields={"brin": msgid("Kies ten minste één vestiging.")})
    return found

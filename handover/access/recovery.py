"""The way back by the printed sheet: allowed by the samenwerkingsverband, used once, worth nothing afterwards.

Not here yet: mail to all members that the sheet was used (the log says so, and their page).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from handover.access import keywork
from handover.access.codes import Drawn, new_code, require_drawn
from handover.access.decisions import decide
from handover.access.enrolment import use
from handover.access.errors import WordsDiffer
from handover.access.events import RecoveryAllowed, SheetPrinted, SheetUsed
from handover.access.fields import read_email, read_name
from handover.access.handing import ask_for_keys, roles_at
from handover.access.invitations import Invited, add_invitation, invited, send_after_commit, usable
from handover.access.keywork import KeyWorkKind
from handover.access.model import Invitation, InvitationKind
from handover.access.newcomer import (
    Newcomer,
    add_membership,
    add_person,
    forget_keys,
    make_newcomer,
    person_with,
    require_not_last,
)
from handover.access.roles import ADMIN
from handover.access.rotation import ask_rotation
from handover.access.sheet import PrintedSheet, read_sheet
from handover.audit.log import record
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Invalid, NotFound
from handover.policy import Action, Actor, Role, Subject, require
from handover.rooms.circles import complete_sheet, hand_on, holders, replace_sheet
from handover.rooms.keyring import Keyring
from handover.rooms.model import Sheet
from handover.schools.model import Membership, Person, Unit
from handover.schools.queries import memberships
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.msgid import msgid
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.circle import Circle
from keys.words import fingerprint_words, normalise


@dataclass(frozen=True, kw_only=True)
class Recovered:
    """What somebody sees who came in by the sheet."""

    person_id: str
    unit_id: str
    passphrase: str | None = field(repr=False)
    sheet: PrintedSheet = field(repr=False)
    """The new one; the old is worth nothing now."""


def print_sheet(services: Services, actor: Actor, unit_id: str) -> PrintedSheet:
    """Make a new sheet, revoke the old ones, and rotate all circles.

    Circles that this admin does not hold are key work: a holder compares the sheet's words and completes it.
    """
    require(actor, Action.MANAGE_KEYS, Subject(unit_id=unit_id))
    with services.uow() as uow:
        sheet = _new_sheet(services, uow, actor.keyring, unit_id, by=actor.person_id)
        uow.commit()
    keywork.run_for(services, actor)
    return sheet


def add_to_sheet(services: Services, actor: Actor, unit_id: str, *, words: str) -> frozenset[Circle]:
    """Give the printed sheet the keys that this holder has and it lacks, after comparing its five words with the paper.

    Raises:
        WordsDiffer: the paper is another sheet's.
        NotFound: the unit has no sheet, or is not this person's.
    """
    require(actor, Action.SEE_UNIT, Subject(unit_id=unit_id))
    with services.uow() as uow:
        sheet = _present_sheet(uow, unit_id)
        if normalise(words) != normalise(fingerprint_words(sheet.recipient)):
            raise WordsDiffer(fields={"woorden": msgid("Deze woorden staan niet op het nieuwste herstelblad.")})
        complete_sheet(uow, actor.keyring, sheet)
        held: frozenset[Circle] = actor.keyring.circles(uow, unit_id)
        keywork.settle(uow, KeyWorkKind.COMPLETE_SHEET, unit_id=unit_id, circles=held, by=actor.person_id)
        uow.commit()
    return held


def try_sheet(services: Services, actor: Actor, unit_id: str, typed: str) -> bool:
    """Whether what was typed or scanned is the unit's newest sheet. Nothing is opened, and nothing is used up."""
    require(actor, Action.MANAGE_KEYS, Subject(unit_id=unit_id))
    identity = read_sheet(typed)
    with services.uow() as uow:
        return identity.recipient().encode() == _present_sheet(uow, unit_id).recipient


def allow_recovery(services: Services, actor: Actor, unit_id: str, *, name: str, email: str) -> Invited:
    """Say yes, as swv_admin, to one person's using a unit's sheet; the code is told, not mailed.

    Raises:
        NotFound: no such unit, or it has no sheet.
    """
    require(actor, Action.CERTIFY, Subject())
    code = new_code()
    with services.uow() as uow:
        unit = uow.session.get(Unit, unit_id)
        if unit is None:
            raise NotFound
        _present_sheet(uow, unit_id)
        row = add_invitation(
            services,
            uow,
            code,
            Invitation(
                kind=InvitationKind.RECOVERY,
                unit_id=unit_id,
                name=read_name(name),
                email=read_email(email),
                roles=ADMIN[unit.side].value,
                invited_by=actor.person_id,
            ),
        )
        record(
            uow,
            RecoveryAllowed(
                actor_id=actor.person_id,
                unit_id=actor.units_as(Role.SWV_ADMIN)[0],
                other_unit_id=unit_id,
                subject_kind="unit",
                subject_id=unit_id,
                invitation_id=row.id,
            ),
        )
        send_after_commit(services, uow, row, unit)
        uow.commit()
    return invited(row, code)


def recover_unit(services: Services, *, code: str, typed: str, drawn: Drawn | None = None) -> Recovered:
    """Use the sheet: somebody becomes admin with every key that it has, all is rotated, and a new sheet is made.

    Raises:
        CodeRefused: no such code, or no longer.
        Invalid: not the newest sheet of this unit, or words that we did not draw.
    """
    identity = read_sheet(typed)
    passphrase = require_drawn(services, code, drawn) if drawn else None
    with services.uow() as uow:
        _fitting(uow, usable(services, uow, code), identity)  # before the costly work
    newcomer = make_newcomer(services, passphrase)
    with services.uow() as uow:
        row = usable(services, uow, code)
        unit, old = uow.session.get_one(Unit, row.unit_id), _fitting(uow, row, identity)
        person = _by_sheet(uow, row, newcomer)
        use(uow, row, person)
        if ADMIN[unit.side] not in roles_at(uow, person.id, unit.id):
            add_membership(uow, Membership(person_id=person.id, unit_id=unit.id, role=ADMIN[unit.side]))
        _take_over(services, uow, unit.id, person, sheet=(old.id, identity))
        keyring = Keyring(person.id, newcomer.identity, region=services.region)
        sheet = _new_sheet(services, uow, keyring, unit.id, by=person.id)
        ask_for_keys(uow, person.id)
        uow.commit()
        held = memberships(uow, person.id, on=local_day(uow.clock.now()))
    actor = Actor(person_id=person.id, memberships=held, keyring=keyring)
    keywork.run_for(services, actor)
    return Recovered(person_id=person.id, unit_id=unit.id, passphrase=newcomer.passphrase, sheet=sheet)


def _new_sheet(services: Services, uow: UnitOfWork, keyring: Keyring, unit_id: str, *, by: str) -> PrintedSheet:
    unit = uow.session.get_one(Unit, unit_id)
    sheet = PrintedSheet(
        unit=unit.name,
        place=unit.place,
        made_on=local_day(services.clock.now()),
        identity=HybridIdentity.generate(),
    )
    row = replace_sheet(uow, keyring, unit_id, sheet.identity.recipient())
    every = frozenset(holders(uow, unit_id))
    keywork.settle(uow, KeyWorkKind.COMPLETE_SHEET, unit_id=unit_id, circles=every)
    for circle in sorted(every - keyring.circles(uow, unit_id)):
        keywork.ask(uow, KeyWorkKind.COMPLETE_SHEET, unit_id=unit_id, circle=circle, subject_id=row.id)
    # What was stolen before opens with the old sheet still: what comes from now on must not.
    ask_rotation(uow, unit_id, every)
    record(uow, SheetPrinted(actor_id=by, unit_id=unit_id, subject_kind="sheet", subject_id=row.id))
    return sheet


def _present_sheet(uow: UnitOfWork, unit_id: str) -> Sheet:
    found = uow.session.scalar(
        select(Sheet).where(Sheet.unit_id == unit_id, Sheet.revoked_at.is_(None)).order_by(Sheet.created_at.desc())
    )
    if found is None:
        raise NotFound
    return found


def _fitting(uow: UnitOfWork, row: Invitation, identity: HybridIdentity) -> Sheet:
    if row.kind is not InvitationKind.RECOVERY:
        raise NotFound
    sheet = _present_sheet(uow, row.unit_id)
    if sheet.recipient != identity.recipient().encode():
        raise Invalid(fields={"blad": msgid("Dit is niet het nieuwste herstelblad van deze school.")})
    return sheet


def _by_sheet(uow: UnitOfWork, row: Invitation, newcomer: Newcomer) -> Person:
    """The person of that address with a new identity, the old one's copies gone; or somebody new."""
    person = person_with(uow, row.email)
    if person is None:
        return add_person(uow, newcomer, name=row.name, email=row.email)
    require_not_last(uow, person.id, elsewhere_than=row.unit_id)
    person.sealed_identity, person.recipient = newcomer.sealed, newcomer.recipient
    forget_keys(uow, person.id)
    return person


def _take_over(
    services: Services, uow: UnitOfWork, unit_id: str, person: Person, *, sheet: tuple[str, HybridIdentity]
) -> None:
    """Give the person every key that the sheet has."""
    by_paper = Keyring(person.id, sheet[1], region=services.region, sheet_id=sheet[0])
    recipient = HybridRecipient.parse(person.recipient or "")
    for circle in sorted(by_paper.circles(uow, unit_id)):
        hand_on(uow, by_paper, unit_id, circle, person_id=person.id, recipient=recipient)
    decide(uow, by_paper, unit_id, who=person.id, circles=tuple(Circle))
    record(uow, SheetUsed(actor_id=person.id, unit_id=unit_id, subject_kind="sheet", subject_id=sheet[0]))

"""Asking a primary school that takes no part for a dossier: the mirror of `coded`. Here is what the asking school does.

Its session makes the rooms, for its own circles, and a one-time key for whoever answers; all that the guest needs lies
under six words, which are told by telephone. What the guest does is in `answering_asked`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select

from handover.access.fields import read_email
from handover.audit.log import record
from handover.bundles.asked import end_asked, end_one
from handover.bundles.asked_model import AskedDossier
from handover.bundles.asked_secret import Secret
from handover.bundles.codes import TRIES, VALID, WORDS
from handover.bundles.events import DossierAsked
from handover.bundles.guest_units import primary_guest_unit
from handover.bundles.link_mail import mail_each
from handover.bundles.readiness import takes_part
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition, NotFound
from handover.leavers.model import Announcement
from handover.mail import Message
from handover.policy import Action, Actor, Subject, require
from handover.rooms.cards import valid_card
from handover.rooms.errors import NoKey
from handover.rooms.grants import make_room
from handover.rooms.model import RoomKind, SubjectKind
from handover.rooms.names import give_name, read_names
from handover.rooms.records import OpenRoom
from handover.schools.model import Unit
from handover.schools.queries import unit_of_location
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Announced
from handover.terms.reference import new_reference
from keys.age.hybrid import HybridIdentity
from keys.asking import Asking
from keys.circle import Circle
from keys.jws import SigningKey, digest
from keys.person import seal_identity
from keys.words import generate_words


class TakesPart(IllegalTransition):
    """That primary school takes part: it is asked as all are."""

    code = "takes-part"


@dataclass(frozen=True, kw_only=True)
class AskedNow:
    """What the asking school is shown once."""

    id: str
    reference: str
    words: str = field(repr=False)
    """Six, to be told by telephone; kept nowhere."""
    email: str
    expires_at: datetime


def ask_outside(services: Services, actor: Actor, announcement_id: str, *, email: str) -> AskedNow:
    """Ask for the dossier of a child that was announced. What was asked for it before ends.

    Raises:
        TakesPart: the primary school takes part.
        IllegalTransition: the child was recognised, is unknown there, or the announcement was taken back.
        Invalid: no address.
        NotFound, NotAllowed, NoKey: not for this actor.
        NoValidCard: the region does not vouch for the asking school now.
        Conflict: a key was rotated meanwhile; nothing was asked.
    """
    with services.uow() as uow:
        askable(uow, actor, announcement_id)  # before the work of sealing words
    address = read_email(email, field="email")
    identity, words = HybridIdentity.generate(), generate_words(WORDS)
    sealed = seal_identity(
        identity,
        words,
        service_recipient=services.service_key.recipient(),
        log_n=services.settings.passphrase_log_n,
    )
    with services.uow() as uow:
        announced = askable(uow, actor, announcement_id)
        end_asked(uow, announced.id, actor_id=actor.person_id)
        row = _row(uow, actor, announced, address)
        row.sealed_identity = sealed
        _seal(services, uow, actor, announced, row, identity)
        record(
            uow,
            DossierAsked(
                actor_id=actor.person_id,
                unit_id=row.unit_id,
                subject_kind="announcement",
                subject_id=announced.id,
                sender_brin=row.sender_brin,
                asking=digest(row.statement),
            ),
        )
        uow.commit()
        return AskedNow(id=row.id, reference=row.reference, words=words, email=address, expires_at=row.expires_at)


def askable(uow: UnitOfWork, actor: Actor, announcement_id: str) -> Announcement:
    """The announcement, held, if its dossier can be asked for outside.

    Raises:
        TakesPart: the primary school takes part.
        IllegalTransition: the child was recognised, is unknown there, or the announcement was taken back.
        NotFound, NotAllowed: not for this actor.
    """
    row = _seen(uow, actor, announcement_id)
    if row.state is not Announced.ASKED or row.sender_brin is None:
        raise IllegalTransition
    # Also while its key waits for a certificate: whoever gave the address would be the school.
    if takes_part(uow, row.sender_unit_id or unit_of_location(uow, row.sender_brin)):
        raise TakesPart
    return row


def take_back_asked(services: Services, actor: Actor, announcement_id: str) -> None:
    """Take back what was asked; twice is once. Who is uploading meanwhile finds that the words open nothing.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        announced = _seen(uow, actor, announcement_id)
        end_asked(uow, announced.id, actor_id=actor.person_id)
        uow.commit()


def mail_asked_again(services: Services, actor: Actor, announcement_id: str) -> None:
    """Let the link be mailed once more, to the same address.

    Raises:
        IllegalTransition: nothing is asked, or not any more, or the words were wrong five times.
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        announced = _seen(uow, actor, announcement_id)
        row = uow.session.scalars(
            select(AskedDossier).where(
                AskedDossier.announcement_id == announced.id,
                AskedDossier.sealed_identity.is_not(None),
                AskedDossier.failures < TRIES,
            )
        ).first()
        if row is None:
            raise IllegalTransition
        row.mailed_at = None
        uow.commit()


def mail_asked(services: Services) -> None:
    """Mail each link that was not yet, and that opens something still; for the sweep."""
    with services.uow() as uow:
        waiting = uow.session.scalars(
            select(AskedDossier).where(
                AskedDossier.mailed_at.is_(None),
                AskedDossier.sealed_identity.is_not(None),
                AskedDossier.failures < TRIES,
            )
        ).all()
        messages = {row.id: _message(uow, services.settings.base_url, row) for row in waiting}
    mail_each(services, AskedDossier, messages)


def end_unanswered(uow: UnitOfWork) -> None:
    """End what nobody answered in time; for the sweep, the caller commits. The list of who is expected says so."""
    rows = uow.session.scalars(
        select(AskedDossier)
        .where(AskedDossier.sealed_identity.is_not(None), AskedDossier.expires_at <= uow.clock.now())
        .with_for_update()
    ).all()
    for row in rows:
        end_one(uow, row, actor_id=None)


def _seen(uow: UnitOfWork, actor: Actor, announcement_id: str) -> Announcement:
    row = uow.session.get(Announcement, announcement_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    require(actor, Action.ASK_OUTSIDE, Subject(unit_id=row.receiver_unit_id))
    return row


def _row(uow: UnitOfWork, actor: Actor, announced: Announcement, address: str) -> AskedDossier:
    return AskedDossier(
        id=new_id(),
        announcement_id=announced.id,
        unit_id=announced.receiver_unit_id,
        sender_unit_id=primary_guest_unit(uow, announced.sender_brin or ""),
        sender_brin=announced.sender_brin or "",
        handover_id=new_id(),
        reference=new_reference(),
        email=address,
        asked_by=actor.person_id,
        asked_at=uow.clock.now(),
        expires_at=uow.clock.now() + VALID,
    )


def _seal(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    announced: Announcement,
    row: AskedDossier,
    identity: HybridIdentity,
) -> None:
    """Make the rooms and tell the own school who it is about; vouch for a key, and put all of it under the words."""
    about = read_names(uow, actor.keyring, row.unit_id, [announced.id]).get(announced.id)
    if about is None:
        raise NoKey("no name to ask with", announcement=announced.id)
    names = actor.keyring.circle(uow, row.unit_id, Circle.NAMES)
    give_name(uow, row.handover_id, about, maker=names, reader=names.reader)
    dossier, care = (
        _room(uow, actor, row, kind, circle)
        for kind, circle in ((RoomKind.DOSSIER, Circle.DOSSIER), (RoomKind.CARE, Circle.CARE))
    )
    row.dossier_room_id, row.care_room_id = dossier.room_id, care.room_id
    signing = SigningKey.generate()
    signer = actor.keyring.circle(uow, row.unit_id, Circle.DOSSIER)
    row.signer_id = signer.id
    row.statement = Asking(
        request_id=row.id,
        handover_id=row.handover_id,
        sender_unit_id=row.sender_unit_id,
        receiver=valid_card(uow, row.unit_id, services.region, uow.clock.now()).party,
        rooms=(dossier.room_id, care.room_id),
        verify=signing.verify_key,
        until=row.expires_at,
    ).sign(signer.key)
    secret = Secret(signing=signing, dossier=dossier.recipient, care=care.recipient, about=about)
    row.sealed_secret = secret.seal(row.id, identity.recipient())
    uow.session.add(row)
    uow.flush()


def _room(uow: UnitOfWork, actor: Actor, row: AskedDossier, kind: RoomKind, circle: Circle) -> OpenRoom:
    held = actor.keyring.circle(uow, row.unit_id, circle)
    return make_room(
        uow,
        kind=kind,
        subject=(SubjectKind.HANDOVER, row.handover_id),
        maker=held,
        # As with all: what is inside is handed out once somebody has received it.
        readers=[replace(held.reader, withheld=True)],
    )


def _message(uow: UnitOfWork, base_url: str, row: AskedDossier) -> Message:
    school = uow.session.get_one(Unit, row.unit_id)
    return Message(
        to=row.email,
        subject=f"{school.name} in {school.place} vraagt u om een dossier",
        text=(
            "Aan de leerkracht van groep 8, of de intern begeleider,\n\n"
            f"{school.name} in {school.place} vraagt u om het overdrachtsdossier van een leerling.\n"
            f"U levert het hier aan. Wat u kiest, gaat meteen op slot:\n{base_url}/aanleveren/{row.id}\n\n"
            "Daar vult u zes woorden in. Die krijgt u van de school aan de telefoon, niet per mail.\n"
            f"Belt de school u niet? Bel haar dan zelf, en noem kenmerk {row.reference}.\n"
            "Zoek het nummer op de website van de school.\n"
            f"De link werkt tot en met {local_day(row.expires_at):%d-%m-%Y}.\n\n"
            "In deze mail staat met opzet geen naam van een kind.\n"
        ),
    )

"""Handover with a code: sealed to a one-time key under six words, for a school that takes no part.

The link goes by mail to an address that the sender took from the school's own site, and opens nothing; the words are
told by telephone. What the guest does is in `guest`; here is what the sender does, and what the sweep does for both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from handover.access.fields import read_email, read_name
from handover.audit.log import record
from handover.bundles.code_model import HandoverCode
from handover.bundles.codes import VALID, WORDS, code_of
from handover.bundles.events import CodeRunOut, ConfirmedByTelephone, told_by_sender
from handover.bundles.guest_units import guest_unit, is_guest
from handover.bundles.handovers import end_handover, handover_of, take_from_receiver
from handover.bundles.left import is_confirmed_elsewhere
from handover.bundles.link_mail import mail_each
from handover.bundles.model import Handover
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_sender
from handover.bundles.outside import outside_of
from handover.bundles.packing import Ready
from handover.bundles.sending import Second, left_to_send, left_to_send_beside, ready_to_send, seal_and_keep
from handover.bundles.sides import subject_with_group
from handover.bundles.state import HandoverAction, HandoverStatus, advance
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.rules import ToDo
from handover.errors import Conflict, IllegalTransition
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.model import Application
from handover.mail import Message
from handover.policy import Action, Actor, require
from handover.rooms.reader import Reader
from handover.schools.model import Unit
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Outcome
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.circle import Circle
from keys.jws import digest
from keys.letter import Party
from keys.person import seal_identity
from keys.words import generate_words


@dataclass(frozen=True, kw_only=True)
class CodeMade:
    """What the sender is shown once."""

    handover_id: str
    words: str = field(repr=False)
    """Six, to be told by telephone; kept nowhere."""
    email: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class OneTimeReader:
    """A receiver without a card: whoever opens a one-time key. A letter names it by the digest of that key."""

    unit_id: str
    code_id: str
    recipient: HybridRecipient = field(repr=False)

    @property
    def party(self) -> Party:
        """As a letter names it."""
        return Party(unit_id=self.unit_id, card=digest(self.recipient.encode()))

    def reader(self, circle: Circle, *, withheld: bool) -> Reader:  # noqa: ARG002  # as a card's: here all is one key
        """The one-time key, whatever the circle. Nothing is withheld: without the words there is nothing to open."""
        return Reader(unit_id=self.unit_id, person_id=self.code_id, recipient=self.recipient)


def send_with_code(
    services: Services, actor: Actor, reference: str, *, to: str, email: str, is_second: bool = False
) -> CodeMade:
    """Seal a dossier to a one-time key and keep it, as `sending.send` does. The words are in what this gives, only.

    `is_second`: beside the school that has it already.

    Raises:
        NotReady: something is left to do besides the school's taking part; nothing was sent.
        IllegalTransition: that school takes part: it gets dossiers as all do.
        Conflict: it is on its way already, goes elsewhere than `to`, or was changed meanwhile.
        Invalid: no address.
        NotFound, NotAllowed, NoKey: not for this actor.
        StoreUnavailable: nothing was sent.
    """
    with services.uow() as uow:
        require(actor, Action.SEND, subject_of(leaver_of(uow, reference)))  # before the work of sealing words
    address = read_email(email, field="email")
    identity, words, code_id = HybridIdentity.generate(), generate_words(WORDS), new_id()
    sealed = seal_identity(
        identity,
        words,
        service_recipient=services.service_key.recipient(),
        log_n=services.settings.passphrase_log_n,
    )
    with services.uow() as uow:

        def addressed(application: Application) -> OneTimeReader:
            unit_id = guest_unit(uow, application.receiver_brin)
            return OneTimeReader(unit_id=unit_id, code_id=code_id, recipient=identity.recipient())

        second = Second(to=to) if is_second else None
        ready: Ready = ready_to_send(services, uow, actor, reference, without_card=addressed, second=second)
        if ready.application.receiver_brin != to:
            raise Conflict
        handover_id = seal_and_keep(services, uow, actor, ready)
        expires_at = uow.clock.now() + VALID
        uow.session.add(
            HandoverCode(
                id=code_id,
                handover_id=handover_id,
                sealed_identity=sealed,
                recipient=identity.recipient().encode(),
                email=address,
                expires_at=expires_at,
            )
        )
        uow.commit()
    return CodeMade(handover_id=handover_id, words=words, email=address, expires_at=expires_at)


def left_with_code(
    services: Services, uow: UnitOfWork, actor: Actor, reference: str, *, is_second: bool = False
) -> Sequence[ToDo]:
    """What is left before this dossier may go with a code: all that `sending` asks but the school's taking part."""
    ask = left_to_send_beside if is_second else left_to_send
    return ask(services, uow, actor, reference, without_card=True)


def confirm_by_telephone(services: Services, actor: Actor, handover_id: str, *, by: str) -> None:
    """Record that the school said, on the telephone, that the child is enrolled and its dossier arrived.

    Raises:
        IllegalTransition: it neither was fetched with a code nor went outside to a school that takes no part, or it is
            confirmed already.
        Conflict: another school has confirmed that the child is there.
        Invalid: no name of who said so.
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        handover = handover_of(uow, handover_id, for_update=True)
        require(actor, Action.CONFIRM_BY_TELEPHONE, subject_with_group(uow, handover))
        name = read_name(by, field="by")
        row = code_of(uow, handover_id) or outside_of(uow, handover_id)
        if row is None or not is_guest(uow, handover.receiver_unit_id):
            raise IllegalTransition(status=handover.status)
        confirmed = advance(handover.status, HandoverAction.CONFIRM_BY_TELEPHONE)
        if is_confirmed_elsewhere(uow, handover):
            raise Conflict
        # Both at once: a query between them would write a confirmation without its time.
        handover.status, handover.confirmed_at, row.confirmed_by = confirmed, uow.clock.now(), name
        application = uow.session.get_one(Application, handover.application_id)
        application.outcome, application.outcome_on = Outcome.ENROLLED, local_day(uow.clock.now())
        record(uow, told_by_sender(ConfirmedByTelephone, actor, handover))
        uow.commit()


def mail_links(services: Services) -> None:
    """Mail each link whose dossier lies ready; for the sweep."""
    with services.uow() as uow:
        waiting = uow.session.scalars(
            select(HandoverCode)
            .join(Handover, Handover.id == HandoverCode.handover_id)
            .where(HandoverCode.mailed_at.is_(None), Handover.status == HandoverStatus.OFFERED)
        ).all()
        messages = {code.id: _message(uow, services.settings.base_url, code) for code in waiting}
    mail_each(services, HandoverCode, messages)


def mail_again(services: Services, actor: Actor, handover_id: str) -> None:
    """Let the link be mailed once more, to the same address.

    Raises:
        IllegalTransition: it has no code, or was fetched or taken back.
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        handover = handover_of(uow, handover_id)
        require(actor, Action.WITHDRAW, subject_with_group(uow, handover))
        code = code_of(uow, handover_id)
        if code is None or handover.status is not HandoverStatus.OFFERED:
            raise IllegalTransition(status=handover.status)
        code.mailed_at = None
        uow.commit()


def end_run_out(uow: UnitOfWork) -> None:
    """Close what nobody fetched in time, and tell its sender; for the sweep, the caller commits."""
    rows = uow.session.scalars(
        select(Handover)
        .join(HandoverCode, HandoverCode.handover_id == Handover.id)
        .where(Handover.status == HandoverStatus.OFFERED, HandoverCode.expires_at <= uow.clock.now())
    ).all()
    for handover in rows:
        end_handover(uow, handover, HandoverAction.EXPIRE)
        take_from_receiver(uow, handover)
        record(
            uow,
            CodeRunOut(
                actor_id=None,
                unit_id=handover.sender_unit_id,
                subject_kind="handover",
                subject_id=handover.id,
            ),
        )
        tell_sender(uow, handover, NoticeKind.CODE_RUN_OUT)


def _message(uow: UnitOfWork, base_url: str, code: HandoverCode) -> Message:
    handover = handover_of(uow, code.handover_id)
    sender = uow.session.get_one(Unit, handover.sender_unit_id)
    return Message(
        to=code.email,
        subject=f"Een dossier van {sender.name} in {sender.place}",
        text=(
            "Aan de intakecoördinator,\n\n"
            f"{sender.name} in {sender.place} draagt een leerling aan u over. Het dossier ligt klaar, op slot:\n"
            f"{base_url}/gast/{code.id}\n\n"
            "Daar vult u zes woorden in. Die krijgt u van de basisschool aan de telefoon, niet per mail.\n"
            f"Belt de basisschool u niet? Bel haar dan zelf, en noem kenmerk {handover.reference}.\n"
            f"U kunt het dossier één keer ophalen, tot en met {local_day(code.expires_at):%d-%m-%Y}.\n\n"
            "In deze mail staat met opzet geen naam van een kind.\n"
        ),
    )

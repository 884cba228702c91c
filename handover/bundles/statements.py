"""What a receiver signs over the letter of a handover: that it came, and that the handover is done."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import and_, func, select, update

from handover.bundles.model import Bundle, Handover, Statement
from handover.bundles.state import BundleStatus
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict
from handover.policy import Actor
from handover.rooms.cards import valid_card
from handover.services import Services
from keys.circle import Circle
from keys.jws import digest
from keys.letter import Acceptance, Confirmation

_NAMES = {Acceptance: "received", Confirmation: "confirmed"}


def state(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    handover: Handover,
    letter: str,
    kind: type[Acceptance | Confirmation],
) -> str:
    """Sign, for the receiver, over the letter of this digest, and keep it. Gives the statement's digest.

    Raises:
        Conflict: it was said already of this letter, and stands.
        NoKey: this person does not hold the school's key to dossiers.
        NoValidCard: the region does not vouch for this school now.
    """
    card, now = valid_card(uow, handover.receiver_unit_id, services.region, uow.clock.now()), uow.clock.now()
    said = kind(handover_id=handover.id, letter=letter, receiver=card.party, at=now)
    jws = said.sign(actor.keyring.circle(uow, handover.receiver_unit_id, Circle.DOSSIER).key)
    if _NAMES[kind] in said_of(uow, handover.id, letter):
        raise Conflict
    uow.session.add(Statement(handover_id=handover.id, kind=_NAMES[kind], jws=jws, letter_digest=letter, made_at=now))
    return digest(jws)


def said_of(uow: UnitOfWork, handover_id: str, letter: str) -> set[str]:
    """What the receiver signed over this letter and stands by: `received`, `confirmed`."""
    return set(
        uow.session.scalars(
            select(Statement.kind).where(
                Statement.handover_id == handover_id,
                Statement.letter_digest == letter,
                Statement.taken_back_at.is_(None),
            )
        )
    )


def unsigned(uow: UnitOfWork, handover_ids: Collection[str]) -> set[str]:
    """Of these handovers, those with a later version for which the receiver has not signed."""
    newest = (
        select(func.max(Bundle.number))
        .where(Bundle.handover_id == Handover.id, Bundle.status == BundleStatus.SETTLED)
        .correlate(Handover)
        .scalar_subquery()
    )
    said = (
        select(Statement.id)
        .where(
            Statement.handover_id == Handover.id,
            Statement.letter_digest == Bundle.letter_digest,
            Statement.taken_back_at.is_(None),
        )
        .exists()
    )
    return set(
        uow.session.scalars(
            select(Handover.id)
            .join(Bundle, and_(Bundle.handover_id == Handover.id, Bundle.number == newest))
            .where(Handover.id.in_(handover_ids), Handover.accepted_at.is_not(None), Bundle.number > 1, ~said)
        )
    )


def take_back_confirmation(uow: UnitOfWork, handover_id: str) -> None:
    """Mark every confirmation of this handover as taken back. It stays: it was said, and the log knows of it."""
    uow.session.execute(
        update(Statement)
        .where(
            Statement.handover_id == handover_id,
            Statement.kind == _NAMES[Confirmation],
            Statement.taken_back_at.is_(None),
        )
        .values(taken_back_at=uow.clock.now())
    )

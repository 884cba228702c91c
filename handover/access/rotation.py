"""Rotating a unit's keys, as the acts of people: each step its own transaction, each repeatable (`rooms.rotation`).

What a person cannot do for want of a key becomes key work of whoever can.
"""

from __future__ import annotations

from collections.abc import Collection

from handover.access import keywork
from handover.access.events import CardPublished, KeyRotated
from handover.access.keywork import KeyWorkKind, Work
from handover.audit.log import record
from handover.db.unit_of_work import UnitOfWork
from handover.policy import Action, Actor, Subject, require
from handover.rooms.cards import publish_card
from handover.rooms.errors import NoKey
from handover.rooms.rotation import (
    begin_rotation,
    drop_old_copies,
    newest_version,
    published_version,
    reseal_grants,
    waiting_grants,
)
from handover.services import Services
from keys.circle import Circle


def rotate(services: Services, actor: Actor, unit_id: str, circle: Circle) -> bool:
    """Give a circle a new key, as an admin; done at once where this admin holds it, else key work of who does.

    Gives whether it is done. It protects what comes, and what is stolen later; not what was read.
    """
    require(actor, Action.MANAGE_KEYS, Subject(unit_id=unit_id))
    with services.uow() as uow:
        keywork.ask(uow, KeyWorkKind.ROTATE, unit_id=unit_id, circle=circle)
        uow.commit()
    keywork.run_for(services, actor)
    with services.uow() as uow:
        return not any(
            work.kind in {KeyWorkKind.ROTATE, KeyWorkKind.PUBLISH_CARD} and work.circle in {circle, Circle.ADMIN}
            for work in keywork.waiting(uow, unit_id)
        )


def ask_rotation(uow: UnitOfWork, unit_id: str, circles: Collection[Circle], *, without: str = "") -> None:
    """Let these circles be rotated by whoever holds them; `without` gets no new key."""
    for circle in sorted(circles):
        keywork.ask(uow, KeyWorkKind.ROTATE, unit_id=unit_id, circle=circle, subject_id=without)


def run_rotation(services: Services, actor: Actor, work: Work) -> bool:
    """Key work `rotate`: a new version, all grants sealed anew, the card (or key work for it), old copies gone.

    Raises:
        NoKey: this person does not hold the circle's newest version.
    """
    unit_id, circle = work.unit_id, work.circle
    if not _next_version(services, actor, work) and work.subject_id:
        # A version made before waits for its card, and may be sealed to whom this work is to leave out.
        published = _publish(services, actor, unit_id)
        if not published or not _next_version(services, actor, work):
            return False
    _reseal(services, actor, unit_id, circle)
    _publish(services, actor, unit_id)
    _finish(services, actor, unit_id, circle)
    return True


def run_reseal(services: Services, actor: Actor, work: Work) -> bool:
    """Key work `reseal`: what others sealed to an old version before they saw the new card.

    Raises:
        NoKey: this person does not hold the circle's newest version.
    """
    _reseal(services, actor, work.unit_id, work.circle)
    _finish(services, actor, work.unit_id, work.circle)
    return True


def run_publish(services: Services, actor: Actor, work: Work) -> bool:
    """Key work `publish_card`: the newest keys on a card, then whatever of the old ones can go."""
    if not _publish(services, actor, work.unit_id):
        return False
    for circle in Circle:
        _finish(services, actor, work.unit_id, circle)
    return True


keywork.register(KeyWorkKind.ROTATE, run_rotation)
keywork.register(KeyWorkKind.RESEAL, run_reseal)
keywork.register(KeyWorkKind.PUBLISH_CARD, run_publish)


def _next_version(services: Services, actor: Actor, work: Work) -> bool:
    """Make the next version; False when one waits for its card already."""
    unit_id, circle = work.unit_id, work.circle
    with services.uow() as uow:
        was = newest_version(uow, unit_id, circle)
        held = begin_rotation(uow, actor.keyring, unit_id, circle, without={work.subject_id} - {""})
        if held.name.version == was:
            return False
        record(
            uow,
            KeyRotated(
                actor_id=actor.person_id,
                unit_id=unit_id,
                subject_kind="unit",
                subject_id=unit_id,
                circle=circle.value,
                version=held.name.version,
            ),
        )
        keywork.ask(uow, KeyWorkKind.PUBLISH_CARD, unit_id=unit_id, circle=Circle.ADMIN)
        uow.commit()
    return True


def _publish(services: Services, actor: Actor, unit_id: str) -> bool:
    """See to it that the card names the newest keys; False when this person does not hold the admin key."""
    with services.uow() as uow:
        if _is_behind(uow, unit_id):
            try:
                card = publish_card(uow, actor.keyring, unit_id)
            except NoKey:
                return False
            record(
                uow,
                CardPublished(
                    actor_id=actor.person_id,
                    unit_id=unit_id,
                    subject_kind="unit",
                    subject_id=unit_id,
                    card=card.digest,
                    version=card.version,
                ),
            )
        keywork.settle(uow, KeyWorkKind.PUBLISH_CARD, unit_id=unit_id, circles={Circle.ADMIN}, by=actor.person_id)
        uow.commit()
    return True


def _is_behind(uow: UnitOfWork, unit_id: str) -> bool:
    return any(newest_version(uow, unit_id, circle) > published_version(uow, unit_id, circle) for circle in Circle)


def _reseal(services: Services, actor: Actor, unit_id: str, circle: Circle) -> None:
    while True:
        with services.uow() as uow:
            done = reseal_grants(uow, actor.keyring, unit_id, circle)
            uow.commit()
        if not done:
            return


def _finish(services: Services, actor: Actor, unit_id: str, circle: Circle) -> None:
    """Seal anew what came meanwhile, or ask somebody who can; drop the copies that nothing needs any more."""
    with services.uow() as uow:
        holds = circle in actor.keyring.circles(uow, unit_id)
    if holds:
        _reseal(services, actor, unit_id, circle)
    with services.uow() as uow:
        if waiting_grants(uow, unit_id, circle):
            keywork.ask(uow, KeyWorkKind.RESEAL, unit_id=unit_id, circle=circle)
        drop_old_copies(uow, unit_id, circle)
        uow.commit()

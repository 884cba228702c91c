"""Handing keys on: what somebody waits for, and giving it after the five words were compared."""

from __future__ import annotations

from sqlalchemy import select

from handover.access import keywork
from handover.access.decisions import decided
from handover.access.errors import NotDecided, WordsDiffer
from handover.access.events import KeyHandedOn
from handover.access.keywork import KeyWorkKind
from handover.access.newcomer import person_words
from handover.access.roles import circles_of
from handover.audit.log import record
from handover.db.unit_of_work import UnitOfWork
from handover.errors import NotFound
from handover.policy import Actor, Role
from handover.rooms.circles import hand_on, holders
from handover.rooms.errors import NoKey
from handover.rooms.model import CircleKeyRow, KeyCopy
from handover.schools.model import Person
from handover.schools.queries import memberships
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.msgid import msgid
from keys.age.hybrid import HybridRecipient
from keys.circle import Circle
from keys.words import normalise


def hand_key(services: Services, actor: Actor, unit_id: str, *, person_id: str, words: str) -> frozenset[Circle]:
    """Hand on the keys that a colleague waits for and this person holds, after hearing the colleague's five words.

    Also for somebody who left while holding the last copy: it serves for this only, and goes with it.

    Raises:
        WordsDiffer: what was heard are not the words of that colleague's key.
        NotDecided: no admin signed that the colleague may have them.
        NoKey: this person holds none of them.
    """
    with services.uow() as uow:
        person = uow.session.get(Person, person_id)
        mine = _own_circles(uow, actor, unit_id)
        if person is None or person.recipient is None or not (actor.roles_at(unit_id) or mine):
            raise NotFound
        if normalise(words) != normalise(person_words(person)):
            wrong = msgid(
                "Dit zijn niet de woorden van deze collega. Laat ze nog eens voorlezen. Klopt het weer niet? Stop dan."
            )
            raise WordsDiffer(fields={"woorden": wrong})
        due = circles_of(roles_at(uow, person_id, unit_id)) & mine
        if not due:
            raise NoKey("none of the keys that this person waits for", unit=unit_id)
        if not due <= decided(uow, actor.keyring, unit_id, person_id):
            raise NotDecided
        given = frozenset(circle for circle in due if person_id not in holders(uow, unit_id)[circle])
        for circle in sorted(due):
            hand_on(
                uow,
                actor.keyring,
                unit_id,
                circle,
                person_id=person_id,
                recipient=HybridRecipient.parse(person.recipient),
            )
        for circle in sorted(given):
            record(
                uow,
                KeyHandedOn(
                    actor_id=actor.person_id,
                    unit_id=unit_id,
                    subject_kind="person",
                    subject_id=person_id,
                    circle=circle.value,
                ),
            )
        keywork.settle(uow, KeyWorkKind.HAND_ON, unit_id=unit_id, circles=due, subject_id=person_id, by=actor.person_id)
        uow.commit()
    return given


def ask_for_keys(uow: UnitOfWork, person_id: str) -> None:
    """Make the key work of handing on what a person's roles bring and they lack; strike what they no longer need."""
    held_now = memberships(uow, person_id, on=local_day(uow.clock.now()))
    for unit_id in {held.unit_id for held in held_now}:
        having = holders(uow, unit_id)
        due = circles_of(held.role for held in held_now if held.unit_id == unit_id)
        for circle, persons in having.items():
            if circle in due and person_id not in persons:
                keywork.ask(uow, KeyWorkKind.HAND_ON, unit_id=unit_id, circle=circle, subject_id=person_id)
            else:
                keywork.settle(uow, KeyWorkKind.HAND_ON, unit_id=unit_id, circles={circle}, subject_id=person_id)


def roles_at(uow: UnitOfWork, person_id: str, unit_id: str) -> frozenset[Role]:
    """The roles that a person has at a unit today."""
    held = memberships(uow, person_id, on=local_day(uow.clock.now()))
    return frozenset(membership.role for membership in held if membership.unit_id == unit_id)


def _own_circles(uow: UnitOfWork, actor: Actor, unit_id: str) -> frozenset[Circle]:
    """The circles that a person has a copy of, a sleeping one too."""
    rows = uow.session.scalars(
        select(CircleKeyRow.circle)
        .join(KeyCopy, KeyCopy.circle_key_id == CircleKeyRow.id)
        .where(KeyCopy.person_id == actor.person_id, CircleKeyRow.unit_id == unit_id)
    )
    return frozenset(rows)

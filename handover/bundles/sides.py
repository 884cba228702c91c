"""For which of the two schools of a handover somebody acts, and the rooms that they enter there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import select

from handover.bundles.handovers import handover_of, subject_of_handover
from handover.bundles.mentor_model import Mentoring
from handover.bundles.model import Handover, Part
from handover.bundles.state import HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.errors import HandoverError, Invalid
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, Subject, may, require
from handover.rooms.grants import open_room
from handover.rooms.records import OpenRoom
from handover.terms.msgid import msgid
from handover.terms.typed import readable
from keys.errors import Damaged, NotForYou

LONGEST = 4000
"""Symbols of a note, a question, an answer or what was agreed: two pages."""


@dataclass(frozen=True, kw_only=True)
class Stand:
    """Where somebody stands towards a handover. Lives as long as its unit of work."""

    handover: Handover
    subject: Subject
    unit_id: str
    """The school for which they act; who works at both acts for the receiver."""

    @property
    def other_unit_id(self) -> str:
        """The school on the other side."""
        return self.handover.receiver_unit_id if self.is_sender else self.handover.sender_unit_id

    @property
    def is_sender(self) -> bool:
        """Whether they act for the primary school."""
        return self.unit_id == self.handover.sender_unit_id

    def room(self, uow: UnitOfWork, actor: Actor, part: Part) -> OpenRoom:
        """The room that both schools enter.

        Raises:
            NoKey: this person holds no key of it.
            BadSignature, Damaged: a grant was changed or exchanged.
        """
        care = part is Part.CARE
        room_id = self.handover.care_room_id if care else self.handover.dossier_room_id
        return open_room(uow, actor.keyring, self.unit_id, room_id, subject_id=self.handover.id)

    def own_room_id(self, part: Part) -> str | None:
        """The receiver's own room; None before acceptance and for the sender."""
        if self.is_sender:
            return None
        return self.handover.own_care_room_id if part is Part.CARE else self.handover.own_room_id


def stand(uow: UnitOfWork, actor: Actor, handover_id: str, action: Action, *, part: Part = Part.DOSSIER) -> Stand:
    """Where this actor stands, once policy has said yes to the action, and to reading care where care is meant.

    Raises:
        NotFound, NotAllowed: not for this actor, or not in this state.
    """
    handover = handover_of(uow, handover_id)
    subject = subject_with_group(uow, handover)
    require(actor, action, subject)
    if part is Part.CARE:
        require(actor, Action.READ_CARE, subject)
    return Stand(handover=handover, subject=subject, unit_id=units_that_may(actor, action, subject)[0])


def subject_with_group(uow: UnitOfWork, handover: Handover) -> Subject:
    """What policy knows of a handover, with the group of the child and its mentors."""
    leaver = uow.session.get(Leaver, handover.leaver_id)
    uow.hold(leaver)  # a page asks this of policy for each thing on it
    return subject_of_handover(handover, leaver.group_id if leaver else None, mentors=_mentors(uow, handover))


def _mentors(uow: UnitOfWork, handover: Handover) -> frozenset[str]:
    if handover.status is not HandoverStatus.CONFIRMED:
        return frozenset()
    named = select(Mentoring.person_id).where(Mentoring.handover_id == handover.id, Mentoring.ended_at.is_(None))
    return frozenset(person_id for person_id in uow.session.scalars(named) if person_id is not None)


def units_that_may(actor: Actor, action: Action, subject: Subject) -> list[str]:
    """The schools of a handover for which this actor may do that, the receiver first."""
    sides = (
        (subject.receiver_id, replace(subject, unit_id=None)),
        (subject.unit_id, replace(subject, receiver_id=None)),
    )
    return [unit_id for unit_id, side in sides if unit_id is not None and may(actor, action, side)]


def written(text: str, field: str = "text") -> str:
    """What somebody typed, without the blanks around it and without signs that nobody sees.

    Raises:
        Invalid: it is empty, or longer than `LONGEST`.
    """
    text = readable(text).strip()
    if not text:
        raise Invalid(fields={field: msgid("Vul hier iets in.")})
    if len(text) > LONGEST:
        raise Invalid(fields={field: msgid("Dit is te lang. Maak het korter dan 4.000 tekens.")})
    return text


class Unreadable(HandoverError):
    """A sealed text was changed or exchanged; it is not shown, and both schools see an alarm in the trail."""

    code = "unreadable"


@contextmanager
def noticing() -> Iterator[None]:
    """Give the errors of a record that was changed one name."""
    try:
        yield
    except (Damaged, NotForYou, ValueError, KeyError) as error:
        raise Unreadable from error

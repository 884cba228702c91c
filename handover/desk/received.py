"""One dossier as the receiving school handles it: who it is about, where it stands, what was recorded of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from handover.bundles.asked import Uploaded, uploaded_by
from handover.bundles.grounds import read_ground
from handover.bundles.guest_units import is_guest
from handover.bundles.handovers import handover_of
from handover.bundles.left import facts_of, units_with_care
from handover.bundles.model import Handover
from handover.bundles.rules import unmet
from handover.bundles.sides import subject_with_group
from handover.bundles.state import HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.desk.confirm_list import Point, Reader, points
from handover.desk.inbox_counts import new_ones
from handover.desk.inbox_rows import ShownName, shown_name
from handover.errors import NotFound
from handover.leavers.model import Application
from handover.policy import Action, Actor, require
from handover.rooms.names import read_names
from handover.schools.model import Location, Unit
from handover.terms.destination import Outcome, Tlv


@dataclass(frozen=True, kw_only=True)
class School:
    """A school as nobody can take it for another."""

    name: str
    place: str
    brin: str = ""


@dataclass(frozen=True, kw_only=True)
class Received:
    """What all of its pages show."""

    handover_id: str
    reference: str
    status: HandoverStatus
    unit_id: str
    sender: School
    receiver: School
    name: ShownName | None
    """None when this person lacks the key, or when it was taken away with the dossier."""
    offered_at: datetime
    accepted_at: datetime | None
    confirmed_at: datetime | None
    sender_reads: bool
    """False: the primary school takes no part, and sees nothing of what is done here."""
    uploaded: Uploaded | None
    """Who says to have uploaded it, where it was asked for at a school that takes no part."""
    waiting: int
    """How many other new dossiers wait at this school."""

    @property
    def is_new(self) -> bool:
        """Whether it can be received, or given back, now."""
        return self.status is HandoverStatus.OFFERED

    @property
    def is_received(self) -> bool:
        """Whether it was received and has not ended."""
        return self.status in {HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED}

    @property
    def is_confirmed(self) -> bool:
        """Whether the handover is done."""
        return self.status is HandoverStatus.CONFIRMED


@dataclass(frozen=True, kw_only=True)
class Decided:
    """What the school recorded of the application."""

    application_id: str
    outcome: Outcome
    outcome_on: date | None
    ground: str
    tlv: Tlv
    tlv_until: date | None
    version: int


def received(uow: UnitOfWork, actor: Actor, handover_id: str, action: Action) -> Received:
    """One dossier, for somebody who may do that with it.

    Raises:
        NotFound, NotAllowed: it is not for this actor, or was never offered.
        BadSignature, Damaged: the name was changed or exchanged.
    """
    handover = _seen(uow, actor, handover_id, action)
    names = read_names(uow, actor.keyring, handover.receiver_unit_id, [handover.id])
    sender, location = (
        uow.session.get_one(Unit, handover.sender_unit_id),
        uow.session.get_one(Location, handover.receiver_brin),
    )
    waiting = new_ones(uow, [handover.receiver_unit_id]).get(handover.receiver_unit_id, 0)
    return Received(
        handover_id=handover.id,
        reference=handover.reference,
        status=handover.status,
        unit_id=handover.receiver_unit_id,
        sender=School(name=sender.name, place=sender.place),
        receiver=School(name=location.name, place=location.place, brin=location.brin6),
        name=shown_name(names[handover.id]) if handover.id in names else None,
        offered_at=handover.offered_at or handover.created_at,
        accepted_at=handover.accepted_at,
        confirmed_at=handover.confirmed_at,
        sender_reads=not is_guest(uow, handover.sender_unit_id),
        uploaded=uploaded_by(uow, handover.id),
        waiting=waiting - (handover.status is HandoverStatus.OFFERED),
    )


def decided(uow: UnitOfWork, actor: Actor, handover_id: str) -> Decided:
    """What was recorded of its application.

    Raises:
        NotFound, NotAllowed: it is not for this actor to record that.
        NoKey, Unreadable: there is a ground, and it does not open.
    """
    handover = _seen(uow, actor, handover_id, Action.RECORD_OUTCOME)
    application = uow.session.get_one(Application, handover.application_id)
    return Decided(
        application_id=application.id,
        outcome=application.outcome,
        outcome_on=application.outcome_on,
        ground=read_ground(uow, actor, application, handover.receiver_unit_id),
        tlv=application.tlv,
        tlv_until=application.tlv_until,
        version=application.version,
    )


@dataclass(frozen=True, kw_only=True)
class Confirming:
    """What a handover needs before it may be confirmed."""

    points: Sequence[Point]
    is_complete: bool
    outcome: Outcome


def confirming(uow: UnitOfWork, actor: Actor, handover_id: str) -> Confirming:
    """The list beside the button.

    Raises:
        NotFound, NotAllowed: it is not for this actor to confirm.
    """
    handover = _seen(uow, actor, handover_id, Action.CONFIRM)
    unit_id = handover.receiver_unit_id
    facts = facts_of(uow, [handover])[handover.id]
    reader = Reader(roles=actor.roles_at(unit_id), unit_has_care=bool(units_with_care(uow, [unit_id])))
    return Confirming(points=points(facts, handover.id, reader), is_complete=not unmet(facts), outcome=facts.outcome)


def _seen(uow: UnitOfWork, actor: Actor, handover_id: str, action: Action) -> Handover:
    handover = handover_of(uow, handover_id)
    require(actor, action, subject_with_group(uow, handover))
    if handover.offered_at is None:
        # Taken back while it was being sealed: the receiver never heard of it.
        raise NotFound
    return handover

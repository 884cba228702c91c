"""Who a handover is about, from where to where, and how far it is: what may be said before anything is opened."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from handover.audit.queries import last_at
from handover.bundles.asked import Uploaded, uploaded_by
from handover.bundles.events import TamperingSeen
from handover.bundles.handovers import handover_of
from handover.bundles.model import Handover
from handover.bundles.opening import Tampered
from handover.bundles.sides import subject_with_group, units_that_may
from handover.bundles.state import HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.desk.outside_words import Elsewhere, elsewhere_of
from handover.dossiers.content import Name
from handover.errors import NotFound
from handover.policy import Action, Actor, Subject, may, require
from handover.rooms.names import open_names
from handover.schools.model import Location, Unit
from schemas.dossiers import NameSchema

_UNREADABLE = frozenset({HandoverStatus.DRAFT, HandoverStatus.SEALING, HandoverStatus.DESTROYED})


@dataclass(frozen=True, kw_only=True)
class School:
    """One of the two schools."""

    name: str
    place: str
    brin: str = ""


@dataclass(frozen=True, kw_only=True)
class Front:
    """What may be said of a handover before anything in it is opened."""

    handover_id: str
    leaver_id: str
    reference: str
    name: str = field(repr=False)
    """Empty for who holds no key to names."""
    birth_date: date | None = field(repr=False)
    status: HandoverStatus
    is_sender: bool
    sender: School
    receiver: School
    offered_at: datetime | None
    accepted_at: datetime | None
    confirmed_at: datetime | None
    alarm_at: datetime | None
    """When somebody was refused what is stored, because it is not what was sent."""
    uploaded: Uploaded | None
    """Who says to have uploaded it, where it was asked for at a school that takes no part."""
    may_read: bool
    may_accept: bool
    outside: Elsewhere | None
    """How the dossier went, where it is not in this service."""

    @property
    def href(self) -> str:
        """The address of its page."""
        return f"/dossier/{self.handover_id}"

    @property
    def back(self) -> str:
        """Where the reader came from."""
        return f"/leerling/{self.reference}" if self.is_sender else "/dossiers"

    @property
    def other(self) -> School:
        """The school on the other side."""
        return self.receiver if self.is_sender else self.sender

    @property
    def own(self) -> School:
        """The reader's own school."""
        return self.sender if self.is_sender else self.receiver


def front_of(uow: UnitOfWork, actor: Actor, handover_id: str) -> Front:
    """The front of a handover, for who may know that it is there.

    Raises:
        NotFound, NotAllowed: not for this actor.
        Tampered: who it is about was changed or exchanged.
    """
    handover = handover_of(uow, handover_id)
    subject = subject_with_group(uow, handover)
    require(actor, Action.SEE_HANDOVER, subject)
    unit_id = units_that_may(actor, Action.SEE_HANDOVER, subject)[0]
    is_sender = unit_id == handover.sender_unit_id
    name = _name(uow, actor, handover, unit_id)
    return Front(
        handover_id=handover.id,
        leaver_id=handover.leaver_id,
        reference=handover.reference,
        name=name.full if name else "",
        birth_date=name.birth_date if name else None,
        status=handover.status,
        is_sender=is_sender,
        sender=_unit(uow, handover.sender_unit_id),
        receiver=_receiver(uow, handover),
        offered_at=handover.offered_at,
        accepted_at=handover.accepted_at,
        confirmed_at=handover.confirmed_at,
        alarm_at=last_at(uow, handover.id, TamperingSeen.name),
        uploaded=uploaded_by(uow, handover.id),
        may_read=_may_read(actor, handover, subject),
        may_accept=may(actor, Action.ACCEPT, subject) and handover.status is HandoverStatus.OFFERED,
        outside=elsewhere_of(uow, [handover.id]).get(handover.id),
    )


def _name(uow: UnitOfWork, actor: Actor, handover: Handover, unit_id: str) -> Name | None:
    about = handover.leaver_id if unit_id == handover.sender_unit_id else handover.id
    names = open_names(uow, actor.keyring, unit_id, [about])
    if names.refused:
        raise Tampered("name")
    found = names.about.get(about)
    return Name(**NameSchema().load(found)) if found else None


def _may_read(actor: Actor, handover: Handover, subject: Subject) -> bool:
    return may(actor, Action.READ_HANDOVER, subject) and handover.status not in _UNREADABLE


def _unit(uow: UnitOfWork, unit_id: str) -> School:
    unit = uow.session.get(Unit, unit_id)
    if unit is None:
        raise NotFound
    return School(name=unit.name, place=unit.place)


def _receiver(uow: UnitOfWork, handover: Handover) -> School:
    location = uow.session.get(Location, handover.receiver_brin)
    unit = _unit(uow, handover.receiver_unit_id)
    return School(name=unit.name, place=location.place if location else unit.place, brin=handover.receiver_brin)

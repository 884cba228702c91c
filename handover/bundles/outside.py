"""Handing over outside the service: by OSO, on paper, in person. The dossier is not here; that it went is.

It counts like any other: the receiver, where it takes part, finds it in its inbox and confirms it, its mentors are
named and read the school's own notes. There is no letter and no bundle. To whom it went is sealed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import delete, select, update

from handover.audit.log import record
from handover.bundles.events import HandedOutside, OutsideSeen, OutsideTakenBack, told_by_receiver, told_by_sender
from handover.bundles.guest_units import guest_unit
from handover.bundles.handovers import end_handover, handover_of, take_from_receiver
from handover.bundles.mentor_model import Mentoring
from handover.bundles.mentors import standing
from handover.bundles.model import Handover, Part, Remark
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_after_all, tell_receiver
from handover.bundles.outside_model import Outside, OutsideWay
from handover.bundles.readiness import applications_of, chosen, takes_part
from handover.bundles.sending import NotReady, end_failed_attempt
from handover.bundles.sides import Unreadable, noticing, stand, subject_with_group
from handover.bundles.state import ELSEWHERE, HandoverAction, HandoverStatus, Origin, advance
from handover.bundles.versions import is_being_sealed
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.content import Section
from handover.dossiers.rules import Missing, ToDo
from handover.errors import Conflict, IllegalTransition, Invalid, NotFound
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.model import Application, Leaver
from handover.policy import Action, Actor, require
from handover.rooms.cards import ValidCard, valid_card
from handover.rooms.errors import NoKey
from handover.rooms.grants import make_room
from handover.rooms.model import RoomKind, SubjectKind
from handover.rooms.names import give_name, read_names
from handover.rooms.records import OpenRoom
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.msgid import msgid
from handover.terms.schooljaar import Schooljaar
from handover.terms.typed import readable
from keys.circle import Circle

_RECORD = "outside"
_LONGEST_WHOM = 300


@dataclass(frozen=True, kw_only=True)
class Went:
    """How a dossier went, on which day, and to whom."""

    way: OutsideWay
    went_on: date
    whom: str = field(repr=False)
    """A person or a desk, as the sender calls them."""


def hand_outside(services: Services, actor: Actor, reference: str, went: Went, *, to: str) -> str:
    """Record that a leaver's dossier went by another way. Gives the handover's id.

    It is in the receiver's hands at once, whatever was not done before: it happened already. `to` is the BRIN of the
    location that the actor saw.

    Raises:
        NotReady: no school at which the child applied.
        Invalid: a day to come, one before this school year, or nobody to whom it went.
        Conflict: it is on its way or there already, or goes elsewhere than `to`.
        IllegalTransition: the child is no longer on the list of leavers.
        NotFound, NotAllowed, NoKey: not for this actor.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference, for_update=True)
        require(actor, Action.HAND_OUTSIDE, subject_of(leaver))
        if leaver.ended_as is not None:
            raise IllegalTransition
        end_failed_attempt(uow, leaver)
        application = chosen(applications_of(uow, [leaver.id]).get(leaver.id, ()))
        if application is None:
            raise NotReady([ToDo(Section.DESTINATION, Missing.APPLICATION)])
        if application.receiver_brin != to:
            raise Conflict
        handover = _keep(services, uow, actor, leaver, application, _checked(uow, leaver, went))
        uow.commit()
        return handover.id


def take_back(services: Services, actor: Actor, handover_id: str) -> None:
    """Say that it did not go outside after all, so that it can still be sent.

    Raises:
        IllegalTransition: it went otherwise, or the receiver works with it already: then it is let go of.
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        handover = handover_of(uow, handover_id, for_update=True)
        require(actor, Action.WITHDRAW, subject_with_group(uow, handover))
        if not may_be_taken_back(uow, handover, Origin.OUTSIDE):
            raise IllegalTransition(status=handover.status)
        end_handover(uow, handover, HandoverAction.TAKE_BACK)
        take_from_receiver(uow, handover)
        tell_after_all(uow, handover, NoticeKind.OUTSIDE, NoticeKind.WITHDRAWN)
        record(uow, told_by_sender(OutsideTakenBack, actor, handover))
        uow.commit()


def may_be_taken_back(uow: UnitOfWork, handover: Handover, origin: Origin) -> bool:
    """Whether it is of that origin, and nothing was written or agreed about the child since that would go with it."""
    if handover.origin is not origin or handover.status is not HandoverStatus.ACCEPTED:
        return False
    if handover.own_room_id or handover.own_care_room_id or handover.conversation_held_on:
        return False
    if handover.conversation_waived or handover.supplement_opened_at or is_being_sealed(uow, handover.id):
        return False
    return uow.session.scalar(select(Remark.id).where(Remark.handover_id == handover.id).limit(1)) is None


def came_here_after_all(uow: UnitOfWork, handover: Handover) -> None:
    """The dossier itself has come: from now on it is read here, also by those who looked. The caller commits."""
    if handover.origin not in ELSEWHERE:
        return
    handover.origin = Origin.SEALED
    uow.session.execute(delete(Outside).where(Outside.handover_id == handover.id))
    uow.session.execute(update(Mentoring).where(Mentoring.handover_id == handover.id).values(seen_at=None))


def see(services: Services, actor: Actor, handover_id: str) -> None:
    """Remember that a mentor looked at it: where the dossier lies elsewhere nothing else shows it. Twice is once.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        at = stand(uow, actor, handover_id, Action.READ_HANDOVER)
        mine = [one for one in standing(uow, [handover_id]) if one.person_id == actor.person_id and not one.seen_at]
        if at.is_sender or not mine:
            return
        mine[0].seen_at = uow.clock.now()
        record(uow, told_by_receiver(OutsideSeen, actor, at.handover))
        uow.commit()


def outside_of(uow: UnitOfWork, handover_id: str) -> Outside | None:
    """How a handover went outside the service; None where it did not, or was destroyed."""
    return uow.session.get(Outside, handover_id)


def whom_of(uow: UnitOfWork, actor: Actor, handover_id: str) -> str:
    """To whom it went; empty for who has no key of it, and where it was changed or exchanged: then nothing is shown.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    at = stand(uow, actor, handover_id, Action.READ_HANDOVER)
    try:
        with noticing():
            said = json.loads(at.room(uow, actor, Part.DOSSIER).read(uow, _RECORD, handover_id).data)
            return str(said["whom"])
    except (NoKey, NotFound, Unreadable):
        return ""


def _checked(uow: UnitOfWork, leaver: Leaver, went: Went) -> Went:
    wrong = {}
    if went.went_on > local_day(uow.clock.now()):
        wrong["went_on"] = msgid("Deze dag komt nog. Leg het vast als het gebeurd is.")
    elif went.went_on < Schooljaar.parse(leaver.school_year).starts:
        wrong["went_on"] = msgid("Deze dag ligt voor dit schooljaar. Kijk het jaar na.")
    whom = " ".join(readable(went.whom).split())
    if not whom:
        wrong["whom"] = msgid("Schrijf op aan wie het dossier is gegeven of gestuurd.")
    elif len(whom) > _LONGEST_WHOM:
        wrong["whom"] = msgid("Dit is te lang. Maak het korter dan 300 tekens.")
    if wrong:
        raise Invalid(fields=wrong)
    return Went(way=went.way, went_on=went.went_on, whom=whom)


def _keep(
    services: Services, uow: UnitOfWork, actor: Actor, leaver: Leaver, application: Application, went: Went
) -> Handover:
    handover_id, now = new_id(), uow.clock.now()
    card = _card(services, uow, application)
    if card is not None:
        _tell_name(uow, actor, leaver, card, handover_id)
    rooms = _make_rooms(uow, actor, leaver, card, handover_id)
    said = json.dumps({"whom": went.whom}, ensure_ascii=False).encode()
    rooms[Part.DOSSIER].seal(uow, _RECORD, handover_id, said, after=0)
    handover = Handover(
        id=handover_id,
        reference=leaver.reference,
        leaver_id=leaver.id,
        application_id=application.id,
        sender_unit_id=leaver.unit_id,
        receiver_unit_id=card.unit_id if card else guest_unit(uow, application.receiver_brin),
        receiver_brin=application.receiver_brin,
        school_year=leaver.school_year,
        status=advance(HandoverStatus.DRAFT, HandoverAction.HAND_OUTSIDE),
        origin=Origin.OUTSIDE,
        dossier_room_id=rooms[Part.DOSSIER].room_id,
        care_room_id=rooms[Part.CARE].room_id,
        department_id=application.department_id,
        sent_content_version=leaver.content_version,
        conversation_asked=leaver.conversation_asked,
        created_at=now,
        offered_at=now,
        accepted_at=now,
    )
    uow.session.add(handover)
    uow.flush()
    uow.session.add(Outside(handover_id=handover_id, way=went.way, went_on=went.went_on))
    facts = {"way": went.way.value, "went_on": went.went_on.isoformat()}
    record(uow, told_by_sender(HandedOutside, actor, handover, **facts))
    tell_receiver(uow, handover, NoticeKind.OUTSIDE)
    return handover


def _card(services: Services, uow: UnitOfWork, application: Application) -> ValidCard | None:
    """The card of the receiver; None where it takes no part.

    Raises:
        NoValidCard: it takes part, and nothing may be sealed to it now.
    """
    unit_id = application.receiver_unit_id
    if unit_id is None or not takes_part(uow, unit_id):
        return None
    return valid_card(uow, unit_id, services.region, uow.clock.now())


def _tell_name(uow: UnitOfWork, actor: Actor, leaver: Leaver, card: ValidCard, handover_id: str) -> None:
    names = actor.keyring.circle(uow, leaver.unit_id, Circle.NAMES)
    about = read_names(uow, actor.keyring, leaver.unit_id, [leaver.id])[leaver.id]
    give_name(uow, handover_id, about, maker=names, reader=card.reader(Circle.NAMES, withheld=False))


def _make_rooms(
    uow: UnitOfWork, actor: Actor, leaver: Leaver, card: ValidCard | None, handover_id: str
) -> dict[Part, OpenRoom]:
    """A room for each part, empty of a dossier: questions, answers and what was agreed lie there all the same."""
    made = {}
    for part, kind, circle in (
        (Part.DOSSIER, RoomKind.DOSSIER, Circle.DOSSIER),
        (Part.CARE, RoomKind.CARE, Circle.CARE),
    ):
        held = actor.keyring.circle(uow, leaver.unit_id, circle)
        readers = [held.reader, *([card.reader(circle, withheld=False)] if card else [])]
        subject = (SubjectKind.HANDOVER, handover_id)
        made[part] = make_room(uow, kind=kind, subject=subject, maker=held, readers=readers)
    return made

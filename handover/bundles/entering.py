"""What a secondary school records by itself: the dossier of a child who applied came by OSO, on paper or in person.

Where the primary school takes part it is the handover of the child that it knows, and it can still send the dossier
itself into it. Where it takes no part a leaver of a guest unit stands for the child: nobody but the receiver sees it.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from handover.audit.log import record
from handover.bundles.announcing import STILL_WATCHED, announcement_that_stands
from handover.bundles.asked import end_asked
from handover.bundles.events import EntryTakenBack, HandoverEntered, told_by_receiver
from handover.bundles.guest_units import is_guest, primary_guest_unit
from handover.bundles.handovers import end_handover, handover_of, take_from_receiver
from handover.bundles.model import Handover
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_after_all, tell_sender
from handover.bundles.outside import may_be_taken_back
from handover.bundles.outside_model import Outside, OutsideWay
from handover.bundles.readiness import ENDED
from handover.bundles.sending import end_failed_attempt
from handover.bundles.state import LIVE, HandoverAction, HandoverStatus, Origin, advance
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition, Invalid
from handover.leavers.actions import application_at, circle_reader, hold_leavers
from handover.leavers.model import Announcement, Application, Leaver
from handover.policy import Action, Actor, Subject, require
from handover.rooms.cards import valid_card
from handover.rooms.errors import NoKey
from handover.rooms.grants import make_room
from handover.rooms.model import RoomKind, SubjectKind
from handover.rooms.names import give_name, read_names
from handover.schools.queries import unit_of_location
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Announced
from handover.terms.msgid import msgid
from handover.terms.reference import new_reference
from handover.terms.schooljaar import Schooljaar
from keys.circle import Circle


def enter(services: Services, actor: Actor, announcement_id: str, *, way: OutsideWay, came_on: date) -> str:
    """Record that the dossier of an announced child came by another way. Gives the handover's id.

    Raises:
        Invalid: a day to come, or one before the school year of the child.
        Conflict: its dossier is on its way or there already.
        IllegalTransition: the primary school takes part and has not said yet which child it is, the child is off its
            list, the application is over, or the announcement was taken back.
        NoValidCard: the primary school takes part, and nothing may be sealed to it now.
        NotFound, NotAllowed, NoKey: not for this actor.
    """
    with services.uow() as uow:
        row = announcement_that_stands(uow, actor, announcement_id)
        end_asked(uow, row.id, actor_id=actor.person_id)  # else a guest would send it once more
        year = Schooljaar.of(local_day(row.announced_at) - STILL_WATCHED)
        _check_day(uow, came_on, year)
        leaver = _leaver(uow, row, year)
        end_failed_attempt(uow, leaver)
        application = application_at(uow, leaver, row)
        if leaver.ended_as is not None or application.outcome in ENDED:
            raise IllegalTransition
        if row.leaver_id is None:
            row.leaver_id, row.application_id, row.state = leaver.id, application.id, Announced.KNOWN
        handover = _keep(services, uow, actor, row, leaver, application)
        uow.session.add(Outside(handover_id=handover.id, way=way, went_on=came_on))
        tell_sender(uow, handover, NoticeKind.ENTERED)
        facts = {"way": way.value, "went_on": came_on.isoformat()}
        record(uow, told_by_receiver(HandoverEntered, actor, handover, **facts))
        uow.commit()
        return handover.id


def undo_entry(services: Services, actor: Actor, handover_id: str) -> None:
    """Say that it did not come after all; the child is expected again.

    Raises:
        IllegalTransition: it came otherwise, or the school works with it already: then it is let go of.
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        _undo(uow, actor, handover_id)
        uow.commit()


def undo_entry_of(services: Services, actor: Actor, announcement_id: str) -> None:
    """The same by the announcement that it was entered of.

    Raises:
        IllegalTransition: as `undo_entry`, or nothing was entered.
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        row = announcement_that_stands(uow, actor, announcement_id)
        found = select(Handover.id).where(
            Handover.application_id == row.application_id,
            Handover.receiver_unit_id == row.receiver_unit_id,
            Handover.origin == Origin.ENTERED,
            Handover.status.in_(LIVE),
        )
        handover_id = uow.session.scalar(found)
        if handover_id is None:
            raise IllegalTransition
        _undo(uow, actor, handover_id)
        uow.commit()


def _undo(uow: UnitOfWork, actor: Actor, handover_id: str) -> None:
    handover = handover_of(uow, handover_id, for_update=True)
    require(actor, Action.ANNOUNCE, Subject(unit_id=handover.receiver_unit_id))
    if not may_be_taken_back(uow, handover, Origin.ENTERED):
        raise IllegalTransition(status=handover.status)
    end_handover(uow, handover, HandoverAction.TAKE_BACK)
    take_from_receiver(uow, handover)
    tell_after_all(uow, handover, NoticeKind.ENTERED, NoticeKind.NOT_ENTERED)
    record(uow, told_by_receiver(EntryTakenBack, actor, handover))


def _check_day(uow: UnitOfWork, came_on: date, year: Schooljaar) -> None:
    if came_on > local_day(uow.clock.now()):
        raise Invalid(fields={"came_on": msgid("Deze dag komt nog. Leg het vast als het dossier er is.")})
    if came_on < year.starts:
        raise Invalid(fields={"came_on": msgid("Deze dag ligt voor dit schooljaar. Kijk het jaar na.")})


def _leaver(uow: UnitOfWork, row: Announcement, year: Schooljaar) -> Leaver:
    """The child that it is about, held; or, of a school that takes no part, a leaver that stands for it."""
    if row.state is Announced.BY_CODE:
        raise IllegalTransition  # another's code, perhaps: the primary school says first which child it is
    if row.leaver_id is not None:
        hold_leavers(uow, [row.leaver_id])
        return uow.session.get_one(Leaver, row.leaver_id, populate_existing=True)
    brin6 = row.sender_brin or ""
    if row.state is not Announced.ASKED or unit_of_location(uow, brin6) is not None:
        raise IllegalTransition
    leaver = Leaver(
        id=new_id(),
        reference=new_reference(),
        unit_id=primary_guest_unit(uow, brin6),
        school_year=year.name,
        work_room_id=new_id(),  # there are no such rooms: nobody there makes a dossier
        care_room_id=new_id(),
        created_at=uow.clock.now(),
    )
    uow.session.add(leaver)
    uow.flush()
    return leaver


def _keep(
    services: Services, uow: UnitOfWork, actor: Actor, row: Announcement, leaver: Leaver, application: Application
) -> Handover:
    handover_id, now = new_id(), uow.clock.now()
    names = actor.keyring.circle(uow, row.receiver_unit_id, Circle.NAMES)
    about = read_names(uow, actor.keyring, row.receiver_unit_id, [row.id]).get(row.id)
    if about is None:
        raise NoKey
    give_name(uow, handover_id, about, maker=names, reader=names.reader)
    card = None if is_guest(uow, leaver.unit_id) else valid_card(uow, leaver.unit_id, services.region, now)
    rooms = {}
    for kind, circle in ((RoomKind.DOSSIER, Circle.DOSSIER), (RoomKind.CARE, Circle.CARE)):
        # The administration gives the rooms without entering them.
        readers = [circle_reader(uow, actor, row.receiver_unit_id, circle)]
        readers += [card.reader(circle, withheld=False)] if card else []
        subject = (SubjectKind.HANDOVER, handover_id)
        rooms[kind] = make_room(uow, kind=kind, subject=subject, maker=names, readers=readers).room_id
    handover = Handover(
        id=handover_id,
        reference=leaver.reference,
        leaver_id=leaver.id,
        application_id=application.id,
        sender_unit_id=leaver.unit_id,
        receiver_unit_id=row.receiver_unit_id,
        receiver_brin=row.receiver_brin,
        school_year=leaver.school_year,
        status=advance(HandoverStatus.DRAFT, HandoverAction.ENTER),
        origin=Origin.ENTERED,
        dossier_room_id=rooms[RoomKind.DOSSIER],
        care_room_id=rooms[RoomKind.CARE],
        department_id=application.department_id,
        sent_content_version=leaver.content_version,
        conversation_asked=leaver.conversation_asked,
        created_at=now,
        offered_at=now,
        accepted_at=now,
    )
    uow.session.add(handover)
    uow.flush()
    return handover

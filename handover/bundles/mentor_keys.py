"""Handing a child's keys to its mentor: work for somebody who holds them, done when they are there."""

from __future__ import annotations

from handover.access import keywork
from handover.audit.log import record
from handover.bundles.events import MentorGiven, told_by_receiver
from handover.bundles.handovers import handover_of
from handover.bundles.mentor_model import Mentoring
from handover.bundles.mentors import KEY_WORK, KEY_WORK_CARE, NAMING, mentor_today, said_of, standing
from handover.bundles.model import Handover
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_mentor
from handover.bundles.state import HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.policy import Actor
from handover.rooms.errors import NoKey
from handover.rooms.grants import give_room, open_room, require_kind
from handover.rooms.model import CircleKeyRow, RoomKind
from handover.rooms.names import give_name, read_names
from handover.rooms.reader import person_reader
from handover.schools.model import Person
from handover.services import Services
from keys.age.hybrid import HybridRecipient
from keys.circle import Circle
from keys.errors import BadSignature


def give(services: Services, actor: Actor, work: keywork.Work) -> bool:
    """Hand one mentor the report, the school's own notes and the name of one child. For `keywork.register`.

    True where it is no longer needed: not mentor any more, not confirmed, or given by a colleague.

    Raises:
        NoKey: this person does not hold the keys.
        BadSignature: nobody of this school named that mentor; nothing was given.
    """
    with services.uow() as uow:
        row = uow.session.get(Mentoring, work.subject_id)
        if row is None:
            return True
        handover = handover_of(uow, row.handover_id, for_update=True)
        uow.session.refresh(row)
        if row.ended_at is not None or row.person_id is None:
            return True
        if handover.status is not HandoverStatus.CONFIRMED:
            return True
        require_named(uow, actor, row)
        _give(uow, actor, handover, row, uow.session.get_one(Person, row.person_id))
        uow.commit()
    return True


def give_now(services: Services, actor: Actor, handover_id: str) -> None:
    """Do at once what this person's keys can do for a child's mentors; what they cannot waits for a colleague."""
    with services.uow() as uow:
        wanted = {row.id: row.unit_id for row in standing(uow, [handover_id])}
    for kind in (KEY_WORK, KEY_WORK_CARE):  # the first asks for the second
        with services.uow() as uow:
            waits = [work for unit_id in set(wanted.values()) for work in keywork.waiting(uow, unit_id)]
        keywork.run(services, actor, [work for work in waits if work.kind == kind and work.subject_id in wanted])


def require_named(uow: UnitOfWork, actor: Actor, row: Mentoring) -> None:
    """Hold a row to what somebody of the receiving school signed, before any key is handed on by it.

    Raises:
        BadSignature: nobody of that school named this mentor.
    """
    signer = uow.session.get(CircleKeyRow, row.signer_id)
    if signer is None or (signer.unit_id, signer.circle) != (row.unit_id, Circle.NAMES):
        raise BadSignature("not named by this school", mentoring=row.id)
    if mentor_today(uow, row.unit_id, row.email) != row.person_id:
        raise BadSignature("somebody else than was named", mentoring=row.id)
    if actor.keyring.signer(uow, signer, reader_unit=row.unit_id).read(row.jws, NAMING) != said_of(row):
        raise BadSignature("another mentor was named", mentoring=row.id)


def _give(uow: UnitOfWork, actor: Actor, handover: Handover, row: Mentoring, mentor: Person) -> None:
    unit_id = handover.receiver_unit_id
    held = actor.keyring.circle(uow, unit_id, Circle.DOSSIER)
    names = read_names(uow, actor.keyring, unit_id, [handover.id])
    if handover.id not in names or mentor.recipient is None:
        raise NoKey("no name, or nobody to give it to", handover=handover.id)
    reader = person_reader(unit_id=unit_id, person_id=mentor.id, recipient=HybridRecipient.parse(mentor.recipient))
    for room_id, kind in ((handover.dossier_room_id, RoomKind.DOSSIER), (handover.own_room_id, RoomKind.OWN)):
        if room_id is not None:
            room = open_room(uow, actor.keyring, unit_id, room_id, subject_id=handover.id)
            require_kind(room, kind)
            give_room(uow, room, maker=held, reader=reader)
    give_name(uow, handover.id, names[handover.id], maker=held, reader=reader)
    if handover.opened_room_id is not None:
        keywork.ask(uow, KEY_WORK_CARE, unit_id=unit_id, circle=Circle.CARE, subject_id=row.id)
    first, row.given_at = row.given_at is None, uow.clock.now()
    record(uow, told_by_receiver(MentorGiven, actor, handover, mentoring=row.id))
    if first:
        tell_mentor(uow, handover, NoticeKind.MENTOR, person_id=mentor.id)


keywork.register(KEY_WORK, give)

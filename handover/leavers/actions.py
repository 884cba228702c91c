"""What schools do with leavers: put a child on the list, record where it applied."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from handover.audit.log import record
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Invalid, NotFound
from handover.leavers.events import ApplicationRecorded, LeaverAdded
from handover.leavers.model import Application, Leaver
from handover.policy import Action, Actor, Subject, require
from handover.rooms.grants import make_room
from handover.rooms.model import RoomKind, SubjectKind
from handover.rooms.names import give_name
from handover.schools.model import Group, Location
from handover.schools.queries import unit_of_location
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Tlv
from handover.terms.reference import new_reference
from handover.terms.school_kind import Side
from keys.circle import Circle


def add_leaver(services: Services, actor: Actor, group_id: str, name: dict[str, str]) -> str:
    """Put a child on the list of leavers; `name` is what `NameSchema` dumps. Gives its reference.

    Makes the child's two work rooms, so that whoever opens the dossier first finds them.

    Raises:
        NotFound, NotAllowed: no such group for this actor.
        NoKey: the actor does not hold the school's keys yet.
    """
    with services.uow() as uow:
        group = uow.session.get(Group, group_id)
        if group is None:
            raise NotFound
        require(actor, Action.ADD_LEAVER, Subject(unit_id=group.unit_id, group_id=group.id))
        names = actor.keyring.circle(uow, group.unit_id, Circle.NAMES)
        leaver_id = new_id()
        rooms = {
            kind: make_room(
                uow,
                kind=kind,
                subject=(SubjectKind.LEAVER, leaver_id),
                maker=names,
                readers=[actor.keyring.circle(uow, group.unit_id, circle).reader],
            ).room_id
            for kind, circle in ((RoomKind.WORK, Circle.DOSSIER), (RoomKind.WORK_CARE, Circle.CARE))
        }
        give_name(uow, leaver_id, name, maker=names, reader=names.reader)
        leaver = Leaver(
            id=leaver_id,
            reference=new_reference(),
            unit_id=group.unit_id,
            group_id=group.id,
            school_year=group.school_year,
            work_room_id=rooms[RoomKind.WORK],
            care_room_id=rooms[RoomKind.WORK_CARE],
            created_at=uow.clock.now(),
        )
        uow.session.add(leaver)
        record(
            uow,
            LeaverAdded(actor_id=actor.person_id, unit_id=group.unit_id, subject_kind="leaver", subject_id=leaver_id),
        )
        uow.commit()
        return leaver.reference


def record_application(
    services: Services, actor: Actor, reference: str, *, brin6: str, applied_on: date, tlv: Tlv
) -> str:
    """Record, for the primary school, that the parents applied at a location. Gives the application's id.

    Raises:
        NotFound, NotAllowed: no such leaver for this actor.
        Invalid: no open secondary location of that BRIN, or a day to come.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference)
        require(actor, Action.RECORD_APPLICATION, subject_of(leaver))
        location = uow.session.get(Location, brin6)
        if location is None or location.closed_on is not None or location.kind.side is not Side.VO:
            raise Invalid(fields={"brin": "Deze school staat niet in het register. Kijk het BRIN na."})
        if applied_on > local_day(uow.clock.now()):
            raise Invalid(fields={"applied_on": "Deze dag komt nog. Vul in wanneer de ouders zich aanmeldden."})
        application = Application(
            id=new_id(),
            leaver_id=leaver.id,
            receiver_brin=brin6,
            receiver_unit_id=unit_of_location(uow, brin6),
            applied_on=applied_on,
            tlv=tlv,
            recorded_by=actor.person_id,
            created_at=uow.clock.now(),
        )
        uow.session.add(application)
        record(
            uow,
            ApplicationRecorded(
                actor_id=actor.person_id,
                unit_id=leaver.unit_id,
                other_unit_id=application.receiver_unit_id,
                subject_kind="leaver",
                subject_id=leaver.id,
                receiver_brin=brin6,
                tlv=tlv.value,
            ),
        )
        uow.commit()
        return application.id


def leaver_of(uow: UnitOfWork, reference: str) -> Leaver:
    """The leaver of that reference; whether the actor may know is the caller's to ask.

    Raises:
        NotFound: there is none.
    """
    leaver = uow.session.scalars(select(Leaver).where(Leaver.reference == reference)).first()
    if leaver is None:
        raise NotFound
    return leaver


def subject_of(leaver: Leaver) -> Subject:
    """What policy knows of a leaver at its own school."""
    return Subject(unit_id=leaver.unit_id, group_id=leaver.group_id)

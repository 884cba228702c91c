"""What schools do with leavers: put a child on the list, record where it applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select

from handover.audit.log import record
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Invalid, NotFound
from handover.leavers.events import LeaverAdded
from handover.leavers.model import Announcement, Application, Leaver
from handover.leavers.naming import read_name, same_child
from handover.policy import Action, Actor, Subject, require
from handover.rooms.errors import NoKey
from handover.rooms.grants import make_room
from handover.rooms.model import CircleKeyRow, RoomKind, SubjectKind
from handover.rooms.names import give_name, open_names
from handover.rooms.reader import Reader
from handover.schools.model import Group, Location
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import LeaverEnd, Outcome, Tlv
from handover.terms.msgid import msgid
from handover.terms.reference import new_reference
from keys.circle import Circle

_LISTED = msgid("Een kind met deze naam en geboortedatum staat al op de lijst.")


class AlreadyListed(Invalid):
    """A child of this name and birth date is on the list of this school; nobody was added."""

    code = "already-listed"


def add_leaver(services: Services, actor: Actor, group_id: str, name: dict[str, str], *, only_new: bool = False) -> str:
    """Put a child on the list of leavers; `name` is what `NameSchema` dumps. Gives its reference.

    Makes the child's two work rooms, so that whoever opens the dossier first finds them. Namesakes born on one day
    exist: with `only_new` such a child is refused, and somebody can say that it is another.

    Raises:
        NotFound, NotAllowed: no such group for this actor.
        NoKey: the actor does not hold the school's keys yet.
        AlreadyListed: with `only_new`, when one of this name and birth date is on the list.
        Invalid: the name or the birth date cannot be one.
    """
    with services.uow() as uow:
        group = group_for(uow, actor, group_id)
        about = read_name(name, today=local_day(uow.clock.now()))
        if only_new and same_child(about) in children_listed(uow, actor, group.unit_id):
            raise AlreadyListed(fields={"last_name": _LISTED})
        reference = put_on_list(uow, actor, group, about)
        uow.commit()
        return reference


def add_leavers(services: Services, actor: Actor, group_id: str, names: Sequence[dict[str, str]]) -> list[str]:
    """Put children on the list, all or none; who is on it already is passed over. Gives the new references.

    Raises:
        NotFound, NotAllowed, NoKey, Invalid: as `add_leaver`; nobody was added.
    """
    with services.uow() as uow:
        group = group_for(uow, actor, group_id)
        today = local_day(uow.clock.now())
        listed = children_listed(uow, actor, group.unit_id)
        added = []
        for name in names:
            about = read_name(name, today=today)
            if same_child(about) not in listed:
                listed.add(same_child(about))
                added.append(put_on_list(uow, actor, group, about))
        uow.commit()
        return added


def group_for(uow: UnitOfWork, actor: Actor, group_id: str) -> Group:
    """A group to whose list this actor may add.

    Raises:
        NotFound, NotAllowed: no such group for this actor.
    """
    group = uow.session.get(Group, group_id)
    if group is None:
        raise NotFound
    require(actor, Action.ADD_LEAVER, Subject(unit_id=group.unit_id, group_id=group.id))
    return group


def children_listed(uow: UnitOfWork, actor: Actor, unit_id: str) -> set[tuple[str, str]]:
    """The children of a school who are on its list, to compare with; those entered by mistake do not count."""
    return set(_listed(uow, actor, unit_id))


def listed_as(uow: UnitOfWork, actor: Actor, unit_id: str, about: Mapping[str, Any]) -> str | None:
    """The id of the leaver that this child is on the list of a school; None: it is not on it."""
    return _listed(uow, actor, unit_id).get(same_child(about))


def _listed(uow: UnitOfWork, actor: Actor, unit_id: str) -> dict[tuple[str, str], str]:
    ids = uow.session.scalars(
        select(Leaver.id)
        .where(Leaver.unit_id == unit_id, or_(Leaver.ended_as.is_(None), Leaver.ended_as != LeaverEnd.MISTAKE))
        # Of one child on the lists of two years the entry of this year counts.
        .order_by(Leaver.school_year, Leaver.id)
    ).all()
    names = open_names(uow, actor.keyring, unit_id, ids).about
    return {same_child(names[one]): one for one in ids if one in names}


def put_on_list(
    uow: UnitOfWork, actor: Actor, group: Group, about: dict[str, str], *, before: Leaver | None = None
) -> str:
    """A new leaver in this group, in the caller's unit of work; whether the actor may is the caller's to ask.

    `before`: the same child's entry of the year before. Gives the reference.
    """
    names = actor.keyring.circle(uow, group.unit_id, Circle.NAMES)
    leaver_id = new_id()
    rooms = {
        kind: make_room(
            uow,
            kind=kind,
            subject=(SubjectKind.LEAVER, leaver_id),
            maker=names,
            readers=[circle_reader(uow, actor, group.unit_id, circle)],
        ).room_id
        for kind, circle in ((RoomKind.WORK, Circle.DOSSIER), (RoomKind.WORK_CARE, Circle.CARE))
    }
    give_name(uow, leaver_id, about, maker=names, reader=names.reader)
    leaver = Leaver(
        id=leaver_id,
        reference=new_reference(),
        unit_id=group.unit_id,
        group_id=group.id,
        school_year=group.school_year,
        work_room_id=rooms[RoomKind.WORK],
        care_room_id=rooms[RoomKind.WORK_CARE],
        before_id=before.id if before else None,
        created_at=uow.clock.now(),
    )
    uow.session.add(leaver)
    record(
        uow,
        LeaverAdded(actor_id=actor.person_id, unit_id=group.unit_id, subject_kind="leaver", subject_id=leaver_id),
    )
    return leaver.reference


def circle_reader(uow: UnitOfWork, actor: Actor, unit_id: str, circle: Circle) -> Reader:
    """The newest key of a circle, to give a room to; the administration gives it without holding it."""
    row = uow.session.scalars(
        select(CircleKeyRow)
        .where(CircleKeyRow.unit_id == unit_id, CircleKeyRow.circle == circle)
        .order_by(CircleKeyRow.version.desc())
        .limit(1)
    ).first()
    if row is None:
        raise NoKey("the unit has no such key", unit=unit_id)
    public = actor.keyring.trust.public(uow, row, reader_unit=unit_id)
    return Reader(unit_id=unit_id, circle=circle, version=row.version, recipient=public.recipient)


def application_at(uow: UnitOfWork, leaver: Leaver, said: Announcement) -> Application:
    """The application that a secondary school announced for this child: the one that is there, or a new one.

    What the primary school knew already stays as it is, withdrawn ones too: an announcement is no more than a word.
    """
    there = uow.session.scalars(select(Application).where(Application.leaver_id == leaver.id)).all()
    found = next((one for one in there if one.receiver_brin == said.receiver_brin), None)
    if found is None:
        location = uow.session.get_one(Location, said.receiver_brin)
        found = Application(
            id=new_id(),
            leaver_id=leaver.id,
            receiver_brin=said.receiver_brin,
            preference=max((known.preference for known in there), default=0) + 1,
            applied_on=said.applied_on,
            outcome=said.outcome,
            outcome_on=None if said.outcome is Outcome.ASKED else local_day(uow.clock.now()),
            tlv=Tlv.TO_REQUEST if location.kind.needs_tlv else Tlv.NOT_NEEDED,
            recorded_by=said.announced_by,
            made_by_announcement=True,
            created_at=uow.clock.now(),
        )
        uow.session.add(found)
    found.receiver_unit_id = said.receiver_unit_id
    uow.flush()
    return found


def revive(uow: UnitOfWork, application: Application, outcome: Outcome) -> None:
    """Let a withdrawn application stand again, as the least wanted: the primary school said that it does."""
    there = select(func.max(Application.preference)).where(Application.leaver_id == application.leaver_id)
    application.preference = (uow.session.scalar(there) or 0) + 1
    application.outcome = outcome
    application.outcome_on = None if outcome is Outcome.ASKED else local_day(uow.clock.now())


def hold_leavers(uow: UnitOfWork, ids: Iterable[str | None]) -> None:
    """Hold these leavers until the transaction ends, in an order that no two get stuck on: nothing of them is sent."""
    wanted = sorted({one for one in ids if one})
    uow.session.execute(select(Leaver.id).where(Leaver.id.in_(wanted)).order_by(Leaver.id).with_for_update())


def leaver_of(uow: UnitOfWork, reference: str, *, for_update: bool = False) -> Leaver:
    """The leaver of that reference; whether the actor may know is the caller's to ask.

    `for_update` holds it until the transaction ends. Sending takes seconds: who changes dossier, application or list
    meanwhile must wait, and then finds that it was sent.

    Raises:
        NotFound: there is none.
    """
    query = select(Leaver).where(Leaver.reference == reference)
    if for_update:
        query = query.with_for_update().execution_options(populate_existing=True)
    leaver = uow.session.scalars(query).first()
    if leaver is None:
        raise NotFound
    return leaver


def subject_of(leaver: Leaver) -> Subject:
    """What policy knows of a leaver at its own school."""
    return Subject(unit_id=leaver.unit_id, group_id=leaver.group_id)

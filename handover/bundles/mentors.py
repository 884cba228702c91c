"""Who is mentor of a child: naming one, several, another; and what follows for those who were one.

Naming is a fact that whoever holds the school's names may state, before the handover is confirmed too. The keys are
handed on by `mentor_keys`, by somebody who holds them, and not before confirmation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import InstrumentedAttribute

from handover.access import keywork
from handover.access.fields import read_email, read_name
from handover.audit.events import AuditEvent
from handover.audit.log import record
from handover.bundles.events import MentorEnded, MentorNamed, told_by_receiver
from handover.bundles.handovers import handover_of
from handover.bundles.mentor_model import Mentoring
from handover.bundles.model import Bundle, Handover, Part, Reading
from handover.bundles.sides import subject_with_group
from handover.bundles.state import BundleStatus, HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.errors import HandoverError, Invalid, NotFound
from handover.policy import Action, Actor, Role, require
from handover.rooms.keyring import HeldKey
from handover.rooms.model import Grant
from handover.schools.model import Membership, Person
from handover.schools.queries import holds_on
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.msgid import msgid
from handover.terms.typed import readable
from keys.circle import Circle

KEY_WORK = "give_mentor"
"""Handing the keys of one child to one mentor; its subject is a mentoring."""
KEY_WORK_CARE = "give_opened"
"""The same for what `opened` lays ready for that child's mentors."""
NAMING = "handover-mentor+jws"
MOST = 6
"""Mentors of one child at a time."""
LONGEST_CLASS = 20
CLASS_TOO_LONG = msgid("De naam van een klas is ten hoogste 20 tekens.")


@dataclass(frozen=True, kw_only=True)
class NewMentor:
    """Somebody to be named. `name` is used where nobody with this address takes part yet."""

    email: str
    name: str = ""
    class_name: str = ""

    def read(self) -> NewMentor:
        """The same as it is kept.

        Raises:
            Invalid: no address, or a class that is no name of one.
        """
        email = read_email(self.email, field="email")
        class_name = " ".join(readable(self.class_name).split())
        if len(class_name) > LONGEST_CLASS:
            raise Invalid(fields={"class_name": CLASS_TOO_LONG})
        name = read_name(self.name if self.name.strip() else _name_in(email), field="name")
        return NewMentor(email=email, name=name, class_name=class_name)


def name_mentor(services: Services, actor: Actor, handover_id: str, new: NewMentor) -> str:
    """Name somebody mentor of a child, beside others. Gives the id; the same once more only changes the class.

    Raises:
        NotFound, NotAllowed: not for this actor, or not received.
        NoKey: this person does not hold the school's names.
        Invalid: no address, or there are `MOST` already.
    """
    with services.uow() as uow:
        row = _name(uow, actor, handover_of(uow, handover_id, for_update=True), new.read())
        uow.commit()
        return row.id


def name_all(services: Services, actor: Actor, wanted: Sequence[tuple[str, NewMentor]]) -> list[HandoverError | None]:
    """Name these mentors of these children, each by itself; gives for each the error that kept it from being named.

    Killed in between, those before it stand; once more is no error.
    """
    results: list[HandoverError | None] = []
    for handover_id, new in wanted:
        try:
            name_mentor(services, actor, handover_id, new)
        except HandoverError as error:
            results.append(error)
        else:
            results.append(None)
    return results


def end_mentor(services: Services, actor: Actor, mentoring_id: str) -> None:
    """Say that somebody is no longer mentor of a child; what they could open of it they no longer can. Twice is once.

    Raises:
        NotFound, NotAllowed: no such mentor for this actor.
    """
    with services.uow() as uow:
        row = mentoring_of(uow, mentoring_id)
        handover = handover_of(uow, row.handover_id, for_update=True)  # a colleague may be handing keys on
        uow.session.refresh(row)
        require(actor, Action.NAME_MENTORS, subject_with_group(uow, handover))
        if row.ended_at is None:
            _end(uow, actor, handover, row)
        uow.commit()


def replace_mentor(services: Services, actor: Actor, unit_id: str, email: str, new: NewMentor) -> int:
    """Put somebody in the place of a mentor for all of that mentor's children, in one step. Gives how many.

    Raises:
        NotFound, NotAllowed: nobody by that address is mentor of a child of this actor's.
        NoKey: this person does not hold the school's names.
        Invalid: no address, or the same one.
    """
    read, old = new.read(), email.strip().casefold()
    if read.email == old:
        raise Invalid(fields={"email": msgid("Dit is dezelfde mentor.")})
    with services.uow() as uow:
        rows = uow.session.scalars(
            select(Mentoring)
            .where(Mentoring.unit_id == unit_id, Mentoring.email == old, Mentoring.ended_at.is_(None))
            .order_by(Mentoring.handover_id)
        ).all()
        if not rows:
            raise NotFound
        count = 0
        for row in rows:
            handover = handover_of(uow, row.handover_id, for_update=True)
            uow.session.refresh(row)
            if row.ended_at is not None:
                continue  # a colleague was first
            require(actor, Action.NAME_MENTORS, subject_with_group(uow, handover))
            count += 1
            class_name = read.class_name or row.class_name
            _end(uow, actor, handover, row)
            _name(uow, actor, handover, NewMentor(email=read.email, name=read.name, class_name=class_name))
        uow.commit()
        return count


def mentoring_of(uow: UnitOfWork, mentoring_id: str) -> Mentoring:
    """One row, ended or not.

    Raises:
        NotFound: there is none.
    """
    row = uow.session.get(Mentoring, mentoring_id)
    if row is None:
        raise NotFound
    return row


def standing(uow: UnitOfWork, handover_ids: Collection[str]) -> list[Mentoring]:
    """Who is mentor of these children now, in the order in which they were named."""
    return list(
        uow.session.scalars(
            select(Mentoring)
            .where(Mentoring.handover_id.in_(handover_ids), Mentoring.ended_at.is_(None))
            .order_by(Mentoring.named_at, Mentoring.id)
        )
    )


def reads(uow: UnitOfWork, handover_ids: Collection[str]) -> dict[tuple[str, str], datetime]:
    """When each mentor of these children first opened the newest report, or the page that says that it lies elsewhere.

    By handover and person.
    """
    newest = (
        select(func.max(Bundle.number))
        .where(Bundle.handover_id == Mentoring.handover_id, Bundle.status == BundleStatus.SETTLED)
        .correlate(Mentoring)
        .scalar_subquery()
    )
    rows = uow.session.execute(
        select(Bundle.handover_id, Reading.person_id, func.min(Reading.read_at))
        .join(Bundle, Bundle.id == Reading.bundle_id)
        .join(Mentoring, (Mentoring.handover_id == Bundle.handover_id) & (Mentoring.person_id == Reading.person_id))
        .where(Bundle.handover_id.in_(handover_ids), Mentoring.ended_at.is_(None), Reading.part == Part.DOSSIER)
        .where(Bundle.number == newest)
        .group_by(Bundle.handover_id, Reading.person_id)
    )
    seen = uow.session.execute(
        select(Mentoring.handover_id, Mentoring.person_id, Mentoring.seen_at).where(
            Mentoring.handover_id.in_(handover_ids), Mentoring.ended_at.is_(None), Mentoring.seen_at.is_not(None)
        )
    )
    return {(handover_id, person_id): at for handover_id, person_id, at in (*seen, *rows)}


def read_by_mentor(uow: UnitOfWork, handover_ids: Collection[str]) -> dict[str, tuple[int, int]]:
    """By handover: how many mentors it has, and how many of them read it. Without mentors it is left out."""
    read, found = reads(uow, handover_ids), dict[str, tuple[int, int]]()
    for row in standing(uow, handover_ids):
        count, done = found.get(row.handover_id, (0, 0))
        found[row.handover_id] = (count + 1, done + ((row.handover_id, row.person_id or "") in read))
    return found


def find_mentors(uow: UnitOfWork) -> None:
    """Let those who were named before they took part be found, and ask for keys that no mentor has yet.

    The sweep does this, so that it does not matter what was killed in between; the caller commits.
    """
    is_colleague = (
        _mentors_today(uow)
        .where(Person.id == Mentoring.person_id, Membership.unit_id == Mentoring.unit_id)
        .correlate(Mentoring)
        .exists()
    )
    gone = select(Mentoring).where(Mentoring.ended_at.is_(None), Mentoring.person_id.is_not(None), ~is_colleague)
    for row in uow.session.scalars(gone).all():
        take_from_mentors(uow, handover_of(uow, row.handover_id), person_id=row.person_id)
        row.person_id, row.given_at = None, None
    known_now = (
        _mentors_today(uow)
        .where(Person.email == Mentoring.email, Membership.unit_id == Mentoring.unit_id)
        .limit(1)
        .correlate(Mentoring)
        .scalar_subquery()
    )
    unknown = select(Mentoring, known_now).where(Mentoring.person_id.is_(None), Mentoring.ended_at.is_(None))
    for row, person_id in uow.session.execute(unknown.where(known_now.is_not(None))).all():
        row.person_id = person_id
    for row in uow.session.scalars(_lacking_key(Handover.dossier_room_id)):
        row.given_at = None
        keywork.ask(uow, KEY_WORK, unit_id=row.unit_id, circle=Circle.DOSSIER, subject_id=row.id)
    shut = _lacking_key(Handover.opened_room_id).where(Mentoring.given_at.is_not(None))
    for row in uow.session.scalars(shut):
        keywork.ask(uow, KEY_WORK_CARE, unit_id=row.unit_id, circle=Circle.CARE, subject_id=row.id)


def ask_for_mentors(uow: UnitOfWork, handover: Handover) -> None:
    """A handover was confirmed: ask for the keys of those who were named mentor; the caller commits."""
    for row in standing(uow, [handover.id]):
        _ask_keys(uow, handover, row)


def take_from_mentors(uow: UnitOfWork, handover: Handover, *, person_id: str | None = None) -> None:
    """Delete what this handover's mentors, or one of them, were given; they stay named."""
    rooms = (handover.dossier_room_id, handover.own_room_id, handover.opened_room_id, handover.id)
    taken = delete(Grant).where(
        Grant.subject.in_([subject for subject in rooms if subject]),
        Grant.unit_id == handover.receiver_unit_id,
        Grant.person_id.is_not(None) if person_id is None else Grant.person_id == person_id,
    )
    uow.session.execute(taken)
    for row in standing(uow, [handover.id]):
        if person_id in (None, row.person_id):
            row.given_at = None


def said_of(row: Mentoring) -> dict[str, str]:
    """What whoever named a mentor signed."""
    return {"unit": row.unit_id, "handover": row.handover_id, "mentor": row.email}


def _name_in(email: str) -> str:
    """A name to be going on with, of somebody of whom there is an address only: `Eva Smit` of eva.smit."""
    words = re.split(r"[._-]+", email.partition("@")[0])
    return " ".join(word.capitalize() for word in words if word) or email


def _name(uow: UnitOfWork, actor: Actor, handover: Handover, new: NewMentor) -> Mentoring:
    require(actor, Action.NAME_MENTORS, subject_with_group(uow, handover))
    present = {row.email: row for row in standing(uow, [handover.id])}
    if new.email in present:
        row = present[new.email]
        row.class_name = new.class_name or row.class_name
        return row
    if len(present) >= MOST:
        raise Invalid(fields={"email": msgid("Dit kind heeft al zes mentoren. Haal er eerst een weg.")})
    names: HeldKey = actor.keyring.circle(uow, handover.receiver_unit_id, Circle.NAMES)
    person_id = mentor_today(uow, handover.receiver_unit_id, new.email)
    row = Mentoring(
        handover_id=handover.id,
        unit_id=handover.receiver_unit_id,
        email=new.email,
        name=uow.session.get_one(Person, person_id).name if person_id else new.name,
        person_id=person_id,
        class_name=new.class_name,
        signer_id=names.id,
        named_by=actor.person_id,
        named_at=uow.clock.now(),
    )
    row.jws = names.key.sign(said_of(row), NAMING)
    uow.session.add(row)
    uow.flush()
    record(uow, _told(MentorNamed, actor, handover, row))
    if handover.status is HandoverStatus.CONFIRMED:
        _ask_keys(uow, handover, row)
    return row


def _end(uow: UnitOfWork, actor: Actor, handover: Handover, row: Mentoring) -> None:
    if row.person_id is not None:
        take_from_mentors(uow, handover, person_id=row.person_id)
    row.ended_at = uow.clock.now()
    for kind, circle in ((KEY_WORK, Circle.DOSSIER), (KEY_WORK_CARE, Circle.CARE)):
        keywork.settle(uow, kind, unit_id=row.unit_id, circles=[circle], subject_id=row.id)
    uow.flush()
    record(uow, _told(MentorEnded, actor, handover, row))


def _ask_keys(uow: UnitOfWork, handover: Handover, row: Mentoring) -> None:
    if row.person_id is not None:
        keywork.ask(uow, KEY_WORK, unit_id=handover.receiver_unit_id, circle=Circle.DOSSIER, subject_id=row.id)


def mentor_today(uow: UnitOfWork, unit_id: str, email: str) -> str | None:
    """Who has that address and is mentor at that school today, with a key of their own."""
    found = _mentors_today(uow).where(Person.email == email, Membership.unit_id == unit_id)
    return uow.session.scalar(found.limit(1))


def _mentors_today(uow: UnitOfWork) -> Select[str]:
    return (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Person.recipient.is_not(None),
            Membership.role == Role.MENTOR,
            holds_on(local_day(uow.clock.now())),
        )
    )


def _lacking_key(room_id: InstrumentedAttribute[str] | InstrumentedAttribute[str | None]) -> Select[Mentoring]:
    """Mentors of confirmed handovers who take part and hold no key of that room, where there is one."""
    has = select(Grant.id).where(Grant.room_id == room_id, Grant.person_id == Mentoring.person_id)
    return (
        select(Mentoring)
        .join(Handover, Handover.id == Mentoring.handover_id)
        .where(
            Mentoring.ended_at.is_(None),
            Mentoring.person_id.is_not(None),
            Handover.status == HandoverStatus.CONFIRMED,
            room_id.is_not(None),
            ~has.correlate(Handover, Mentoring).exists(),
        )
    )


def _told(kind: Callable[..., AuditEvent], actor: Actor, handover: Handover, row: Mentoring) -> AuditEvent:
    return told_by_receiver(kind, actor, handover, mentoring=row.id)

"""What a secondary school says by itself: a child applied here. With the code that its parents carried, or without.

The code is linked at once, and the primary school's session compares the names. Without one the primary school is asked
which child it is. Either way who it is about is sealed to both schools, and nothing of the child's dossier is given.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from handover.audit.log import record
from handover.bundles.announced_caps import require_room, require_room_at
from handover.bundles.announced_codes import counting_guesses, leaver_of_code
from handover.bundles.asked import end_asked
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_of_announcement
from handover.bundles.unlinking import unlink
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, HandoverError, IllegalTransition, Invalid, NotFound
from handover.leavers.actions import application_at
from handover.leavers.events import AnnouncementAsked, AnnouncementTakenBack, ApplicationAnnounced
from handover.leavers.model import Announcement, Leaver
from handover.leavers.naming import read_name, same_child
from handover.leavers.recording import require_past
from handover.policy import Action, Actor, Subject, require
from handover.rooms.cards import valid_card
from handover.rooms.errors import NoKey, NoValidCard
from handover.rooms.names import give_name, open_names, read_names, take_names
from handover.schools.model import Location, Unit
from handover.schools.queries import unit_of_location
from handover.services import Services
from handover.terms.clock import AMSTERDAM, local_day
from handover.terms.destination import Announced, Outcome
from handover.terms.msgid import msgid
from handover.terms.school_kind import Side
from handover.terms.schooljaar import Schooljaar
from keys.circle import Circle

Child = tuple[str, str]
"""What `same_child` compares."""
STANDING = frozenset({Announced.ASKED, Announced.BY_CODE, Announced.KNOWN})
"""States in which the secondary school's word stands."""
STILL_WATCHED = timedelta(days=61)
"""So long after the first of August children of the year before are still watched: until the first of October."""
SAYABLE = frozenset({Outcome.ASKED, Outcome.ADMITTED, Outcome.WAITING, Outcome.ENROLLED})
"""What can be said with it. A refusal comes when the child is known: its ground is for the primary school to read."""

_CODE_TWICE = msgid("Deze code is bij uw school al ingevoerd.")
_CHILD_TWICE = msgid("Een leerling met deze naam en geboortedatum is bij uw school al aangemeld.")
_NO_SCHOOL = msgid("Vul de code in, of kies de basisschool.")
_NOT_PRIMARY = msgid("Kies een basisschool uit het register.")
_NOT_YOURS = msgid("Kies een vestiging van uw school.")
_LATER = msgid("Dit kan pas als de basisschool de leerling heeft herkend.")


@dataclass(frozen=True, kw_only=True)
class Application:
    """What the secondary school's administration has of an application. `name` is what `NameSchema` dumps."""

    receiver_brin: str
    name: Mapping[str, str] = field(repr=False)
    applied_on: date
    code: str = ""
    """As it was typed; empty: without."""
    sender_brin: str = ""
    """The location of the primary school; used where there is no code."""
    outcome: Outcome = Outcome.ASKED


class AlreadyAnnounced(Invalid):
    """This school announced that child before; nothing was done."""

    code = "already-announced"


def announce(services: Services, actor: Actor, said: Application, *, only_new: bool = True) -> str:
    """Say that a child applied. Gives the announcement's id.

    Twins and namesakes exist: with `only_new` a child of whom name and birth date were announced here before is
    refused, and somebody can say that it is another.

    Raises:
        NotFound, NotAllowed: that location is not one for which this actor announces.
        NoKey: this person does not hold the names key.
        AlreadyAnnounced: this code, or with `only_new` this name and birth date.
        Invalid: with what is wrong with each field, under its name; also when so many were announced today that it is
            a flood, or so many codes were wrong that it is guessing.
    """
    with counting_guesses(services, actor, said.receiver_brin, said.code), services.uow() as uow:
        announcement_id, _ = _announce(services, uow, actor, said, known=None if only_new else frozenset())
        uow.commit()
        return announcement_id


def announce_all(services: Services, actor: Actor, many: Sequence[Application]) -> list[HandoverError | None]:
    """Announce one after the other; what cannot be announced holds up nothing. None for each that was, else why not.

    Killed in between, those before it stand, and sent again they are refused as announced already.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor; those before it stand.
    """
    with services.uow() as uow:
        # Opened once for the whole list: each name costs its time.
        units = {said.receiver_brin: unit_of_location(uow, said.receiver_brin) for said in many}
        known = {unit_id: announced_at(uow, actor, unit_id) for unit_id in units.values() if unit_id}
    results: list[HandoverError | None] = []
    for said in many:
        here = known.get(units[said.receiver_brin] or "", set())
        try:
            with counting_guesses(services, actor, said.receiver_brin, said.code), services.uow() as uow:
                _, child = _announce(services, uow, actor, said, known=here)
                uow.commit()
        except (Invalid, Conflict) as error:
            results.append(error)
        else:
            here.add(child)
            results.append(None)
    return results


def _announce(
    services: Services, uow: UnitOfWork, actor: Actor, said: Application, *, known: Collection[Child] | None
) -> tuple[str, Child]:
    """`known`: children of whom the word of this school stands; None: open their names and see. The caller commits."""
    unit_id = unit_of_location(uow, said.receiver_brin)
    if unit_id is None:
        raise Invalid(fields={"receiver_brin": _NOT_YOURS})
    require(actor, Action.ANNOUNCE, Subject(unit_id=unit_id))
    today = local_day(uow.clock.now())
    about = read_name(said.name, today=today)
    require_past(uow, said.applied_on)
    if said.outcome not in SAYABLE:
        raise Invalid(fields={"outcome": _LATER})
    # One at a time for each school: a form that is sent twice at once is announced once.
    uow.session.execute(select(Unit.id).where(Unit.id == unit_id).with_for_update())
    require_room(uow, unit_id)
    leaver = _by_code(uow, said.code, unit_id, today) if said.code.strip() else None
    if leaver is None and same_child(about) in (announced_at(uow, actor, unit_id) if known is None else known):
        raise AlreadyAnnounced(fields={"last_name": _CHILD_TWICE})
    row = _row(uow, actor, said, unit_id)
    if leaver is not None:
        _link(uow, row, leaver)
    elif said.sender_brin:
        row.sender_brin, row.sender_unit_id = _primary(uow, said.sender_brin)
        season = season_start(uow)
        require_room_at(uow, unit_id, brin6=row.sender_brin, primary_id=row.sender_unit_id, season=season)
    else:
        raise Invalid(fields={"code": _NO_SCHOOL})
    _tell_names(services, uow, actor, row, about)
    uow.session.add(row)
    uow.flush()
    if row.state is Announced.ASKED and row.sender_unit_id is not None:
        tell_of_announcement(uow, row.id, NoticeKind.ANNOUNCED, unit_id=row.sender_unit_id)
    by_code = leaver is not None
    record(uow, _event(ApplicationAnnounced, actor, row, receiver_brin=row.receiver_brin, by_code=by_code))
    return row.id, same_child(about)


def ask_again(services: Services, actor: Actor, announcement_id: str) -> None:
    """Ask a primary school that takes part by now and did not when the child was announced.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor.
        IllegalTransition: it was answered "kennen wij niet", or taken back.
        NoValidCard: nothing may be sealed to that school yet.
    """
    with services.uow() as uow:
        row = announcement_that_stands(uow, actor, announcement_id)
        if row.state in {Announced.UNKNOWN, Announced.LAPSED}:
            raise IllegalTransition
        row.sender_unit_id = row.sender_unit_id or unit_of_location(uow, row.sender_brin or "")
        if row.sender_unit_id is None:
            raise NoValidCard("it does not take part", brin=row.sender_brin or "")
        about = read_names(uow, actor.keyring, row.receiver_unit_id, [row.id]).get(row.id)
        if about is None:
            raise NoKey
        names = actor.keyring.circle(uow, row.receiver_unit_id, Circle.NAMES)
        card = valid_card(uow, row.sender_unit_id, services.region, uow.clock.now())
        end_asked(uow, row.id, actor_id=actor.person_id)  # it takes part by now, and is asked as all are
        give_name(uow, row.id, about, maker=names, reader=card.reader(Circle.NAMES, withheld=False))
        record(uow, _event(AnnouncementAsked, actor, row))
        tell_of_announcement(uow, row.id, NoticeKind.ANNOUNCED, unit_id=row.sender_unit_id)
        uow.commit()


def take_back(services: Services, actor: Actor, announcement_id: str) -> None:
    """Take the word back: the child did not apply here after all, or was announced by mistake.

    Raises:
        NotFound, NotAllowed: not for this actor.
        IllegalTransition: it was taken back, or its dossier was sent; then record what became of the application.
    """
    with services.uow() as uow:
        row = announcement_that_stands(uow, actor, announcement_id)
        taken_back = _event(AnnouncementTakenBack, actor, row)
        unlink(uow, row)
        end_asked(uow, row.id, actor_id=actor.person_id)
        row.state = Announced.TAKEN_BACK
        take_names(uow, subjects=[row.id], unit_id=row.receiver_unit_id)
        if row.sender_unit_id is not None:
            take_names(uow, subjects=[row.id], unit_id=row.sender_unit_id)
        record(uow, taken_back)
        uow.commit()


def season_start(uow: UnitOfWork) -> datetime:
    """What was announced before this instant is of children who began elsewhere, or here, long ago."""
    starts = Schooljaar.of(local_day(uow.clock.now()) - STILL_WATCHED).starts
    return datetime.combine(starts + STILL_WATCHED, time.min, tzinfo=AMSTERDAM)


def announcement_that_stands(uow: UnitOfWork, actor: Actor, announcement_id: str) -> Announcement:
    """An announcement of this actor's school, held until the transaction ends.

    Raises:
        NotFound, NotAllowed: not for this actor.
        IllegalTransition: it was taken back.
    """
    row = uow.session.get(Announcement, announcement_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound
    require(actor, Action.ANNOUNCE, Subject(unit_id=row.receiver_unit_id))
    if row.state is Announced.TAKEN_BACK:
        raise IllegalTransition
    return row


def _by_code(uow: UnitOfWork, typed: str, unit_id: str, today: date) -> Leaver:
    leaver = leaver_of_code(uow, typed, since=Schooljaar.of(today - STILL_WATCHED).name)
    known = select(Announcement.id).where(
        Announcement.receiver_unit_id == unit_id,
        Announcement.leaver_id == leaver.id,
        Announcement.state.in_(STANDING),
        Announcement.announced_at >= season_start(uow),
    )
    if uow.session.scalars(known).first():
        raise AlreadyAnnounced(fields={"code": _CODE_TWICE})
    return leaver


def announced_at(uow: UnitOfWork, actor: Actor, unit_id: str) -> set[Child]:
    """The children of whom this school's word stands, to compare with."""
    ids = uow.session.scalars(
        select(Announcement.id).where(
            Announcement.receiver_unit_id == unit_id,
            Announcement.state.in_(STANDING),
            Announcement.announced_at >= season_start(uow),
        )
    ).all()
    return {same_child(about) for about in open_names(uow, actor.keyring, unit_id, ids).about.values()}


def _row(uow: UnitOfWork, actor: Actor, said: Application, unit_id: str) -> Announcement:
    return Announcement(
        id=new_id(),
        receiver_unit_id=unit_id,
        receiver_brin=said.receiver_brin,
        state=Announced.ASKED,
        applied_on=said.applied_on,
        outcome=said.outcome,
        announced_by=actor.person_id,
        announced_at=uow.clock.now(),
    )


def _link(uow: UnitOfWork, row: Announcement, leaver: Leaver) -> None:
    application = application_at(uow, leaver, row)
    row.state, row.leaver_id, row.application_id = Announced.BY_CODE, leaver.id, application.id
    row.sender_unit_id = leaver.unit_id


def _primary(uow: UnitOfWork, brin6: str) -> tuple[str, str | None]:
    location = uow.session.get(Location, brin6)
    if location is None or location.kind.side is not Side.PO or location.closed_on is not None:
        raise Invalid(fields={"sender_brin": _NOT_PRIMARY})
    return brin6, unit_of_location(uow, brin6)


def _tell_names(services: Services, uow: UnitOfWork, actor: Actor, row: Announcement, about: dict[str, Any]) -> None:
    names = actor.keyring.circle(uow, row.receiver_unit_id, Circle.NAMES)
    give_name(uow, row.id, about, maker=names, reader=names.reader)
    if row.sender_unit_id is None:
        return
    try:
        card = valid_card(uow, row.sender_unit_id, services.region, uow.clock.now())
    except NoValidCard:
        return  # nothing is sealed to a school that nobody vouches for; `ask_again` does it later
    give_name(uow, row.id, about, maker=names, reader=card.reader(Circle.NAMES, withheld=False))


def _event(
    kind: type[ApplicationAnnounced | AnnouncementTakenBack | AnnouncementAsked],
    actor: Actor,
    row: Announcement,
    **facts: Any,
) -> ApplicationAnnounced | AnnouncementTakenBack | AnnouncementAsked:
    return kind(
        actor_id=actor.person_id,
        unit_id=row.receiver_unit_id,
        other_unit_id=row.sender_unit_id,
        # Of whom it is known it stands in the trail of that child.
        subject_kind="leaver" if row.leaver_id else "announcement",
        subject_id=row.leaver_id or row.id,
        **facts,
    )

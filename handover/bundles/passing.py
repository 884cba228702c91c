"""A leaver that goes to another primary school: that school is asked whether it knows the child.

Who it is is sealed to that school's names circle and deleted with the answer; nothing of the dossier goes along. Where
nobody can be asked (a school that takes no part, or is not in the register), somebody writes down who said so.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import aliased

from handover.audit.log import record
from handover.bundles.announcing import season_start
from handover.bundles.notice_model import Notice, NoticeKind
from handover.bundles.notices import tell_of_passage
from handover.bundles.passage_caps import require_room_to_ask
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition, Invalid, NotFound
from handover.leavers.actions import group_for, leaver_of, listed_as, put_on_list, subject_of
from handover.leavers.events import PassageAnswered, PassageAsked, PassageConfirmed
from handover.leavers.model import Leaver
from handover.leavers.passage_model import PassageRow
from handover.policy import Action, Actor, Subject, may, require
from handover.rooms.cards import ValidCard, valid_card
from handover.rooms.errors import NoKey, NoValidCard
from handover.rooms.names import give_name, open_names, read_names, take_names
from handover.schools.model import Location, Unit
from handover.schools.queries import unit_of_location
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import LeaverEnd, Passage, PassageWay
from handover.terms.msgid import msgid
from handover.terms.school_kind import Side
from handover.terms.schooljaar import Schooljaar
from handover.terms.typed import composed
from keys.circle import Circle

LONGEST_NAME = 150
"""Characters of who said so."""
STUCK = frozenset({Passage.ASKED, Passage.OPEN, Passage.UNKNOWN})
"""As long as it is one of these, nobody knows that the child arrived."""
_NOT_PRIMARY = msgid("Kies een andere basisschool uit het register.")
_WHO = msgid("Schrijf op wie van de andere school dit zei.")
_TO_COME = msgid("Deze dag komt nog. Leg het vast als het gebeurd is.")
_EARLIER = msgid("Deze dag ligt voor dit schooljaar. Kijk het jaar na.")


@dataclass(frozen=True, kw_only=True)
class Going:
    """Where a leaver goes, and how far that is certain."""

    state: Passage
    school: str
    """Empty where the register has none."""
    place: str
    since: date
    confirmed_by: str
    confirmed_on: date | None
    way: PassageWay | None
    can_ask: bool = False
    """It could not be asked when the child went there, and can be now."""


@dataclass(frozen=True, kw_only=True)
class OnTwoLists:
    """A child that this school took over, and that the school which it left put back on its own list."""

    reference: str
    about: Mapping[str, Any] | None = field(repr=False)
    school: str
    place: str


@dataclass(frozen=True, kw_only=True)
class Arriving:
    """A child of whom another primary school says that it comes here."""

    id: str
    school: str
    place: str
    asked_at: datetime
    about: Mapping[str, Any] | None = field(repr=False)
    """None: this person lacks the key, or it was changed."""
    is_damaged: bool


def begin_passage(services: Services, uow: UnitOfWork, actor: Actor, leaver: Leaver, brin6: str) -> None:
    """Ask the school where a child goes whether it knows the child, if it can be asked; the caller commits.

    Raises:
        Invalid: no other open primary school of that BRIN; or so many were asked about that it is a flood.
        NoKey: this person does not hold the key of names.
    """
    row = PassageRow(id=new_id(), leaver_id=leaver.id, state=Passage.OPEN, begun_at=uow.clock.now())
    if brin6:
        location = uow.session.get(Location, brin6)
        unit_id = unit_of_location(uow, brin6)
        if location is None or location.kind.side is not Side.PO or location.closed_on or unit_id == leaver.unit_id:
            raise Invalid(fields={"to": _NOT_PRIMARY})
        row.brin6, row.unit_id = brin6, unit_id
    before = _of(uow, leaver)
    if before is not None and before.unit_id == row.unit_id:
        before.state = Passage.KNOWN  # that school said yes, and has the child on its list
        return
    if before is not None:
        _forget(uow, before)
    uow.session.add(row)
    uow.flush()
    _ask(services, uow, actor, leaver, row)


def ask_passage(services: Services, actor: Actor, reference: str) -> None:
    """Ask a school that takes part by now, and could not be asked when the child went there.

    Raises:
        IllegalTransition: it was asked, or it is known already that the child arrived.
        NoValidCard: it cannot be asked yet.
        Invalid: so many were asked about that it is a flood.
        NotFound, NotAllowed, NoKey: not for this actor.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference, for_update=True)
        require(actor, Action.RENAME_LEAVER, subject_of(leaver))
        row = _of(uow, leaver)
        if row is None or row.state is not Passage.OPEN:
            raise IllegalTransition
        row.unit_id = row.unit_id or unit_of_location(uow, row.brin6 or "")
        if not _ask(services, uow, actor, leaver, row):
            raise NoValidCard("it cannot be asked", brin=row.brin6 or "")
        uow.commit()


def _ask(services: Services, uow: UnitOfWork, actor: Actor, leaver: Leaver, row: PassageRow) -> bool:
    card = _card(services, uow, row)
    if card is None or row.unit_id is None:
        return False
    require_room_to_ask(uow, leaver.unit_id, row.unit_id)
    about = read_names(uow, actor.keyring, leaver.unit_id, [leaver.id]).get(leaver.id)
    if about is None:
        raise NoKey
    row.state = Passage.ASKED
    maker = actor.keyring.circle(uow, leaver.unit_id, Circle.NAMES)
    give_name(uow, row.id, about, maker=maker, reader=card.reader(Circle.NAMES, withheld=False))
    tell_of_passage(uow, row, NoticeKind.ARRIVED)
    record(uow, _event(PassageAsked, actor, leaver, row))
    return True


def end_passage(uow: UnitOfWork, leaver: Leaver) -> bool:
    """Ask nobody any more: the child is on the list again. Gives whether it is on two lists now. The caller commits.

    A school that put it on its own is told, and either of both takes it off.
    """
    row = _of(uow, leaver)
    if row is None:
        return False
    there = uow.session.get(Leaver, row.there_id) if row.there_id else None
    if row.state is Passage.KNOWN and there is not None and there.ended_as is None:
        row.state = Passage.BACK
        tell_of_passage(uow, row, NoticeKind.BACK)
        return True
    _forget(uow, row)
    return False


def settle_lists(uow: UnitOfWork, leaver: Leaver, end: LeaverEnd) -> None:
    """A child goes off this school's list: where it was on two, it is on one. The caller commits.

    Of one that another school sent here, and that was an entry by mistake, nobody knows any more that it arrived.
    """
    own = _of(uow, leaver)
    if own is not None and end is not LeaverEnd.OTHER_SCHOOL:
        _forget(uow, own)
    others = select(PassageRow).where(PassageRow.there_id == leaver.id).with_for_update()
    for row in uow.session.scalars(others).all():
        if row.state is Passage.BACK:
            _forget(uow, row)
        elif row.state is Passage.KNOWN and end is LeaverEnd.MISTAKE:
            row.state = Passage.UNKNOWN
            tell_of_passage(uow, row, NoticeKind.NOT_ARRIVED)


def _forget(uow: UnitOfWork, row: PassageRow) -> None:
    _forget_name(uow, row)
    uow.session.execute(delete(Notice).where(Notice.passage_id == row.id))
    uow.session.delete(row)
    uow.flush()


def passage_of(services: Services, uow: UnitOfWork, actor: Actor, reference: str) -> Going | None:
    """Where a leaver went; None for one that did not go to another primary school.

    Raises:
        NotFound, NotAllowed: no such leaver for this actor.
    """
    leaver = leaver_of(uow, reference)
    require(actor, Action.SEE_LEAVER, subject_of(leaver))
    row = _of(uow, leaver)
    if row is None:
        return None
    location = uow.session.get(Location, row.brin6) if row.brin6 else None
    return Going(
        state=row.state,
        school=location.name if location else "",
        place=location.place if location else "",
        since=local_day(row.begun_at),
        confirmed_by=row.confirmed_by,
        confirmed_on=row.confirmed_on,
        way=row.way,
        can_ask=row.state is Passage.OPEN and _can_be_asked(services, uow, row),
    )


def passages_of(uow: UnitOfWork, leaver_ids: Collection[str]) -> dict[str, tuple[Passage, str]]:
    """Of these leavers, those that go to another primary school: how far that is certain, and its name."""
    rows = uow.session.execute(
        select(PassageRow.leaver_id, PassageRow.state, func.coalesce(Location.name, ""))
        .outerjoin(Location, Location.brin6 == PassageRow.brin6)
        .where(PassageRow.leaver_id.in_(list(leaver_ids)))
    )
    return {leaver_id: (state, school) for leaver_id, state, school in rows}


def confirm_passage(services: Services, actor: Actor, reference: str, *, way: PassageWay, on: date, by: str) -> None:
    """Write down that the other school said to have the child: who, when and how.

    Raises:
        Invalid: nobody who said so, or a day that cannot be.
        IllegalTransition: the child goes to no other primary school, or that it arrived is known already.
        NotFound, NotAllowed: no such leaver for this actor.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference, for_update=True)
        require(actor, Action.RENAME_LEAVER, subject_of(leaver))
        row = _of(uow, leaver)
        if row is None or row.state not in STUCK:
            raise IllegalTransition
        who = " ".join(composed(by).split())[:LONGEST_NAME]
        wrong = {} if who else {"by": _WHO}
        if on > local_day(uow.clock.now()):
            wrong["on"] = _TO_COME
        elif on < Schooljaar.parse(leaver.school_year).starts:
            wrong["on"] = _EARLIER
        if wrong:
            raise Invalid(fields=wrong)
        row.state, row.way, row.confirmed_on, row.confirmed_by = Passage.CONFIRMED, way, on, who
        _forget_name(uow, row)
        record(uow, _event(PassageConfirmed, actor, leaver, row, way=way.value))
        uow.commit()


def arriving(uow: UnitOfWork, actor: Actor, unit_id: str) -> list[Arriving]:
    """The children of whom other primary schools ask this one, longest waiting first; none who may not answer."""
    if not may(actor, Action.ANSWER_ANNOUNCED, Subject(unit_id=unit_id)):
        return []
    rows = uow.session.execute(
        select(PassageRow, Unit)
        .join(Leaver, Leaver.id == PassageRow.leaver_id)
        .join(Unit, Unit.id == Leaver.unit_id)
        .where(
            PassageRow.unit_id == unit_id, PassageRow.state == Passage.ASKED, PassageRow.begun_at >= season_start(uow)
        )
        .order_by(PassageRow.begun_at, PassageRow.id)
    ).all()
    names = open_names(uow, actor.keyring, unit_id, [row.id for row, _unit in rows]) if rows else None
    return [
        Arriving(
            id=row.id,
            school=unit.name,
            place=unit.place,
            asked_at=row.begun_at,
            about=names.about.get(row.id) if names else None,
            is_damaged=names is not None and row.id in names.refused,
        )
        for row, unit in rows
    ]


def on_two_lists(uow: UnitOfWork, actor: Actor, unit_id: str) -> list[OnTwoLists]:
    """The children on this school's list whom the school that they left put back on its own."""
    here, left = aliased(Leaver), aliased(Leaver)
    rows = uow.session.execute(
        select(here, Unit)
        .join(PassageRow, PassageRow.there_id == here.id)
        .join(left, left.id == PassageRow.leaver_id)
        .join(Unit, Unit.id == left.unit_id)
        .where(PassageRow.state == Passage.BACK, here.unit_id == unit_id, here.ended_as.is_(None))
        .order_by(here.reference)
    ).all()
    seen = [(leaver, unit) for leaver, unit in rows if may(actor, Action.SEE_LEAVER, subject_of(leaver))]
    names = open_names(uow, actor.keyring, unit_id, [leaver.id for leaver, _unit in seen]).about if seen else {}
    return [
        OnTwoLists(reference=leaver.reference, about=names.get(leaver.id), school=unit.name, place=unit.place)
        for leaver, unit in seen
    ]


def require_asked(uow: UnitOfWork, actor: Actor, passage_id: str) -> None:
    """Stop who may not answer this question.

    Raises:
        NotFound, NotAllowed: no such question for this actor.
        IllegalTransition: it was answered already.
    """
    _asked(uow, actor, passage_id)


def answer_arrived(services: Services, actor: Actor, passage_id: str, *, group_id: str | None) -> str:
    """Say that the child is here, and put it on the list of a group; without one it leaves school another year.

    Who is on the list already is not put there twice. Gives the reference of whom was put there, or nothing.

    Raises:
        NotFound, NotAllowed: no such question, or no such group of that school, for this actor.
        NoKey: this person does not hold the key of names.
        IllegalTransition: it was answered already.
    """
    with services.uow() as uow:
        row, leaver = _asked(uow, actor, passage_id)
        reference = ""
        if group_id is not None:
            group = group_for(uow, actor, group_id)
            about = read_names(uow, actor.keyring, row.unit_id or "", [row.id]).get(row.id)
            if group.unit_id != row.unit_id:
                raise NotFound
            if about is None:
                raise NoKey
            row.there_id = listed_as(uow, actor, group.unit_id, about)
            if row.there_id is None:
                reference = put_on_list(uow, actor, group, about)
                row.there_id = leaver_of(uow, reference).id
        _answer(uow, actor, row, leaver, is_known=True)
        uow.commit()
        return reference


def answer_not_here(services: Services, actor: Actor, passage_id: str) -> None:
    """Say that this school does not know the child; the school that it left is mailed.

    Raises:
        NotFound, NotAllowed: no such question for this actor.
        IllegalTransition: it was answered already.
    """
    with services.uow() as uow:
        row, leaver = _asked(uow, actor, passage_id)
        _answer(uow, actor, row, leaver, is_known=False)
        tell_of_passage(uow, row, NoticeKind.NOT_ARRIVED)
        uow.commit()


def _asked(uow: UnitOfWork, actor: Actor, passage_id: str) -> tuple[PassageRow, Leaver]:
    row = uow.session.get(PassageRow, passage_id, with_for_update=True, populate_existing=True)
    if row is None or row.unit_id is None:
        raise NotFound
    require(actor, Action.ANSWER_ANNOUNCED, Subject(unit_id=row.unit_id))
    if row.state is not Passage.ASKED:
        raise IllegalTransition
    return row, uow.session.get_one(Leaver, row.leaver_id)


def _answer(uow: UnitOfWork, actor: Actor, row: PassageRow, leaver: Leaver, *, is_known: bool) -> None:
    row.state = Passage.KNOWN if is_known else Passage.UNKNOWN
    row.answered_by, row.answered_at = actor.person_id, uow.clock.now()
    _forget_name(uow, row)
    record(
        uow,
        PassageAnswered(
            actor_id=actor.person_id,
            unit_id=row.unit_id,
            other_unit_id=leaver.unit_id,
            subject_kind="leaver",
            subject_id=leaver.id,
            is_known=is_known,
        ),
    )


def _forget_name(uow: UnitOfWork, row: PassageRow) -> None:
    if row.unit_id is not None:
        take_names(uow, subjects=[row.id], unit_id=row.unit_id)


def _card(services: Services, uow: UnitOfWork, row: PassageRow) -> ValidCard | None:
    if row.unit_id is None:
        return None
    try:
        return valid_card(uow, row.unit_id, services.region, uow.clock.now())
    except NoValidCard:
        return None  # nothing is sealed to a school that nobody vouches for: somebody calls it


def _can_be_asked(services: Services, uow: UnitOfWork, row: PassageRow) -> bool:
    unit_id = row.unit_id or unit_of_location(uow, row.brin6 or "")
    if unit_id is None:
        return False
    try:
        valid_card(uow, unit_id, services.region, uow.clock.now())
    except NoValidCard:
        return False
    return True


def _of(uow: UnitOfWork, leaver: Leaver) -> PassageRow | None:
    return uow.session.scalars(select(PassageRow).where(PassageRow.leaver_id == leaver.id).with_for_update()).first()


def _event(
    kind: type[PassageAsked | PassageConfirmed], actor: Actor, leaver: Leaver, row: PassageRow, **facts: Any
) -> PassageAsked | PassageConfirmed:
    return kind(
        actor_id=actor.person_id,
        unit_id=leaver.unit_id,
        other_unit_id=row.unit_id,
        subject_kind="leaver",
        subject_id=leaver.id,
        **facts,
    )

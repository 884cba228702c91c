"""What was sealed of notes, questions and answers, opened for one reader."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select

from handover.bundles.model import Part, Remark, RemarkKind
from handover.bundles.sides import Stand, Unreadable, noticing, stand
from handover.db.unit_of_work import UnitOfWork
from handover.errors import NotFound
from handover.policy import Action, Actor, may
from handover.rooms.errors import NoKey
from handover.rooms.grants import open_room
from handover.rooms.records import OpenRoom
from handover.schools.model import Person, Unit

_RECORD = "remark"


@dataclass(frozen=True, kw_only=True)
class RemarkView:
    """A note, a question or an answer, opened for one reader."""

    id: str
    kind: RemarkKind
    part: Part
    document: int | None
    """The nth document of the part that it belongs to; None: the dossier as a whole."""
    version: int
    """In which that number counts."""
    page: int | None
    text: str = field(repr=False)
    writer: str
    """The colleague's name."""
    unit_id: str
    unit_name: str
    mine: bool
    """Whether the reader's own school wrote it."""
    written_at: datetime
    closed_at: datetime | None
    replies: tuple[RemarkView, ...] = ()
    earlier_document: int | None = None
    """Its number in a version whose document lies in the newest no more; `document` is None then."""
    damaged: bool = False
    """What was sealed was changed or exchanged; `text` is empty."""

    @property
    def is_open(self) -> bool:
        """Whether it is a question that nobody has closed."""
        return self.kind is RemarkKind.QUESTION and self.closed_at is None


def remarks_of(uow: UnitOfWork, actor: Actor, handover_id: str) -> list[RemarkView]:
    """The notes and questions that this actor's role and keys may see, oldest first, answers under their question.

    A text that was changed in the store stands in the list as damaged; `report_damage` puts it in the trail.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    at = stand(uow, actor, handover_id, Action.READ_HANDOVER)
    rows = uow.session.scalars(
        select(Remark).where(Remark.handover_id == handover_id).order_by(Remark.written_at)
    ).all()
    rooms = _rooms_for(uow, actor, at, {row.room_id for row in rows})
    seen = [row for row in rows if row.room_id in rooms]
    people = uow.session.execute(select(Person.id, Person.name).where(Person.id.in_({row.person_id for row in seen})))
    writers = {key: name for key, name in people}  # noqa: C416  # a Row is a pair only to those who run it
    schools = uow.session.execute(select(Unit.id, Unit.name).where(Unit.id.in_({row.unit_id for row in seen})))
    units = {key: name for key, name in schools}  # noqa: C416
    views = [
        _view(uow, row, rooms[row.room_id], at, writer=writers.get(row.person_id, ""), unit=units.get(row.unit_id, ""))
        for row in seen
    ]
    return _threaded(seen, views)


def seal_text(uow: UnitOfWork, room: OpenRoom, row: Remark, text: str) -> None:
    """Seal what somebody wrote, with what its row says of it."""
    sealed = json.dumps({**facts_of(row), "text": text}, ensure_ascii=False).encode()
    room.seal(uow, _RECORD, row.id, sealed, after=0)


def facts_of(row: Remark) -> dict[str, str | int | None]:
    """What is sealed with the text, so that a row that was changed no longer fits it."""
    # Beside the first version without a number: so it was sealed before there could be more of them.
    later = {"version": row.bundle_number} if row.bundle_number > 1 else {}
    return later | {
        "kind": row.kind.value,
        "part": row.part.value,
        "document": row.item,
        "page": row.page,
        "answers": row.answers_id,
        "unit": row.unit_id,
        "person": row.person_id,
    }


def read_text(uow: UnitOfWork, room: OpenRoom, row: Remark) -> str:
    """What was written.

    Raises:
        Unreadable: it was changed or exchanged, or its row says something else of it than was sealed.
        NotFound: nothing is sealed under it.
    """
    with noticing():
        said = json.loads(room.read(uow, _RECORD, row.id).data)
        text = str(said.pop("text"))
    if said != facts_of(row):
        raise Unreadable
    return text


def _rooms_for(uow: UnitOfWork, actor: Actor, at: Stand, wanted: set[str]) -> dict[str, OpenRoom]:
    """The rooms that role and keys open, by id; a room whose key this person lacks is left out."""
    handover = at.handover
    allowed = [handover.dossier_room_id, at.own_room_id(Part.DOSSIER)]
    if may(actor, Action.READ_CARE, at.subject):
        allowed += [handover.care_room_id, at.own_room_id(Part.CARE)]
    opened = {}
    for room_id in allowed:
        if room_id is not None and room_id in wanted:
            try:
                opened[room_id] = open_room(uow, actor.keyring, at.unit_id, room_id, subject_id=handover.id)
            except NoKey:
                continue
    return opened


def _view(uow: UnitOfWork, row: Remark, room: OpenRoom, at: Stand, *, writer: str, unit: str) -> RemarkView:
    try:
        text, damaged = read_text(uow, room, row), False
    except (Unreadable, NotFound):
        text, damaged = "", True
    return RemarkView(
        id=row.id,
        kind=row.kind,
        part=row.part,
        document=row.item,
        version=row.bundle_number,
        page=row.page,
        text=text,
        writer=writer,
        unit_id=row.unit_id,
        unit_name=unit,
        mine=row.unit_id == at.unit_id,
        written_at=row.written_at,
        closed_at=row.closed_at,
        damaged=damaged,
    )


def _threaded(rows: list[Remark], views: list[RemarkView]) -> list[RemarkView]:
    answers: dict[str, list[RemarkView]] = {}
    for row, view in zip(rows, views, strict=True):
        if row.answers_id is not None:
            answers.setdefault(row.answers_id, []).append(view)
    return [
        replace(view, replies=tuple(answers.get(view.id, ()))) for view in views if view.kind is not RemarkKind.REPLY
    ]

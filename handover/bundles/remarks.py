"""Notes for the own school, questions to the other one and their answers. What was written is sealed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from handover.audit.events import AuditEvent
from handover.audit.log import record
from handover.bundles.events import QuestionClosed, RemarkWritten, TamperingSeen
from handover.bundles.guest_units import is_guest
from handover.bundles.model import Bundle, Handover, Part, Remark, RemarkKind, SealedPart
from handover.bundles.notice_model import NoticeKind
from handover.bundles.notices import tell_receiver, tell_sender
from handover.bundles.own_rooms import own_room
from handover.bundles.remark_text import RemarkView, facts_of, read_text, remarks_of, seal_text
from handover.bundles.sides import (
    Stand,
    Unreadable,
    stand,
    subject_with_group,
    units_that_may,
    written,
)
from handover.bundles.state import HandoverStatus
from handover.bundles.unsaid import require_unsaid
from handover.bundles.versions import settled_numbers
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, IllegalTransition, Invalid, NotAllowed, NotFound
from handover.policy import Action, Actor, require
from handover.rooms.grants import open_room
from handover.rooms.records import OpenRoom
from handover.services import Services
from handover.terms.msgid import msgid

__all__ = [
    "LINE",
    "RemarkView",
    "ask",
    "close",
    "feed_back",
    "note",
    "open_questions",
    "remarks_of",
    "reply",
    "report_damage",
]

_MAILED = {
    RemarkKind.QUESTION: NoticeKind.QUESTION,
    RemarkKind.REPLY: NoticeKind.REPLY,
    RemarkKind.FEEDBACK: NoticeKind.FEEDBACK,
}
"""What the other school is told by mail."""
_NO_VERSION = 0
LINE = 300
"""Symbols of what a mentor writes back."""
_TICK = timedelta(microseconds=1)
_LAST_PAGE = 9999
_READERS_THERE = frozenset({HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED})
"""A question before the other side has accepted would be read by nobody."""


@dataclass(frozen=True, kw_only=True)
class _Place:
    """Where in the dossier something is written."""

    part: Part
    document: int | None
    page: int | None
    version: int | None = None
    """In which the document's number counts; None: the newest."""


def note(
    services: Services,
    actor: Actor,
    handover_id: str,
    *,
    text: str,
    part: Part = Part.DOSSIER,
    document: int | None = None,
    page: int | None = None,
    version: int | None = None,
    read: int | None = None,
) -> str:
    """Write a note that only the own school reads. Gives its id; the same once more gives the id of the first.

    `read` is the version of the handover's row that the actor saw: in what came since, documents may have other places.

    Raises:
        Conflict: it is another by now.
        NotFound, NotAllowed, NoKey: not for this actor, or not accepted.
        Invalid: no text, or a place that is not there.
    """
    place = _Place(part=part, document=document, page=page, version=version)
    with services.uow() as uow:
        at = stand(uow, actor, handover_id, Action.WRITE_OWN_NOTE, part=part)
        _require_seen(at.handover, read)
        room_id = _own_room(uow, actor, at, part)
        room = open_room(uow, actor.keyring, at.unit_id, room_id, subject_id=at.handover.id)
        written_id = _write(uow, actor, at, room, RemarkKind.NOTE, text=text, place=place)
        uow.commit()
        return written_id


def ask(
    services: Services,
    actor: Actor,
    handover_id: str,
    *,
    text: str,
    part: Part = Part.DOSSIER,
    document: int | None = None,
    page: int | None = None,
    version: int | None = None,
    read: int | None = None,
) -> str:
    """Ask the other school something. Gives the question's id; the same once more gives the id of the first.

    `read` as with `note`.

    Raises:
        Conflict: it is another by now.
        NotFound, NotAllowed, NoKey: not for this actor.
        IllegalTransition: the other school cannot read it: not accepted yet, or ended.
        Invalid: no text, or a place that is not there.
    """
    place = _Place(part=part, document=document, page=page, version=version)
    with services.uow() as uow:
        at = stand(uow, actor, handover_id, Action.ASK, part=part)
        _require_seen(at.handover, read)
        _require_readers(uow, at.handover)
        written_id = _write(uow, actor, at, at.room(uow, actor, part), RemarkKind.QUESTION, text=text, place=place)
        uow.commit()
        return written_id


def reply(services: Services, actor: Actor, remark_id: str, *, text: str) -> str:
    """Answer a question, or add to its answers, from either side. Gives the id; the same once more that of the first.

    A question that was closed meanwhile still takes an answer: what somebody typed is not thrown away.

    Raises:
        NotFound, NotAllowed, NoKey: no such question for this actor.
        IllegalTransition: the handover has ended.
        Invalid: no text, or it holds what the primary school keeps secret.
    """
    with services.uow() as uow:
        question = _question(uow, remark_id)
        at = stand(uow, actor, question.handover_id, Action.ASK, part=question.part)
        _require_readers(uow, at.handover)
        place = _Place(part=question.part, document=question.item, page=question.page, version=question.bundle_number)
        written_id = _write(
            uow,
            actor,
            at,
            at.room(uow, actor, question.part),
            RemarkKind.REPLY,
            text=text,
            place=place,
            answers_id=question.id,
        )
        uow.commit()
        return written_id


def feed_back(services: Services, actor: Actor, handover_id: str, *, text: str) -> str:
    """Write, as a child's mentor, one line to its primary school. Gives its id; the same once more that of the first.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor: no mentor of this child, or not confirmed.
        Invalid: no text, or more than a line.
    """
    line = " ".join(text.split())
    if len(line) > LINE:
        raise Invalid(fields={"text": msgid("Houd het kort: ten hoogste 300 tekens.")})
    with services.uow() as uow:
        at = stand(uow, actor, handover_id, Action.FEED_BACK)
        _require_readers(uow, at.handover)
        place = _Place(part=Part.DOSSIER, document=None, page=None)
        room = at.room(uow, actor, Part.DOSSIER)
        written_id = _write(uow, actor, at, room, RemarkKind.FEEDBACK, text=line, place=place)
        uow.commit()
        return written_id


def close(services: Services, actor: Actor, remark_id: str) -> None:
    """Say, for the school that asked, that a question is answered or no longer needed. Closed already: nothing.

    Raises:
        NotFound: no such question for this actor.
        NotAllowed: the other school asked it.
    """
    with services.uow() as uow:
        question = _question(uow, remark_id)
        handover = uow.session.get_one(Handover, question.handover_id)
        subject = subject_with_group(uow, handover)
        require(actor, Action.ASK, subject)
        if question.part is Part.CARE:
            require(actor, Action.READ_CARE, subject)
        if question.unit_id not in units_that_may(actor, Action.ASK, subject):
            raise NotAllowed
        if question.closed_at is not None:
            return
        question.closed_at = uow.clock.now()
        at = Stand(handover=handover, subject=subject, unit_id=question.unit_id)
        record(uow, _event(QuestionClosed, actor, at))
        uow.commit()


def report_damage(services: Services, actor: Actor, handover_id: str, *, what: str = "remark") -> None:
    """Put in the trail of both schools that something here is not what was written; nothing of it was shown.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    with services.uow() as uow:
        at = stand(uow, actor, handover_id, Action.SEE_HANDOVER)
        record(uow, _event(TamperingSeen, actor, at, what=what))
        uow.commit()


def open_questions(uow: UnitOfWork, handover_ids: Iterable[str]) -> dict[str, int]:
    """How many questions of either side are open, by handover; of care too. For counts beside a list."""
    rows = uow.session.execute(
        select(Remark.handover_id, func.count())
        .where(
            Remark.handover_id.in_(list(handover_ids)),
            Remark.kind == RemarkKind.QUESTION,
            Remark.closed_at.is_(None),
        )
        .group_by(Remark.handover_id)
    )
    return {handover_id: count for handover_id, count in rows}  # noqa: C416  # a Row is a pair to who runs it


def _own_room(uow: UnitOfWork, actor: Actor, at: Stand, part: Part) -> str:
    if at.is_sender:
        raise IllegalTransition
    # Of what came by another way nobody accepted anything: whoever writes first makes the room.
    return own_room(uow, actor, at.handover, part)


def both_can_read(uow: UnitOfWork, handover: Handover) -> bool:
    """Whether there is somebody at either school to read what is written to them."""
    outside = is_guest(uow, handover.sender_unit_id) or is_guest(uow, handover.receiver_unit_id)
    return handover.status in _READERS_THERE and not outside


def _require_seen(handover: Handover, read: int | None) -> None:
    if read not in {None, handover.version}:
        raise Conflict


def _require_readers(uow: UnitOfWork, handover: Handover) -> None:
    # Of a school outside nobody ever reads: a question there would wait for ever.
    if not both_can_read(uow, handover):
        raise IllegalTransition(status=handover.status)


def _question(uow: UnitOfWork, remark_id: str) -> Remark:
    found = uow.session.get(Remark, remark_id)
    if found is not None and found.kind is RemarkKind.REPLY:
        found = uow.session.get(Remark, found.answers_id)
    # A note is nobody's question, and the other school may not learn that it is there.
    if found is None or found.kind is not RemarkKind.QUESTION:
        raise NotFound
    return found


def _write(
    uow: UnitOfWork,
    actor: Actor,
    at: Stand,
    room: OpenRoom,
    kind: RemarkKind,
    *,
    text: str,
    place: _Place,
    answers_id: str | None = None,
) -> str:
    text = written(text)
    if kind is not RemarkKind.NOTE:
        require_unsaid(uow, actor, at, text)
    number = _check_place(uow, at.handover, place)
    last = uow.session.scalars(
        select(Remark).where(Remark.handover_id == at.handover.id).order_by(Remark.written_at.desc()).limit(1)
    ).first()
    row = Remark(
        id=new_id(),
        handover_id=at.handover.id,
        kind=kind,
        room_id=room.room_id,
        part=place.part,
        item=place.document,
        bundle_number=number,
        page=place.page,
        answers_id=answers_id,
        unit_id=at.unit_id,
        person_id=actor.person_id,
        # Never two at one instant: they are shown in the order in which they were written.
        written_at=max(uow.clock.now(), last.written_at + _TICK) if last else uow.clock.now(),
    )
    again = _same_as_before(uow, room, row, text)
    if again is not None:
        return again
    uow.session.add(row)
    uow.flush()
    seal_text(uow, room, row, text)
    record(uow, _told(actor, at, kind, place.part))
    if kind in _MAILED:
        tell = tell_receiver if at.is_sender else tell_sender
        tell(uow, at.handover, _MAILED[kind])
    return row.id


def _same_as_before(uow: UnitOfWork, room: OpenRoom, row: Remark, text: str) -> str | None:
    """The id of what this person wrote last in this place, when it is the same: a button that was pressed twice."""
    before = uow.session.scalars(
        select(Remark)
        .where(
            Remark.handover_id == row.handover_id,
            Remark.kind == row.kind,
            Remark.person_id == row.person_id,
            Remark.unit_id == row.unit_id,
        )
        .order_by(Remark.written_at.desc())
        .limit(1)
    ).first()
    if before is None or before.closed_at is not None or facts_of(before) != facts_of(row):
        return None
    try:
        return before.id if read_text(uow, room, before) == text else None
    except Unreadable:
        return None


def _check_place(uow: UnitOfWork, handover: Handover, place: _Place) -> int:
    """Give the version in which it is written.

    Raises:
        Invalid: a place that is not there.
    """
    # A dossier that lies elsewhere has no versions and no documents: all is written beside the whole of it.
    versions = settled_numbers(uow, handover.id) or [_NO_VERSION]
    number = versions[-1] if place.version is None else place.version
    if number not in versions:
        raise Invalid(fields={"document": msgid("Dit document zit niet in het dossier.")})
    if place.document is None:
        if place.page is not None:
            raise Invalid(fields={"page": msgid("Kies eerst bij welk document deze bladzijde hoort.")})
        return number
    count = uow.session.scalar(
        select(SealedPart.documents)
        .join(Bundle, Bundle.id == SealedPart.bundle_id)
        .where(Bundle.handover_id == handover.id, Bundle.number == number, SealedPart.part == place.part)
    )
    if not 1 <= place.document <= (count or 0):
        raise Invalid(fields={"document": msgid("Dit document zit niet in het dossier.")})
    if place.page is not None and not 1 <= place.page <= _LAST_PAGE:
        raise Invalid(fields={"page": msgid("Vul een bladzijde in, zoals 3.")})
    return number


def _told(actor: Actor, at: Stand, kind: RemarkKind, part: Part) -> RemarkWritten:
    return RemarkWritten(
        actor_id=actor.person_id,
        unit_id=at.unit_id,
        # That a school wrote a note for itself is its own business.
        other_unit_id=None if kind is RemarkKind.NOTE else at.other_unit_id,
        subject_kind="handover",
        subject_id=at.handover.id,
        kind=kind.value,
        part=part.value,
    )


def _event(kind: type[QuestionClosed | TamperingSeen], actor: Actor, at: Stand, **facts: str) -> AuditEvent:
    return kind(
        actor_id=actor.person_id,
        unit_id=at.unit_id,
        other_unit_id=at.other_unit_id,
        subject_kind="handover",
        subject_id=at.handover.id,
        **facts,
    )

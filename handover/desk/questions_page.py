"""The questions that somebody has to answer, or waits for an answer to, by dossier."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from handover.bundles.model import Handover, Remark, RemarkKind
from handover.bundles.opening import Tampered
from handover.bundles.remarks import remarks_of
from handover.bundles.sides import subject_with_group
from handover.bundles.state import HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.desk.contact_cards import Card, Known, other_side
from handover.desk.reading_front import Front, front_of
from handover.desk.reading_marks import Marked, marked
from handover.policy import Action, Actor, Role, may

WRITABLE = frozenset({HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED})
_SENT = frozenset(HandoverStatus) - {HandoverStatus.DRAFT, HandoverStatus.SEALING, HandoverStatus.DESTROYED}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One dossier with its questions."""

    front: Front
    questions: tuple[Marked, ...]
    may_write: bool
    cards: tuple[Card, ...]
    """Whom to call at the other school."""

    @property
    def waits_for_us(self) -> bool:
        """Whether there is something to answer."""
        return any(one.waits_for_us for one in self.questions)

    @property
    def is_answered(self) -> bool:
        """Whether a question of ours was answered and can be closed."""
        return any(one.is_ours_and_answered for one in self.questions)


@dataclass(frozen=True, kw_only=True)
class Questions:
    """Dossiers by whose turn it is; each stands in one list, that of the most pressing question."""

    to_answer: tuple[Asked, ...] = ()
    to_close: tuple[Asked, ...] = ()
    waiting: tuple[Asked, ...] = ()
    damaged: int = 0
    """Dossiers that are not shown, because who they are about was changed."""

    @property
    def is_empty(self) -> bool:
        """Whether no question is open."""
        return not (self.to_answer or self.to_close or self.waiting or self.damaged)


def open_questions_of(uow: UnitOfWork, actor: Actor) -> Questions:
    """All open questions of the dossiers that this actor works on, the oldest dossier first."""
    asked, damaged = _asked(uow, actor, _with_open_questions(uow, actor), only_open=True)
    return Questions(
        to_answer=tuple(one for one in asked if one.waits_for_us),
        to_close=tuple(one for one in asked if not one.waits_for_us and one.is_answered),
        waiting=tuple(one for one in asked if not one.waits_for_us and not one.is_answered),
        damaged=damaged,
    )


def questions_of_leaver(uow: UnitOfWork, actor: Actor, leaver_id: str) -> list[Asked]:
    """All questions about one child, closed ones too, the newest handover first.

    Raises:
        Tampered: who it is about was changed.
    """
    ids = uow.session.scalars(
        select(Handover.id)
        .where(Handover.leaver_id == leaver_id, Handover.status.in_(_SENT))
        .order_by(Handover.created_at.desc())
    ).all()
    cards: Known = {}
    return [_one(uow, actor, handover_id, cards, only_open=False) for handover_id in ids]


def questions_of_handover(uow: UnitOfWork, actor: Actor, handover_id: str) -> Asked:
    """The open questions of one dossier; errors are those of `front_of`."""
    return _one(uow, actor, handover_id, {}, only_open=True)


def _with_open_questions(uow: UnitOfWork, actor: Actor) -> Sequence[str]:
    sending, receiving = actor.units_as(Role.TEACHER, Role.IB), actor.units_as(Role.INTAKE, Role.CARE)
    return uow.session.scalars(
        select(Handover.id)
        .where(
            or_(Handover.sender_unit_id.in_(sending), Handover.receiver_unit_id.in_(receiving)),
            Handover.status.in_(WRITABLE),
            Handover.id.in_(
                select(Remark.handover_id).where(Remark.kind == RemarkKind.QUESTION, Remark.closed_at.is_(None))
            ),
        )
        .order_by(Handover.accepted_at)
    ).all()


def _asked(uow: UnitOfWork, actor: Actor, ids: Iterable[str], *, only_open: bool) -> tuple[list[Asked], int]:
    found, damaged = [], 0
    cards: Known = {}
    for handover_id in ids:
        handover = uow.session.get_one(Handover, handover_id)
        if not may(actor, Action.ASK, subject_with_group(uow, handover)):
            continue
        try:
            one = _one(uow, actor, handover_id, cards, only_open=only_open)
        except Tampered:
            damaged += 1
            continue
        if one.questions:
            found.append(one)
    return found, damaged


def _one(uow: UnitOfWork, actor: Actor, handover_id: str, cards: Known, *, only_open: bool) -> Asked:
    front = front_of(uow, actor, handover_id)
    questions = marked(remarks_of(uow, actor, handover_id), RemarkKind.QUESTION) if front.may_read else []
    return Asked(
        front=front,
        questions=tuple(one for one in questions if one.remark.is_open or not only_open),
        may_write=front.status in WRITABLE,
        cards=tuple(other_side(uow, handover_id, is_sender=front.is_sender, known=cards)),
    )


def count_to_answer(groups: Collection[Asked]) -> int:
    """How many questions wait for an answer of ours."""
    return sum(one.waits_for_us for group in groups for one in group.questions)

"""One press on many dossiers, done in parts: each request does some of them, until all are done or it is stopped.

What is to be done stands in rows before anything is done. So a browser that is closed, or a process that ends, leaves
what was done done and the rest to be gone on with; and however many parts it took, there is one account at the end and
one press that takes all of it back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import delete, func, insert, select, update

from handover.audit.model import AuditEntry
from handover.bundles.events import HandoverAccepted, HandoverConfirmed
from handover.bundles.handovers import handover_of
from handover.bundles.model import Handover
from handover.bundles.sides import subject_with_group
from handover.bundles.together import ASKS, OUTCOMES, WITHIN, Step, do_all, require_step
from handover.bundles.together_model import Became, ManyPress, OneOfMany, Together
from handover.bundles.undo_steps import FOR, steps_of
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.errors import NotAllowed, NotFound
from handover.leavers.events import OutcomeRecorded
from handover.policy import RULES, Actor, Stage
from handover.schools.model import Person
from handover.services import Services

AT_ONCE = 25
"""Dossiers of one request at most."""
MOST = 500
"""Dossiers of one press at most: a large school receives 400 a year."""
_TOLD: Mapping[Together, str] = {
    Together.RECEIVE: HandoverAccepted.name,
    Together.ADMIT: OutcomeRecorded.name,
    Together.WAIT: OutcomeRecorded.name,
    Together.ENROL: OutcomeRecorded.name,
    Together.CONFIRM: HandoverConfirmed.name,
}
"""By which entry of the log it is known who did it; of a question it is not, since notes are told as it is."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How far a press is."""

    press: str
    unit_id: str
    what: Together
    is_stopped: bool
    became: Mapping[str, Became | None] = field(repr=False)
    """By handover, in the order of the press; None: not done yet."""
    changed: int = 0
    """How many it changed that can be taken back with it."""

    @property
    def total(self) -> int:
        """How many were chosen."""
        return len(self.became)

    @property
    def tried(self) -> int:
        """Of how many it is known what became of them."""
        return sum(became is not None for became in self.became.values())

    @property
    def goes_on(self) -> bool:
        """Whether some are left to do, and are to be done."""
        return not self.is_stopped and self.tried < self.total


def begin(
    services: Services, actor: Actor, unit_id: str, what: Together, handover_ids: Sequence[str], *, press: str
) -> str:
    """Remember what is to be done to which dossiers of this unit. Gives the press.

    That is `press`, or a new one where `press` was something else: the same form sent twice is one press, and a form
    that somebody went back to and changed is another. What ended while it was being chosen is told of as gone.

    Raises:
        NotFound, NotAllowed: one is not for this actor, or came to another unit; then nothing is remembered.
    """
    with services.uow() as uow:
        # Held, so that the same form sent twice in one moment is one press, too.
        uow.session.get(Person, actor.person_id, with_for_update=True)
        for handover_id in handover_ids:
            handover = handover_of(uow, handover_id)
            is_over = subject_with_group(uow, handover).stage is Stage.ENDED
            if not (is_over and unit_id in _units_that_may(actor, what)):
                require_step(uow, actor, Step(what=what, subject_id=handover_id))
            if handover.receiver_unit_id != unit_id:
                raise NotFound
        found = uow.session.get(ManyPress, press)
        if found is not None:
            if (found.person_id, found.what) == (actor.person_id, what) and _all(uow, press) == set(handover_ids):
                return press
            press = new_id()
        uow.session.add(
            ManyPress(id=press, person_id=actor.person_id, unit_id=unit_id, what=what, pressed_at=uow.clock.now())
        )
        uow.flush()
        uow.session.execute(
            insert(OneOfMany),
            [{"press_id": press, "handover_id": one, "place": place} for place, one in enumerate(handover_ids)],
        )
        uow.commit()
    return press


def go_on(services: Services, actor: Actor, press: str, *, question: str = "", within: float = WITHIN) -> Standing:
    """Do some of what is left of a press. Two requests that do so at once do each dossier once.

    What ended since, or went to another unit, holds up no other: it is told of as gone.

    Raises:
        NotFound: no such press of this actor, or not theirs to do any more.
        Invalid: a conversation without a question; then nothing was done.
    """
    with services.uow() as uow:
        row = _press(uow, actor, press)
        left = [] if row.stopped_at else _left(uow, press)
        every = [Step(what=row.what, subject_id=one, press=press) for one in left]
        steps = [step for step in every if _is_for(uow, actor, step)]
    results = do_all(services, actor, steps, question=question, within=within) if steps else []
    gone = [(step, Became.GONE) for step in every if step not in steps]
    with services.uow() as uow:
        for step, became in [*gone, *zip(steps, results, strict=True)]:
            if became is not Became.LATER:
                uow.session.execute(
                    update(OneOfMany)
                    .where(
                        OneOfMany.press_id == press,
                        OneOfMany.handover_id == step.subject_id,
                        OneOfMany.became.is_(None),
                    )
                    .values(became=became)
                )
        uow.commit()
    with services.uow() as uow:
        return standing(uow, actor, press)


def stop(services: Services, actor: Actor, press: str) -> None:
    """Do no more of it; what was done stands. Once more is no error.

    Raises:
        NotFound: no such press of this actor.
    """
    with services.uow() as uow:
        row = _press(uow, actor, press)
        if row.stopped_at is None:
            row.stopped_at = uow.clock.now()
            uow.commit()


def standing(uow: UnitOfWork, actor: Actor, press: str) -> Standing:
    """How far it is.

    Raises:
        NotFound: no such press of this actor, or it is a day ago.
    """
    row = _press(uow, actor, press)
    ones = uow.session.execute(
        select(OneOfMany.handover_id, OneOfMany.became).where(OneOfMany.press_id == press).order_by(OneOfMany.place)
    )
    return Standing(
        press=press,
        unit_id=row.unit_id,
        what=row.what,
        is_stopped=row.stopped_at is not None,
        became=dict(ones.all()),
        changed=sum(step.undone_at is None for step in steps_of(uow, actor, press)),
    )


def unfinished(uow: UnitOfWork, actor: Actor, unit_id: str) -> list[Standing]:
    """Presses of this actor at this unit of which something is left, the newest first: a browser was closed amid it."""
    left = (
        select(ManyPress.id)
        .join(OneOfMany, OneOfMany.press_id == ManyPress.id)
        .where(
            ManyPress.person_id == actor.person_id,
            ManyPress.unit_id == unit_id,
            ManyPress.what.in_([what for what in Together if unit_id in _units_that_may(actor, what)]),
            ManyPress.stopped_at.is_(None),
            ManyPress.pressed_at > uow.clock.now() - FOR,
            OneOfMany.became.is_(None),
        )
        .group_by(ManyPress.id, ManyPress.pressed_at)
        .order_by(ManyPress.pressed_at.desc())
    )
    return [standing(uow, actor, press) for press in uow.session.scalars(left)]


def done_by(uow: UnitOfWork, unit_id: str, what: Together, handover_ids: Sequence[str]) -> dict[str, str]:
    """Who of this unit did this to these handovers, as the log has it; by handover. Where it is not known: left out."""
    if what not in _TOLD:
        return {}
    # An outcome is told of the child, all else of the handover.
    subject = Handover.leaver_id if what in OUTCOMES else Handover.id
    about = dict(uow.session.execute(select(subject, Handover.id).where(Handover.id.in_(handover_ids))).all())
    newest = (
        select(func.max(AuditEntry.id))
        .where(AuditEntry.subject_id.in_(about), AuditEntry.name == _TOLD[what], AuditEntry.unit_id == unit_id)
        .group_by(AuditEntry.subject_id)
    )
    rows = uow.session.execute(select(AuditEntry.subject_id, AuditEntry.actor_id).where(AuditEntry.id.in_(newest)))
    return {about[subject_id]: actor_id for subject_id, actor_id in rows if actor_id}


def forget_many(services: Services) -> None:
    """Delete what was pressed longer ago than it can be taken back."""
    with services.uow() as uow:
        old = select(ManyPress.id).where(ManyPress.pressed_at <= uow.clock.now() - FOR)
        uow.session.execute(delete(OneOfMany).where(OneOfMany.press_id.in_(old)))
        uow.session.execute(delete(ManyPress).where(ManyPress.pressed_at <= uow.clock.now() - FOR))
        uow.commit()


def _left(uow: UnitOfWork, press: str) -> list[str]:
    return list(
        uow.session.scalars(
            select(OneOfMany.handover_id)
            .where(OneOfMany.press_id == press, OneOfMany.became.is_(None))
            .order_by(OneOfMany.place)
            .limit(AT_ONCE)
        )
    )


def _all(uow: UnitOfWork, press: str) -> set[str]:
    return set(uow.session.scalars(select(OneOfMany.handover_id).where(OneOfMany.press_id == press)))


def _press(uow: UnitOfWork, actor: Actor, press: str) -> ManyPress:
    row = uow.session.get(ManyPress, press)
    if row is None or row.pressed_at <= uow.clock.now() - FOR or row.person_id != actor.person_id:
        raise NotFound
    if row.unit_id not in _units_that_may(actor, row.what):
        raise NotFound  # their role ended since: of whom it was is not told to them either
    return row


def _units_that_may(actor: Actor, what: Together) -> frozenset[str]:
    """Where this actor has a role that does this to what comes in."""
    return frozenset(actor.units_as(*RULES[ASKS[what]].receiver))


def _is_for(uow: UnitOfWork, actor: Actor, step: Step) -> bool:
    """Whether it still is this actor's to do."""
    try:
        require_step(uow, actor, step)
    except (NotFound, NotAllowed):
        return False
    return True

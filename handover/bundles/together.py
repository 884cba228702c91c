"""Doing the same to many at the receiver: each by itself, with an account of each; one holds up no other."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from handover.bundles.accepting import take_in
from handover.bundles.announced_outcomes import announced_outcome, record_announced_outcome
from handover.bundles.handovers import handover_of
from handover.bundles.model import Handover
from handover.bundles.outcomes import record_outcome
from handover.bundles.placing import Placing, place
from handover.bundles.receiving import NotComplete, confirm
from handover.bundles.remarks import ask, both_can_read, remarks_of
from handover.bundles.sides import subject_with_group, written
from handover.bundles.state import HandoverStatus
from handover.bundles.together_model import Became, Together
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, HandoverError, IllegalTransition, NotAllowed, NotFound, Unavailable
from handover.leavers.model import Announcement, Application
from handover.policy import Action, Actor, Subject, require
from handover.services import Services
from handover.terms.destination import Outcome

WITHIN = 3.0
"""Seconds of work in one request, so that colleagues need not wait; what is not done by then is asked for again."""

ASKS: Mapping[Together, Action] = MappingProxyType(
    {
        Together.RECEIVE: Action.ACCEPT,
        Together.ADMIT: Action.RECORD_OUTCOME,
        Together.WAIT: Action.RECORD_OUTCOME,
        Together.ENROL: Action.RECORD_OUTCOME,
        Together.CONFIRM: Action.CONFIRM,
        Together.TAKE: Action.PLACE,
        Together.TALK: Action.ASK,
    }
)
OUTCOMES: Mapping[Together, Outcome] = MappingProxyType(
    {Together.ADMIT: Outcome.ADMITTED, Together.WAIT: Outcome.WAITING, Together.ENROL: Outcome.ENROLLED}
)
"""What is recorded of an application. A refusal is not among them: it has a ground, and is each child's own."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to do to one child."""

    what: Together
    subject_id: str
    """A handover's id; of a child whose dossier has not come its announcement's."""
    is_expected: bool = False
    """The dossier has not come: only an outcome can be recorded."""
    read: int | None = None
    """The version of the application, or of the announcement, that the actor saw; None: whatever it is now."""
    press: str | None = None
    """The press that it can be taken back with, where it can be."""


class _NobodyReads(IllegalTransition):
    """Nobody at the other school would read it."""


def do_all(
    services: Services, actor: Actor, steps: Sequence[Step], *, question: str = "", within: float = WITHIN
) -> list[Became]:
    """Do these, in this order. Killed in between, those before it stand; once more is no error.

    `question`: what is asked of each primary school, where a conversation is asked for. `within`: seconds; one
    is done however long that takes.

    `press` is the press that all of it can be taken back with.

    Raises:
        NotFound, NotAllowed: one is not for this actor; then nothing was done.
        Invalid: a conversation without a question; then nothing was done.
    """
    if any(step.what is Together.TALK for step in steps):
        question = written(question, "question")
    with services.uow() as uow:
        for step in steps:
            require_step(uow, actor, step)
    until, results = time.monotonic() + within, list[Became]()
    for step in steps:
        if results and time.monotonic() > until:
            results.append(Became.LATER)
        else:
            results.append(_became(partial(_do, services, actor, step, question)))
    return results


def do_together(
    services: Services,
    actor: Actor,
    what: Together,
    handover_ids: Sequence[str],
    *,
    question: str = "",
    press: str | None = None,
) -> dict[str, Became]:
    """Do this to these handovers; as `do_all`. `press` is the one that all of it can be taken back with."""
    steps = [Step(what=what, subject_id=one, press=press) for one in handover_ids]
    return dict(zip(handover_ids, do_all(services, actor, steps, question=question), strict=True))


def changes(now: Outcome, wanted: Outcome) -> bool:
    """Whether this outcome still has to be recorded.

    Raises:
        IllegalTransition: somebody decided otherwise of this child: that is changed one by one, with open eyes.
    """
    if now is wanted or (wanted is Outcome.ADMITTED and now is Outcome.ENROLLED):
        return False
    if now in {Outcome.REFUSED, Outcome.WITHDRAWN}:
        raise IllegalTransition
    if wanted is Outcome.WAITING and now in {Outcome.ADMITTED, Outcome.ENROLLED}:
        raise IllegalTransition
    return True


def require_step(uow: UnitOfWork, actor: Actor, step: Step) -> None:
    """Refuse what is not for this actor.

    Raises:
        NotFound, NotAllowed: so it is.
    """
    if not step.is_expected:
        require(actor, ASKS[step.what], subject_with_group(uow, handover_of(uow, step.subject_id)))
        return
    row = uow.session.get(Announcement, step.subject_id)
    if row is None or step.what not in OUTCOMES:
        raise NotFound
    require(actor, Action.ANNOUNCE, Subject(unit_id=row.receiver_unit_id))


def _became(act: Callable[[], bool]) -> Became:
    try:
        return _tried(act)
    except NotComplete:
        return Became.NOT_COMPLETE
    except _NobodyReads:
        return Became.NOBODY_READS
    except (Conflict, IllegalTransition, NotFound, NotAllowed):
        return Became.GONE
    except Unavailable:
        return Became.LATER
    except HandoverError:
        return Became.REFUSED


def _tried(act: Callable[[], bool]) -> Became:
    """Do it; where a colleague did something to it in the same moment, look once more what is left to do."""
    try:
        return Became.DONE if act() else Became.ALREADY
    except Conflict:
        return Became.DONE if act() else Became.ALREADY


def _do(services: Services, actor: Actor, step: Step, question: str) -> bool:
    """Do it; gives whether there was something to do."""
    if step.what in OUTCOMES:
        outcome = _announced_outcome if step.is_expected else _outcome
        return outcome(services, actor, step, OUTCOMES[step.what])
    if step.what is Together.TALK:
        return _talk(services, actor, step.subject_id, question)
    return _DO[step.what](services, actor, step)


def _found(services: Services, handover_id: str) -> tuple[Handover, Application]:
    with services.uow() as uow:
        handover = handover_of(uow, handover_id)
        return handover, uow.session.get_one(Application, handover.application_id)


def _outcome(services: Services, actor: Actor, step: Step, wanted: Outcome) -> bool:
    _handover, application = _found(services, step.subject_id)
    if not changes(application.outcome, wanted):
        return False
    read = application.version if step.read is None else step.read
    record_outcome(services, actor, application.id, outcome=wanted, read=read, press=step.press)
    return True


def _announced_outcome(services: Services, actor: Actor, step: Step, wanted: Outcome) -> bool:
    with services.uow() as uow:
        now = announced_outcome(uow, actor, step.subject_id)
    if not changes(now.outcome, wanted):
        return False
    read = now.version if step.read is None else step.read
    record_announced_outcome(services, actor, step.subject_id, outcome=wanted, read=read)
    return True


def _receive(services: Services, actor: Actor, step: Step) -> bool:
    return take_in(services, actor, step.subject_id)


def _confirm(services: Services, actor: Actor, step: Step) -> bool:
    handover, _application = _found(services, step.subject_id)
    if handover.status is HandoverStatus.CONFIRMED:
        return False
    confirm(services, actor, handover.id, press=step.press)
    return True


def _take(services: Services, actor: Actor, step: Step) -> bool:
    handover, _application = _found(services, step.subject_id)
    if handover.handler_id == actor.person_id:
        return False
    wanted = Placing(brin=handover.receiver_brin, department_id=handover.department_id, handler_id=actor.person_id)
    place(services, actor, handover.id, wanted, read=handover.version, press=step.press)
    return True


def _talk(services: Services, actor: Actor, handover_id: str, question: str) -> bool:
    """Ask for a conversation, unless one was held or a colleague's same question is open."""
    with services.uow() as uow:
        handover = handover_of(uow, handover_id)
        if handover.conversation_held_on is not None:
            return False
        if not both_can_read(uow, handover):
            received = handover.status in {HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED}
            raise _NobodyReads if received else IllegalTransition
        ours = [one for one in remarks_of(uow, actor, handover_id) if one.is_open and one.mine]
    if question in {one.text for one in ours}:
        return False
    ask(services, actor, handover_id, text=question)
    return True


_DO: Mapping[Together, Callable[[Services, Actor, Step], bool]] = MappingProxyType(
    {Together.RECEIVE: _receive, Together.CONFIRM: _confirm, Together.TAKE: _take}
)

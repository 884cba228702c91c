"""Doing the same to many handovers at the receiver: each by itself, with an account of each; one holds up no other."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import partial

from handover.bundles.handovers import handover_of
from handover.bundles.model import Handover
from handover.bundles.outcomes import record_outcome
from handover.bundles.placing import Placing, place
from handover.bundles.receiving import NotComplete, confirm
from handover.bundles.sides import subject_with_group
from handover.bundles.state import HandoverStatus
from handover.errors import Conflict, HandoverError, IllegalTransition, NotAllowed, NotFound, Unavailable
from handover.leavers.model import Application
from handover.policy import Action, Actor, require
from handover.services import Services
from handover.terms.destination import Outcome

WITHIN = 20.0
"""Seconds of work in one request; what is not done by then is asked for again."""


class Together(StrEnum):
    """What can be done to many at once."""

    ADMIT = "admit"
    ENROL = "enrol"
    CONFIRM = "confirm"
    TAKE = "take"  # "I take care of these"


ASKS: Mapping[Together, Action] = {
    Together.ADMIT: Action.RECORD_OUTCOME,
    Together.ENROL: Action.RECORD_OUTCOME,
    Together.CONFIRM: Action.CONFIRM,
    Together.TAKE: Action.PLACE,
}


class Became(StrEnum):
    """What became of one."""

    DONE = "done"
    ALREADY = "already"
    NOT_COMPLETE = "not_complete"  # something is left before it can be confirmed
    GONE = "gone"  # it ended meanwhile, or its application did
    LATER = "later"
    REFUSED = "refused"


def do_together(
    services: Services, actor: Actor, what: Together, handover_ids: Sequence[str], *, press: str | None = None
) -> dict[str, Became]:
    """Do this to these handovers, in this order. Killed in between, those before it stand; once more is no error.

    `press` is the press that all of it can be taken back with.

    Raises:
        NotFound, NotAllowed: one is not for this actor; then nothing was done.
    """
    with services.uow() as uow:
        for handover_id in handover_ids:
            require(actor, ASKS[what], subject_with_group(uow, handover_of(uow, handover_id)))
    until, results = time.monotonic() + WITHIN, {}
    for handover_id in handover_ids:
        if time.monotonic() > until:
            results[handover_id] = Became.LATER
        else:
            results[handover_id] = _became(partial(_DO[what], services, actor, handover_id, press))
    return results


def _became(act: Callable[[], bool]) -> Became:
    try:
        return Became.DONE if act() else Became.ALREADY
    except NotComplete:
        return Became.NOT_COMPLETE
    except (Conflict, IllegalTransition, NotFound, NotAllowed):
        return Became.GONE
    except Unavailable:
        return Became.LATER
    except HandoverError:
        return Became.REFUSED


def _found(services: Services, handover_id: str) -> tuple[Handover, Application]:
    with services.uow() as uow:
        handover = handover_of(uow, handover_id)
        return handover, uow.session.get_one(Application, handover.application_id)


def _outcome(wanted: Outcome, services: Services, actor: Actor, handover_id: str, press: str | None) -> bool:
    _handover, application = _found(services, handover_id)
    if application.outcome is wanted or (wanted is Outcome.ADMITTED and application.outcome is Outcome.ENROLLED):
        return False
    if application.outcome in {Outcome.REFUSED, Outcome.WITHDRAWN}:
        # Somebody decided otherwise of this child: that is changed one by one, with open eyes.
        raise IllegalTransition
    record_outcome(services, actor, application.id, outcome=wanted, read=application.version, press=press)
    return True


def _confirm(services: Services, actor: Actor, handover_id: str, press: str | None) -> bool:
    handover, _application = _found(services, handover_id)
    if handover.status is HandoverStatus.CONFIRMED:
        return False
    confirm(services, actor, handover_id, press=press)
    return True


def _take(services: Services, actor: Actor, handover_id: str, press: str | None) -> bool:
    handover, _application = _found(services, handover_id)
    if handover.handler_id == actor.person_id:
        return False
    wanted = Placing(brin=handover.receiver_brin, department_id=handover.department_id, handler_id=actor.person_id)
    place(services, actor, handover_id, wanted, read=handover.version, press=press)
    return True


_DO: Mapping[Together, Callable[[Services, Actor, str, str | None], bool]] = {
    Together.ADMIT: partial(_outcome, Outcome.ADMITTED),
    Together.ENROL: partial(_outcome, Outcome.ENROLLED),
    Together.CONFIRM: _confirm,
    Together.TAKE: _take,
}

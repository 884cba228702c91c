"""Handovers over the API: the list of both sides, and each step."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from handover.access.api import SIGNED_IN
from handover.access.current import current_actor
from handover.bundles.handovers import handover_of
from handover.bundles.receiving import NotComplete, accept, confirm, decline
from handover.bundles.withdrawing import withdraw
from handover.db.base import new_id
from handover.desk.api_gates import asks, handover
from handover.desk.api_undo import TAKEN_BACK, way_back
from handover.desk.confirm_list import Reader, points_left
from handover.desk.listed_handovers import handover_with_work, handovers_of
from handover.desk.trail import trail_lines
from handover.policy import Action, Role
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.errors import Answer, show
from handover.web.etag import etag_of
from handover.web.operation import TAG, Gives, Takes, operation
from handover.web.wording import wording_of
from schemas.handovers import (
    DeclineSchema,
    HandoverDetailSchema,
    HandoverFilterSchema,
    HandoversSchema,
    TrailSentencesSchema,
)

api_handovers = ApiBlueprint(
    "handovers", __name__, url_prefix="/api/v1/handovers", description="Overdrachten: versturen, ontvangen, bevestigen"
)
STEP = (403, 409, 422, 503)
_AT_THE_RECEIVER = Reader(roles=frozenset({Role.INTAKE}))
"""Who confirms: for whom what is left is put in words."""


@operation(
    api_handovers,
    "GET",
    "",
    gate=SIGNED_IN,
    takes=Takes(query=HandoverFilterSchema),
    gives=Gives(schema=HandoversSchema),
    fails=(503,),
)
def read_all(query: dict[str, Any]) -> ResponseReturnValue:
    """What was sent by your school and what waits at it, the last sent first."""
    actor = current_actor()
    with current_services().uow() as uow:
        page = handovers_of(
            uow,
            actor,
            status=query.get("status"),
            side=query.get("side"),
            cursor=query.get("after"),
            size=query["limit"],
        )
    return {"handovers": page.rows, "after": page.after}


@operation(
    api_handovers,
    "GET",
    "/<handover_id>",
    gate=asks(Action.SEE_HANDOVER, handover),
    gives=Gives(schema=HandoverDetailSchema, headers=TAG),
    fails=(403, 503),
)
def read(handover_id: str) -> ResponseReturnValue:
    """One handover, what you can do to it, and what is left before it can be confirmed."""
    actor = current_actor()
    with current_services().uow() as uow:
        found: Any = handover_with_work(uow, actor, handover_id)
    return found, 200, {"ETag": etag_of(found.version)}


@operation(
    api_handovers,
    "POST",
    "/<handover_id>/accept",
    gate=asks(Action.ACCEPT, handover),
    takes=Takes(repeatable=True),
    fails=STEP,
)
def take_in(handover_id: str) -> ResponseReturnValue:
    """Receive it. That is no admission of the child; it lets your school read what was sent."""
    accept(current_services(), current_actor(), handover_id)
    return "", 204


@operation(
    api_handovers,
    "POST",
    "/<handover_id>/decline",
    gate=asks(Action.DECLINE, handover),
    takes=Takes(body=DeclineSchema, repeatable=True),
    fails=STEP,
)
def give_back(given: dict[str, Any], handover_id: str) -> ResponseReturnValue:
    """Give it back unread, because it was sent to a wrong address."""
    decline(current_services(), current_actor(), handover_id, reason=given["reason"])
    return "", 204


@operation(
    api_handovers,
    "POST",
    "/<handover_id>/withdraw",
    gate=asks(Action.WITHDRAW, handover),
    takes=Takes(repeatable=True),
    fails=STEP,
)
def take_back(handover_id: str) -> ResponseReturnValue:
    """Take it back before it was received."""
    withdraw(current_services(), current_actor(), handover_id)
    return "", 204


@operation(
    api_handovers,
    "POST",
    "/<handover_id>/confirm",
    gate=asks(Action.CONFIRM, handover),
    takes=Takes(repeatable=True),
    gives=Gives(status=204, headers=TAKEN_BACK),
    fails=STEP,
)
def settle(handover_id: str) -> ResponseReturnValue:
    """Confirm that the child is enrolled and that everything in its dossier was opened; signs that."""
    press = new_id()
    try:
        confirm(current_services(), current_actor(), handover_id, press=press)
    except NotComplete as error:
        left = {
            f"/left/{reason.unmet.value}": points_left([reason], handover_id, _AT_THE_RECEIVER)[0].text
            for reason in error.reasons
        }
        return show(Answer(status=409, code=error.code, wording=wording_of(error), fields=left))
    return "", 204, way_back(press)


@operation(
    api_handovers,
    "GET",
    "/<handover_id>/trail",
    gate=asks(Action.SEE_TRAIL, handover),
    gives=Gives(schema=TrailSentencesSchema),
    fails=(403, 503),
)
def trail(handover_id: str) -> ResponseReturnValue:
    """What was done, by whom and when, as far as it concerns your school."""
    actor = current_actor()
    with current_services().uow() as uow:
        subjects = {handover_id, handover_of(uow, handover_id).leaver_id}
        lines = trail_lines(uow, actor, subjects)
    return {"lines": [{"at": at, "text": text} for at, text in lines]}

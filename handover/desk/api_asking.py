"""Asking outside for a dossier over the API: of a primary school that takes no part."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from handover.access.current import current_actor
from handover.bundles.asking import ask_outside, take_back_asked
from handover.desk.api_gates import announcement_at_secondary, asks
from handover.policy import Action
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import Gives, Takes, operation
from schemas.asking import AskedNowSchema, AskOutsideSchema

api_asking = ApiBlueprint("asking_outside", __name__, url_prefix="/api/v1", description="Een dossier opvragen")
ASKS = asks(Action.ASK_OUTSIDE, announcement_at_secondary)


@operation(
    api_asking,
    "POST",
    "/announcements/<announcement_id>/outside-request",
    gate=ASKS,
    takes=Takes(body=AskOutsideSchema),
    gives=Gives(status=201, schema=AskedNowSchema),
    fails=(403, 409, 422, 503),
)
def ask(given: dict[str, Any], announcement_id: str) -> ResponseReturnValue:
    """Ask a primary school that takes no part, with a link and six words. They are in this answer and nowhere else.

    What was asked before ends. Who did not get the answer asks anew.
    """
    made: Any = ask_outside(current_services(), current_actor(), announcement_id, email=given["email"])
    return made, 201


@operation(
    api_asking,
    "POST",
    "/announcements/<announcement_id>/outside-request/take-back",
    gate=ASKS,
    takes=Takes(repeatable=True),
    fails=(403, 503),
)
def take_back(announcement_id: str) -> ResponseReturnValue:
    """Take it back: link and words open nothing any more."""
    take_back_asked(current_services(), current_actor(), announcement_id)
    return "", 204

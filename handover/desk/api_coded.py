"""Handover with a code over the API: for a school that takes no part."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from handover.access.current import current_actor
from handover.bundles.coded import confirm_by_telephone, send_with_code
from handover.bundles.sending import NotReady
from handover.desk.api_gates import asks, handover, leaver
from handover.desk.api_leavers import not_ready
from handover.policy import Action
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import LOCATION, Gives, Takes, operation
from schemas.coded import CodeMadeSchema, SendWithCodeSchema, TelephoneSchema

api_coded = ApiBlueprint("with_code", __name__, url_prefix="/api/v1", description="Overdracht met een code")
STEP = (403, 409, 422, 503)


@operation(
    api_coded,
    "POST",
    "/leavers/<reference>/coded-handover",
    gate=asks(Action.SEND, leaver),
    takes=Takes(body=SendWithCodeSchema),
    gives=Gives(status=201, schema=CodeMadeSchema, headers=LOCATION),
    fails=STEP,
)
def send(given: dict[str, Any], reference: str) -> ResponseReturnValue:
    """Seal it to six words for a school that takes no part. The words are in this answer and nowhere else.

    Who did not get the answer withdraws the handover and sends anew.
    """
    try:
        made: Any = send_with_code(
            current_services(),
            current_actor(),
            reference,
            to=given["to"],
            email=given["email"],
            is_second=given["second"],
        )
    except NotReady as error:
        return not_ready(error)
    return made, 201, {"Location": f"/api/v1/handovers/{made.handover_id}"}


@operation(
    api_coded,
    "POST",
    "/handovers/<handover_id>/telephone-confirmation",
    gate=asks(Action.CONFIRM_BY_TELEPHONE, handover),
    takes=Takes(body=TelephoneSchema, repeatable=True),
    fails=STEP,
)
def confirm(given: dict[str, Any], handover_id: str) -> ResponseReturnValue:
    """Record that the school said by telephone that the child is enrolled and its dossier arrived."""
    confirm_by_telephone(current_services(), current_actor(), handover_id, by=given["by"])
    return "", 204

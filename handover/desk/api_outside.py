"""Handovers outside the service over the API: recording one, and taking that back."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from handover.access.current import current_actor
from handover.bundles.outside import Went, hand_outside, take_back
from handover.bundles.outside_model import OutsideWay
from handover.bundles.sending import NotReady
from handover.desk.api_gates import asks, handover, leaver
from handover.desk.api_leavers import not_ready
from handover.policy import Action
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import LOCATION, Gives, Takes, operation
from schemas.outside import OutsideSchema

api_outside = ApiBlueprint("outside_service", __name__, url_prefix="/api/v1", description="Overdracht buiten de dienst")
STEP = (403, 409, 422, 503)


@operation(
    api_outside,
    "POST",
    "/leavers/<reference>/outside-handover",
    gate=asks(Action.HAND_OUTSIDE, leaver),
    takes=Takes(body=OutsideSchema),
    gives=Gives(status=201, headers=LOCATION),
    fails=STEP,
)
def keep(given: dict[str, Any], reference: str) -> ResponseReturnValue:
    """Record that the dossier went to the school by another way. It counts like all others."""
    went = Went(way=OutsideWay(given["way"]), went_on=given["went_on"], whom=given["whom"])
    try:
        made = hand_outside(current_services(), current_actor(), reference, went, to=given["to"])
    except NotReady as error:
        return not_ready(error)
    return "", 201, {"Location": f"/api/v1/handovers/{made}"}


@operation(
    api_outside,
    "POST",
    "/handovers/<handover_id>/take-back",
    gate=asks(Action.WITHDRAW, handover),
    takes=Takes(repeatable=True),
    fails=STEP,
)
def undo(handover_id: str) -> ResponseReturnValue:
    """Say that it did not go by another way after all, as long as the school did nothing with it."""
    take_back(current_services(), current_actor(), handover_id)
    return "", 204

"""What became of the application of a handover, over the API, as the secondary school records it."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from handover.access.current import current_actor
from handover.bundles.handovers import handover_of
from handover.bundles.outcomes import Tlvs, record_outcome
from handover.db.base import new_id
from handover.desk.api_gates import asks, handover
from handover.desk.api_undo import TAKEN_BACK, way_back
from handover.policy import Action
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import Gives, Takes, operation
from schemas.handovers import OutcomeSchema

api_outcomes = ApiBlueprint(
    "outcomes", __name__, url_prefix="/api/v1/handovers", description="Wat er van de aanmelding werd"
)


@operation(
    api_outcomes,
    "PUT",
    "/<handover_id>/outcome",
    gate=asks(Action.RECORD_OUTCOME, handover),
    takes=Takes(body=OutcomeSchema),
    gives=Gives(status=204, headers=TAKEN_BACK),
    fails=(403, 409, 503),
)
def write(given: dict[str, Any], handover_id: str) -> ResponseReturnValue:
    """Record what became of the application: admitted, enrolled, refused with a ground; and of its TLV."""
    services, actor = current_services(), current_actor()
    with services.uow() as uow:
        application_id = handover_of(uow, handover_id).application_id
    tlv = Tlvs(tlv=given["tlv"], until=given["tlv_until"]) if given["tlv"] is not None else None
    press, said, ground = new_id(), given["outcome"], given["ground"]
    record_outcome(services, actor, application_id, outcome=said, ground=ground, tlv=tlv, press=press)
    return "", 204, way_back(press)

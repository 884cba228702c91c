"""Taking back over the API what was recorded or confirmed, until the next day and as long as nobody went on."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from handover.access.api import SIGNED_IN
from handover.access.current import current_actor
from handover.bundles.undo_steps import steps_of
from handover.bundles.undoing import undo
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import Gives, operation
from schemas.handovers import UndoneSchema

api_undo = ApiBlueprint("undo", __name__, url_prefix="/api/v1/undo", description="Ongedaan maken")

WITHIN = 20.0
"""Seconds of one request; of two hundred and fifty dossiers it takes one or two."""
TAKEN_BACK = {
    "Location": {
        "schema": {"type": "string"},
        "description": "POST there, before tomorrow, to take this back. Absent where nothing can be taken back.",
    }
}


def way_back(press: str) -> dict[str, str]:
    """The header that says where this press of this person is taken back, if it can be."""
    with current_services().uow() as uow:
        return {"Location": f"/api/v1/undo/{press}"} if steps_of(uow, current_actor(), press) else {}


@operation(api_undo, "POST", "/<press>", gate=SIGNED_IN, gives=Gives(schema=UndoneSchema), fails=(503,))
def take_back(press: str) -> ResponseReturnValue:
    """Take back what you did with one request. Twice is once; of somebody else's it says that it is not there."""
    undone: dict[str, Any] = vars(undo(current_services(), current_actor(), press, within=WITHIN))
    return undone

"""After sending, over the API: send after, sign for it, place it, reopen, let go, another school in one step."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue

from handover.access.current import current_actor
from handover.bundles.handovers import handover_of
from handover.bundles.keeping import keep, keep_no_longer
from handover.bundles.moving import NewSchool, move
from handover.bundles.one_of_two import let_go_of
from handover.bundles.placing import Placing, place
from handover.bundles.reopening import release, reopen
from handover.bundles.sending import NotReady
from handover.bundles.state import KeepReason, ReleaseReason, ReopenReason
from handover.bundles.supplementing import acknowledge, drop_supplement, open_supplement, supplement
from handover.desk.api_gates import asks, handover, leaver
from handover.desk.api_leavers import not_ready
from handover.desk.receipt import receipt_of
from handover.policy import Action
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.etag import expected_version
from handover.web.operation import LOCATION, MAY_MATCH, Gives, Takes, operation
from schemas.handovers import KeepSchema, LetGoSchema, MoveSchema, PlaceSchema, ReleaseSchema, ReopenSchema

api_afterwards = ApiBlueprint(
    "life", __name__, url_prefix="/api/v1", description="Na het versturen: nasturen, indelen, loslaten"
)
STEP = (403, 409, 422, 503)


@operation(
    api_afterwards,
    "PUT",
    "/handovers/<handover_id>/supplement",
    gate=asks(Action.SUPPLEMENT, handover),
    takes=Takes(repeatable=True),
    fails=STEP,
)
def open_it(handover_id: str) -> ResponseReturnValue:
    """Open the dossier again, to change it and send it after. Its receiver keeps what it has. Twice is once."""
    open_supplement(current_services(), current_actor(), _reference(handover_id), of=handover_id)
    return "", 204


@operation(
    api_afterwards,
    "DELETE",
    "/handovers/<handover_id>/supplement",
    gate=asks(Action.SUPPLEMENT, handover),
    fails=STEP,
)
def drop_it(handover_id: str) -> ResponseReturnValue:
    """Close it again without sending anything; what was changed stays with the primary school."""
    drop_supplement(current_services(), current_actor(), _reference(handover_id), of=handover_id)
    return "", 204


@operation(
    api_afterwards,
    "POST",
    "/handovers/<handover_id>/supplement",
    gate=asks(Action.SUPPLEMENT, handover),
    takes=Takes(repeatable=True),
    gives=Gives(status=202),
    fails=STEP,
)
def send_after(handover_id: str) -> ResponseReturnValue:
    """Seal the dossier as it is now and send it after. Its receiver gets it once the stored bytes were compared."""
    try:
        supplement(current_services(), current_actor(), _reference(handover_id), of=handover_id)
    except NotReady as error:
        return not_ready(error)
    return "", 202


@operation(
    api_afterwards,
    "POST",
    "/handovers/<handover_id>/acknowledge",
    gate=asks(Action.ACKNOWLEDGE, handover),
    takes=Takes(parameters=(MAY_MATCH,), repeatable=True),
    fails=(*STEP, 412),
)
def sign_for(handover_id: str) -> ResponseReturnValue:
    """Sign that what was sent after has come. Twice is once.

    `If-Match` is the ETag of the handover: what came since it was read is not signed for unseen.
    """
    acknowledge(current_services(), current_actor(), handover_id, read=expected_version())
    return "", 204


@operation(
    api_afterwards,
    "PUT",
    "/handovers/<handover_id>/place",
    gate=asks(Action.PLACE, handover),
    takes=Takes(body=PlaceSchema),
    fails=STEP,
)
def put_in_place(given: dict[str, Any], handover_id: str) -> ResponseReturnValue:
    """Say at which location, in which department and by whom it is taken care of."""
    wanted = Placing(brin=given["brin"], department_id=given["department_id"], handler_id=given["handler_id"])
    place(current_services(), current_actor(), handover_id, wanted, read=given["version"])
    return "", 204


@operation(
    api_afterwards,
    "POST",
    "/handovers/<handover_id>/reopen",
    gate=asks(Action.REOPEN, handover),
    takes=Takes(body=ReopenSchema, repeatable=True),
    fails=STEP,
)
def take_back_confirmation(given: dict[str, Any], handover_id: str) -> ResponseReturnValue:
    """Take the confirmation back. That it was given stays on record."""
    reopen(current_services(), current_actor(), handover_id, reason=ReopenReason(given["reason"]))
    return "", 204


@operation(
    api_afterwards,
    "POST",
    "/handovers/<handover_id>/release",
    gate=asks(Action.RELEASE, handover),
    takes=Takes(body=ReleaseSchema, repeatable=True),
    fails=STEP,
)
def let_go(given: dict[str, Any], handover_id: str) -> ResponseReturnValue:
    """Let go of it: its receiver opens nothing of it any more."""
    release(current_services(), current_actor(), handover_id, reason=ReleaseReason(given["reason"]))
    return "", 204


@operation(
    api_afterwards,
    "PUT",
    "/handovers/<handover_id>/kept",
    gate=asks(Action.KEEP, handover),
    takes=Takes(body=KeepSchema),
    fails=STEP,
)
def keep_longer(given: dict[str, Any], handover_id: str) -> ResponseReturnValue:
    """Keep it, for your own school, longer than its term, with a reason. Said again by it, the last time counts."""
    because = KeepReason(given["because"])
    keep(current_services(), current_actor(), handover_id, until=given["until"], because=because)
    return "", 204


@operation(
    api_afterwards, "DELETE", "/handovers/<handover_id>/kept", gate=asks(Action.KEEP, handover), fails=(403, 409, 503)
)
def keep_as_usual(handover_id: str) -> ResponseReturnValue:
    """Let the ordinary term count again. Twice is once."""
    keep_no_longer(current_services(), current_actor(), handover_id)
    return "", 204


@operation(
    api_afterwards,
    "GET",
    "/handovers/<handover_id>/receipt",
    gate=asks(Action.READ_HANDOVER, handover),
    gives=Gives(media_type="application/pdf"),
    fails=(403, 409, 503),
)
def read_receipt(handover_id: str) -> ResponseReturnValue:
    """The receipt of a confirmed handover, to print: who, when, and what was signed."""
    return Response(receipt_of(current_services(), current_actor(), handover_id), mimetype="application/pdf")


@operation(
    api_afterwards,
    "POST",
    "/leavers/<reference>/move",
    gate=asks(Action.SEND, leaver),
    takes=Takes(body=MoveSchema, repeatable=True),
    gives=Gives(status=202, headers=LOCATION),
)
def send_elsewhere(given: dict[str, Any], reference: str) -> ResponseReturnValue:
    """Send the dossier to another school instead of the one that has it: all of that happens, or nothing."""
    new = NewSchool(brin=given["to"], applied_on=given["applied_on"], tlv=given["tlv"])
    reason = ReleaseReason(given["reason"])
    try:
        made = move(current_services(), current_actor(), reference, new, reason=reason, leaving=given["leaving"])
    except NotReady as error:
        return not_ready(error)
    return "", 202, {"Location": f"/api/v1/handovers/{made}"}


@operation(
    api_afterwards,
    "POST",
    "/leavers/<reference>/let-go",
    gate=asks(Action.SEND, leaver),
    takes=Takes(body=LetGoSchema, repeatable=True),
    fails=(403, 409, 503),
)
def let_go_of_one(given: dict[str, Any], reference: str) -> ResponseReturnValue:
    """Let go of the one of two schools that is to go, now that it is known where the child goes. Twice is once.

    Taken back where it was not received, else released; its application is withdrawn.
    """
    let_go_of(current_services(), current_actor(), reference, given["handover_id"])
    return "", 204


def _reference(handover_id: str) -> str:
    with current_services().uow() as uow:
        return handover_of(uow, handover_id).reference

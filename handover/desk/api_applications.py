"""Applications at secondary schools over the API, as the primary school records them."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from handover.access.current import current_actor
from handover.bundles.outcomes import withdraw_application
from handover.desk.api_gates import asks, leaver
from handover.leavers.applications import applications_at, change_application, prefer_application
from handover.leavers.recording import record_application
from handover.policy import Action
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import Gives, Takes, operation
from schemas.leavers import ApplicationIdSchema, ApplicationsSchema, ChangedApplicationSchema, NewApplicationSchema

api_applications = ApiBlueprint(
    "applications", __name__, url_prefix="/api/v1/leavers", description="Aanmeldingen bij scholen"
)
MAY = asks(Action.RECORD_APPLICATION, leaver)


@operation(
    api_applications,
    "GET",
    "/<reference>/applications",
    gate=asks(Action.SEE_LEAVER, leaver),
    gives=Gives(schema=ApplicationsSchema),
    fails=(403, 503),
)
def read_all(reference: str) -> ResponseReturnValue:
    """A leaver's applications, the most wanted first."""
    actor = current_actor()
    with current_services().uow() as uow:
        return {"applications": applications_at(uow, actor, reference)}


@operation(
    api_applications,
    "POST",
    "/<reference>/applications",
    gate=MAY,
    takes=Takes(body=NewApplicationSchema, repeatable=True),
    gives=Gives(status=201, schema=ApplicationIdSchema),
)
def record(given: dict[str, Any], reference: str) -> ResponseReturnValue:
    """Record that the parents applied at a location."""
    made = record_application(
        current_services(),
        current_actor(),
        reference,
        brin6=given["brin"],
        applied_on=given["applied_on"],
        tlv=given["tlv"],
    )
    return {"id": made}, 201


@operation(
    api_applications,
    "PUT",
    "/<reference>/applications/<application_id>",
    gate=MAY,
    takes=Takes(body=ChangedApplicationSchema),
)
def change(given: dict[str, Any], reference: str, application_id: str) -> ResponseReturnValue:
    """Correct the day, or how it stands with its TLV."""
    change_application(
        current_services(),
        current_actor(),
        reference,
        application_id,
        applied_on=given["applied_on"],
        tlv=given["tlv"],
    )
    return "", 204


@operation(api_applications, "POST", "/<reference>/applications/<application_id>/prefer", gate=MAY)
def prefer(reference: str, application_id: str) -> ResponseReturnValue:
    """Put it first: the dossier goes to that school."""
    prefer_application(current_services(), current_actor(), reference, application_id)
    return "", 204


@operation(
    api_applications,
    "POST",
    "/<reference>/applications/<application_id>/withdraw",
    gate=MAY,
    takes=Takes(repeatable=True),
    fails=(403, 409, 503),
)
def withdraw(reference: str, application_id: str) -> ResponseReturnValue:
    """The parents took it back, or chose another school."""
    withdraw_application(current_services(), current_actor(), reference, application_id)
    return "", 204

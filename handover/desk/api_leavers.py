"""Leavers over the API."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from handover.access.api import SIGNED_IN
from handover.access.current import current_actor
from handover.bundles.ending import end_leaver, reopen_leaver
from handover.bundles.sending import NotReady, send
from handover.desk.api_gates import asks, leaver
from handover.desk.listed_leavers import leaver_with_work, leavers_of, told
from handover.leavers.actions import add_leaver, add_leavers
from handover.leavers.correcting import rename_leaver
from handover.policy import Action
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.errors import Answer, show
from handover.web.operation import LOCATION, Gives, Takes, operation
from handover.web.wording import wording_of
from schemas.dossiers import NameSchema
from schemas.leavers import (
    ChangedLeaverSchema,
    EndedLeaverSchema,
    LeaverDetailSchema,
    LeaverFilterSchema,
    LeaversSchema,
    NewLeaverSchema,
    NewLeaversSchema,
    ReferenceSchema,
    ReferencesSchema,
    SendSchema,
)

api_leavers = ApiBlueprint(
    "leavers", __name__, url_prefix="/api/v1/leavers", description="Leerlingen die van school gaan"
)


@operation(
    api_leavers,
    "GET",
    "",
    gate=SIGNED_IN,
    takes=Takes(query=LeaverFilterSchema),
    gives=Gives(schema=LeaversSchema),
    fails=(503,),
)
def read_all(query: dict[str, Any]) -> ResponseReturnValue:
    """The leavers whose names you may see, the last added first."""
    actor = current_actor()
    with current_services().uow() as uow:
        page = leavers_of(uow, actor, group_id=query.get("group_id"), cursor=query.get("after"), size=query["limit"])
    return {"leavers": page.rows, "after": page.after}


@operation(
    api_leavers,
    "POST",
    "",
    gate=SIGNED_IN,
    takes=Takes(body=NewLeaverSchema, repeatable=True),
    gives=Gives(status=201, schema=ReferenceSchema, headers=LOCATION),
)
def add(given: dict[str, Any]) -> ResponseReturnValue:
    """Put a child on the list of a group. Asks `add_leaver` of the group that the body names."""
    reference = add_leaver(
        current_services(), current_actor(), given["group_id"], _named(given["name"]), only_new=given["only_new"]
    )
    return {"reference": reference}, 201, {"Location": f"/api/v1/leavers/{reference}"}


@operation(
    api_leavers,
    "POST",
    "/batch",
    gate=SIGNED_IN,
    takes=Takes(body=NewLeaversSchema, repeatable=True),
    gives=Gives(schema=ReferencesSchema),
)
def add_class(given: dict[str, Any]) -> ResponseReturnValue:
    """Put a class on the list of a group: all, or none. Asks `add_leaver` of the group that the body names."""
    names = [_named(name) for name in given["names"]]
    return {"references": add_leavers(current_services(), current_actor(), given["group_id"], names)}


@operation(
    api_leavers,
    "GET",
    "/<reference>",
    gate=asks(Action.SEE_LEAVER, leaver),
    gives=Gives(schema=LeaverDetailSchema),
    fails=(403, 422, 503),
)
def read(reference: str) -> ResponseReturnValue:
    """A leaver, and what is left before its dossier may be sent."""
    services, actor = current_services(), current_actor()
    with services.uow() as uow:
        found: Any = leaver_with_work(services, uow, actor, reference)
    return found  # type: ignore[no-any-return]  # the schema dumps it


@operation(
    api_leavers, "PATCH", "/<reference>", gate=asks(Action.RENAME_LEAVER, leaver), takes=Takes(body=ChangedLeaverSchema)
)
def rename(given: dict[str, Any], reference: str) -> ResponseReturnValue:
    """Correct name, birth date or group. A school that has the dossier keeps the name that was sent."""
    rename_leaver(current_services(), current_actor(), reference, _named(given["name"]), group_id=given["group_id"])
    return "", 204


@operation(
    api_leavers,
    "POST",
    "/<reference>/end",
    gate=asks(Action.RENAME_LEAVER, leaver),
    takes=Takes(body=EndedLeaverSchema, repeatable=True),
)
def end(given: dict[str, Any], reference: str) -> ResponseReturnValue:
    """Take a child off the list, with the reason. A handover that is under way is closed with it.

    One that goes to another primary school stays with the samenwerkingsverband until that school knows it.
    """
    end_leaver(current_services(), current_actor(), reference, end=given["end"], to=given["to"])
    return "", 204


@operation(
    api_leavers,
    "POST",
    "/<reference>/reopen",
    gate=asks(Action.RENAME_LEAVER, leaver),
    takes=Takes(repeatable=True),
)
def reopen(reference: str) -> ResponseReturnValue:
    """Put a child back on the list."""
    reopen_leaver(current_services(), current_actor(), reference)
    return "", 204


@operation(
    api_leavers,
    "POST",
    "/<reference>/handover",
    gate=asks(Action.SEND, leaver),
    takes=Takes(body=SendSchema, repeatable=True),
    gives=Gives(status=202, headers=LOCATION),
)
def hand_over(given: dict[str, Any], reference: str) -> ResponseReturnValue:
    """Seal the dossier and send it. It is offered as soon as the stored bytes were compared with its letter."""
    try:
        handover_id = send(current_services(), current_actor(), reference, to=given["to"], is_second=given["second"])
    except NotReady as error:
        return not_ready(error)
    return "", 202, {"Location": f"/api/v1/handovers/{handover_id}"}


def not_ready(error: NotReady) -> ResponseReturnValue:
    """What is left to do before it may be sent, as a problem."""
    left = {f"/{todo['section']}/{todo['missing']}": todo["text"] for todo in map(told, error.reasons)}
    return show(Answer(status=409, code=error.code, wording=wording_of(error), fields=left))


def _named(name: dict[str, Any]) -> dict[str, str]:
    dumped: dict[str, str] = NameSchema().dump(name)
    return dumped

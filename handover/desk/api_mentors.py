"""Mentors over the API: naming them, what care opens for them, and their line to the primary school."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue

from handover.access.current import current_actor
from handover.bundles.mentor_keys import give_now
from handover.bundles.mentors import NewMentor, end_mentor, name_mentor
from handover.bundles.opened import close_opened, open_document, open_remark, opened_of, read_opened
from handover.bundles.remarks import feed_back
from handover.desk.api_gates import asks, handover, mentoring, opened_item
from handover.desk.mentors import mentors_of
from handover.policy import Action
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import Gives, Takes, operation
from schemas.mentors import (
    FeedbackSchema,
    MentorIdSchema,
    MentorsSchema,
    NewMentorSchema,
    OpenedListSchema,
    OpenSchema,
)
from schemas.remarks import RemarkIdSchema

api_mentors = ApiBlueprint("mentoring", __name__, url_prefix="/api/v1", description="Mentoren: na de bevestiging")
STEP = (403, 409, 422, 503)
NAME, OPEN = asks(Action.NAME_MENTORS, handover), asks(Action.OPEN_FOR_MENTOR, handover)


@operation(api_mentors, "GET", "/handovers/<handover_id>/mentors", gate=NAME, gives=Gives(schema=MentorsSchema))
def read_mentors(handover_id: str) -> ResponseReturnValue:
    """Who is mentor of this child, and who of them read the report."""
    with current_services().uow() as uow:
        return {"mentors": mentors_of(uow, handover_id)}


@operation(
    api_mentors,
    "POST",
    "/handovers/<handover_id>/mentors",
    gate=NAME,
    takes=Takes(body=NewMentorSchema, repeatable=True),
    gives=Gives(status=201, schema=MentorIdSchema),
    fails=STEP,
)
def name_one(given: dict[str, Any], handover_id: str) -> ResponseReturnValue:
    """Name somebody mentor, beside others. The keys follow after confirmation, from whoever holds them."""
    actor, services = current_actor(), current_services()
    made = name_mentor(services, actor, handover_id, NewMentor(**given))
    give_now(services, actor, handover_id)
    return {"id": made}, 201


@operation(
    api_mentors, "DELETE", "/mentors/<mentoring_id>", gate=asks(Action.NAME_MENTORS, mentoring), fails=(403, 409, 503)
)
def end_one(mentoring_id: str) -> ResponseReturnValue:
    """Say that somebody is no longer mentor of a child. Twice is once."""
    end_mentor(current_services(), current_actor(), mentoring_id)
    return "", 204


@operation(
    api_mentors,
    "POST",
    "/handovers/<handover_id>/feedback",
    gate=asks(Action.FEED_BACK, handover),
    takes=Takes(body=FeedbackSchema, repeatable=True),
    gives=Gives(status=201, schema=RemarkIdSchema),
    fails=STEP,
)
def write_back(given: dict[str, Any], handover_id: str) -> ResponseReturnValue:
    """Write, as the child's mentor, one line to the primary school."""
    return {"id": feed_back(current_services(), current_actor(), handover_id, text=given["text"])}, 201


@operation(
    api_mentors,
    "GET",
    "/handovers/<handover_id>/opened",
    gate=asks(Action.SEE_OPENED, handover),
    gives=Gives(schema=OpenedListSchema),
    fails=(403, 409, 503),
)
def read_all_opened(handover_id: str) -> ResponseReturnValue:
    """What of the care part was opened for this child's mentors."""
    actor = current_actor()
    with current_services().uow() as uow:
        return {"opened": opened_of(uow, actor, handover_id)}


@operation(
    api_mentors,
    "POST",
    "/handovers/<handover_id>/opened",
    gate=OPEN,
    takes=Takes(body=OpenSchema, repeatable=True),
    gives=Gives(status=201, schema=MentorIdSchema),
    fails=STEP,
)
def open_one(given: dict[str, Any], handover_id: str) -> ResponseReturnValue:
    """Open a care document, or a care note of your own school, for this child's mentors."""
    actor, services = current_actor(), current_services()
    if given["document"] is not None:
        return {"id": open_document(services, actor, handover_id, given["document"])}, 201
    return {"id": open_remark(services, actor, given["remark_id"], handover_id=handover_id)}, 201


@operation(
    api_mentors,
    "GET",
    "/opened/<item_id>/document",
    gate=asks(Action.SEE_OPENED, opened_item),
    gives=Gives(media_type="application/pdf"),
    fails=(403, 409, 503),
)
def read_document(item_id: str) -> ResponseReturnValue:
    """The bytes of a document that was opened for the mentors."""
    made = read_opened(current_services(), current_actor(), item_id)
    response = Response(made.pieces, mimetype="application/pdf", direct_passthrough=True)
    response.headers["Content-Length"] = str(made.size)
    return response


@operation(
    api_mentors, "DELETE", "/opened/<item_id>", gate=asks(Action.OPEN_FOR_MENTOR, opened_item), fails=(403, 409, 503)
)
def close_one(item_id: str) -> ResponseReturnValue:
    """Take it away from the mentors again. Twice is once."""
    close_opened(current_services(), current_actor(), item_id)
    return "", 204

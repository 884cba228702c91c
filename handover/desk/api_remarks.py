"""Notes, questions, answers and the warm conversation over the API."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask.typing import ResponseReturnValue

from handover.access.current import current_actor
from handover.bundles.conversations import ConversationWay, conversation_of, hold, waive
from handover.bundles.model import Part
from handover.bundles.remarks import ask, close, note, remarks_of, reply
from handover.desk.api_gates import asks, handover, remark
from handover.policy import Action
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.etag import expected_version
from handover.web.operation import MAY_MATCH, Gives, Takes, operation
from schemas.remarks import (
    ConversationSchema,
    HeldSchema,
    NewRemarkSchema,
    RemarkIdSchema,
    RemarksSchema,
    ReplySchema,
    WaivedSchema,
)

api_remarks = ApiBlueprint("remarks", __name__, url_prefix="/api/v1", description="Notities, vragen en gesprek")

READ, ASK = asks(Action.READ_HANDOVER, handover), asks(Action.ASK, handover)
ANSWER, TALK = asks(Action.ASK, remark), asks(Action.RECORD_CONVERSATION, handover)
STEP = (403, 409, 422, 503)


@operation(api_remarks, "GET", "/handovers/<handover_id>/remarks", gate=READ, gives=Gives(schema=RemarksSchema))
def read_all(handover_id: str) -> ResponseReturnValue:
    """The notes of your own school and the questions of both, with their answers."""
    actor = current_actor()
    with current_services().uow() as uow:
        return {"remarks": remarks_of(uow, actor, handover_id)}


@operation(
    api_remarks,
    "POST",
    "/handovers/<handover_id>/remarks",
    gate=READ,
    takes=Takes(body=NewRemarkSchema, parameters=(MAY_MATCH,), repeatable=True),
    gives=Gives(status=201, schema=RemarkIdSchema),
    fails=(*STEP, 412),
)
def write(given: dict[str, Any], handover_id: str) -> ResponseReturnValue:
    """Write a note for your own school, or ask the other one. Asks `write_own_note` or `ask`.

    `If-Match` is the ETag of the handover: in what came since, a document may have another number.
    """
    do = note if given["kind"] == "note" else ask
    made = do(
        current_services(),
        current_actor(),
        handover_id,
        text=given["text"],
        part=Part(given["part"]),
        document=given["document"],
        page=given["page"],
        read=expected_version(),
    )
    return {"id": made}, 201


@operation(
    api_remarks,
    "POST",
    "/remarks/<remark_id>/replies",
    gate=ANSWER,
    takes=Takes(body=ReplySchema, repeatable=True),
    gives=Gives(status=201, schema=RemarkIdSchema),
    fails=STEP,
)
def answer(given: dict[str, Any], remark_id: str) -> ResponseReturnValue:
    """Answer a question, or add to its answers."""
    return {"id": reply(current_services(), current_actor(), remark_id, text=given["text"])}, 201


@operation(api_remarks, "POST", "/remarks/<remark_id>/close", gate=ANSWER, takes=Takes(repeatable=True), fails=STEP)
def finish(remark_id: str) -> ResponseReturnValue:
    """Say that your question was answered, or is no longer needed."""
    close(current_services(), current_actor(), remark_id)
    return "", 204


@operation(
    api_remarks,
    "GET",
    "/handovers/<handover_id>/conversation",
    gate=READ,
    gives=Gives(schema=ConversationSchema),
)
def conversation(handover_id: str) -> ResponseReturnValue:
    """What became of the warm conversation."""
    actor = current_actor()
    with current_services().uow() as uow:
        found = conversation_of(uow, actor, handover_id)
    return {**asdict(found), "settled": found.settled}


@operation(
    api_remarks,
    "POST",
    "/handovers/<handover_id>/conversation",
    gate=TALK,
    takes=Takes(body=HeldSchema, repeatable=True),
    fails=STEP,
)
def held(given: dict[str, Any], handover_id: str) -> ResponseReturnValue:
    """Record that a conversation was held: when, how, by whom, and what was agreed."""
    hold(
        current_services(),
        current_actor(),
        handover_id,
        held_on=given["held_on"],
        way=ConversationWay(given["way"]),
        who=given["who"],
        agreed=given["agreed"],
    )
    return "", 204


@operation(
    api_remarks,
    "POST",
    "/handovers/<handover_id>/conversation/waive",
    gate=TALK,
    takes=Takes(body=WaivedSchema, repeatable=True),
    fails=STEP,
)
def waived(given: dict[str, Any], handover_id: str) -> ResponseReturnValue:
    """Record why the conversation that was asked for need not be."""
    waive(current_services(), current_actor(), handover_id, reason=given["reason"])
    return "", 204

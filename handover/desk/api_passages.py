"""Children who go to another primary school, over the API: that school's answer, and what the other one heard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask.typing import ResponseReturnValue

from handover.access.api import SIGNED_IN
from handover.access.current import current_actor
from handover.bundles.answering import ANSWERERS
from handover.bundles.passing import answer_arrived, answer_not_here, arriving, confirm_passage
from handover.db.unit_of_work import UnitOfWork
from handover.desk.api_gates import asks, leaver
from handover.desk.listed_leavers import read_about
from handover.errors import NotFound
from handover.leavers.again import add_again
from handover.leavers.passage_model import PassageRow
from handover.policy import Action, Subject
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import LOCATION, Gives, Takes, operation
from schemas.announcements import UnitAskedSchema
from schemas.leavers import ReferenceSchema
from schemas.passages import AgainSchema, ArrivalSchema, ArrivedSchema, PassagesSchema

api_passages = ApiBlueprint(
    "passages", __name__, url_prefix="/api/v1", description="Wie naar een andere basisschool of een ander jaar gaat"
)


def passage(uow: UnitOfWork, path: Mapping[str, Any]) -> Subject:
    """The primary school that is asked by the question of this id."""
    found = uow.session.get(PassageRow, path["passage_id"])
    if found is None or found.unit_id is None:
        raise NotFound
    return Subject(unit_id=found.unit_id)


ANSWERS = asks(Action.ANSWER_ANNOUNCED, passage)


@operation(
    api_passages,
    "GET",
    "/passages",
    gate=SIGNED_IN,
    takes=Takes(query=UnitAskedSchema),
    gives=Gives(schema=PassagesSchema),
    fails=(503,),
)
def read_all(query: dict[str, Any]) -> ResponseReturnValue:
    """Children of whom another primary school says that they come to yours, longest waiting first."""
    actor = current_actor()
    units, asked = actor.units_as(*ANSWERERS), query.get("unit_id")
    if not units or (asked is not None and asked not in units):
        raise NotFound
    with current_services().uow() as uow:
        found = arriving(uow, actor, asked or units[0])
    return {"passages": [vars(one) | {"name": read_about(one.about)} for one in found]}


@operation(
    api_passages,
    "POST",
    "/passages/<passage_id>/known",
    gate=ANSWERS,
    takes=Takes(body=ArrivedSchema, repeatable=True),
    fails=(403, 409, 503),
)
def know(given: dict[str, Any], passage_id: str) -> ResponseReturnValue:
    """Say that the child is at your school, and put it on the list of a group if it leaves school this year."""
    answer_arrived(current_services(), current_actor(), passage_id, group_id=given["group_id"])
    return "", 204


@operation(
    api_passages,
    "POST",
    "/passages/<passage_id>/unknown",
    gate=ANSWERS,
    takes=Takes(repeatable=True),
    fails=(403, 409, 503),
)
def know_not(passage_id: str) -> ResponseReturnValue:
    """Say that it is none of your children; the name is deleted at your school."""
    answer_not_here(current_services(), current_actor(), passage_id)
    return "", 204


@operation(
    api_passages,
    "POST",
    "/leavers/<reference>/arrival",
    gate=asks(Action.RENAME_LEAVER, leaver),
    takes=Takes(body=ArrivalSchema, repeatable=True),
)
def confirm(given: dict[str, Any], reference: str) -> ResponseReturnValue:
    """Write down who said that the child is at its other primary school."""
    way, day = given["way"], given["on"]
    confirm_passage(current_services(), current_actor(), reference, way=way, on=day, by=given["by"])
    return "", 204


@operation(
    api_passages,
    "POST",
    "/leavers/<reference>/again",
    gate=asks(Action.RENAME_LEAVER, leaver),
    takes=Takes(body=AgainSchema, repeatable=True),
    gives=Gives(status=201, schema=ReferenceSchema, headers=LOCATION),
)
def again(given: dict[str, Any], reference: str) -> ResponseReturnValue:
    """Put a child that does groep 8 once more on the list of a group of a later year."""
    new = add_again(current_services(), current_actor(), reference, given["group_id"])
    return {"reference": new}, 201, {"Location": f"/api/v1/leavers/{new}"}

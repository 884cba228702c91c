"""Announcements over the API: who applied, as the secondary school says; who that is, as the primary school says."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from handover.access.api import SIGNED_IN
from handover.access.current import current_actor
from handover.bundles.announced_outcomes import record_announced_outcome
from handover.bundles.announcing import Application, announce, ask_again, take_back
from handover.bundles.answering import ANSWERERS, answer_known, answer_unknown, questions
from handover.bundles.entering import enter, undo_entry_of
from handover.bundles.outcomes import Tlvs
from handover.bundles.outside_model import OutsideWay
from handover.desk.api_gates import announcement_at_primary, announcement_at_secondary, asks
from handover.desk.expected import SEES, expected
from handover.desk.listed_leavers import read_about
from handover.errors import NotFound
from handover.leavers.naming import NAME_FIELDS
from handover.policy import Action, Actor, Role
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import LOCATION, Gives, Takes, operation
from schemas.announcements import (
    AnnouncementIdSchema,
    ExpectedListSchema,
    KnownSchema,
    NewAnnouncementSchema,
    QuestionsSchema,
    UnitAskedSchema,
)
from schemas.dossiers import NameSchema
from schemas.handovers import OutcomeSchema
from schemas.outside import CameSchema

api_announcements = ApiBlueprint(
    "announcements", __name__, url_prefix="/api/v1/announcements", description="Wie zich bij een school aanmeldde"
)
ANNOUNCES = asks(Action.ANNOUNCE, announcement_at_secondary)
ANSWERS = asks(Action.ANSWER_ANNOUNCED, announcement_at_primary)


@operation(
    api_announcements,
    "GET",
    "/expected",
    gate=SIGNED_IN,
    takes=Takes(query=UnitAskedSchema),
    gives=Gives(schema=ExpectedListSchema),
    fails=(503,),
)
def read_expected(query: dict[str, Any]) -> ResponseReturnValue:
    """Who applied at your school and of whom no dossier has come. For intake, care and administration."""
    services, actor = current_services(), current_actor()
    unit_id = _unit(actor, query.get("unit_id"), SEES)
    with services.uow() as uow:
        found = expected(services, uow, actor, unit_id)
    return {
        "expected": [vars(row) | {"name": read_about(row.about)} for row in found.rows],
        "lapsed": [vars(row) | {"name": row.name.whole if row.name else None} for row in found.lapsed],
    }


@operation(
    api_announcements,
    "GET",
    "/questions",
    gate=SIGNED_IN,
    takes=Takes(query=UnitAskedSchema),
    gives=Gives(schema=QuestionsSchema),
    fails=(503,),
)
def read_questions(query: dict[str, Any]) -> ResponseReturnValue:
    """What secondary schools announced and your primary school must say something about."""
    actor = current_actor()
    unit_id = _unit(actor, query.get("unit_id"), ANSWERERS)
    with current_services().uow() as uow:
        found = questions(uow, actor, unit_id)
    return {
        "questions": [
            vars(one)
            | {
                "name": read_about(one.about),
                "candidates": [vars(child) | {"name": read_about(child.about)} for child in one.candidates],
            }
            for one in found
        ]
    }


@operation(
    api_announcements,
    "POST",
    "",
    gate=SIGNED_IN,
    takes=Takes(body=NewAnnouncementSchema, repeatable=True),
    gives=Gives(status=201, schema=AnnouncementIdSchema),
)
def add(given: dict[str, Any]) -> ResponseReturnValue:
    """Announce that a child applied. Asks `announce` of the unit that serves the location in the body."""
    name: dict[str, str] = NameSchema().dump(given["name"])
    said = Application(
        receiver_brin=given["receiver_brin"],
        name={field: name.get(field, "") for field in NAME_FIELDS},
        applied_on=given["applied_on"],
        code=given["code"],
        sender_brin=given["sender_brin"],
        outcome=given["outcome"],
    )
    return {"id": announce(current_services(), current_actor(), said, only_new=given["only_new"])}, 201


@operation(api_announcements, "POST", "/<announcement_id>/ask", gate=ANNOUNCES, fails=(403, 409, 503))
def ask(announcement_id: str) -> ResponseReturnValue:
    """Ask a primary school that takes part by now and did not when the child was announced."""
    ask_again(current_services(), current_actor(), announcement_id)
    return "", 204


@operation(
    api_announcements,
    "POST",
    "/<announcement_id>/take-back",
    gate=ANNOUNCES,
    takes=Takes(repeatable=True),
    fails=(403, 409, 503),
)
def withdraw(announcement_id: str) -> ResponseReturnValue:
    """Take it back; the name is deleted at both schools."""
    take_back(current_services(), current_actor(), announcement_id)
    return "", 204


@operation(
    api_announcements,
    "POST",
    "/<announcement_id>/entered",
    gate=ANNOUNCES,
    takes=Takes(body=CameSchema, repeatable=True),
    gives=Gives(status=201, headers=LOCATION),
    fails=(403, 409, 503),
)
def write_entered(given: dict[str, Any], announcement_id: str) -> ResponseReturnValue:
    """Record that its dossier came by another way. The child must be known, or its school take no part."""
    services, way = current_services(), OutsideWay(given["way"])
    made = enter(services, current_actor(), announcement_id, way=way, came_on=given["came_on"])
    return "", 201, {"Location": f"/api/v1/handovers/{made}"}


@operation(
    api_announcements,
    "POST",
    "/<announcement_id>/entered/take-back",
    gate=ANNOUNCES,
    takes=Takes(repeatable=True),
    fails=(403, 409, 503),
)
def undo_entered(announcement_id: str) -> ResponseReturnValue:
    """Say that its dossier did not come after all, as long as nobody worked with it; the child is expected again."""
    undo_entry_of(current_services(), current_actor(), announcement_id)
    return "", 204


@operation(
    api_announcements,
    "PUT",
    "/<announcement_id>/outcome",
    gate=ANNOUNCES,
    takes=Takes(body=OutcomeSchema),
    fails=(403, 409, 503),
)
def write_outcome(given: dict[str, Any], announcement_id: str) -> ResponseReturnValue:
    """Record what became of it while its dossier is not there. Refusing waits until the child is known."""
    tlv = Tlvs(tlv=given["tlv"], until=given["tlv_until"]) if given["tlv"] is not None else None
    record_announced_outcome(
        current_services(), current_actor(), announcement_id, outcome=given["outcome"], ground=given["ground"], tlv=tlv
    )
    return "", 204


@operation(
    api_announcements,
    "POST",
    "/<announcement_id>/known",
    gate=ANSWERS,
    takes=Takes(body=KnownSchema, repeatable=True),
    fails=(403, 409, 503),
)
def know(given: dict[str, Any], announcement_id: str) -> ResponseReturnValue:
    """Say which child it is: its application stands, and its dossier may go there."""
    answer_known(current_services(), current_actor(), announcement_id, given["reference"])
    return "", 204


@operation(
    api_announcements,
    "POST",
    "/<announcement_id>/unknown",
    gate=ANSWERS,
    takes=Takes(repeatable=True),
    fails=(403, 409, 503),
)
def know_not(announcement_id: str) -> ResponseReturnValue:
    """Say that it is none of your children; the name is deleted at your school. There is no way back."""
    answer_unknown(current_services(), current_actor(), announcement_id)
    return "", 204


def _unit(actor: Actor, asked: str | None, roles: tuple[Role, ...]) -> str:
    units = actor.units_as(*roles)
    if not units or (asked is not None and asked not in units):
        raise NotFound
    return asked or units[0]

"""Units over the API: where somebody works, with whom, and whether the region vouches for the keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask.typing import ResponseReturnValue

from handover.access.api import SIGNED_IN
from handover.access.current import current_actor
from handover.access.standing import standing_of
from handover.access.unit_people import Worker, read_unit, units_of
from handover.policy import RULES, Action, Role, Subject, require
from handover.schools.model import Unit
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import Gate, Gives, operation
from schemas.access import UnitDetailSchema, UnitsSchema

api_units = ApiBlueprint("units", __name__, url_prefix="/api/v1/units", description="Waar u werkt, en met wie")


def _ask(path: Mapping[str, Any]) -> None:
    require(current_actor(), Action.SEE_UNIT, Subject(unit_id=path["unit_id"]))


OF_THE_UNIT = Gate(
    _ask,
    action=Action.SEE_UNIT.value,
    who=tuple(role.value for role in Role if role in RULES[Action.SEE_UNIT].sender),
)


@operation(api_units, "GET", "", gate=SIGNED_IN, gives=Gives(schema=UnitsSchema), fails=(503,))
def read_all() -> ResponseReturnValue:
    """The units at which you work today."""
    actor = current_actor()
    with current_services().uow() as uow:
        units = units_of(uow, actor)
    return {"units": [{"id": unit_id, "name": name, "place": place} for unit_id, name, place in units]}


@operation(api_units, "GET", "/<unit_id>", gate=OF_THE_UNIT, gives=Gives(schema=UnitDetailSchema), fails=(503,))
def read(unit_id: str) -> ResponseReturnValue:
    """A unit of yours, with its people and groups."""
    actor, services = current_actor(), current_services()
    with services.uow() as uow:
        unit = read_unit(uow, actor, unit_id)
        vouched = standing_of(uow, uow.session.get_one(Unit, unit_id), services.region)
    return {
        "id": unit.id,
        "name": unit.name,
        "place": unit.place,
        "side": unit.side.value,
        "brins": list(unit.brins),
        "standing": vouched.standing.value,
        "certified_until": vouched.until,
        "people": [_person(unit_id, one) for one in unit.people],
        "groups": [{"id": one.id, "name": one.name, "school_year": one.school_year} for one in unit.groups],
    }


def _person(unit_id: str, one: Worker) -> dict[str, Any]:
    return {
        "id": one.person_id,
        "name": one.name,
        "email": one.email,
        "telephone": one.telephone,
        "roles": [
            {"unit_id": unit_id, "role": line.role.value, "groups": [group.id for group in line.groups]}
            for line in one.roles
        ],
        "waits_for": sorted(circle.value for circle in one.waits_for),
    }

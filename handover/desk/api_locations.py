"""Finding a school over the API: the open register, and whether something can be sent there."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from handover.access.api import SIGNED_IN
from handover.bundles.readiness import has_card
from handover.schools.queries import search_locations, unit_of_location
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import Gives, Takes, operation
from schemas.schools import LocationSearchSchema, LocationsSchema

api_locations = ApiBlueprint(
    "locations", __name__, url_prefix="/api/v1/locations", description="Scholen zoals het register ze heeft"
)


@operation(
    api_locations,
    "GET",
    "",
    gate=SIGNED_IN,
    takes=Takes(query=LocationSearchSchema),
    gives=Gives(schema=LocationsSchema),
    fails=(503,),
)
def find(query: dict[str, Any]) -> ResponseReturnValue:
    """Find open locations by name, place or BRIN."""
    services = current_services()
    with services.uow() as uow:
        found = [
            {
                "brin": row.brin6,
                "name": row.name,
                "place": row.place,
                "kind": row.kind,
                "takes_part": has_card(services, uow, unit_of_location(uow, row.brin6)),
            }
            for row in search_locations(uow, query["q"], side=query["side"])
        ]
    return {"locations": found}

"""What the samenwerkingsverband sees, over the API: the same as on its pages, to be read only."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from handover.access.current import current_actor
from handover.desk.api_gates import asks, region
from handover.oversight.attention import attention
from handover.oversight.bocs import schools_of
from handover.oversight.overview import Choice, overview
from handover.oversight.settings import read_settings
from handover.policy import Action
from handover.schools.calendar import LIMITS
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import Gives, Takes, operation
from schemas.region import AttentionSchema, MineSchema, OverviewSchema, OverviewSearchSchema, RegionSettingsSchema

api_region = ApiBlueprint(
    "overseeing", __name__, url_prefix="/api/v1/region", description="Wat het samenwerkingsverband ziet"
)

MAY = asks(Action.SEE_REGION, region)


@operation(
    api_region,
    "GET",
    "/overview",
    gate=MAY,
    takes=Takes(query=OverviewSearchSchema),
    gives=Gives(schema=OverviewSchema),
    fails=(403, 503),
)
def read_overview(query: dict[str, Any]) -> ResponseReturnValue:
    """How far the region is, as a whole, by municipality and by primary school; and whom to ring. Numbers only."""
    actor = current_actor()
    with current_services().uow() as uow:
        found = overview(uow, actor, Choice(**query))
    return {
        "year": found.year,
        "long_wait": found.long_wait,
        "whole": found.whole.counts,
        "municipalities": found.municipalities,
        "schools": found.schools,
        "part": found.part,
        "parts": found.parts,
        "calls": found.calls,
    }


@operation(
    api_region,
    "GET",
    "/attention",
    gate=MAY,
    takes=Takes(query=MineSchema),
    gives=Gives(schema=AttentionSchema),
    fails=(403, 503),
)
def read_attention(query: dict[str, Any]) -> ResponseReturnValue:
    """Children who may fall between two schools, by reference, each with the schools to ring."""
    actor = current_actor()
    with current_services().uow() as uow:
        found, own = attention(uow, actor), schools_of(uow, actor)
    shown: Any = found.about(own) if query["mine"] and own else found
    return shown  # type: ignore[no-any-return]  # the schema dumps it


@operation(api_region, "GET", "/settings", gate=MAY, gives=Gives(schema=RegionSettingsSchema), fails=(403, 503))
def read_dates_and_days() -> ResponseReturnValue:
    """The region's dates and numbers of days. They are set on the page, where one sees first what a change does."""
    actor = current_actor()
    with current_services().uow() as uow:
        found = read_settings(uow, actor)
    years = [
        {
            "year": one.year.name,
            "send_before": one.send_before,
            "first_school_day": one.first_school_day,
            "retained_until": one.retained_until,
        }
        for one in found.years
    ]
    numbers = {name: getattr(found.days, name) for name in LIMITS}
    return {"years": years, **numbers, "two_schools": found.days.two_schools}

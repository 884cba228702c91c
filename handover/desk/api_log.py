"""The log over the API, for who watches over the region: its size and root, its entries, and whether it is whole."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from handover.access.current import current_actor
from handover.audit.queries import Search, entries, log_heads
from handover.audit.verify import verify
from handover.desk.api_gates import asks, region
from handover.policy import Action
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import Gives, Takes, operation
from schemas.audit import LogHeadsSchema, LogSearchSchema, TrailPageSchema, VerificationSchema

api_log = ApiBlueprint("log", __name__, url_prefix="/api/v1/log", description="Het logboek van de regio")

MAY = asks(Action.READ_LOG, region)


@operation(api_log, "GET", "", gate=MAY, gives=Gives(schema=LogHeadsSchema), fails=(403, 503))
def heads() -> ResponseReturnValue:
    """The logs, one for each school year, with their size and root."""
    current_actor()
    with current_services().uow() as uow:
        return {"logs": log_heads(uow)}


@operation(
    api_log,
    "GET",
    "/entries",
    gate=MAY,
    takes=Takes(query=LogSearchSchema),
    gives=Gives(schema=TrailPageSchema),
    fails=(403, 503),
)
def search(query: dict[str, Any]) -> ResponseReturnValue:
    """Entries, the newest first: pseudonyms and digests only."""
    current_actor()
    before, limit = query.pop("before", None), query.pop("limit")
    with current_services().uow() as uow:
        page = entries(uow, Search(**query), before=before, limit=limit)
    return {"lines": page.lines, "before": page.before}


@operation(api_log, "GET", "/verification", gate=MAY, gives=Gives(schema=VerificationSchema), fails=(403, 503))
def verification() -> ResponseReturnValue:
    """Hash every entry anew and compare with what the log wrote down."""
    current_actor()
    with current_services().uow() as uow:
        report = verify(uow)
    return {"is_sound": report.is_sound, "waiting": report.waiting, "lines": report.lines()}

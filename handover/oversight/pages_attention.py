"""The samenwerkingsverband's list of whom to call about which child: references and schools, never a name."""

from __future__ import annotations

from flask import Blueprint, Response, request

from handover.access.current import current_actor
from handover.oversight.attention import attention
from handover.oversight.bocs import schools_of
from handover.oversight.fragile import fragile_schools
from handover.services import current_services
from handover.web.templating import render

attend = Blueprint("attend", __name__, template_folder="templates")


@attend.get("/regio/leerlingen")
def show() -> Response:
    """Children who may fall between two schools, each with the schools to call; a boc'er's own first: `van`."""
    actor = current_actor()
    with current_services().uow() as uow:
        found, own = attention(uow, actor), schools_of(uow, actor)
        schools = fragile_schools(uow, actor)
    mine = bool(own) and request.args.get("van") != "alle"
    shown = found.about(own) if mine else found
    return render(
        "oversight/aandacht.html",
        lijst=shown,
        lang=found.long_wait,
        eigen=len(own),
        mijn=mine,
        aantallen=(found.about(own).count, found.count),
        stil=[one for one in schools if one.waiting],
        alleen=[one for one in schools if one.lone_keys],
    )

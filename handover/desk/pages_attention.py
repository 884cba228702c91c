"""The samenwerkingsverband's list of whom to call about which child: references and schools, never a name."""

from __future__ import annotations

from flask import Blueprint, Response

from handover.access.current import current_actor
from handover.desk.attention import LONG, attention
from handover.desk.fragile import fragile_schools
from handover.services import current_services
from handover.web.templating import render

attend = Blueprint("attend", __name__, template_folder="templates")


@attend.get("/regio/leerlingen")
def show() -> Response:
    """Children who may fall between two schools, each with the schools to call."""
    with current_services().uow() as uow:
        found = attention(uow, current_actor())
        schools = fragile_schools(uow, current_actor())
    return render(
        "desk/aandacht.html",
        lijst=found,
        lang=LONG,
        stil=[one for one in schools if one.waiting],
        alleen=[one for one in schools if one.lone_keys],
    )

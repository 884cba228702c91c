"""A teacher's list of leavers: how far each is, and the one next step; adding children, correcting names."""

from __future__ import annotations

from flask import Blueprint, Response, request

from handover.access.current import current_actor
from handover.desk.class_groups import PO
from handover.desk.class_list import open_class
from handover.errors import NotFound
from handover.services import current_services
from handover.web.templating import render

class_list = Blueprint("class_list", __name__, template_folder="templates")


@class_list.get("/groep")
@class_list.get("/groep/<group_id>")
def show(group_id: str | None = None) -> Response:
    """The list of one group, or of all groups of this person."""
    return _list(group_id)


@class_list.post("/groep")
@class_list.post("/groep/<group_id>")
def search(group_id: str | None = None) -> Response:
    """The same, with only the children whose name holds what was typed: a name never stands in an address."""
    return _list(group_id, searched=request.form.get("zoek", "").strip()[:100])


def _list(group_id: str | None, *, searched: str = "") -> Response:
    actor = current_actor()
    if not actor.units_as(*PO):
        raise NotFound
    return render("desk/groep.html", pagina=open_class(current_services(), actor, group_id, searched=searched))

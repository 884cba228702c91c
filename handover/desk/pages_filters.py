"""Keeping a filter of the inbox, and beginning with one: each with one press, and without typing a name for it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.bundles.kept_filters import MOST, drop_filter, keep_filter, start_with
from handover.desk.inbox_address import WORDS, inbox_href, parts_of_asked, read_asked
from handover.desk.inbox_page import unit_asked
from handover.errors import Conflict, NotFound
from handover.policy import Actor
from handover.services import current_services
from handover.web.messages import Notice, Tone, tell

filters = Blueprint("filters", __name__)


@filters.post("/dossiers/filters")
def keep() -> Response:
    """Keep the filter of the page that this was pressed on."""
    actor = current_actor()
    asked = read_asked(request.form)
    try:
        keep_filter(current_services(), actor, _unit(actor), parts_of_asked(asked), words=WORDS)
    except Conflict:
        text = _("U kunt %(num)s filters bewaren. Haal er eerst een weg.", num=MOST)
        tell(Notice(text=text, tone=Tone.WARNING))
    else:
        tell(Notice(text=_("Het filter is bewaard. Het staat boven de lijst.")))
    return _back()


@filters.post("/dossiers/filters/<filter_id>/weg")
def drop(filter_id: str) -> Response:
    """Keep it no longer."""
    actor = current_actor()
    drop_filter(current_services(), actor, _unit(actor), filter_id)
    tell(Notice(text=_("Het filter is weg. Aan de dossiers is niets veranderd.")))
    return _back()


@filters.post("/dossiers/filters/<filter_id>/begin")
def begin_with(filter_id: str) -> Response:
    """Begin the inbox with it, or no longer."""
    actor = current_actor()
    start_with(current_services(), actor, _unit(actor), "" if request.form.get("niet") else filter_id)
    if request.form.get("niet"):
        tell(Notice(text=_("Uw postvak begint weer bij Nieuw.")))
    else:
        tell(Notice(text=_("Uw postvak begint voortaan met dit filter.")))
    return _back()


def _unit(actor: Actor) -> str:
    unit_id = unit_asked(actor, request.form.get("bij", ""))
    if unit_id is None:
        raise NotFound
    return unit_id


def _back() -> Response:
    to = inbox_href(read_asked(request.form), bij=request.form.get("bij"))
    return redirect(to, code=303)  # type: ignore[return-value]  # ours is flask's Response

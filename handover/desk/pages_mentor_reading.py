"""What a mentor has of a dossier: the card of the first week, what care opened, a line back to the primary school."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.access.labels import role_name, said
from handover.bundles.mentors import standing
from handover.bundles.opened import close_opened, open_document, open_remark, opened_of, read_opened
from handover.bundles.opening import Tampered
from handover.bundles.remarks import feed_back
from handover.desk.afterwards import changeable
from handover.desk.first_week import first_week
from handover.desk.reading_front import Front, front_of
from handover.errors import Invalid, NotAllowed, NotFound
from handover.policy import Action, Actor
from handover.services import current_services
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

mentor_reading = Blueprint("mentor_reading", __name__, template_folder="templates")


@mentor_reading.get("/dossier/<handover_id>/eerste-week")
def show_first_week(handover_id: str) -> Response:
    """One page to print: what helps this child in its first week."""
    actor = current_actor()
    front = _received(actor, handover_id)
    try:
        card = first_week(current_services(), actor, front)
    except Tampered:
        return render("desk/lezen_alarm.html", status=409, voor=front)
    return render("desk/eerste_week.html", voor=front, kaart=card, rolnaam=role_name)


@mentor_reading.post("/dossier/<handover_id>/terugkoppeling")
def write_back(handover_id: str) -> Response:
    """A mentor's line to the primary school."""
    actor, services = current_actor(), current_services()
    try:
        feed_back(services, actor, handover_id, text=request.form.get("regel", ""))
    except Invalid as error:
        tell(Notice(text=said(error)["text"], tone=Tone.WARNING))
    else:
        tell(Notice(text=_("De basisschool krijgt bericht. Daar zijn ze er blij mee.")))
    return _to(f"/dossier/{handover_id}#mentor")


@mentor_reading.post("/dossier/<handover_id>/geopend")
def open_for_mentors(handover_id: str) -> Response:
    """Open a care document or a care note for this child's mentors."""
    actor, services, form = current_actor(), current_services(), request.form
    number, remark_id = form.get("document", ""), form.get("notitie", "")
    version = form.get("v", "")
    with services.uow() as uow:
        changeable(uow, actor, handover_id, Action.OPEN_FOR_MENTOR)
    if number.isascii() and number.isdecimal() and len(number) < 5:  # noqa: PLR2004  # no dossier has more documents
        known = int(version) if version.isascii() and version.isdecimal() and len(version) < 6 else None  # noqa: PLR2004
        open_document(services, actor, handover_id, int(number), version=known)
    elif remark_id:
        open_remark(services, actor, remark_id, handover_id=handover_id)
    else:
        return _to(_back(handover_id))
    with services.uow() as uow:
        reads_now = any(one.given_at is not None for one in standing(uow, [handover_id]))
    if reads_now:
        tell(Notice(text=_("De mentor van dit kind kan dit nu lezen. De rest van het zorgdeel blijft dicht.")))
    else:
        tell(Notice(text=_("Dit ligt klaar voor de mentor, voor als die er is en de overdracht is bevestigd.")))
    return _to(_back(handover_id))


@mentor_reading.get("/dossier/<handover_id>/geopend/<item_id>")
def show_opened(handover_id: str, item_id: str) -> Response:
    """A document that was opened for the mentors."""
    actor = current_actor()
    front = _received(actor, handover_id)
    with current_services().uow() as uow:
        found = next((one for one in opened_of(uow, actor, handover_id) if one.id == item_id), None)
    if found is None or not found.is_document:
        raise NotFound
    return render("desk/geopend.html", voor=front, stuk=found)


@mentor_reading.get("/dossier/<handover_id>/geopend/<item_id>/bestand")
def stream_opened(handover_id: str, item_id: str) -> Response:
    """Its bytes, for the viewer."""
    actor, services = current_actor(), current_services()
    _received(actor, handover_id)
    made = read_opened(services, actor, item_id)
    response = Response(made.pieces, mimetype="application/pdf", direct_passthrough=True)
    response.headers["Content-Length"] = str(made.size)
    response.headers["Content-Disposition"] = 'attachment; filename="zorgstuk.pdf"'
    return response


@mentor_reading.post("/dossier/<handover_id>/geopend/<item_id>/dicht")
def close_for_mentors(handover_id: str, item_id: str) -> Response:
    """Take it away from the mentors again."""
    close_opened(current_services(), current_actor(), item_id)
    tell(Notice(text=_("Weer dicht. De mentor kan dit niet meer openen. Wat al gelezen is, is gelezen.")))
    return _to(_back(handover_id))


def _received(actor: Actor, handover_id: str) -> Front:
    """The front of a dossier that this person reads at the receiving school."""
    with current_services().uow() as uow:
        front = front_of(uow, actor, handover_id)
    if front.is_sender or not front.may_read:
        raise NotAllowed
    return front


def _back(handover_id: str) -> str:
    shown = request.form.get("toon", "")
    bare = shown.replace("-", "")
    return f"/dossier/{handover_id}" + (f"?toon={shown}" if bare.isascii() and bare.isalnum() else "")


def _to(path: str) -> Response:
    return cast("Response", redirect(path, code=303))

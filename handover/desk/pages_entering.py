"""Recording that the dossier of an expected child came by another way, and taking that back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.access.labels import said
from handover.bundles.entering import enter, undo_entry
from handover.bundles.outside_model import OutsideWay
from handover.desk.expected import Expected, expected
from handover.desk.outside_words import CAME
from handover.errors import Conflict, IllegalTransition, Invalid, NotFound
from handover.leavers.model import Announcement
from handover.policy import Action, Actor, Subject, require
from handover.rooms.errors import NoValidCard
from handover.services import current_services
from handover.terms.clock import local_day
from handover.web.dates import UnreadableDay, read_day
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

entering = Blueprint("entering", __name__, template_folder="templates")


@entering.get("/dossiers/verwacht/<announcement_id>/is-er")
def show(announcement_id: str) -> Response:
    """How it came, and on which day."""
    row = _row(current_actor(), announcement_id)
    return _page(row) if row is not None and row.can_enter else _gone()


@entering.post("/dossiers/verwacht/<announcement_id>/is-er")
def keep(announcement_id: str) -> Response:
    """Record it. A second press changes nothing."""
    actor, services = current_actor(), current_services()
    row = _row(actor, announcement_id)
    if row is None:
        return _gone()
    try:
        way, day = _typed(local_day(services.clock.now()))
        enter(services, actor, announcement_id, way=way, came_on=day)
    except Invalid as error:
        return _page(row, wrong=said(error), status=422)
    except (Conflict, IllegalTransition, NoValidCard):
        return _gone()
    tell(Notice(text=_("Vastgelegd. Het kind staat nu bij Ontvangen.")))
    return _to("/dossiers/verwacht")


@entering.post("/dossiers/<handover_id>/is-er/terug")
def undo(handover_id: str) -> Response:
    """It was a mistake."""
    try:
        undo_entry(current_services(), current_actor(), handover_id)
    except (Conflict, IllegalTransition):
        text = _("Dit kan niet meer: er is al iets over dit kind geschreven, of het is al weggehaald.")
        tell(Notice(text=text, tone=Tone.WARNING))
        return _to("/dossiers")
    tell(Notice(text=_("Het staat er niet meer. U verwacht het dossier weer.")))
    return _to("/dossiers/verwacht")


def _row(actor: Actor, announcement_id: str) -> Expected | None:
    """What is expected of it; None once its dossier is here, or when it is expected no more.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    services = current_services()
    with services.uow() as uow:
        there = uow.session.get(Announcement, announcement_id)
        if there is None:
            raise NotFound
        require(actor, Action.ANNOUNCE, Subject(unit_id=there.receiver_unit_id))
        rows = expected(services, uow, actor, there.receiver_unit_id).rows
    return next((row for row in rows if row.id == announcement_id), None)


def _typed(today: date) -> tuple[OutsideWay, date]:
    """What was filled in, all errors at once.

    Raises:
        Invalid: no way was chosen, or it is no day.
    """
    form, wrong, day = request.form, {}, today
    if form.get("way") not in set(OutsideWay):
        wrong["way"] = _("Kies hoe het dossier kwam.")
    try:
        day = read_day(form.get("came_on", ""), today=today)
    except UnreadableDay:
        wrong["came_on"] = _("Vul de dag in, zoals 3 mei.")
    if wrong:
        raise Invalid(fields=wrong)
    return OutsideWay(form["way"]), day


def _page(row: Expected, *, wrong: Mapping[str, str] | None = None, status: int = 200) -> Response:
    return render(
        "desk/verwacht_is_er.html",
        rij=row,
        manieren=[(way.value, label, hint) for way, (label, hint) in CAME.items()],
        fouten=wrong or {},
        getypt=request.form,
        status=status,
    )


def _gone() -> Response:
    text = _("Dit kan nu niet: het dossier is er al of is onderweg, of de basisschool zegt eerst welk kind het is.")
    tell(Notice(text=text, tone=Tone.WARNING))
    return _to("/dossiers/verwacht")


def _to(path: str) -> Response:
    return cast("Response", redirect(path, code=303))

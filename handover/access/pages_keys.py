"""A unit's keys: what the region vouches for, replacing one, the recovery sheet."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.access.labels import circle_name, circle_opens, said
from handover.access.recovery import add_to_sheet, print_sheet, try_sheet
from handover.access.rotation import rotate
from handover.access.sheet import PrintedSheet, read_sheet
from handover.access.unit_keys import read_keys
from handover.access.unit_people import read_unit
from handover.errors import Invalid, NotFound
from handover.policy import Action, Actor, Subject, require
from handover.schools.model import Unit
from handover.services import current_services
from handover.terms.clock import local_day
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render
from keys.circle import Circle

keys = Blueprint("keys", __name__)


@keys.get("/school/<unit_id>/sleutels")
def show(unit_id: str) -> Response:
    """All keys of the unit."""
    return _page(current_actor(), unit_id)


@keys.get("/school/<unit_id>/sleutels/<circle>/vervangen")
def ask_rotation(unit_id: str, circle: str) -> Response:
    """What replacing a key protects and what not, before it is done."""
    actor = current_actor()
    require(actor, Action.MANAGE_KEYS, Subject(unit_id=unit_id))
    with current_services().uow() as uow:
        unit = read_unit(uow, actor, unit_id)
        state = read_keys(uow, actor, unit_id, current_services().region)
    line = next((one for one in state.circles if one.circle == circle), None)
    if line is None:
        raise NotFound
    return render(
        "access/sleutel_vervangen.html",
        unit=unit,
        lijn=line,
        is_beheer=line.circle is Circle.ADMIN,
        sleutel=circle_name,
    )


@keys.post("/school/<unit_id>/sleutels/<circle>/vervangen")
def replace(unit_id: str, circle: str) -> Response:
    """Give a circle a new key."""
    actor = current_actor()
    require(actor, Action.MANAGE_KEYS, Subject(unit_id=unit_id))
    if circle not in set(Circle):
        raise NotFound
    if rotate(current_services(), actor, unit_id, Circle(circle)):
        tell(Notice(text=_("De sleutel is vervangen.")))
    else:
        text = _("Het staat klaar. Wie deze sleutel heeft, doet het bij de volgende keer aanmelden.")
        tell(Notice(text=text, tone=Tone.INFO))
    return _back(unit_id)


@keys.post("/school/<unit_id>/herstelblad")
def new_sheet(unit_id: str) -> Response:
    """A new sheet; the one before it is worth nothing from now on."""
    actor = current_actor()
    require(actor, Action.MANAGE_KEYS, Subject(unit_id=unit_id))
    sheet = print_sheet(current_services(), actor, unit_id)
    with current_services().uow() as uow:
        unit = read_unit(uow, actor, unit_id)
        state = read_keys(uow, actor, unit_id, current_services().region)
    return render("access/herstelblad.html", unit=unit, blad=sheet, staat=state, sleutel=circle_name)


@keys.post("/school/<unit_id>/herstelblad/pdf")
def download_sheet(unit_id: str) -> Response:
    """The sheet that the page shows, to print; it comes with the request, because we keep none."""
    actor = current_actor()
    require(actor, Action.MANAGE_KEYS, Subject(unit_id=unit_id))
    services, typed = current_services(), request.form.get("blad", "")
    if not try_sheet(services, actor, unit_id, typed):
        raise Invalid(fields={"blad": _("Dit is niet het nieuwste herstelblad van deze school.")})
    with services.uow() as uow:
        unit = uow.session.get_one(Unit, unit_id)
        name, place = unit.name, unit.place
    sheet = PrintedSheet(unit=name, place=place, made_on=local_day(services.clock.now()), identity=read_sheet(typed))
    response = Response(sheet.pdf(), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename="herstelblad.pdf")
    return response


@keys.post("/school/<unit_id>/herstelblad/proberen")
def try_out(unit_id: str) -> Response:
    """Whether what was typed is the newest sheet. Nothing is opened or used up."""
    actor = current_actor()
    require(actor, Action.MANAGE_KEYS, Subject(unit_id=unit_id))
    try:
        fits = try_sheet(current_services(), actor, unit_id, request.form.get("blad", ""))
    except Invalid as error:
        return _page(actor, unit_id, wrong=said(error), status=422)
    if not fits:
        wrong = {"blad": _("Dit is een herstelblad, maar niet het nieuwste van deze school. Gooi het weg.")}
        return _page(actor, unit_id, wrong=wrong, status=422)
    tell(Notice(text=_("Het blad klopt. U kunt er de school mee herstellen. Berg het weer op.")))
    return _back(unit_id)


@keys.post("/school/<unit_id>/herstelblad/aanvullen")
def complete(unit_id: str) -> Response:
    """Give the sheet the keys that it lacks, after comparing its words with the paper."""
    actor = current_actor()
    require(actor, Action.SEE_UNIT, Subject(unit_id=unit_id))
    try:
        add_to_sheet(current_services(), actor, unit_id, words=request.form.get("woorden", ""))
    except Invalid as error:
        return _page(actor, unit_id, wrong=said(error), status=422)
    tell(Notice(text=_("Het herstelblad opent nu ook uw sleutels.")))
    return _back(unit_id)


def _page(actor: Actor, unit_id: str, *, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    with current_services().uow() as uow:
        unit = read_unit(uow, actor, unit_id)
        state = read_keys(uow, actor, unit_id, current_services().region)
    return render(
        "access/sleutels.html",
        status=status,
        unit=unit,
        staat=state,
        mist=[circle_name(circle) for circle in sorted(state.sheet.lacks)] if state.sheet else [],
        fouten=wrong or {},
        sleutel=circle_name,
        opent=circle_opens,
    )


def _back(unit_id: str) -> Response:
    return redirect(f"/school/{unit_id}/sleutels", code=303)  # type: ignore[return-value]  # flask's Response

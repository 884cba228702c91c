"""The page on which schools are divided over the boc'ers. An swv_admin divides; others look."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext

from handover.access.current import current_actor
from handover.access.labels import said
from handover.errors import Conflict, Invalid
from handover.oversight.bocs import assign, boc_of, bocs, take_over
from handover.oversight.schools import RegionSchool, region_schools
from handover.policy import Action, Actor, Subject, may, require
from handover.services import current_services
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

dividing = Blueprint("dividing", __name__, template_folder="templates")

PAGE = "/regio/boc"
NOBODY = "zonder"
"""In a question: the schools of nobody. In a form: to nobody."""
_WAS = "was-"


@dividing.get(PAGE)
def show() -> Response:
    """The schools of everybody, of one boc'er or of nobody, by municipality: `wie`."""
    return _page(current_actor())


@dividing.post(PAGE)
def divide() -> Response:
    """Give the chosen schools, and all of the chosen municipalities, to somebody."""
    actor, form = current_actor(), request.form
    require(actor, Action.ASSIGN_BOC, Subject())
    services = current_services()
    with services.uow() as uow:
        schools = region_schools(uow)
    seen = _chosen(schools)
    to = form.get("naar", "")
    try:
        number = assign(services, actor, seen=seen, boc=None if to == NOBODY else to)
    except Invalid as error:
        return _page(actor, wrong=said(error), status=422)
    except Conflict:
        text = _("Er is niets veranderd: een collega verdeelde intussen ook scholen. Kijk opnieuw.")
        tell(Notice(text=text, tone=Tone.WARNING))
        return _back()
    tell(Notice(text=ngettext("%(num)s school is verdeeld.", "%(num)s scholen zijn verdeeld.", number)))
    return _back()


@dividing.post(f"{PAGE}/overnemen")
def replace_boc() -> Response:
    """Give all schools of who stops to a colleague."""
    actor, form = current_actor(), request.form
    require(actor, Action.ASSIGN_BOC, Subject())
    try:
        number = take_over(current_services(), actor, was=form.get("van", ""), boc=form.get("naar", ""))
    except Invalid as error:
        return _page(actor, wrong={"overnemen": said(error)["naar"]}, status=422)
    tell(Notice(text=ngettext("%(num)s school is overgenomen.", "%(num)s scholen zijn overgenomen.", number)))
    return _back()


def _chosen(schools: Mapping[str, RegionSchool]) -> dict[str, str | None]:
    """The ticked schools, and those shown of ticked municipalities; each with whose it was on the page."""
    form = request.form
    shown = {name.removeprefix(_WAS): was for name, was in form.items() if name.startswith(_WAS)}
    whole = set(form.getlist("gemeente"))
    wanted = set(form.getlist("kies")) | {
        unit_id for unit_id in shown if unit_id in schools and schools[unit_id].municipality in whole
    }
    return {unit_id: shown.get(unit_id) or None for unit_id in wanted}


def _page(actor: Actor, *, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    with current_services().uow() as uow:
        require(actor, Action.SEE_REGION, Subject())
        people, of, schools = bocs(uow), boc_of(uow), region_schools(uow)
    who = request.values.get("wie", "")
    rows = [one for one in schools.values() if _is_shown(who, of[one.id].person_id if one.id in of else NOBODY)]
    held = {unit_id: one.person_id for one in people for unit_id in one.schools}
    return render(
        "oversight/boc.html",
        status=status,
        bocs=[one for one in people if one.is_boc],
        keuzes=[*((one.person_id, one.name) for one in people if one.is_boc), (NOBODY, _("niemand"))],
        gestopt=[one for one in people if not one.is_boc],
        van=of,
        was=held,
        gemeenten=[(name, list(some)) for name, some in groupby(rows, key=lambda one: one.municipality)],
        alle=len(schools),
        zonder=sum(1 for unit_id in schools if unit_id not in of),
        wie=who,
        gekozen=request.form.getlist("kies"),
        van_wie=request.form.get("van", ""),
        hele=request.form.getlist("gemeente"),
        mag=may(actor, Action.ASSIGN_BOC, Subject()),
        fouten=wrong or {},
    )


def _is_shown(who: str, of: str) -> bool:
    return who in {"", of}


def _back() -> Response:
    return redirect(PAGE, code=303)  # type: ignore[return-value]  # ours is flask's Response

"""A teacher's list of leavers: how far each is, and the one next step; adding children, correcting names."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import actor_here, current_actor
from handover.desk.class_groups import PO
from handover.desk.class_list import open_class
from handover.desk.class_roster import ForAdding, ForCorrecting, for_adding, for_correcting, open_roster
from handover.desk.class_turn import ENDS
from handover.errors import Invalid, NotFound
from handover.leavers.actions import AlreadyListed, add_leaver
from handover.leavers.correcting import rename_leaver
from handover.leavers.naming import NAME_FIELDS
from handover.services import current_services
from handover.web.dates import UnreadableDay, read_day
from handover.web.messages import Notice, tell
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


@class_list.get("/groep/<group_id>/lijst")
def roster(group_id: str) -> Response:
    """Names and birth dates, to correct one or to take a child off the list."""
    actor = current_actor()
    found = open_roster(current_services(), actor, group_id)
    return render("desk/groep_lijst.html", lijst=found, redenen=ENDS, blijvers=found.doublers)


@class_list.get("/groep/<group_id>/toevoegen")
def show_add(group_id: str) -> Response:
    """A form for one child."""
    actor = current_actor()
    return _add_page(for_adding(current_services(), actor, group_id), dict.fromkeys(NAME_FIELDS, ""))


@class_list.post("/groep/<group_id>/toevoegen")
def add(group_id: str) -> Response:
    """Put one child on the list; a namesake born on the same day only when somebody says that it is another."""
    actor, services = current_actor(), current_services()
    place = for_adding(services, actor, group_id)
    typed = _typed()
    try:
        name = _name(place, typed)
        reference = add_leaver(services, actor, place.group.key, name, only_new=not request.form.get("ander"))
    except AlreadyListed as error:
        return _add_page(place, typed, wrong=error.fields, doubtful=True, status=422)
    except Invalid as error:
        return _add_page(place, typed, wrong=error.fields, status=422)
    tell(Notice(text=_("Het kind staat op de lijst, met kenmerk %(kenmerk)s.", kenmerk=reference)))
    if request.form.get("nog"):
        return _to(f"{place.group.href}/toevoegen")
    return _to(f"/leerling/{reference}" if request.form.get("open") else place.group.href)


@class_list.get("/leerling/<reference>/naam")
def show_name(reference: str) -> Response:
    """Who the child is, to correct."""
    actor = current_actor()
    found = for_correcting(current_services(), actor, reference)
    return _name_page(found, _said(found))


@class_list.post("/leerling/<reference>/naam")
def correct_name(reference: str) -> Response:
    """Correct name, birth date and group."""
    actor, services = current_actor(), current_services()
    found, typed = for_correcting(services, actor, reference), _typed()
    group_id = request.form.get("groep") or None
    try:
        name = _name(found, typed)
        rename_leaver(services, actor, reference, name, group_id=group_id)
    except Invalid as error:
        return _name_page(found, typed, group_id=group_id, wrong=error.fields, status=422)
    tell(Notice(text=_("Verbeterd.")))
    return _to(_back(group_id or found.child.group_key))


def _list(group_id: str | None, *, searched: str = "") -> Response:
    actor = current_actor() if group_id else actor_here(*PO)
    if not actor.units_as(*PO):
        raise NotFound
    return render("desk/groep.html", pagina=open_class(current_services(), actor, group_id, searched=searched))


def _typed() -> dict[str, str]:
    return {field: request.form.get(field, "") for field in NAME_FIELDS}


def _name(found: ForAdding | ForCorrecting, typed: dict[str, str]) -> dict[str, str]:
    """What was typed, its day read.

    Raises:
        Invalid: it is not a day.
    """
    if not typed["birth_date"].strip():
        return typed
    try:
        return typed | {"birth_date": read_day(typed["birth_date"], today=found.today).isoformat()}
    except UnreadableDay as error:
        raise Invalid(fields={"birth_date": _("Dit is geen dag die bestaat. Schrijf hem als 19-6-2015.")}) from error


def _said(found: ForCorrecting) -> dict[str, str]:
    name = found.child.name
    if name is None:
        return dict.fromkeys(NAME_FIELDS, "")
    born = name.birth_date
    return {
        "first_name": name.first_name,
        "infix": name.infix,
        "last_name": name.last_name,
        "birth_date": f"{born.day}-{born.month}-{born.year}",
    }


def _add_page(
    place: ForAdding,
    typed: dict[str, str],
    *,
    wrong: dict[str, str] | None = None,
    doubtful: bool = False,
    status: int = 200,
) -> Response:
    return render(
        "desk/groep_toevoegen.html",
        status=status,
        groep=place.group,
        getypt=typed,
        fouten=_in_words(wrong),
        twijfel=doubtful,
    )


def _name_page(
    found: ForCorrecting,
    typed: dict[str, str],
    *,
    group_id: str | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return render(
        "desk/groep_naam.html",
        status=status,
        kind=found.child,
        groepen=found.groups,
        groep=group_id or found.child.group_key,
        getypt=typed,
        fouten=_in_words(wrong),
        terug=_back(found.child.group_key),
    )


def _in_words(wrong: dict[str, str] | None) -> dict[str, str]:
    """What an action says is wrong, in the language of the page."""
    return {field: str(_(text)) for field, text in (wrong or {}).items()}


def _back(group_key: str) -> str:
    return f"/groep/{group_key}/lijst" if group_key else "/groep"


def _to(address: str) -> Response:
    return cast("Response", redirect(address, code=303))

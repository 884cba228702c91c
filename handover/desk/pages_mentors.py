"""Mentors at a secondary school: who is whose, naming them one by one or from a class list, another in their place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from handover.access.current import actor_here, current_actor
from handover.access.keywork import run_for
from handover.access.labels import said
from handover.bundles.mentor_keys import give_now
from handover.bundles.mentors import MOST as MOST_MENTORS
from handover.bundles.mentors import NewMentor, end_mentor, mentoring_of, name_all, name_mentor, replace_mentor
from handover.desk.mentors import (
    NAMES,
    SEES,
    colleagues_of,
    mentors_of,
    mentors_page,
    nameable,
    require_naming,
)
from handover.desk.paste_announced import lines_of
from handover.desk.paste_mentors import MOST, ClassList, Colleague, Line, mentors_in, read_class_list
from handover.desk.reading_front import front_of
from handover.errors import HandoverError, Invalid, NotFound
from handover.policy import Actor
from handover.services import current_services
from handover.terms.clock import local_day
from handover.web.messages import Notice, tell
from handover.web.templating import render

mentors = Blueprint("mentors", __name__, template_folder="templates")

_AT_ONCE = 200
"""Pieces of key work that one request does after naming; the others wait for the next sign-in."""


@mentors.get("/mentoren")
def show() -> Response:
    """Which children have a mentor, and whether their mentors read before school begins."""
    actor = current_actor()
    return _overview(actor, _unit(actor, SEES))


@mentors.post("/mentoren")
def name_chosen() -> Response:
    """Name one mentor, or more, of all children that were chosen."""
    actor, services = current_actor(), current_services()
    unit_id, form = _unit(actor, NAMES), request.form
    chosen = list(dict.fromkeys(form.getlist("kies")))[:MOST]
    wrong = {} if chosen else {"kies": _("Zet eerst een vinkje bij een kind.")}
    found: tuple[NewMentor, ...] = ()
    with services.uow() as uow:
        colleagues = colleagues_of(uow, unit_id)
        theirs = nameable(uow, actor, unit_id)
    try:
        found = _typed_mentors(colleagues)
    except Invalid as error:
        wrong |= said(error)
    if not set(chosen) <= theirs.keys():
        raise NotFound
    if wrong:
        return _overview(actor, unit_id, wrong=wrong, chosen=chosen)
    class_name = form.get("klas", "")
    wanted = [(one, replace(new, class_name=class_name)) for one in chosen for new in found]
    failed = [error for error in name_all(services, actor, wanted) if error is not None]
    if failed:
        return _overview(actor, unit_id, wrong=_said(failed[0]), chosen=chosen)
    run_for(services, actor, limit=_AT_ONCE)
    tell(Notice(text=_named(len(chosen))))
    return _back(unit_id)


@mentors.get("/mentoren/plakken")
def show_paste() -> Response:
    """Where a class list is pasted."""
    _unit(current_actor(), NAMES)
    return _paste_page("", None)


@mentors.post("/mentoren/plakken")
def paste() -> Response:
    """Show what was read, and only when asked name the mentors; what could not be read stays, with its reason."""
    actor, services = current_actor(), current_services()
    unit_id, text = _unit(actor, NAMES), request.form.get("rijen", "")
    if not text.strip():
        return _paste_page(text, None, wrong={"rijen": _("Plak eerst de klassenlijst.")}, status=422)
    with services.uow() as uow:
        children, colleagues = nameable(uow, actor, unit_id), colleagues_of(uow, unit_id)
        today = local_day(uow.clock.now())
    of_class = dict(zip(request.form.getlist("klas"), request.form.getlist("klasmentor"), strict=False))
    read = read_class_list(text, today=today, children=children, colleagues=colleagues, of_class=of_class)
    if request.form.get("doe") != "wijs" or not read.good:
        return _paste_page(text, read, typed=of_class)
    return _name_list(actor, unit_id, text, read, of_class)


@mentors.get("/mentoren/<mentoring_id>/vervang")
def show_replacing(mentoring_id: str) -> Response:
    """Who comes in the place of a mentor, for all of their children."""
    return _replace_page(current_actor(), mentoring_id)


@mentors.post("/mentoren/<mentoring_id>/vervang")
def put_in_place(mentoring_id: str) -> Response:
    """Put somebody in that place."""
    actor, services = current_actor(), current_services()
    with services.uow() as uow:
        row = mentoring_of(uow, mentoring_id)
        unit_id, old = row.unit_id, row.email
        _require(actor, unit_id)
        colleagues = colleagues_of(uow, unit_id)
    try:
        found = _typed_mentors(colleagues, most=1)
        count = replace_mentor(services, actor, unit_id, old, found[0])
    except Invalid as error:
        return _replace_page(actor, mentoring_id, wrong={"mentor": next(iter(said(error).values()))})
    except NotFound:
        count = 0  # pressed twice, or a colleague was first
    run_for(services, actor, limit=_AT_ONCE)
    text = ngettext("%(num)s kind heeft nu een andere mentor.", "%(num)s kinderen hebben nu een andere mentor.", count)
    tell(Notice(text=text))
    return _back(unit_id)


@mentors.get("/dossier/<handover_id>/mentoren")
def show_child(handover_id: str) -> Response:
    """The mentors of one child."""
    return _child_page(current_actor(), handover_id)


@mentors.post("/dossier/<handover_id>/mentoren")
def name_one(handover_id: str) -> Response:
    """Name one more of that child."""
    actor, services, form = current_actor(), current_services(), request.form
    with services.uow() as uow:
        colleagues = colleagues_of(uow, require_naming(uow, actor, handover_id).receiver_unit_id)
    try:
        for new in _typed_mentors(colleagues):
            name_mentor(services, actor, handover_id, replace(new, class_name=form.get("klas", "")))
    except Invalid as error:
        return _child_page(actor, handover_id, wrong=_said(error))
    give_now(services, actor, handover_id)
    tell(Notice(text=_named(1)))
    return _to(f"/dossier/{handover_id}/mentoren")


@mentors.post("/dossier/<handover_id>/mentoren/<mentoring_id>/weg")
def take_away(handover_id: str, mentoring_id: str) -> Response:
    """Say that somebody is not mentor of that child any more."""
    actor, services = current_actor(), current_services()
    with services.uow() as uow:
        require_naming(uow, actor, handover_id)
        row = mentoring_of(uow, mentoring_id)
        if row.handover_id != handover_id:
            raise NotFound
        name = row.name
    end_mentor(services, actor, mentoring_id)
    tell(Notice(text=_("%(naam)s is geen mentor meer van dit kind, en kan het dossier niet meer openen.", naam=name)))
    return _to(f"/dossier/{handover_id}/mentoren")


def _name_list(actor: Actor, unit_id: str, text: str, read: ClassList, of_class: Mapping[str, str]) -> Response:
    services = current_services()
    wanted = [(line.handover_id, new) for line in read.good for new in line.mentors]
    of_line = [line for line in read.good for _new in line.mentors]
    failed = {
        line.number: error
        for line, error in zip(of_line, name_all(services, actor, wanted), strict=True)
        if error is not None
    }
    run_for(services, actor, limit=_AT_ONCE)
    left = [_failed(line, failed) for line in read.lines if not line.is_good or line.number in failed]
    done = len(read.good) - len(failed)
    if not left and not read.pasted.cut_off:
        tell(Notice(text=_named(done)))
        return _back(unit_id)
    numbers = {line.number for line in left}
    text = lines_of(text, read.pasted, [row for row in read.pasted.rows if row.line in numbers])
    return _paste_page(text, replace(read, lines=tuple(left)), typed=of_class, done=_named(done))


def _failed(line: Line, failed: Mapping[int, HandoverError]) -> Line:
    if line.number not in failed:
        return line
    return replace(line, reasons=tuple(_said(failed[line.number]).values()))


def _overview(
    actor: Actor, unit_id: str, *, wrong: Mapping[str, str] | None = None, chosen: Sequence[str] = ()
) -> Response:
    with current_services().uow() as uow:
        page = mentors_page(uow, actor, unit_id)
        colleagues = colleagues_of(uow, unit_id) if page.may_name else []
    return render(
        "desk/mentoren.html",
        pagina=page,
        bij=unit_id if len(actor.units_as(*SEES)) > 1 else "",
        bekenden=colleagues,
        fouten=wrong or {},
        getypt=request.form,
        gekozen=set(chosen),
        status=422 if wrong else 200,
    )


def _paste_page(
    text: str,
    read: ClassList | None,
    *,
    typed: Mapping[str, str] | None = None,
    done: str = "",
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    shown: dict[str, Any] = {
        "tekst": text,
        "gelezen": read,
        "klasmentoren": typed or {},
        "gedaan": done,
        "fouten": wrong or {},
        "meest": MOST,
        "bij": request.values.get("bij", ""),
    }
    return render("desk/mentoren_plakken.html", status=status, **shown)


def _replace_page(actor: Actor, mentoring_id: str, *, wrong: Mapping[str, str] | None = None) -> Response:
    with current_services().uow() as uow:
        row = mentoring_of(uow, mentoring_id)
        _require(actor, row.unit_id)
        page = mentors_page(uow, actor, row.unit_id)
        theirs = next((one for one in page.mentors if one.email == row.email), None)
        colleagues = colleagues_of(uow, row.unit_id)
    if theirs is None:
        raise NotFound
    return render(
        "desk/mentor_vervangen.html",
        mentor=theirs,
        adres=f"/mentoren/{mentoring_id}/vervang",
        bekenden=[one for one in colleagues if one.email != theirs.email],
        fouten=wrong or {},
        getypt=request.form,
        status=422 if wrong else 200,
    )


def _child_page(actor: Actor, handover_id: str, *, wrong: Mapping[str, str] | None = None) -> Response:
    with current_services().uow() as uow:
        unit_id = require_naming(uow, actor, handover_id).receiver_unit_id
        front = front_of(uow, actor, handover_id)
        lines, colleagues = mentors_of(uow, handover_id), colleagues_of(uow, unit_id)
    return render(
        "desk/mentoren_kind.html",
        voor=front,
        mentoren=lines,
        bekenden=colleagues,
        fouten=wrong or {},
        getypt=request.form,
        status=422 if wrong else 200,
    )


def _typed_mentors(colleagues: Sequence[Colleague], *, most: int = MOST_MENTORS) -> tuple[NewMentor, ...]:
    """Who was filled in as mentor.

    Raises:
        Invalid: nobody, somebody unknown, or more than can be.
    """
    found = mentors_in(request.form.get("mentor", ""), "", colleagues)
    if not found:
        raise Invalid(fields={"mentor": _("Vul in wie de mentor is.")})
    if len(found) > most:
        raise Invalid(fields={"mentor": _("Vul één mentor in.") if most == 1 else _("Dit zijn te veel mentoren.")})
    return found


def _unit(actor: Actor, roles: tuple[Any, ...]) -> str:
    asked = request.values.get("bij", "")
    units = (actor if asked else actor_here(*roles)).units_as(*roles)
    if not units or (asked and asked not in units):
        raise NotFound
    return asked or units[0]


def _require(actor: Actor, unit_id: str) -> None:
    if unit_id not in actor.units_as(*NAMES):
        raise NotFound


def _named(count: int) -> str:
    text: str = ngettext(
        "%(num)s kind heeft zijn mentor.",
        "%(num)s kinderen hebben hun mentor.",
        count,
    )
    return text


def _said(error: HandoverError) -> dict[str, str]:
    if not isinstance(error, Invalid):
        return {"mentor": _("Er is intussen iets veranderd. Kijk het na.")}
    words = {"email": "mentor", "name": "mentor", "class_name": "klas"}
    return {words.get(field, field): text for field, text in said(error).items()}


def _back(unit_id: str) -> Response:
    several = len(current_actor().units_as(*SEES)) > 1
    return _to(url_for("mentors.show", bij=unit_id if several else None))


def _to(path: str) -> Response:
    return cast("Response", redirect(path, code=303))

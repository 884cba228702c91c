"""What a secondary school still expects, and announcing that a child applied: with its code, or without."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from handover.access.current import actor_here, current_actor
from handover.bundles.announcing import (
    SAYABLE,
    AlreadyAnnounced,
    Application,
    announce,
    announce_all,
    announced_at,
    ask_again,
    take_back,
)
from handover.desk.expected import SEES, expected, locations_of
from handover.desk.inbox_counts import counts
from handover.desk.inbox_tabs import inbox_tabs
from handover.desk.paste import Pasted, Status
from handover.desk.paste_announced import MOST as MOST_ROWS
from handover.desk.paste_announced import lines_of, read_announced, reasons_of
from handover.desk.received_words import OUTCOMES
from handover.errors import IllegalTransition, Invalid, NotFound
from handover.leavers.naming import NAME_FIELDS
from handover.policy import Actor, Role
from handover.rooms.errors import NoValidCard
from handover.schools.model import Location
from handover.schools.queries import search_locations
from handover.services import current_services
from handover.terms.clock import local_day
from handover.terms.destination import Outcome
from handover.terms.school_kind import Side
from handover.web.dates import UnreadableDay, read_day
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

expecting = Blueprint("expecting", __name__, template_folder="templates")

MOST = 20
"""Schools that a search shows."""
_TYPED = (*NAME_FIELDS, "code", "applied_on", "outcome", "vestiging", "zoek", "brin")


@expecting.get("/dossiers/verwacht")
def show() -> Response:
    """Children who applied here and of whom no dossier has come, longest waiting first."""
    actor, services = current_actor(), current_services()
    asked, units = request.args.get("bij"), actor.units_as(*SEES)
    unit_id = asked or next(iter(actor_here(*SEES).units_as(*SEES)), "")
    if unit_id not in units:
        raise NotFound
    bij = unit_id if len(units) > 1 else None
    with services.uow() as uow:
        shown = expected(services, uow, actor, unit_id)
        tabs = inbox_tabs(counts(uow, unit_id), len(shown.rows), now=None, bij=bij)
    return render("desk/verwacht.html", lijst=shown, tabs=tabs, bij=bij or "", uitslagen=_outcomes())


@expecting.get("/dossiers/verwacht/nieuw")
def show_new() -> Response:
    """A form for one child."""
    actor = current_actor()
    with current_services().uow() as uow:
        today = local_day(uow.clock.now())
    return _form(actor, {"applied_on": f"{today.day}-{today.month}-{today.year}", "outcome": Outcome.ASKED.value})


@expecting.post("/dossiers/verwacht/nieuw")
def keep_new() -> Response:
    """Announce it. Without a code the primary school is looked up and shown first, with place and BRIN."""
    actor, services = current_actor(), current_services()
    typed = {field: request.form.get(field, "") for field in _TYPED}
    searched_anew = typed["zoek"].strip() != request.form.get("gezocht", "")
    if not typed["code"].strip() and (searched_anew or not typed["brin"]):
        return _look_up(actor, typed)
    try:
        announce(services, actor, _read(actor, typed), only_new=not request.form.get("ander"))
    except AlreadyAnnounced as error:
        return _form(actor, typed, wrong=error.fields, doubtful="last_name" in error.fields, status=422)
    except Invalid as error:
        return _form(actor, typed, wrong=error.fields, status=422)
    tell(Notice(text=_("De leerling is aangemeld. Het dossier verschijnt bij Nieuw zodra de basisschool het stuurt.")))
    return _to(url_for("expecting.show_new") if request.form.get("nog") else url_for("expecting.show"))


@expecting.get("/dossiers/verwacht/plakken")
def show_paste() -> Response:
    """Where a list of the own administration is pasted."""
    _units(current_actor())
    return _paste_page("", None)


@expecting.post("/dossiers/verwacht/plakken")
def paste() -> Response:
    """Show what was read, and only when asked announce what is good; what failed stays, with its reason."""
    actor, services = current_actor(), current_services()
    units, text = _units(actor), request.form.get("rijen", "")
    if not text.strip():
        return _paste_page(text, None, wrong={"rijen": _("Plak eerst de rijen uit uw administratie.")}, status=422)
    with services.uow() as uow:
        known = set().union(*(announced_at(uow, actor, unit_id) for unit_id in units))
        locations, today = [one.brin6 for one in locations_of(uow, units)], local_day(uow.clock.now())
    otherwise = request.form.get("vestiging", "")
    read, lines = read_announced(text, today=today, known=known, locations=locations, otherwise=otherwise)
    good = [line for line in lines if line.said is not None]
    if request.form.get("doe") != "meld" or not good:
        return _paste_page(text, read)
    results = announce_all(services, actor, [line.said for line in good if line.said is not None])
    failed = {
        line.row.line: replace(line.row, status=Status.REFUSED, reasons=reasons_of(error))
        for line, error in zip(good, results, strict=True)
        if error is not None
    }
    done = len(good) - len(failed)
    left = [failed.get(row.line, row) for row in read.rows if row.line in failed or row.status is not Status.GOOD]
    said = ngettext("%(num)s leerling is aangemeld.", "%(num)s leerlingen zijn aangemeld.", done)
    if not left and not read.cut_off:
        tell(Notice(text=said))
        return _to(url_for("expecting.show"))
    return _paste_page(lines_of(text, read, left), replace(read, rows=tuple(left)), done=said)


@expecting.post("/dossiers/verwacht/<announcement_id>/vragen")
def ask(announcement_id: str) -> Response:
    """Ask a primary school that takes part by now."""
    try:
        ask_again(current_services(), current_actor(), announcement_id)
    except NoValidCard:
        tell(Notice(text=_("Deze basisschool kunnen wij nog niets sturen. Bel de school."), tone=Tone.WARNING))
    else:
        tell(Notice(text=_("De basisschool is gevraagd.")))
    return _back()


@expecting.post("/dossiers/verwacht/<announcement_id>/terug")
def withdraw(announcement_id: str) -> Response:
    """Take it back; twice is once."""
    actor, services = current_actor(), current_services()
    try:
        take_back(services, actor, announcement_id)
    except IllegalTransition:
        text = _("Dit kon niet meer: het dossier is al verstuurd, of een collega haalde de aanmelding terug.")
        tell(Notice(text=text, tone=Tone.INFO))
    else:
        tell(Notice(text=_("De aanmelding is teruggehaald. De naam is bij beide scholen gewist.")))
    return _back()


def _paste_page(
    text: str, read: Pasted | None, *, done: str = "", wrong: Mapping[str, str] | None = None, status: int = 200
) -> Response:
    with current_services().uow() as uow:
        locations = [(one.brin6, f"{one.name}, {one.place}") for one in locations_of(uow, _units(current_actor()))]
    where = {"vestigingen": locations, "vestiging": request.form.get("vestiging", "")}
    shown: dict[str, Any] = where | {
        "tekst": text,
        "gelezen": read,
        "gedaan": done,
        "fouten": wrong or {},
        "meest": MOST_ROWS,
    }
    return render("desk/verwacht_plakken.html", status=status, **shown)


def _look_up(actor: Actor, typed: dict[str, str]) -> Response:
    """Show the primary schools that may be meant: one of them is chosen, never guessed."""
    asked = typed["zoek"].strip()
    if not asked:
        wrong = {"code": _("Vul de code in, of zoek hieronder de basisschool.")}
        return _form(actor, typed, wrong=wrong, status=422)
    with current_services().uow() as uow:
        schools = search_locations(uow, asked, side=Side.PO, limit=MOST)
    if not schools:
        wrong = {"zoek": _("Geen basisschool gevonden. Kijk de spelling na, of zoek op plaats of BRIN.")}
        return _form(actor, typed | {"brin": ""}, wrong=wrong, status=422)
    return _form(actor, typed | {"brin": ""}, schools=schools)


def _read(actor: Actor, typed: Mapping[str, str]) -> Application:
    """What was typed, its days read.

    Raises:
        Invalid: a day that is none, or an outcome or location that was not offered.
    """
    wrong, days = {}, {}
    with current_services().uow() as uow:
        today = local_day(uow.clock.now())
        locations = [one.brin6 for one in locations_of(uow, _units(actor))]
    for name in ("birth_date", "applied_on"):
        try:
            days[name] = read_day(typed[name], today=today) if typed[name].strip() else None
        except UnreadableDay:
            wrong[name] = _("Dit is geen dag die bestaat. Schrijf hem als 19-6-2015.")
    applied_on = days.get("applied_on")
    if applied_on is None:
        wrong.setdefault("applied_on", _("Vul in op welke dag de ouders zich aanmeldden."))
    if typed["outcome"] not in {one.value for one in SAYABLE}:
        wrong["outcome"] = _("Kies hoe het met de aanmelding staat.")
    chosen = typed["vestiging"] or (locations[0] if len(locations) == 1 else "")
    if chosen not in locations:
        wrong["vestiging"] = _("Kies de vestiging.")
    if wrong or applied_on is None:
        raise Invalid(fields=wrong)
    born = days.get("birth_date")
    return Application(
        receiver_brin=chosen,
        name={field: typed[field] for field in NAME_FIELDS} | {"birth_date": born.isoformat() if born else ""},
        applied_on=applied_on,
        code=typed["code"],
        sender_brin=typed["brin"],
        outcome=Outcome(typed["outcome"]),
    )


def _form(
    actor: Actor,
    typed: Mapping[str, str],
    *,
    schools: Sequence[Location] | None = None,
    wrong: Mapping[str, str] | None = None,
    doubtful: bool = False,
    status: int = 200,
) -> Response:
    units = _units(actor)
    with current_services().uow() as uow:
        locations = locations_of(uow, units)
        brin = typed.get("brin", "")
        if schools is None and brin:
            chosen = uow.session.get(Location, brin)
            schools = [chosen] if chosen is not None else None
    fields = {"receiver_brin": "vestiging", "sender_brin": "brin"}
    return render(
        "desk/verwacht_nieuw.html",
        status=status,
        getypt={field: typed.get(field, "") for field in _TYPED},
        fouten={fields.get(field, field): str(_(text)) for field, text in (wrong or {}).items()},
        vestigingen=[(one.brin6, f"{one.name}, {one.place}") for one in locations],
        uitslagen=[(one.value, _outcomes()[one]) for one in Outcome if one in SAYABLE],
        scholen=schools,
        gezocht=typed.get("zoek", "").strip() if schools else "",
        twijfel=doubtful,
    )


def _units(actor: Actor) -> list[str]:
    """Where this person announces.

    Raises:
        NotFound: nowhere.
    """
    units = actor.units_as(Role.VO_OFFICE)
    if not units:
        raise NotFound
    return units


def _outcomes() -> dict[Outcome, str]:
    return {one: str(label) for one, (label, _hint) in OUTCOMES.items()}


def _back() -> Response:
    return _to(url_for("expecting.show", bij=request.form.get("bij") or None))


def _to(path: str) -> Response:
    return redirect(path, code=303)  # type: ignore[return-value]  # ours is flask's Response

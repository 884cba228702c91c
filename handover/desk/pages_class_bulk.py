"""A group in one go: print the copies, record that they were given, send all that is ready."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from handover.access.current import current_actor
from handover.bundles.sending import NotReady
from handover.desk.class_bulk import Became, GroupInOneGo, give_copies, open_in_one_go, send_all
from handover.desk.parents_copy import Print, copies_of, copy_of
from handover.dossiers.labels import INSPECTIONS
from handover.policy import Actor
from handover.services import current_services
from handover.terms.clock import local_day
from handover.terms.msgid import msgid
from handover.terms.parent import InspectionWay
from handover.terms.reference import parse_reference
from handover.web.dates import UnreadableDay, read_day
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

class_bulk = Blueprint("class_bulk", __name__, template_folder="templates")

_LONGEST_HOW = 100
_SAID: Mapping[Became, str] = {
    Became.DONE: msgid("Verstuurd"),
    Became.ALREADY: msgid("Was al verstuurd"),
    Became.NOT_READY: msgid("Niet verstuurd: er ontbreekt nog iets"),
    Became.CHANGED: msgid("Niet verstuurd: er is net iets veranderd, of het was al verstuurd. Kijk het na."),
    Became.LATER: msgid("Nog niet verstuurd: druk nog een keer"),
    Became.REFUSED: msgid("Niet verstuurd: dit mag u niet, of het dossier gaat niet open"),
}
_SAID_OF_COPIES: Mapping[Became, str] = {
    Became.DONE: msgid("Vastgelegd"),
    Became.ALREADY: msgid("Niet vastgelegd: het dossier is al verstuurd"),
    Became.NOT_READY: msgid("Niet vastgelegd"),
    Became.CHANGED: msgid("Niet vastgelegd: het dossier is veranderd nadat u deze bladzijde opende"),
    Became.LATER: msgid("Niet vastgelegd: probeer het opnieuw"),
    Became.REFUSED: msgid("Niet vastgelegd: dit mag u niet, of het dossier gaat niet open"),
}


@class_bulk.get("/leerling/<reference>/afschrift.pdf")
def print_copy(reference: str) -> Response:
    """The copy of one child, for all of its parents; `voor` is the id of one of them."""
    try:
        made = copy_of(current_services(), current_actor(), reference, parent_id=request.args.get("voor", ""))
    except NotReady:
        tell(Notice(text=_("Er is nog geen kopie: kijk eerst na wat geheim moet blijven."), tone=Tone.WARNING))
        return cast("Response", redirect(f"/leerling/{reference}/geheim", code=303))
    return _printed(made, f"afschrift-{reference}.pdf")


@class_bulk.get("/groep/<group_id>/afschriften.pdf")
def print_copies(group_id: str) -> Response:
    """The copies of a whole group, one after the other."""
    try:
        made = copies_of(current_services(), current_actor(), group_id)
    except NotReady:  # the page says of whom, and why
        return cast("Response", redirect(f"/groep/{group_id}/afschriften", code=303))
    return _printed(made, "afschriften.pdf")


@class_bulk.get("/groep/<group_id>/afschriften")
def show_copies(group_id: str) -> Response:
    """Of whom a parent has no good copy."""
    return _copies_page(current_actor(), group_id)


@class_bulk.post("/groep/<group_id>/afschriften")
def keep_copies(group_id: str) -> Response:
    """Record that the chosen children's parents were given theirs."""
    actor, services, form = current_actor(), current_services(), request.form
    page = open_in_one_go(services, actor, group_id)
    wanted = {one.reference: _number(form.get(f"versie-{one.reference}", "")) for one in page.without_copy}
    wanted = {reference: seen for reference, seen in wanted.items() if reference in form.getlist("kies")}
    wrong = {}
    on = local_day(services.clock.now())
    try:
        on = read_day(form.get("gegeven_op", ""), today=on)
        if on > local_day(services.clock.now()):
            wrong["gegeven_op"] = _("Deze dag komt nog. Vul een dag in die al geweest is. Kijk ook het jaar na.")
    except UnreadableDay:
        wrong["gegeven_op"] = _("Deze dag kennen wij niet. Schrijf hem zo: 12-3-2027 of 12 maart.")
    how = " ".join(form.get("hoe", "").split())
    if len(how) > _LONGEST_HOW:
        wrong["hoe"] = _("Dit is te lang. Maak het korter dan 100 tekens.")
    if not wanted:
        wrong["kies"] = _("U heeft nog niets gekozen. Zet eerst een vinkje bij een kind.")
    way = form.get("meegelezen", "")
    inspected = InspectionWay(way) if way in set(InspectionWay) else None
    if not inspected and any(one.only_unseen for one in page.without_copy if one.reference in wanted):
        wrong["meegelezen"] = _("Bij een van deze kinderen is er al een kopie. Zeg hoe de ouders meelazen.")
    if wrong:
        return _copies_page(actor, group_id, typed=form, wrong=wrong)
    results = give_copies(services, actor, wanted, on=on, how=how, inspected=inspected)
    done = sum(became is Became.DONE for became in results.values())
    if done:
        said = ngettext("%(num)s kind: de kopie is vastgelegd.", "%(num)s kinderen: de kopie is vastgelegd.", done)
        tell(Notice(text=said))
    return _copies_page(actor, group_id, results=results)


@class_bulk.get("/groep/<group_id>/versturen")
def show_sending(group_id: str) -> Response:
    """Every dossier that is ready, with the school that it goes to."""
    return _sending_page(current_actor(), group_id)


@class_bulk.post("/groep/<group_id>/versturen")
def send_chosen(group_id: str) -> Response:
    """Send the chosen ones, each to the school that stood beside it."""
    actor, services, form = current_actor(), current_services(), request.form
    page = open_in_one_go(services, actor, group_id)
    on_list = {child.reference for child in page.children}
    chosen = [reference for reference in dict.fromkeys(form.getlist("kies")) if _is_reference(reference)]
    wanted = {reference: form.get(f"naar-{reference}", "") for reference in chosen}
    if not wanted:
        wrong = {"kies": _("U heeft nog niets gekozen. Zet eerst een vinkje bij een kind.")}
        return _sending_page(actor, group_id, wrong=wrong)
    results = {reference: Became.ALREADY for reference in wanted if reference not in on_list}
    results |= send_all(services, actor, {key: brin for key, brin in wanted.items() if key in on_list})
    return _sending_page(actor, group_id, results=results, before=page)


def _sending_page(
    actor: Actor,
    group_id: str,
    *,
    results: Mapping[str, Became] | None = None,
    before: GroupInOneGo | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    page = open_in_one_go(current_services(), actor, group_id)
    named = {child.reference: child for child in (*(before.children if before else ()), *page.children)}
    return render(
        "desk/groep_versturen.html",
        pagina=page,
        uitkomsten=_account(results or {}, named, _SAID),
        verstuurd=sum(became is Became.DONE for became in (results or {}).values()),
        later={key for key, became in (results or {}).items() if became is Became.LATER},
        fouten=wrong or {},
        status=422 if wrong else 200,
    )


def _copies_page(
    actor: Actor,
    group_id: str,
    *,
    typed: Mapping[str, str] | None = None,
    results: Mapping[str, Became] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    services = current_services()
    page, today = open_in_one_go(services, actor, group_id), local_day(services.clock.now())
    lines = _account(results or {}, {child.reference: child for child in page.children}, _SAID_OF_COPIES)
    everybody = [child.reference for child in page.without_copy] if request.args.get("kies") == "alle" else []
    return render(
        "desk/groep_afschriften.html",
        pagina=page,
        getypt=typed or {"gegeven_op": f"{today.day}-{today.month}-{today.year}"},
        uitkomsten=[line for line in lines if line["mis"]],
        manieren=[(way.value, _(text)) for way, text in INSPECTIONS.items()],
        gekozen=typed.getlist("kies") if isinstance(typed, MultiDict) else everybody,
        fouten=wrong or {},
        status=422 if wrong else 200,
    )


def _account(
    results: Mapping[str, Became], named: Mapping[str, Any], said: Mapping[Became, str]
) -> list[dict[str, Any]]:
    """A line for each: what became of it, those that went wrong first."""
    lines = [
        {
            "kenmerk": reference,
            "naam": named[reference].name.full if reference in named else "",
            "tekst": _(said[became]),
            "mis": became not in {Became.DONE, Became.ALREADY},
        }
        for reference, became in results.items()
    ]
    return sorted(lines, key=lambda line: not line["mis"])


def _printed(made: Print, file_name: str) -> Response:
    response = Response(made.pdf(), mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=file_name)
    return response


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1  # noqa: PLR2004  # no version is


def _is_reference(text: str) -> bool:
    try:
        parse_reference(text)
    except ValueError:
        return False
    return True

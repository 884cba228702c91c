"""Taking a child off the list, with what follows said first; following it to another primary school or another year."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.bundles.ending import end_leaver, reopen_leaver
from handover.bundles.passing import (
    STUCK,
    Going,
    answer_arrived,
    answer_not_here,
    ask_passage,
    confirm_passage,
    passage_of,
    require_asked,
)
from handover.desk.class_roster import ForCorrecting, for_correcting
from handover.desk.class_turn import ENDS
from handover.desk.end_words import FOLLOWS, PASSAGES, WAYS
from handover.errors import IllegalTransition, Invalid, NotAllowed, NotFound
from handover.leavers.again import add_again
from handover.policy import Actor
from handover.rooms.errors import NoValidCard
from handover.schools.queries import search_locations
from handover.services import current_services
from handover.terms.destination import LeaverEnd, PassageWay
from handover.terms.school_kind import Side
from handover.web.dates import UnreadableDay, read_day
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

ending = Blueprint("ending", __name__, template_folder="templates")

MOST = 20
"""Schools that a search shows."""
NOT_LISTED = "geen"
"""In the place of a BRIN: the school is not in the register."""


@ending.get("/leerling/<reference>/einde")
def show(reference: str) -> Response:
    """Ask why a child goes off the list; with a reason (`reden`) say what follows before it is done."""
    actor = current_actor()
    found = for_correcting(current_services(), actor, reference)
    chosen = _reason(request.args.get("reden", ""))
    wrong = {}
    # A browser sends nothing of what was not chosen: that the question was answered, the form says itself.
    if chosen is None and "vraag" in request.args:
        wrong["reden"] = _("Kies waarom het kind van de lijst gaat.")
    return _page(actor, found, chosen, wrong=wrong)


@ending.post("/leerling/<reference>/einde")
def end(reference: str) -> Response:
    """Take a child off the list, with a way back; of one that goes to another primary school, first find which."""
    actor, services = current_actor(), current_services()
    found = for_correcting(services, actor, reference)
    reason = _reason(request.form.get("reden", ""))
    if reason is None:
        return _page(actor, found, wrong={"reden": _("Kies waarom het kind van de lijst gaat.")}, status=422)
    if reason is LeaverEnd.OTHER_SCHOOL and found.child.ended_as is None and _seeks():
        return _look_up(actor, found)
    brin = request.form.get("brin", "")
    try:
        end_leaver(services, actor, reference, end=reason, to="" if brin == NOT_LISTED else brin)
    except Invalid as error:
        text = error.fields["to"]
        return _page(actor, found, reason, wrong={"brin": str(_(text))}, status=422)
    except IllegalTransition:
        if found.child.ended_as is None:
            raise
        tell(Notice(text=_("Dit kind was al van de lijst."), tone=Tone.INFO))
        return _back(found)
    tell(
        Notice(
            text=_("Het kind is van de lijst."),
            undo_href=f"/leerling/{reference}/terug-op-de-lijst",
            undo_label=_("Zet terug"),
        )
    )
    return _back(found)


@ending.post("/leerling/<reference>/terug-op-de-lijst")
def reopen(reference: str) -> Response:
    """Put a child back; twice is once."""
    actor, services = current_actor(), current_services()
    found = for_correcting(services, actor, reference)
    if found.child.ended_as is not None and reopen_leaver(services, actor, reference):
        # The page says which school has it as well, and what to do about it.
        tell(
            Notice(
                text=_("Het kind staat weer op de lijst, en ook nog op die van de andere school."), tone=Tone.WARNING
            )
        )
        return _to(f"/leerling/{reference}/einde")
    tell(Notice(text=_("Het kind staat weer op de lijst.")))
    return _back(found)


@ending.post("/leerling/<reference>/aangekomen")
def confirm(reference: str) -> Response:
    """Write down who said that the child is at the other primary school; twice is once."""
    actor, services = current_actor(), current_services()
    found = for_correcting(services, actor, reference)
    typed = {name: request.form.get(name, "") for name in ("way", "on", "by")}
    try:
        way, day = PassageWay(typed["way"]), read_day(typed["on"], today=found.today)
    except UnreadableDay:
        wrong = {"on": _("Deze dag kunnen wij niet lezen. Schrijf bijvoorbeeld 25-5-2027.")}
        return _page(actor, found, wrong=wrong, typed=typed, status=422)
    except ValueError:
        return _page(actor, found, wrong={"way": _("Kies hoe u het hoorde.")}, typed=typed, status=422)
    try:
        confirm_passage(services, actor, reference, way=way, on=day, by=typed["by"])
    except Invalid as error:
        wrong = {name: str(_(text)) for name, text in error.fields.items()}
        return _page(actor, found, wrong=wrong, typed=typed, status=422)
    except IllegalTransition:
        tell(Notice(text=_("Dit was al bekend."), tone=Tone.INFO))
    else:
        tell(Notice(text=_("Vastgelegd: dit kind is op zijn nieuwe school.")))
    return _to(f"/leerling/{reference}/einde")


@ending.post("/leerling/<reference>/vraag-na")
def ask(reference: str) -> Response:
    """Ask a school that takes part by now whether it knows the child; twice is once."""
    actor, services = current_actor(), current_services()
    found = for_correcting(services, actor, reference)
    try:
        ask_passage(services, actor, reference)
    except Invalid as error:
        text = error.fields["to"]
        tell(Notice(text=_(text), tone=Tone.WARNING))
    except (IllegalTransition, NoValidCard):
        tell(Notice(text=_("Dit hoefde niet meer, of de school kan nog niet worden gevraagd."), tone=Tone.INFO))
    else:
        tell(Notice(text=_("De andere school krijgt de vraag of zij het kind kent.")))
    return _to(f"/leerling/{found.child.reference}/einde")


@ending.post("/leerling/<reference>/nog-een-jaar")
def again(reference: str) -> Response:
    """Put a child that stayed in groep 8 on the list of a group of the new year; twice is once."""
    actor, services = current_actor(), current_services()
    found, group_id = for_correcting(services, actor, reference), request.form.get("groep", "")
    try:
        new = add_again(services, actor, reference, group_id)
    except IllegalTransition:
        tell(Notice(text=_("Dit kind staat al op een lijst, of doet groep 8 niet nog een keer."), tone=Tone.INFO))
    except (NotFound, NotAllowed):
        tell(Notice(text=_("Kies een groep van uw school."), tone=Tone.WARNING))
    else:
        tell(Notice(text=_("Het kind staat op de lijst, met kenmerk %(kenmerk)s.", kenmerk=new)))
        return _to(f"/groep/{group_id}/lijst")
    return _back(found)


@ending.post("/groep/aankomst/<passage_id>")
def answer(passage_id: str) -> Response:
    """Say whether a child that another primary school sends here is known; twice is once."""
    actor, services = current_actor(), current_services()
    said = request.form.get("antwoord", "")
    try:
        with services.uow() as uow:
            require_asked(uow, actor, passage_id)
        if not said:
            tell(Notice(text=_("Kies een antwoord."), tone=Tone.WARNING))
        elif said == "nee":
            answer_not_here(services, actor, passage_id)
            tell(Notice(text=_("De andere school hoort dat u dit kind niet kent. De naam is bij u gewist.")))
        else:
            group_id = None if said == "later" else said
            reference = answer_arrived(services, actor, passage_id, group_id=group_id)
            text = _("De andere school hoort dat u dit kind kent.")
            if reference:
                text = _("Het kind staat op uw lijst, met kenmerk %(kenmerk)s.", kenmerk=reference)
            tell(Notice(text=text))
    except IllegalTransition:
        text = _("Dit hoefde niet meer: een collega antwoordde al, of de andere school haalde de vraag terug.")
        tell(Notice(text=text, tone=Tone.INFO))
    return _to("/groep/aanmeldingen")


def _reason(text: str) -> LeaverEnd | None:
    try:
        return LeaverEnd(text)
    except ValueError:
        return None


def _seeks() -> bool:
    """Whether a school is still to be found: none was chosen, or something else was typed to look for."""
    return not request.form.get("brin") or request.form.get("zoek", "").strip() != request.form.get("gezocht", "")


def _look_up(actor: Actor, found: ForCorrecting) -> Response:
    asked = request.form.get("zoek", "").strip()
    chosen = LeaverEnd.OTHER_SCHOOL
    if not asked:
        wrong = {"zoek": _("Zoek de basisschool, of kies dat zij niet in het register staat.")}
        return _page(actor, found, chosen, wrong=wrong, searched="", status=422)
    with current_services().uow() as uow:
        schools = search_locations(uow, asked, side=Side.PO, limit=MOST)
        choices = [(one.brin6, f"{one.name}, {one.place} (BRIN {one.brin6})") for one in schools]
    if not choices:
        wrong = {"zoek": _("Geen basisschool gevonden. Kijk de spelling na, of zoek op plaats of BRIN.")}
        return _page(actor, found, chosen, wrong=wrong, searched=asked, status=422)
    return _page(actor, found, chosen, choices=choices, searched=asked)


def _page(
    actor: Actor,
    found: ForCorrecting,
    chosen: LeaverEnd | None = None,
    *,
    choices: list[tuple[str, str]] | None = None,
    searched: str = "",
    typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    with current_services().uow() as uow:
        passage = passage_of(current_services(), uow, actor, found.child.reference)
    shown = found.child.ended_as or chosen
    return render(
        "desk/groep_einde.html",
        status=status,
        kind=found.child,
        redenen=ENDS,
        keuzes=[(end.value, _(one.choice)) for end, one in FOLLOWS.items()],
        gekozen=chosen,
        volgt=FOLLOWS[shown] if shown else None,
        overstap=passage,
        overstap_zin=_passage(passage),
        mag_bevestigen=passage is not None and passage.state in STUCK,
        manieren=[(way.value, _(text)) for way, text in WAYS.items()],
        groepen=[one for one in found.groups if one.group_id != found.child.group_key],
        scholen=choices or [],
        gezocht=searched,
        niet_in_register=NOT_LISTED,
        getypt=typed or {},
        fouten=wrong or {},
        terug=_list_of(found),
    )


def _passage(passage: Going | None) -> str:
    if passage is None:
        return ""
    return str(_(PASSAGES[passage.state], school=passage.school or _("de andere school")))


def _list_of(found: ForCorrecting) -> str:
    return f"/groep/{found.child.group_key}/lijst" if found.child.group_key else "/groep"


def _back(found: ForCorrecting) -> Response:
    return _to(_list_of(found))


def _to(address: str) -> Response:
    return cast("Response", redirect(address, code=303))

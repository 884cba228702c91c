"""The secondary school's inbox, and the steps around reading: receive, give back, record the outcome, confirm."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.access.labels import said
from handover.bundles.accepting import take_in
from handover.bundles.handovers import handover_of
from handover.bundles.outcomes import record_outcome
from handover.bundles.outside import may_be_taken_back
from handover.bundles.receiving import DECLINE_REASONS, NotComplete, confirm, decline
from handover.bundles.state import Origin
from handover.db.base import new_id
from handover.desk.contact_cards import other_side
from handover.desk.inbox import by_name, open_inbox, search
from handover.desk.inbox_address import inbox_href, read_asked
from handover.desk.inbox_counts import Tab
from handover.desk.inbox_filters import start_of
from handover.desk.inbox_page import choose_page, list_page, named_unit, unit_asked
from handover.desk.outcome_form import as_fields, in_form, read_form
from handover.desk.outside_words import elsewhere_of
from handover.desk.received import confirming, decided, received
from handover.desk.received_words import DECLINING, OUTCOMES, TLVS
from handover.desk.undo_notice import with_undo
from handover.errors import Conflict, IllegalTransition, Invalid
from handover.policy import Action, Actor
from handover.services import current_services
from handover.terms.clock import local_day
from handover.web.messages import Notice, tell
from handover.web.pagination import asked_page
from handover.web.templating import render

inbox = Blueprint("inbox", __name__, template_folder="templates")

ANOTHER = "kies"
"""Instead of a unit: whoever works at more schools chooses, whichever they chose in the header."""


@inbox.get("/dossiers")
def show() -> Response:
    """What a school received, by step, longest waiting first; without a step what its reader wants to begin with."""
    actor, sent = current_actor(), request.args
    if sent.get("bij") == ANOTHER:
        return choose_page(actor)
    unit_id = unit_asked(actor, sent.get("bij", ""))
    if unit_id is None:
        return choose_page(actor)
    after, size = asked_page()
    asked = replace(read_asked(sent), after=after, size=size)
    with current_services().uow() as uow:
        if not set(sent) - {"bij"} and (start := start_of(uow, actor, unit_id)) is not None:
            return _to(inbox_href(start, bij=named_unit(actor, unit_id)))
        shown = open_inbox(uow, actor, unit_id, asked)
    return list_page(actor, shown)


@inbox.post("/dossiers")
def find() -> Response:
    """Search, or sort by name. No name stands in an address, so this is a form that changes nothing."""
    actor, form = current_actor(), request.form
    unit_id = unit_asked(actor, form.get("bij", ""))
    if unit_id is None:
        return choose_page(actor)
    text, asked = form.get("zoek", "").strip(), read_asked(form)
    if form.get("sorteer"):
        with current_services().uow() as uow:
            sorted_rows = by_name(uow, actor, unit_id, asked)
        return list_page(actor, sorted_rows)
    if not text:
        return _to(inbox_href(asked, bij=form.get("bij")))
    with current_services().uow() as uow:
        shown = search(uow, actor, unit_id, text, asked)
    return list_page(actor, shown, text=text, back=asked)


@inbox.post("/dossiers/<handover_id>/ontvangen")
def receive(handover_id: str) -> Response:
    """Receive one dossier; once more is no error."""
    actor, services = current_actor(), current_services()
    with suppress(IllegalTransition, Conflict):  # the page that follows tells what became of it
        take_in(services, actor, handover_id)
    return _to(url_for("inbox.show_received", handover_id=handover_id))


@inbox.get("/dossiers/<handover_id>/ontvangen")
def show_received(handover_id: str) -> Response:
    """Before receiving: who and from where. After it: what that means, and the way to the dossier."""
    actor = current_actor()
    with current_services().uow() as uow:
        dossier = received(uow, actor, handover_id, Action.ACCEPT)
        cards = other_side(uow, handover_id, is_sender=False)
    return render("desk/ontvangen.html", dossier=dossier, kaarten=cards)


@inbox.get("/dossiers/<handover_id>/teruggeven")
def show_decline(handover_id: str) -> Response:
    """Ask why it came to a wrong address."""
    return _decline_page(current_actor(), handover_id)


@inbox.post("/dossiers/<handover_id>/teruggeven")
def give_back(handover_id: str) -> Response:
    """Give it back, unread."""
    actor = current_actor()
    reason = request.form.get("reden", "")
    if reason not in DECLINE_REASONS:
        return _decline_page(actor, handover_id, wrong={"reden": _("Kies waarom u het dossier teruggeeft.")})
    decline(current_services(), actor, handover_id, reason=reason)
    text = _("Het dossier is teruggegeven. De basisschool ziet waarom en kiest opnieuw een school.")
    tell(Notice(text=text))
    return _to(url_for("inbox.show", stap=Tab.NEW.value))


@inbox.get("/dossiers/<handover_id>/uitslag")
def show_outcome(handover_id: str) -> Response:
    """What became of the application, for the office to record."""
    return _outcome_page(current_actor(), handover_id)


@inbox.post("/dossiers/<handover_id>/uitslag")
def keep_outcome(handover_id: str) -> Response:
    """Record it."""
    actor, services = current_actor(), current_services()
    with services.uow() as uow:
        application_id = decided(uow, actor, handover_id).application_id
        typed = read_form(request.form, today=local_day(uow.clock.now()))
    if typed.wrong:
        return _outcome_page(actor, handover_id, typed=typed.fields, wrong=typed.wrong)
    press = new_id()
    try:
        record_outcome(
            services,
            actor,
            application_id,
            outcome=typed.outcome,
            ground=typed.ground,
            tlv=typed.tlv,
            read=typed.read,
            press=press,
        )
    except Invalid as error:
        return _outcome_page(actor, handover_id, typed=typed.fields, wrong=in_form(said(error)))
    except (Conflict, IllegalTransition):
        return _outcome_page(actor, handover_id, typed=typed.fields, meanwhile=True)
    tell(with_undo(_("De uitslag is vastgelegd. De basisschool ziet dat."), actor, press))
    return _to(url_for("inbox.show", stap=Tab.RECEIVED.value))


@inbox.get("/dossier/<handover_id>/bevestigen")
def show_confirm(handover_id: str) -> Response:
    """What is left before confirming; or the button; or what comes after it."""
    return _confirm_page(current_actor(), handover_id)


@inbox.post("/dossier/<handover_id>/bevestigen")
def keep_confirm(handover_id: str) -> Response:
    """Confirm the handover."""
    actor = current_actor()
    try:
        confirm(current_services(), actor, handover_id)
    except NotComplete:
        return _confirm_page(actor, handover_id, tried=True)
    except (IllegalTransition, Conflict):
        with current_services().uow() as uow:
            now = received(uow, actor, handover_id, Action.CONFIRM)
        if not now.is_confirmed:
            raise
    return _to(url_for("inbox.show_confirm", handover_id=handover_id))


def _decline_page(actor: Actor, handover_id: str, *, wrong: dict[str, str] | None = None) -> Response:
    with current_services().uow() as uow:
        dossier = received(uow, actor, handover_id, Action.DECLINE)
    if not dossier.is_new:
        raise IllegalTransition(status=dossier.status)
    reasons = [(value, label, hint) for value, (label, hint) in DECLINING.items()]
    return render(
        "desk/teruggeven.html", dossier=dossier, redenen=reasons, fouten=wrong or {}, status=422 if wrong else 200
    )


def _outcome_page(
    actor: Actor,
    handover_id: str,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    meanwhile: bool = False,
) -> Response:
    with current_services().uow() as uow:
        dossier = received(uow, actor, handover_id, Action.RECORD_OUTCOME)
        now = decided(uow, actor, handover_id)
        elsewhere = elsewhere_of(uow, [handover_id]).get(handover_id)
        may_undo = may_be_taken_back(uow, handover_of(uow, handover_id), Origin.ENTERED)
    values = {**as_fields(now, ground=now.ground), **(typed or {})}
    if meanwhile:
        # The form is now one over what stands there: sending it once more is a choice.
        values["versie"] = str(now.version)
    return render(
        "desk/uitslag.html",
        dossier=dossier,
        buiten=elsewhere,
        mag_terug=may_undo,
        nu=now,
        nu_heet=OUTCOMES[now.outcome][0],
        waarden=values,
        uitslagen=[(one.value, label, hint) for one, (label, hint) in OUTCOMES.items()],
        tlvs=[(one.value, label) for one, label in TLVS.items()],
        fouten=wrong or {},
        intussen=meanwhile,
        status=409 if meanwhile else 422 if wrong else 200,
    )


def _confirm_page(actor: Actor, handover_id: str, *, tried: bool = False) -> Response:
    with current_services().uow() as uow:
        dossier = received(uow, actor, handover_id, Action.CONFIRM)
        left = confirming(uow, actor, handover_id)
        elsewhere = elsewhere_of(uow, [handover_id]).get(handover_id)
    items = [{"stand": one.stand, "tekst": one.text, "href": one.href, "noot": one.note} for one in left.points]
    return render(
        "desk/bevestigen.html",
        dossier=dossier,
        punten=items,
        compleet=left.is_complete,
        buiten=elsewhere,
        geprobeerd=tried,
        status=409 if tried else 200,
    )


def _to(path: str) -> Response:
    return redirect(path, code=303)  # type: ignore[return-value]  # ours is flask's Response

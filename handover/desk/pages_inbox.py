"""The secondary school's inbox, and the steps around reading: receive, give back, record the outcome, confirm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from handover.access.current import actor_here, current_actor
from handover.access.labels import said
from handover.bundles.accepting import take_in
from handover.bundles.handovers import handover_of
from handover.bundles.outcomes import record_outcome
from handover.bundles.outside import may_be_taken_back
from handover.bundles.receiving import DECLINE_REASONS, NotComplete, confirm, decline
from handover.bundles.state import Origin
from handover.bundles.together import Became, Together, do_together
from handover.db.base import new_id
from handover.desk.contact_cards import other_side
from handover.desk.expected import expected_count
from handover.desk.inbox import READERS, Asked, Inbox, open_inbox, places, search
from handover.desk.inbox_counts import Tab, new_ones
from handover.desk.inbox_tabs import inbox_tabs
from handover.desk.inbox_together import Account, account_of, doable
from handover.desk.outcome_form import as_fields, in_form, read_form
from handover.desk.outside_words import elsewhere_of
from handover.desk.received import confirming, decided, received
from handover.desk.received_words import DECLINING, OUTCOMES, TLVS
from handover.desk.undo_notice import with_undo
from handover.errors import Conflict, IllegalTransition, Invalid, NotAllowed, NotFound
from handover.policy import Action, Actor, Role
from handover.services import current_services
from handover.terms.clock import local_day
from handover.web.messages import Notice, Tone, tell
from handover.web.pagination import asked_page
from handover.web.templating import render

inbox = Blueprint("inbox", __name__, template_folder="templates")

MOST_AT_ONCE = 50
"""Dossiers received in one request: as many as stand on a page."""


@inbox.get("/dossiers")
def show() -> Response:
    """What a school received, by step, longest waiting first."""
    actor = current_actor()
    unit_id = _unit(actor, request.args.get("bij", ""))
    if unit_id is None:
        return _choose(actor)
    after, size = asked_page()
    tab = _tab(request.args.get("stap", ""))
    asked = Asked(
        tab=tab,
        school=request.args.get("van", ""),
        handler=request.args.get("wie", ""),
        department=request.args.get("afd", ""),
        after=after,
        size=size,
    )
    with current_services().uow() as uow:
        shown = open_inbox(uow, actor, unit_id, asked)
    return _list(actor, shown, school=asked.school, handler=asked.handler, department=asked.department)


@inbox.post("/dossiers")
def find() -> Response:
    """Search. A name stands in no address, so this is a form that changes nothing."""
    actor = current_actor()
    unit_id = _unit(actor, request.form.get("bij", ""))
    if unit_id is None:
        return _choose(actor)
    text, school = request.form.get("zoek", "").strip(), request.form.get("van", "")
    if not text:
        tab = _tab(request.form.get("stap", ""))
        wanted: dict[str, Any] = {name: request.form.get(name) or None for name in ("bij", "wie", "afd")}
        return _to(url_for("inbox.show", stap=tab.value, van=school or None, **wanted))
    with current_services().uow() as uow:
        shown = search(uow, actor, unit_id, text, school=school)
    return _list(actor, shown, school=school, text=text)


@inbox.post("/dossiers/ontvangen")
def receive_chosen() -> Response:
    """Receive the dossiers that were chosen."""
    actor = current_actor()
    if not actor.units_as(Role.INTAKE):
        raise NotAllowed if actor.units_as(*READERS) else NotFound
    bij = request.form.get("bij") or None
    chosen = list(dict.fromkeys(request.form.getlist("kies")))[:MOST_AT_ONCE]
    if not chosen:
        tell(Notice(text=_("U heeft nog niets gekozen. Zet eerst een vinkje bij een dossier."), tone=Tone.WARNING))
        return _to(url_for("inbox.show", stap=Tab.NEW.value, bij=bij))
    results = do_together(current_services(), actor, Together.RECEIVE, chosen)
    came = sum(1 for became in results.values() if became in {Became.DONE, Became.ALREADY})
    if came < len(results):
        return _account(actor, _unit_of(chosen), Together.RECEIVE, results, Tab.NEW)
    text = ngettext("%(num)s dossier is ontvangen.", "%(num)s dossiers zijn ontvangen.", came)
    tell(Notice(text=text + " " + _("Dit is geen toelating. U kunt ze nu lezen.")))
    return _to(url_for("inbox.show", stap=Tab.RECEIVED.value, bij=bij))


@inbox.post("/dossiers/samen")
def do_to_chosen() -> Response:
    """Do one thing to all that were chosen; what could not be done stands there with its reason."""
    actor = current_actor()
    unit_id, what = _unit(actor, request.form.get("bij", "")), request.form.get("doe", "")
    if unit_id is None or what not in set(Together) - {Together.TALK}:
        raise NotFound
    chosen = list(dict.fromkeys(request.form.getlist("kies")))[:MOST_AT_ONCE]
    tab = _tab(request.form.get("stap", Tab.RECEIVED.value))
    if not chosen:
        tell(Notice(text=_("U heeft nog niets gekozen. Zet eerst een vinkje bij een dossier."), tone=Tone.WARNING))
        return _to(url_for("inbox.show", stap=tab.value, bij=request.form.get("bij") or None))
    press = new_id()
    results = do_together(current_services(), actor, Together(what), chosen, press=press)
    return _account(actor, unit_id, Together(what), results, tab, press=press)


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


def _list(
    actor: Actor,
    shown: Inbox,
    *,
    school: str,
    text: str = "",
    handler: str = "",
    department: str = "",
    account: Account | None = None,
    status: int = 200,
) -> Response:
    several = len(actor.units_as(*READERS)) > 1
    bij = shown.unit.unit_id if several else None

    wanted: dict[str, Any] = {"bij": bij, "van": school or None, "wie": handler or None, "afd": department or None}

    def href(tab: Tab, *, after: str | None = None, kies: str | None = None) -> str:
        return url_for("inbox.show", stap=tab.value, **wanted, after=after, kies=kies)

    with current_services().uow() as uow:
        tabs = inbox_tabs(shown.counts, expected_count(uow, shown.unit.unit_id), now=shown.tab, bij=bij)
    return render(
        "desk/dossiers.html",
        status=status,
        postvak=shown,
        samen_te_doen=doable(shown.roles),
        uitkomsten=account,
        gedaan=account.done if account else 0,
        gedaan_heet=account.what if account else "",
        tabs=tabs,
        tab=shown.tab,
        bij=bij or "",
        van=school,
        zoek=text,
        wie=handler,
        afd=department,
        alles=request.args.get("kies") == "alle",
        kies_alle=href(shown.tab, kies="alle", after=request.args.get("after")),
        kies_geen=href(shown.tab, after=request.args.get("after")),
        eerste=href(shown.tab) if request.args.get("after") else "",
        volgende=href(shown.tab, after=shown.page.after) if shown.page.after else "",
        weer_alles=url_for("inbox.show", stap=(Tab.NEW if text else shown.tab).value, bij=bij),
    )


def _account(
    actor: Actor, unit_id: str, what: Together, results: Mapping[str, Became], tab: Tab, *, press: str = ""
) -> Response:
    with current_services().uow() as uow:
        account = account_of(uow, actor, unit_id, what, results, press=press)
        shown = open_inbox(uow, actor, unit_id, Asked(tab=tab))
    return _list(actor, shown, school="", account=account)


def _unit_of(chosen: Sequence[str]) -> str:
    """The school that these came to; of one's own schools the first, where they came to more."""
    with current_services().uow() as uow:
        return handover_of(uow, chosen[0]).receiver_unit_id


def _choose(actor: Actor) -> Response:
    with current_services().uow() as uow:
        found = places(uow, actor)
        waiting = new_ones(uow, [place.unit_id for place in found])
    return render("desk/dossiers-kiezen.html", scholen=[(place, waiting.get(place.unit_id, 0)) for place in found])


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


def _unit(actor: Actor, asked: str) -> str | None:
    """The unit whose inbox is meant; None when there is a choice to be made."""
    theirs = (actor if asked else actor_here(*READERS)).units_as(*READERS)
    if not theirs or (asked and asked not in theirs):
        raise NotFound
    if asked:
        return asked
    return theirs[0] if len(theirs) == 1 else None


def _tab(text: str) -> Tab:
    return Tab(text) if text in set(Tab) else Tab.NEW


def _to(path: str) -> Response:
    return redirect(path, code=303)  # type: ignore[return-value]  # ours is flask's Response

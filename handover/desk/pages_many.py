"""Doing one thing to many dossiers of the inbox: some in each request, with one account and one way back at the end."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from handover.access.current import current_actor
from handover.bundles.handovers import handover_of
from handover.bundles.many import MOST, Standing, begin, go_on, standing, stop
from handover.bundles.together_model import Became, Together
from handover.db.base import is_id, new_id
from handover.desk.inbox import READERS, Asked
from handover.desk.inbox_address import inbox_href, read_asked, words_of
from handover.desk.inbox_counts import Tab
from handover.desk.inbox_page import account_page, unit_asked
from handover.desk.inbox_together import account_of, going
from handover.desk.talk_page import QUESTION, talk_told_page
from handover.errors import Invalid, NotAllowed, NotFound
from handover.policy import Actor, Role
from handover.services import current_services
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

many = Blueprint("many", __name__, template_folder="templates")


@many.post("/dossiers/ontvangen")
def receive_chosen() -> Response:
    """Receive the dossiers that were chosen."""
    actor = current_actor()
    if not actor.units_as(Role.INTAKE):
        raise NotAllowed if actor.units_as(*READERS) else NotFound
    chosen = chosen_ids()
    if not chosen:
        return nothing_chosen(Tab.NEW)
    return _begin(actor, unit_asked(actor, request.form.get("bij", "")) or _unit_of(chosen), Together.RECEIVE, chosen)


@many.post("/dossiers/samen")
def do_to_chosen() -> Response:
    """Do one thing to all that were chosen; what could not be done stands there with its reason."""
    actor = current_actor()
    unit_id, what = unit_asked(actor, request.form.get("bij", "")), request.form.get("doe", "")
    if unit_id is None or what not in set(Together) - {Together.TALK}:
        raise NotFound
    chosen = chosen_ids()
    if not chosen:
        return nothing_chosen(Tab.RECEIVED)
    return _begin(actor, unit_id, Together(what), chosen)


@many.get("/dossiers/samen/<press>")
def show_many(press: str) -> Response:
    """How far it is; and when all of it was tried, what became of each."""
    actor = current_actor()
    with current_services().uow() as uow:
        now = standing(uow, actor, press)
    if now.goes_on:
        return going_page(now)
    if now.what is Together.TALK:
        return talk_told_page(actor, now, stap=request.args.get("stap", Tab.RECEIVED.value))
    with current_services().uow() as uow:
        account = account_of(uow, actor, now)
    asked = read_asked(request.args, default=Tab.RECEIVED)
    if now.what is Together.RECEIVE and not account.mis and not account.left:
        asked = Asked(tab=Tab.RECEIVED)  # where they stand now
    return account_page(actor, now.unit_id, asked, account)


@many.post("/dossiers/samen/<press>")
def go_on_with(press: str) -> Response:
    """Do some more of it."""
    actor, question = current_actor(), request.form.get("vraag", "")
    try:
        now = go_on(current_services(), actor, press, question=question)
    except Invalid as error:
        said = error.fields["question"]
        with current_services().uow() as uow:
            now = standing(uow, actor, press)
        return going_page(now, wrong={"vraag": _(said)})
    return going_page(now, question=question) if now.goes_on else _to(_place(press))


@many.post("/dossiers/samen/<press>/stop")
def stop_many(press: str) -> Response:
    """Do no more of it."""
    stop(current_services(), current_actor(), press)
    return _to(_place(press))


def chosen_ids() -> list[str]:
    """The dossiers that were ticked, each once, in their order."""
    return list(dict.fromkeys(request.form.getlist("kies")))[:MOST]


def nothing_chosen(default: Tab) -> Response:
    """Say so, on the page that it was pressed on."""
    tell(Notice(text=_("U heeft nog niets gekozen. Zet eerst een vinkje bij een dossier."), tone=Tone.WARNING))
    return _to(inbox_href(read_asked(request.form, default=default), bij=request.form.get("bij")))


def begun(actor: Actor, unit_id: str, what: Together, chosen: Sequence[str]) -> str:
    """Remember what is to be done; gives the press. The same form sent twice is one press."""
    sent = request.form.get("druk", "")
    press = sent if is_id(sent) else new_id()
    return begin(current_services(), actor, unit_id, what, chosen, press=press)


def after_first(actor: Actor, now: Standing, *, question: str = "") -> Response:
    """Where the first part of it leads: to the next part, or to what became of all of it."""
    if now.goes_on and now.what is Together.TALK:
        return going_page(now, question=question)  # the question is kept nowhere: it goes along
    if now.what is Together.RECEIVE and all(became in {Became.DONE, Became.ALREADY} for became in now.became.values()):
        text = ngettext("%(num)s dossier is ontvangen.", "%(num)s dossiers zijn ontvangen.", now.total)
        others = _others_of(actor, now)
        tell(Notice(text=" ".join([text, *others, _("Dit is geen toelating. U kunt ze nu lezen.")])))
        return _to(url_for("inbox.show", stap=Tab.RECEIVED.value, bij=request.values.get("bij") or None))
    return _to(_place(now.press))


def going_page(now: Standing, *, question: str = "", wrong: dict[str, str] | None = None) -> Response:
    """How far it is, with the way on and the way to stop."""
    asks = now.what is Together.TALK and (bool(wrong) or not question)
    sent = words_of(read_asked(request.values, default=Tab.RECEIVED))
    return render(
        "desk/bezig.html",
        bezig=going(now),
        verder=url_for("many.go_on_with", press=now.press),
        stop=url_for("many.stop_many", press=now.press),
        daarna=_place(now.press),
        vraag=(question or request.form.get("vraag") or str(QUESTION)) if now.what is Together.TALK else "",
        vraagt=asks,
        vanaf=0,
        gaat_vanzelf=not asks,
        mee=[(name, value) for name, values in sent.items() for value in _several(values)],
        bij=request.values.get("bij", ""),
        fouten=wrong or {},
        status=422 if wrong else 200,
    )


def _begin(actor: Actor, unit_id: str, what: Together, chosen: Sequence[str]) -> Response:
    press = begun(actor, unit_id, what, chosen)
    return after_first(actor, go_on(current_services(), actor, press))


def _others_of(actor: Actor, now: Standing) -> tuple[str, ...]:
    with current_services().uow() as uow:
        return account_of(uow, actor, now).others


def _unit_of(chosen: Sequence[str]) -> str:
    """The school that these came to; of one's own schools the first, where they came to more."""
    with current_services().uow() as uow:
        return handover_of(uow, chosen[0]).receiver_unit_id


def _place(press: str) -> str:
    """The page of a press, with the part of the inbox that it was pressed on."""
    sent = words_of(read_asked(request.values, default=Tab.RECEIVED)) if "stap" in request.values else {}
    return url_for("many.show_many", press=press, **sent, bij=request.values.get("bij") or None)


def _several(values: object) -> list[str]:
    return values if isinstance(values, list) else [str(values)] if values else []


def _to(path: str) -> Response:
    return redirect(path, code=303)  # type: ignore[return-value]  # ours is flask's Response

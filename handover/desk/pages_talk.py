"""Asking the primary schools of many chosen dossiers for a conversation, with one question for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from handover.access.current import actor_here, current_actor
from handover.bundles.handovers import handover_of
from handover.bundles.model import Handover
from handover.bundles.sides import subject_with_group
from handover.bundles.together import Became, Together, do_together
from handover.desk.expected import SEES
from handover.desk.inbox_counts import Tab
from handover.desk.inbox_rows import shown_name
from handover.desk.inbox_together import WENT_WRONG
from handover.desk.pages_inbox import MOST_AT_ONCE
from handover.errors import Invalid, NotFound
from handover.policy import Action, Actor, Role, require
from handover.rooms.names import open_names
from handover.services import current_services
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

talk = Blueprint("talk", __name__, template_folder="templates")

ASKERS = (Role.INTAKE, Role.CARE)


@talk.post("/dossiers/gesprek")
def ask_chosen() -> Response:
    """Show the question and of whom; and only when asked ask it, and tell of each what became of it."""
    actor, form = current_actor(), request.form
    chosen = list(dict.fromkeys(form.getlist("kies")))[:MOST_AT_ONCE]
    unit_id = _unit(actor)
    if not chosen:
        tell(Notice(text=_("U heeft nog niets gekozen. Zet eerst een vinkje bij een dossier."), tone=Tone.WARNING))
        to = url_for("inbox.show", stap=form.get("stap", Tab.RECEIVED.value), bij=form.get("bij") or None)
        return redirect(to, code=303)  # type: ignore[return-value]  # ours is flask's Response
    with current_services().uow() as uow:
        for handover_id in chosen:
            handover = handover_of(uow, handover_id)
            require(actor, Action.ASK, subject_with_group(uow, handover))
            if handover.receiver_unit_id != unit_id:
                raise NotFound
    if form.get("doe") != "vraag":
        return _page(actor, unit_id, chosen)
    try:
        results = do_together(current_services(), actor, Together.TALK, chosen, question=form.get("vraag", ""))
    except Invalid as error:
        said = error.fields["question"]
        return _page(actor, unit_id, chosen, wrong={"vraag": _(said)})
    return _page(actor, unit_id, chosen, results=results)


def _page(
    actor: Actor,
    unit_id: str,
    chosen: Sequence[str],
    *,
    results: Mapping[str, Became] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    with current_services().uow() as uow:
        names = open_names(uow, actor.keyring, unit_id, chosen).about
        rows = uow.session.execute(select(Handover.id, Handover.reference).where(Handover.id.in_(chosen)))
        references = {key: reference for key, reference in rows}  # noqa: C416  # a Row is a pair only to who runs it
    children = [
        {
            "id": key,
            "kenmerk": references[key],
            "naam": shown_name(names[key]).whole if key in names else "",
            "href": f"/dossier/{key}",
        }
        for key in chosen
    ]
    told = [{**child, **_said(results[child["id"]])} for child in children] if results else []
    return render(
        "desk/gesprek_vragen.html",
        kinderen=children,
        uitkomsten=told,
        gevraagd=sum(1 for became in (results or {}).values() if became is Became.DONE),
        vraag=request.form.get("vraag", _("Wij willen graag een warm gesprek over deze leerling. Wanneer kunt u?")),
        bij=unit_id if len(actor.units_as(*SEES)) > 1 else "",
        stap=request.form.get("stap", Tab.RECEIVED.value),
        fouten=wrong or {},
        status=422 if wrong else 200,
    )


def _said(became: Became) -> dict[str, str]:
    if became is Became.DONE:
        return {"stand": "done", "tekst": _("gevraagd")}
    if became is Became.ALREADY:
        return {"stand": "done", "tekst": _("was al gevraagd, of het gesprek is al geweest")}
    return {"stand": "stop", "tekst": str(WENT_WRONG[became])}


def _unit(actor: Actor) -> str:
    asked = request.form.get("bij", "")
    units = (actor if asked else actor_here(*ASKERS)).units_as(*ASKERS)
    if not units or (asked and asked not in units):
        raise NotFound
    return asked or units[0]

"""Asking the primary schools of many chosen dossiers for a conversation, with one question for all."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from handover.access.current import actor_here, current_actor
from handover.bundles.handovers import handover_of
from handover.bundles.many import go_on
from handover.bundles.sides import subject_with_group, written
from handover.bundles.together_model import Together
from handover.desk.inbox_counts import Tab
from handover.desk.pages_many import after_first, begun, chosen_ids, nothing_chosen
from handover.desk.talk_page import talk_page
from handover.errors import Invalid, NotFound
from handover.policy import Action, Actor, Role, require
from handover.services import current_services

talk = Blueprint("talk", __name__, template_folder="templates")

ASKERS = (Role.INTAKE, Role.CARE)


@talk.post("/dossiers/gesprek")
def ask_chosen() -> Response:
    """Show the question and of whom; and only when asked ask it, and tell of each what became of it."""
    actor, form = current_actor(), request.form
    unit_id, chosen = _unit(actor), chosen_ids()
    if not chosen:
        return nothing_chosen(Tab.RECEIVED)
    with current_services().uow() as uow:
        for handover_id in chosen:
            handover = handover_of(uow, handover_id)
            require(actor, Action.ASK, subject_with_group(uow, handover))
            if handover.receiver_unit_id != unit_id:
                raise NotFound
    stap = form.get("stap", Tab.RECEIVED.value)
    if form.get("doe") != "vraag":
        return talk_page(actor, unit_id, chosen, stap=stap)
    try:
        question = written(form.get("vraag", ""), "question")
    except Invalid as error:
        said = error.fields["question"]
        return talk_page(actor, unit_id, chosen, stap=stap, wrong={"vraag": _(said)})
    press = begun(actor, unit_id, Together.TALK, chosen)
    return after_first(actor, go_on(current_services(), actor, press, question=question), question=question)


def _unit(actor: Actor) -> str:
    asked = request.form.get("bij", "")
    units = (actor if asked else actor_here(*ASKERS)).units_as(*ASKERS)
    if not units or (asked and asked not in units):
        raise NotFound
    return asked or units[0]

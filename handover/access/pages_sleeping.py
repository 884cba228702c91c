"""For somebody who left a school while holding the last copy of one of its keys: handing it on, and nothing else."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.access.handing import hand_key
from handover.access.labels import circle_name, said
from handover.access.sleeping import Waiter, asleep_with
from handover.errors import Invalid, NotFound
from handover.policy import Actor
from handover.services import current_services
from handover.web.messages import Notice, tell
from handover.web.templating import render

sleeping = Blueprint("sleeping", __name__)

ADDRESS = "/doorgeven"


@sleeping.get(ADDRESS)
def show() -> Response:
    """The keys that sleep with this person, and who waits for them."""
    actor = current_actor()
    with current_services().uow() as uow:
        units = asleep_with(uow, actor)
    named = [(unit, [circle_name(circle) for circle in sorted(unit.circles)]) for unit in units]
    return render("access/doorgeven.html", scholen=named, aan=None, fouten={})


@sleeping.get(f"{ADDRESS}/<unit_id>/<person_id>")
def ask(unit_id: str, person_id: str) -> Response:
    """The form for one of them."""
    return _page(_waiter(current_actor(), unit_id, person_id))


@sleeping.post(f"{ADDRESS}/<unit_id>/<person_id>")
def hand(unit_id: str, person_id: str) -> Response:
    """Hand the key on, after the five words were heard; the own copy goes with it."""
    actor = current_actor()
    waiter = _waiter(actor, unit_id, person_id)
    words = request.form.get("woorden", "")
    try:
        hand_key(current_services(), actor, unit_id, person_id=person_id, words=words)
    except Invalid as error:
        return _page(waiter, wrong=said(error), status=422)
    tell(Notice(text=_("De sleutel is doorgegeven. U heeft hem nu zelf niet meer. Dank u wel.")))
    return redirect(ADDRESS, code=303)  # type: ignore[return-value]  # ours is flask's Response


def _waiter(actor: Actor, unit_id: str, person_id: str) -> Waiter:
    with current_services().uow() as uow:
        for unit in asleep_with(uow, actor):
            for one in unit.waiters:
                if (one.unit_id, one.person_id) == (unit_id, person_id):
                    return one
    raise NotFound


def _page(waiter: Waiter, *, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    return render("access/doorgeven.html", status=status, scholen=[], aan=waiter, fouten=wrong or {})

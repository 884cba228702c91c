"""The page that asks many primary schools for a conversation: the question and of whom, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from handover.bundles.many import Standing
from handover.bundles.model import Handover
from handover.bundles.together_model import Became
from handover.db.base import new_id
from handover.desk.expected import SEES
from handover.desk.inbox_rows import shown_name
from handover.desk.inbox_together import WENT_WRONG
from handover.policy import Actor
from handover.rooms.names import open_names
from handover.services import current_services
from handover.web.templating import render

QUESTION = _l("Wij willen graag een warm gesprek over deze leerling. Wanneer kunt u?")
"""What is asked where its asker writes nothing else."""


def talk_page(
    actor: Actor, unit_id: str, chosen: Sequence[str], *, stap: str, wrong: Mapping[str, str] | None = None
) -> Response:
    """The question, and about whom it is asked."""
    return _page(actor, unit_id, chosen, stap=stap, wrong=wrong)


def talk_told_page(actor: Actor, now: Standing, *, stap: str) -> Response:
    """What became of it, child by child."""
    return _page(actor, now.unit_id, list(now.became), stap=stap, results=now.became)


def _page(
    actor: Actor,
    unit_id: str,
    chosen: Sequence[str],
    *,
    stap: str,
    results: Mapping[str, Became | None] | None = None,
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
        vraag=request.form.get("vraag", str(QUESTION)),
        druk=request.form.get("druk") or new_id(),
        bij=unit_id if len(actor.units_as(*SEES)) > 1 else "",
        stap=stap,
        fouten=wrong or {},
        status=422 if wrong else 200,
    )


def _said(became: Became | None) -> dict[str, str]:
    if became is Became.DONE:
        return {"stand": "done", "tekst": _("gevraagd")}
    if became is Became.ALREADY:
        return {"stand": "done", "tekst": _("was al gevraagd, of het gesprek is al geweest")}
    return {"stand": "stop", "tekst": str(WENT_WRONG[became or Became.LATER])}

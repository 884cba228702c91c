"""Questions between the two schools: all that are open, those about one child, answering, closing."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import actor_here, current_actor
from handover.bundles import remarks
from handover.bundles.model import Remark
from handover.desk.dossier_head import head_of, readable_leaver
from handover.desk.questions_page import (
    Asked,
    Questions,
    count_to_answer,
    open_questions_of,
    questions_of_handover,
    questions_of_leaver,
)
from handover.errors import Invalid, NotAllowed, NotFound
from handover.policy import RULES, Action, Actor
from handover.services import current_services
from handover.web.messages import Notice, tell
from handover.web.templating import local_path, render

ASKING = RULES[Action.ASK].sender | RULES[Action.ASK].receiver
"""Whose work it is to ask and to answer."""

questions = Blueprint("questions", __name__, template_folder="templates")


@questions.get("/vragen")
def show_all() -> Response:
    """All open questions of this person's dossiers: to answer, to close, and those that wait for the other school."""
    actor = actor_here(*ASKING)
    if not actor.units_as(*ASKING):
        raise NotAllowed
    with current_services().uow() as uow:
        found = open_questions_of(uow, actor)
    return _page(found)


@questions.get("/leerling/<reference>/vragen")
def show_leaver(reference: str) -> Response:
    """What was asked about one child, at the primary school."""
    actor = current_actor()
    with current_services().uow() as uow:
        leaver = readable_leaver(uow, actor, reference)
        head = head_of(uow, actor, leaver)
        asked = questions_of_leaver(uow, actor, leaver.id)
    return render("desk/vragen_leerling.html", kop=head, dossiers=asked)


@questions.post("/vragen/<remark_id>/antwoord")
def answer(remark_id: str) -> Response:
    """Answer a question, or add to it."""
    actor, services = current_actor(), current_services()
    text = request.form.get(f"antwoord-{remark_id}", "")
    try:
        remarks.reply(services, actor, remark_id, text=text)
    except Invalid as error:
        said = error.fields["text"]
        return _again(actor, remark_id, text, _(said))
    tell(Notice(text=_("Uw antwoord is verstuurd. De andere school krijgt een mail.")))
    return _back()


@questions.post("/vragen/<remark_id>/sluiten")
def close(remark_id: str) -> Response:
    """Say that the answer will do, or that none is needed any more."""
    remarks.close(current_services(), current_actor(), remark_id)
    tell(Notice(text=_("De vraag is afgesloten.")))
    return _back()


def _again(actor: Actor, remark_id: str, typed: str, wrong: str) -> Response:
    """The dossier of that question alone, with what was typed and what is wrong with it."""
    with current_services().uow() as uow:
        question = uow.session.get(Remark, remark_id)
        if question is None:
            raise NotFound
        asked: Asked = questions_of_handover(uow, actor, question.handover_id)
    return _page(Questions(to_answer=(asked,)), typed={remark_id: typed}, wrong={remark_id: wrong}, status=422)


def _page(
    found: Questions,
    *,
    typed: dict[str, str] | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return render(
        "desk/vragen.html",
        status=status,
        vragen=found,
        aan_u=count_to_answer(found.to_answer),
        getypt=typed or {},
        fout=wrong or {},
        fouten={f"antwoord-{key}": text for key, text in (wrong or {}).items()},
    )


def _back() -> Response:
    return cast("Response", redirect(local_path(request.form.get("terug", "/vragen")), code=303))

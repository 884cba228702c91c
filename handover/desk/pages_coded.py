"""Sending to a school that takes no part: with a link by mail and six words by telephone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.access.labels import said
from handover.bundles.coded import confirm_by_telephone, mail_again, send_with_code
from handover.bundles.handovers import handover_of
from handover.bundles.sending import NotReady
from handover.bundles.sides import subject_with_group
from handover.desk.coded_page import CodedPage, coded_page
from handover.desk.sent import newest_handover
from handover.errors import Conflict, IllegalTransition, Invalid, NotFound
from handover.leavers.actions import leaver_of, subject_of
from handover.policy import Action, Actor, require
from handover.services import current_services
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

coded = Blueprint("coded", __name__, template_folder="templates")


@coded.get("/leerling/<reference>/met-code")
def show(reference: str) -> Response:
    """The school with what the register says of it, and what is left to do before it can go."""
    return _page(coded_page(current_services(), current_actor(), reference, is_second=_is_second()))


@coded.post("/leerling/<reference>/met-code")
def send(reference: str) -> Response:
    """Seal it and show the six words, once."""
    actor, services, form = current_actor(), current_services(), request.form
    to, email, is_second = form.get("brin", ""), form.get("email", ""), _is_second()
    page = coded_page(services, actor, reference, is_second=is_second)
    try:
        made = send_with_code(services, actor, reference, to=to, email=email, is_second=is_second)
    except Invalid as error:
        return _page(page, wrong=said(error), status=422)
    except NotReady:
        return _page(coded_page(services, actor, reference, is_second=is_second), status=409)
    except (Conflict, IllegalTransition):
        text = _("Er is niets verstuurd: er is intussen iets veranderd, of het dossier was al verstuurd. Kijk het na.")
        tell(Notice(text=text, tone=Tone.WARNING))
        return _to(f"/leerling/{reference}/versturen")
    return render("desk/met_code_woorden.html", pagina=page, gemaakt=made)


@coded.post("/leerling/<reference>/met-code/mail")
def mail(reference: str) -> Response:
    """Mail the link once more."""
    actor, services = current_actor(), current_services()
    handover_id = _sent(actor, reference, Action.WITHDRAW)
    try:
        mail_again(services, actor, handover_id)
    except IllegalTransition:
        tell(Notice(text=_("De link werkt niet meer: het dossier is opgehaald of teruggehaald."), tone=Tone.WARNING))
    else:
        tell(Notice(text=_("De link gaat binnen enkele minuten nog een keer weg.")))
    return _to(f"/leerling/{reference}/versturen")


@coded.post("/leerling/<reference>/met-code/bevestigd")
def confirm(reference: str) -> Response:
    """Record what was heard on the telephone."""
    actor, services = current_actor(), current_services()
    handover_id = _sent(actor, reference, Action.SEE_HANDOVER)
    try:
        confirm_by_telephone(services, actor, handover_id, by=request.form.get("by", ""))
    except Invalid:
        tell(Notice(text=_("Vul in wie u sprak."), tone=Tone.WARNING))
    except (IllegalTransition, Conflict):
        tell(Notice(text=_("Dit kan nu niet. Hieronder staat hoe het ervoor staat."), tone=Tone.WARNING))
    else:
        tell(Notice(text=_("De overdracht is bevestigd.")))
    return _to(f"/leerling/{reference}/versturen")


def _sent(actor: Actor, reference: str, action: Action) -> str:
    with current_services().uow() as uow:
        leaver = leaver_of(uow, reference)
        sent = newest_handover(uow, leaver.id, request.form.get("overdracht"))
        if sent is None:
            require(actor, action, subject_of(leaver))
            raise NotFound
        require(actor, action, subject_with_group(uow, handover_of(uow, sent.handover_id)))
    return sent.handover_id


def _page(page: CodedPage, *, wrong: Mapping[str, str] | None = None, status: int = 200) -> Response:
    return render(
        "desk/met_code.html", kop=page.head, pagina=page, fouten=wrong or {}, getypt=request.form, status=status
    )


def _is_second() -> bool:
    return request.values.get("tweede") == "ja"


def _to(path: str) -> Response:
    return cast("Response", redirect(path, code=303))

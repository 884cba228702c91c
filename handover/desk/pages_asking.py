"""Asking a primary school that takes no part for a dossier: with a link by mail and six words by telephone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.access.labels import said
from handover.bundles.asking import TakesPart, ask_outside, mail_asked_again, take_back_asked
from handover.desk.asking_page import asking_page
from handover.errors import Conflict, IllegalTransition, Invalid
from handover.rooms.errors import NoValidCard
from handover.services import current_services
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

asking = Blueprint("asking", __name__, template_folder="templates")


@asking.get("/dossiers/verwacht/<announcement_id>/opvragen")
def show(announcement_id: str) -> Response:
    """The school as the register has it, and how it stands with what was asked."""
    return _page(announcement_id)


@asking.post("/dossiers/verwacht/<announcement_id>/opvragen")
def ask(announcement_id: str) -> Response:
    """Ask, and show the six words, once."""
    actor, services = current_actor(), current_services()
    try:
        with services.uow() as uow:
            page = asking_page(uow, actor, announcement_id)
        made = ask_outside(services, actor, announcement_id, email=request.form.get("email", ""))
    except Invalid as error:
        return _page(announcement_id, wrong=said(error), status=422)
    except TakesPart:
        return _takes_part()
    except NoValidCard:
        tell(Notice(text=_("Uw school kan nu niets opvragen: haar sleutel wacht op het samenwerkingsverband.")))
        return _to_list()
    except (Conflict, IllegalTransition):
        return _is_over()
    return render("desk/opvragen_woorden.html", pagina=page, gemaakt=made)


@asking.post("/dossiers/verwacht/<announcement_id>/opvragen/mail")
def mail(announcement_id: str) -> Response:
    """Mail the link once more."""
    try:
        mail_asked_again(current_services(), current_actor(), announcement_id)
    except IllegalTransition:
        tell(Notice(text=_("De link werkt niet meer. Vraag het dossier opnieuw op."), tone=Tone.WARNING))
    else:
        tell(Notice(text=_("De link gaat binnen enkele minuten nog een keer weg.")))
    return _to(url_for("asking.show", announcement_id=announcement_id))


@asking.post("/dossiers/verwacht/<announcement_id>/opvragen/stop")
def stop(announcement_id: str) -> Response:
    """Take it back; twice is once."""
    take_back_asked(current_services(), current_actor(), announcement_id)
    tell(Notice(text=_("U vraagt dit dossier niet meer op. De link en de woorden werken niet meer.")))
    return _to_list()


def _page(announcement_id: str, *, wrong: Mapping[str, str] | None = None, status: int = 200) -> Response:
    services = current_services()
    try:
        with services.uow() as uow:
            page = asking_page(uow, current_actor(), announcement_id)
    except TakesPart:
        return _takes_part()
    except IllegalTransition:
        return _is_over()
    return render("desk/opvragen.html", pagina=page, fouten=wrong or {}, getypt=request.form, status=status)


def _takes_part() -> Response:
    text = _("Deze basisschool doet mee. Een link is niet nodig: uw leerlingadministratie vraagt het haar gewoon.")
    tell(Notice(text=text))
    return _to_list()


def _is_over() -> Response:
    text = _("Dit kan nu niet: het dossier kwam al, of er is intussen iets veranderd. Hieronder staat hoe het is.")
    tell(Notice(text=text, tone=Tone.WARNING))
    return _to_list()


def _to_list() -> Response:
    return _to(url_for("expecting.show"))


def _to(path: str) -> Response:
    return cast("Response", redirect(path, code=303))

"""The parents of a leaver: who they are, what they read and got, what they think; and a copy to print for them."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.desk.forms_fields import in_words
from handover.desk.forms_parents import NO_ANSWER, NO_COPY
from handover.desk.parents_page import (
    open_parent,
    open_parents,
    record_no_answer,
    remove_parent,
    save_parent,
    waive_copy,
)
from handover.dossiers.drafts import editable
from handover.dossiers.labels import AGREEMENTS, CUSTODIES, INSPECTIONS
from handover.services import current_services
from handover.web.messages import Notice, tell
from handover.web.templating import render

parents = Blueprint("parents", __name__, template_folder="templates")


@parents.get("/leerling/<reference>/ouders")
def show(reference: str) -> Response:
    """Who they are, and how far each is."""
    actor = current_actor()
    page = open_parents(current_services(), actor, reference)
    return render("desk/ouders.html", pagina=page, antwoorden=AGREEMENTS, gezag=CUSTODIES, manieren=INSPECTIONS)


@parents.get("/leerling/<reference>/ouders/nieuw")
def show_new(reference: str) -> Response:
    """One more."""
    return _form(reference, None)


@parents.post("/leerling/<reference>/ouders/nieuw")
def save_new(reference: str) -> Response:
    """Keep one more."""
    return _save(reference, None)


@parents.get("/leerling/<reference>/ouders/<parent_id>")
def show_one(reference: str, parent_id: str) -> Response:
    """One of them."""
    return _form(reference, parent_id)


@parents.post("/leerling/<reference>/ouders/<parent_id>")
def save_one(reference: str, parent_id: str) -> Response:
    """Keep what was done with one of them."""
    return _save(reference, parent_id)


@parents.get("/leerling/<reference>/ouders/<parent_id>/weg")
def ask_removal(reference: str, parent_id: str) -> Response:
    """Ask first: what was recorded of this parent goes too."""
    actor = current_actor()
    return render("desk/ouders_weg.html", pagina=open_parent(current_services(), actor, reference, parent_id))


@parents.post("/leerling/<reference>/ouders/<parent_id>/weg")
def remove(reference: str, parent_id: str) -> Response:
    """Take one off the list."""
    actor = current_actor()
    remove_parent(current_services(), actor, reference, parent_id)
    tell(Notice(text=_("Deze ouder staat niet meer op de lijst.")))
    return _to(reference)


@parents.get("/leerling/<reference>/ouders/<parent_id>/geen-antwoord")
def show_no_answer(reference: str, parent_id: str) -> Response:
    """When a parent was asked twice."""
    return _steps(reference, parent_id, "desk/ouders_geen_antwoord.html", NO_ANSWER)


@parents.post("/leerling/<reference>/ouders/<parent_id>/geen-antwoord")
def save_no_answer(reference: str, parent_id: str) -> Response:
    """Record that there was no answer."""
    actor = current_actor()
    typed = record_no_answer(current_services(), actor, reference, parent_id, request.form)
    if typed.errors:
        return _steps(reference, parent_id, "desk/ouders_geen_antwoord.html", NO_ANSWER, typed.texts, typed.errors)
    tell(Notice(text=_("Vastgelegd: deze ouder reageerde niet. Dat houdt het dossier niet tegen.")))
    return _to(reference)


@parents.get("/leerling/<reference>/ouders/<parent_id>/kopie-niet-nodig")
def show_no_copy(reference: str, parent_id: str) -> Response:
    """Why no newer copy."""
    return _steps(reference, parent_id, "desk/ouders_geen_kopie.html", NO_COPY)


@parents.post("/leerling/<reference>/ouders/<parent_id>/kopie-niet-nodig")
def save_no_copy(reference: str, parent_id: str) -> Response:
    """Record why."""
    actor = current_actor()
    typed = waive_copy(current_services(), actor, reference, parent_id, request.form)
    if typed.errors:
        return _steps(reference, parent_id, "desk/ouders_geen_kopie.html", NO_COPY, typed.texts, typed.errors)
    tell(Notice(text=_("Vastgelegd: een nieuwe kopie is niet nodig.")))
    return _to(reference)


def _form(reference: str, parent_id: str | None) -> Response:
    actor = current_actor()
    page = open_parent(current_services(), actor, reference, parent_id)
    return render("desk/ouders_een.html", pagina=page, in_woorden=in_words)


def _save(reference: str, parent_id: str | None) -> Response:
    actor = current_actor()
    services = current_services()
    with services.uow() as uow:
        editable(uow, actor, reference)
    page = save_parent(services, actor, reference, parent_id, request.form)
    if page.errors or not page.is_saved:
        status = 422 if page.errors else 409
        return render("desk/ouders_een.html", status=status, pagina=page, in_woorden=in_words)
    tell(Notice(text=_("Bewaard.")))
    return _to(reference)


def _steps(
    reference: str,
    parent_id: str,
    template: str,
    fields: Any,
    texts: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> Response:
    actor = current_actor()
    page = open_parent(current_services(), actor, reference, parent_id)
    return render(
        template,
        status=422 if errors else 200,
        pagina=page,
        velden=fields,
        getypt=texts or dict.fromkeys((one.name for one in fields), ""),
        fouten=errors or {},
    )


def _to(reference: str) -> Response:
    return cast("Response", redirect(f"/leerling/{reference}/ouders", code=303))

"""The door of a guest: a link that opens nothing, six words, and one file. Nobody is signed in here."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from handover.access.errors import TooManyTries
from handover.access.fields import read_name
from handover.access.labels import said
from handover.bundles.guest import GuestDossier, open_with_words
from handover.bundles.model import Part
from handover.bundles.opening import Tampered
from handover.bundles.trying import CodeShut
from handover.desk.guest_file import file_for_guest
from handover.desk.inbox_rows import shown_name
from handover.errors import Invalid
from handover.services import current_services
from handover.web.templating import render

guest = Blueprint("guest", __name__, template_folder="templates")


@guest.get("/gast/<code_id>")
def show(code_id: str) -> Response:
    """Ask for the words. Whether there is anything behind this link is not told."""
    return _words_page(code_id)


@guest.post("/gast/<code_id>")
def look(code_id: str) -> Response:
    """Say who it is about and what there is to fetch, to whoever knows the words."""
    dossier = _opened(code_id)
    if isinstance(dossier, Response):
        return dossier
    with_words = _dossier_page(code_id, dossier)
    dossier.close()
    return with_words


@guest.post("/gast/<code_id>/ophalen")
def fetch(code_id: str) -> Response:
    """Give the file, once: that is receiving it."""
    wrong = _who_is_wrong()
    dossier = _opened(code_id)
    if isinstance(dossier, Response):
        return dossier
    if wrong:
        page = _dossier_page(code_id, dossier, wrong=wrong)
        dossier.close()
        return page
    form = request.form
    try:
        file = file_for_guest(current_services(), dossier, name=form["naam"], function=form["functie"])
    except Tampered:
        dossier.close()
        return render("desk/gast_alarm.html", status=409)
    response = Response(file.pieces, mimetype=file.media_type, direct_passthrough=True)
    response.headers["Content-Length"] = str(file.size)
    response.headers["Content-Disposition"] = f'attachment; filename="{file.file_name}"'
    return response


def _opened(code_id: str) -> GuestDossier | Response:
    try:
        return open_with_words(
            current_services(), code_id, request.form.get("woorden", ""), client_address=request.remote_addr or ""
        )
    except CodeShut:
        wrong = _(
            "Dit gaat niet open. Kijk de zes woorden na, of bel de basisschool: misschien werkt de code niet meer."
        )
        return _words_page(code_id, wrong={"woorden": wrong}, status=401)
    except TooManyTries as error:
        wrong = _(
            "Er waren te veel pogingen. Wacht %(tijd)s seconden en probeer het dan opnieuw.", tijd=error.retry_after
        )
        page = _words_page(code_id, wrong={"woorden": wrong}, status=429)
        page.headers["Retry-After"] = str(error.retry_after)
        return page
    except Tampered:
        return render("desk/gast_alarm.html", status=409)


def _who_is_wrong() -> dict[str, str]:
    wrong: dict[str, str] = {}
    for field in ("naam", "functie"):
        try:
            read_name(request.form.get(field, ""), field=field)
        except Invalid as error:
            wrong |= said(error)
    if "functie" in wrong:
        wrong["functie"] = _("Vul uw functie in, zoals intakecoördinator.")
    return wrong


def _words_page(code_id: str, *, wrong: Mapping[str, str] | None = None, status: int = 200) -> Response:
    return render("desk/gast.html", adres=f"/gast/{code_id}", fouten=wrong or {}, status=status)


def _dossier_page(code_id: str, dossier: GuestDossier, *, wrong: Mapping[str, str] | None = None) -> Response:
    return render(
        "desk/gast_dossier.html",
        adres=f"/gast/{code_id}",
        dossier=dossier,
        naam=shown_name(dossier.name),
        documenten=[
            (inner.title, inner.pages, part is Part.CARE)
            for part, inside in dossier.parts.items()
            for inner in inside.documents
        ],
        getypt=request.form,
        fouten=wrong or {},
        status=422 if wrong else 200,
    )

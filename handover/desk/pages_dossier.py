"""One leaver's dossier at the primary school: what is left, and a short form for each part of it."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.desk.dossier_page import open_page
from handover.desk.dossier_saving import POINT, SectionPage, open_section, save_section
from handover.desk.forms_fields import in_words
from handover.desk.forms_sections import FORMS
from handover.desk.own_contact import with_own_contact
from handover.dossiers.content import Section
from handover.dossiers.lock import AlreadySent
from handover.services import current_services
from handover.web.messages import Notice, tell
from handover.web.templating import render

dossier = Blueprint("dossier", __name__, template_folder="templates")


@dossier.get("/leerling/<reference>")
def show(reference: str) -> Response:
    """What is done and what is left, and the one next step."""
    actor = current_actor()
    return render("desk/dossier.html", pagina=open_page(current_services(), actor, reference))


def show_form(reference: str, section: Section) -> Response:
    """One part of it, to fill in; to read when it was sent."""
    actor, services = current_actor(), current_services()
    return _page(with_own_contact(services, actor, open_section(services, actor, reference, FORMS[section])))


def save_form(reference: str, section: Section) -> Response:
    """Keep what was typed, or say at each field what is wrong, or show what a colleague saved meanwhile."""
    actor, services, form = current_actor(), current_services(), FORMS[section]
    try:
        page = save_section(services, actor, reference, form, request.form)
    except AlreadySent:
        return _too_late(open_section(services, actor, reference, form))
    if page.errors:
        return _page(page, status=422)
    if not page.is_saved:
        return _page(page, status=409)
    if request.form.get(POINT):
        tell(
            Notice(text=_("Bewaard. Wat nog leeg was, staat in de pdf. U schrijft alleen nog wat werkt bij dit kind."))
        )
        return cast("Response", redirect(f"{page.head.href}/{section.value}", code=303))
    tell(Notice(text=_("Bewaard.")))
    return cast("Response", redirect(page.head.href, code=303))


for _section in FORMS:
    # A route for each, so that the map of routes shows them all.
    _rule, _given = f"/leerling/<reference>/{_section.value}", {"section": _section}
    dossier.add_url_rule(_rule, f"show_{_section.value}", show_form, methods=["GET"], defaults=_given)
    dossier.add_url_rule(_rule, f"save_{_section.value}", save_form, methods=["POST"], defaults=_given)


def _page(page: SectionPage, *, status: int = 200) -> Response:
    return render("desk/dossier_formulier.html", status=status, pagina=page, in_woorden=in_words, getypt=())


def _too_late(page: SectionPage) -> Response:
    """It was sent while somebody typed: what they typed is shown, so that they can keep it for the supplement."""
    typed = [
        (one.label, request.form.get(one.name, ""))
        for one in page.form.fields
        if request.form.get(one.name, "").strip()
    ]
    return render("desk/dossier_formulier.html", status=409, pagina=page, in_woorden=in_words, getypt=typed)

"""One leaver's dossier at the primary school: what is left, and a short form for each part of it."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.desk.class_next import NEXT, list_of, next_in_class, where_to_go_on
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

CAN_BE_LEFT = frozenset(FORMS) - {Section.PUPIL}
"""The forms in which something can be left to do: of the other nobody needs the next."""

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
    if NEXT in request.form:
        return _go_on(page, request.form[NEXT])
    tell(Notice(text=_("Bewaard.")))
    return cast("Response", redirect(page.head.href, code=303))


for _section in FORMS:
    # A route for each, so that the map of routes shows them all.
    _rule, _given = f"/leerling/<reference>/{_section.value}", {"section": _section}
    dossier.add_url_rule(_rule, f"show_{_section.value}", show_form, methods=["GET"], defaults=_given)
    dossier.add_url_rule(_rule, f"save_{_section.value}", save_form, methods=["POST"], defaults=_given)


def _page(page: SectionPage, *, status: int = 200) -> Response:
    section, following = page.form.section, None
    if not page.head.is_closed and section in CAN_BE_LEFT:
        following = next_in_class(current_services(), current_actor(), page.head.leaver_id, section)
    return render(
        "desk/dossier_formulier.html",
        status=status,
        pagina=page,
        in_woorden=in_words,
        getypt=(),
        volgende=following,
    )


def _go_on(page: SectionPage, reference: str) -> Response:
    """To the same form of the next child, or after the last one back to the list."""
    services, actor = current_services(), current_actor()
    if reference:
        there = where_to_go_on(services, actor, reference, page.form.section)
        tell(Notice(text=_("Bewaard. Dit is het volgende kind.") if there else _("Bewaard.")))
    else:
        there = list_of(services, page.head.leaver_id)
        tell(Notice(text=_("Bewaard. Bij de andere kinderen van deze groep ontbreekt hier niets meer.")))
    return cast("Response", redirect(there or page.head.href, code=303))


def _too_late(page: SectionPage) -> Response:
    """It was sent while somebody typed: what they typed is shown, so that they can keep it for the supplement."""
    typed = [
        (one.label, request.form.get(one.name, ""))
        for one in page.form.fields
        if request.form.get(one.name, "").strip()
    ]
    return render(
        "desk/dossier_formulier.html", status=409, pagina=page, in_woorden=in_words, getypt=typed, volgende=None
    )

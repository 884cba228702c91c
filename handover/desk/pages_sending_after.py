"""After sending: opening the dossier to send something after, and a new school in one step."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.access.labels import said
from handover.bundles.moving import NewSchool, move
from handover.bundles.moving_back import move_back
from handover.bundles.sending import NotReady
from handover.bundles.state import ReleaseReason
from handover.bundles.supplementing import drop_supplement, open_supplement
from handover.desk.afterwards import RELEASING
from handover.desk.moving_page import MovingPage, open_moving
from handover.desk.sending_page import FoundSchool, find_schools, one_school
from handover.errors import Conflict, HandoverError, IllegalTransition, Invalid
from handover.policy import Actor
from handover.services import current_services
from handover.terms.destination import Tlv
from handover.terms.school_kind import LABELS as KINDS
from handover.web.dates import UnreadableDay, read_day
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

_MOVED_BECAUSE = (ReleaseReason.OTHER_SCHOOL, ReleaseReason.WRONG_SCHOOL)
"""A child that does not come, and of which nobody knows where it goes, is let go of instead."""

sending_after = Blueprint("sending_after", __name__, template_folder="templates")


@sending_after.post("/leerling/<reference>/aanvulling")
def open_again(reference: str) -> Response:
    """Open a dossier that was sent, to send something after. Twice is once."""
    try:
        open_supplement(current_services(), current_actor(), reference, of=_about())
    except (IllegalTransition, Conflict):
        tell(Notice(text=_("Nasturen kan nu niet. Kijk hieronder hoe het ervoor staat."), tone=Tone.WARNING))
        return _to(f"/leerling/{reference}/versturen")
    tell(Notice(text=_("U kunt het dossier nu aanvullen. De school ziet dat pas als u het nastuurt.")))
    return _to(f"/leerling/{reference}")


@sending_after.post("/leerling/<reference>/aanvulling/stop")
def close_again(reference: str) -> Response:
    """Close it without sending anything."""
    try:
        drop_supplement(current_services(), current_actor(), reference, of=_about())
    except (IllegalTransition, Conflict):
        return _to(f"/leerling/{reference}")
    tell(Notice(text=_("Het dossier is weer op slot. Er is niets nagestuurd. Wat u veranderde, blijft bij u.")))
    return _to(f"/leerling/{reference}")


@sending_after.get("/leerling/<reference>/andere-school")
def show_schools(reference: str) -> Response:
    """Which school has the dossier, and where else the child may go."""
    return _schools_page(_open(reference))


@sending_after.post("/leerling/<reference>/andere-school/zoek")
def search_school(reference: str) -> Response:
    """Schools of the register. A form, not an address: it says where a child may go."""
    page, text = (
        _open(reference),
        request.form.get("zoek", "").strip()[:100],
    )
    if not text:
        return _schools_page(page, wrong={"zoek": _("Vul een naam, een plaats of een BRIN in.")}, status=422)
    return _schools_page(page, searched=text, found=find_schools(current_services(), text))


@sending_after.post("/leerling/<reference>/andere-school/kies")
def choose_school(reference: str) -> Response:
    """The last look: from which school to which, what travels, and why."""
    page = _open(reference)
    chosen = one_school(current_services(), request.form.get("brin", ""))
    if chosen is None or chosen.brin == page.school.brin:
        return _schools_page(page, wrong={"zoek": _("Kies een andere school, die open is.")}, status=422)
    return _last_look(page, chosen)


@sending_after.post("/leerling/<reference>/andere-school")
def send_there(reference: str) -> Response:
    """Do all of it, or nothing."""
    actor, services, form = current_actor(), current_services(), request.form
    page, chosen = (
        _open(reference),
        one_school(services, request.form.get("brin", "")),
    )
    if chosen is None or chosen.brin == page.school.brin:
        if chosen is not None and form.get("overdracht") != page.handover_id:
            # Pressed twice, or a colleague was first: it goes there.
            return _to(f"/leerling/{reference}/versturen")
        return _schools_page(page, wrong={"zoek": _("Kies een andere school, die open is.")}, status=422)
    try:
        return _moved(actor, reference, page, chosen)
    except Invalid as error:
        return _last_look(page, chosen, wrong=said(error), status=422)
    except (NotReady, Conflict, IllegalTransition) as error:
        # Where the other school, or a colleague, was first: look again before anything goes.
        now = _open(reference) if isinstance(error, Conflict) else page
        return _last_look(now, chosen, stopped=error, status=409)


@sending_after.post("/leerling/<reference>/andere-school/<handover_id>/terug")
def send_back(reference: str, handover_id: str) -> Response:
    """Take that back, as long as the new school has not received it. Twice is once."""
    back = f"/leerling/{reference}/versturen"
    try:
        move_back(current_services(), current_actor(), reference, of=handover_id)
    except NotReady:
        text = _(
            "Er is niets veranderd: er moet eerst nog iets aan het dossier gebeuren. Haal het terug om dat te doen."
        )
    except Conflict:
        text = _("Er is niets veranderd: het dossier ging intussen verder. Hieronder staat hoe het nu is.")
    except IllegalTransition:
        text = _(
            "Terugdraaien kan niet meer: de nieuwe school heeft het dossier ontvangen. Kies zo nodig een andere school."
        )
    else:
        tell(Notice(text=_("Teruggedraaid. Het dossier gaat weer naar de school die het eerst had.")))
        return _to(back)
    tell(Notice(text=text, tone=Tone.WARNING))
    return _to(back)


def _moved(actor: Actor, reference: str, page: MovingPage, chosen: FoundSchool) -> Response:
    form = request.form
    reason = form.get("reden", "")
    if page.needs_reason and reason not in _MOVED_BECAUSE:
        raise Invalid(fields={"reden": _("Kies waarom het dossier bij deze school weggaat.")})
    new = NewSchool(brin=chosen.brin, applied_on=_day(form.get("applied_on", ""), page), tlv=_tlv(form.get("tlv", "")))
    move(
        current_services(),
        actor,
        reference,
        new,
        reason=ReleaseReason(reason) if page.needs_reason else ReleaseReason.OTHER_SCHOOL,
        leaving=form.get("overdracht") or None,
    )
    tell(Notice(text=_("Het dossier gaat nu naar %(school)s in %(plaats)s.", school=chosen.name, plaats=chosen.place)))
    return _to(f"/leerling/{reference}/versturen")


def _schools_page(
    page: MovingPage,
    *,
    searched: str = "",
    found: list[FoundSchool] | None = None,
    wrong: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    return render(
        "desk/andere_school.html",
        status=status,
        kop=page.head,
        pagina=page,
        gezocht=searched,
        gevonden=found,
        fouten=wrong or {},
        soorten=KINDS,
    )


def _last_look(
    page: MovingPage,
    chosen: FoundSchool,
    *,
    wrong: Mapping[str, str] | None = None,
    stopped: HandoverError | None = None,
    status: int = 200,
) -> Response:
    standing = next((one for one in page.applications if one.brin == chosen.brin), None)
    return render(
        "desk/andere_school_kijk.html",
        status=status,
        kop=page.head,
        pagina=page,
        school=chosen,
        aanmelding=standing,
        redenen=[(one.value, *RELEASING[one]) for one in _MOVED_BECAUSE],
        getypt=request.form,
        fouten=wrong or {},
        onklaar=isinstance(stopped, NotReady),
        anders=isinstance(stopped, Conflict),
        geweigerd=isinstance(stopped, IllegalTransition) and not isinstance(stopped, NotReady),
        soorten=KINDS,
    )


def _day(text: str, page: MovingPage) -> date:
    """The day that was typed; today's date where the application stands already and is not asked for.

    Raises:
        Invalid: it is not one.
    """
    if not text.strip() and any(one.brin == request.form.get("brin") for one in page.applications):
        return page.today
    try:
        return read_day(text, today=page.today)
    except UnreadableDay as error:
        raise Invalid(fields={"applied_on": _("Vul een dag in die bestaat, bijvoorbeeld 26-3-2027.")}) from error


def _tlv(text: str) -> Tlv:
    return Tlv(text) if text in set(Tlv) else Tlv.NOT_NEEDED


def _open(reference: str) -> MovingPage:
    return open_moving(current_services(), current_actor(), reference, about=_about())


def _about() -> str | None:
    """The handover that the page was about."""
    return request.values.get("overdracht") or None


def _to(address: str) -> Response:
    return cast("Response", redirect(address, code=303))

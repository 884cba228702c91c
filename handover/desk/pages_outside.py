"""Recording that a dossier went outside the service: by OSO, on paper, in person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.access.labels import said
from handover.bundles.handovers import handover_of
from handover.bundles.outside import Went, hand_outside, take_back
from handover.bundles.outside_model import OutsideWay
from handover.bundles.sending import NotReady
from handover.bundles.sides import subject_with_group
from handover.desk.outside_page import OutsidePage, outside_page
from handover.desk.outside_words import WAYS
from handover.desk.sent import newest_handover
from handover.errors import Conflict, IllegalTransition, Invalid, NotFound
from handover.leavers.actions import leaver_of, subject_of
from handover.policy import Action, require
from handover.services import current_services
from handover.web.dates import UnreadableDay, read_day
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

outside = Blueprint("outside", __name__, template_folder="templates")


@outside.get("/leerling/<reference>/buiten-de-dienst")
def show(reference: str) -> Response:
    """To which school it went, and what is still to be said of it."""
    return _page(outside_page(current_services(), current_actor(), reference))


@outside.post("/leerling/<reference>/buiten-de-dienst")
def keep(reference: str) -> Response:
    """Record it. A second press changes nothing."""
    actor, services, form = current_actor(), current_services(), request.form
    page = outside_page(services, actor, reference)
    if page.head.is_closed:
        return _page(page)
    try:
        went = _typed(form, page.today)
        hand_outside(services, actor, reference, went, to=form.get("brin", ""))
    except Invalid as error:
        return _page(page, wrong=said(error), status=422)
    except (Conflict, IllegalTransition, NotReady):
        text = _("Er is niets vastgelegd: er is intussen iets veranderd. Kijk hieronder hoe het nu is.")
        tell(Notice(text=text, tone=Tone.WARNING))
        return _to(f"/leerling/{reference}/buiten-de-dienst")
    tell(Notice(text=_("Vastgelegd: dit dossier is buiten de dienst overgedragen.")))
    return _to(f"/leerling/{reference}/versturen")


@outside.post("/leerling/<reference>/buiten-de-dienst/terug")
def undo(reference: str) -> Response:
    """It was a mistake. Twice is once."""
    actor, services = current_actor(), current_services()
    with services.uow() as uow:
        leaver = leaver_of(uow, reference)
        sent = newest_handover(uow, leaver.id, request.form.get("overdracht"))
        if sent is None:
            require(actor, Action.WITHDRAW, subject_of(leaver))
            raise NotFound
        require(actor, Action.WITHDRAW, subject_with_group(uow, handover_of(uow, sent.handover_id)))
    if sent.is_on_its_way:
        try:
            take_back(services, actor, sent.handover_id)
        except (IllegalTransition, Conflict):
            text = _("Dit kan niet meer: de nieuwe school werkt er al mee. Laat de overdracht los, of bel hen.")
            tell(Notice(text=text, tone=Tone.WARNING))
            return _to(f"/leerling/{reference}/versturen")
    tell(Notice(text=_("Het staat er niet meer. U kunt het dossier nu hier versturen.")))
    return _to(f"/leerling/{reference}/versturen")


def _typed(form: Mapping[str, str], today: date) -> Went:
    """What was filled in, all errors at once.

    Raises:
        Invalid: no way was chosen, or it is no day.
    """
    wrong, day = {}, today
    if form.get("way") not in set(OutsideWay):
        wrong["way"] = _("Kies hoe het dossier daar kwam.")
    try:
        day = read_day(form.get("went_on", ""), today=today)
    except UnreadableDay:
        wrong["went_on"] = _("Vul de dag in, zoals 3 mei.")
    whom = form.get("whom", "")
    if not whom.strip():
        wrong["whom"] = _("Schrijf op aan wie het dossier is gegeven of gestuurd.")
    if wrong:
        raise Invalid(fields=wrong)
    return Went(way=OutsideWay(form["way"]), went_on=day, whom=whom)


def _page(page: OutsidePage, *, wrong: Mapping[str, str] | None = None, status: int = 200) -> Response:
    return render(
        "desk/buiten_de_dienst.html",
        kop=page.head,
        pagina=page,
        manieren=[(way.value, label, hint) for way, (label, hint) in WAYS.items()],
        fouten=wrong or {},
        getypt=request.form,
        status=status,
    )


def _to(path: str) -> Response:
    return cast("Response", redirect(path, code=303))

"""Changing a handover that was received: sign for what came after, place it, take the confirmation back, let it go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.access.labels import said
from handover.bundles.handovers import handover_of
from handover.bundles.keeping import keep, keep_no_longer
from handover.bundles.placing import Placing, place
from handover.bundles.reopening import release, reopen
from handover.bundles.state import HandoverStatus, KeepReason, ReleaseReason, ReopenReason
from handover.bundles.supplementing import acknowledge
from handover.db.base import new_id
from handover.desk.afterwards import KEEPING, RELEASING, REOPENING, changeable, keep_page, place_page
from handover.desk.receipt import receipt_of
from handover.desk.undo_notice import with_undo
from handover.errors import Conflict, Invalid
from handover.policy import Action, Actor
from handover.services import current_services
from handover.terms.clock import local_day
from handover.web.dates import UnreadableDay, read_day
from handover.web.messages import Notice, tell
from handover.web.templating import render

afterwards = Blueprint("afterwards", __name__, template_folder="templates")


@afterwards.post("/dossier/<handover_id>/nagekomen")
def sign_for(handover_id: str) -> Response:
    """Sign that what was sent after has come. Twice is once."""
    seen = request.form.get("v", "")
    version = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 6 else None  # noqa: PLR2004  # none has more
    try:
        acknowledge(current_services(), current_actor(), handover_id, version=version)
    except Conflict:
        # A newer version came, or a colleague signed in the same moment: the page shows which.
        return _to(f"/dossier/{handover_id}")
    tell(Notice(text=_("Getekend voor ontvangst. De basisschool ziet dat u het heeft.")))
    return _to(f"/dossier/{handover_id}")


@afterwards.get("/dossier/<handover_id>/indeling")
def show_place(handover_id: str) -> Response:
    """At which location, in which department and by whom it is taken care of."""
    return _place_page(current_actor(), handover_id)


@afterwards.post("/dossier/<handover_id>/indeling")
def keep_place(handover_id: str) -> Response:
    """Change that."""
    actor, form = current_actor(), request.form
    wanted = Placing(
        brin=form.get("brin", ""),
        department_id=form.get("department_id") or None,
        handler_id=form.get("handler_id") or None,
    )
    read, press = form.get("versie", ""), new_id()
    try:
        place(current_services(), actor, handover_id, wanted, read=int(read) if read.isdecimal() else None, press=press)
    except Invalid as error:
        return _place_page(actor, handover_id, wanted=wanted, wrong=said(error))
    except Conflict:
        return _place_page(actor, handover_id, meanwhile=True)
    with current_services().uow() as uow:
        reads = changeable(uow, actor, handover_id, Action.PLACE).may_read
    tell(with_undo(_("De indeling is bewaard."), actor, press))
    return _to(f"/dossier/{handover_id}" if reads else "/dossiers?stap=ontvangen")


@afterwards.get("/dossier/<handover_id>/heropenen")
def show_reopening(handover_id: str) -> Response:
    """Ask why the confirmation is taken back."""
    return _reopen_page(current_actor(), handover_id)


@afterwards.post("/dossier/<handover_id>/heropenen")
def take_confirmation_back(handover_id: str) -> Response:
    """Take it back."""
    actor, reason = current_actor(), request.form.get("reden", "")
    if reason not in set(ReopenReason):
        return _reopen_page(actor, handover_id, wrong={"reden": _("Kies waarom u de bevestiging terugneemt.")})
    if _status(handover_id) is HandoverStatus.CONFIRMED:
        reopen(current_services(), actor, handover_id, reason=ReopenReason(reason))
    else:
        # Pressed twice, or a colleague was first: as good as done.
        with current_services().uow() as uow:
            changeable(uow, actor, handover_id, Action.CONFIRM)
    tell(Notice(text=_("De bevestiging is teruggenomen. De basisschool ziet dat.")))
    return _to(f"/dossier/{handover_id}")


@afterwards.get("/dossier/<handover_id>/loslaten")
def show_releasing(handover_id: str) -> Response:
    """Ask why it is let go of."""
    return _release_page(current_actor(), handover_id)


@afterwards.post("/dossier/<handover_id>/loslaten")
def let_go(handover_id: str) -> Response:
    """Let go of it."""
    actor, reason = current_actor(), request.form.get("reden", "")
    if reason not in set(ReleaseReason):
        return _release_page(actor, handover_id, wrong={"reden": _("Kies waarom u de overdracht loslaat.")})
    if _status(handover_id) is HandoverStatus.RELEASED:
        with current_services().uow() as uow:
            return _to(changeable(uow, actor, handover_id, Action.SEE_HANDOVER).back)
    with current_services().uow() as uow:
        back = changeable(uow, actor, handover_id, Action.RELEASE).back
    release(current_services(), actor, handover_id, reason=ReleaseReason(reason))
    tell(Notice(text=_("De overdracht is losgelaten. De nieuwe school kan het dossier niet meer openen.")))
    return _to(back)


@afterwards.get("/dossier/<handover_id>/bewaren")
def show_keeping(handover_id: str) -> Response:
    """Until when it is kept, and keeping it longer."""
    return _keep_page(current_actor(), handover_id)


@afterwards.post("/dossier/<handover_id>/bewaren")
def keep_longer(handover_id: str) -> Response:
    """Keep it longer, or no longer than the term."""
    actor, services, form = current_actor(), current_services(), request.form
    if form.get("doe") == "gewoon":
        keep_no_longer(services, actor, handover_id)
        tell(Notice(text=_("De gewone termijn geldt weer.")))
        return _to(f"/dossier/{handover_id}/bewaren")
    wrong, today = {}, local_day(services.clock.now())
    until = today
    try:
        until = read_day(form.get("until", ""), today=today)
    except UnreadableDay:
        wrong["until"] = _("Vul de laatste dag in, zoals 1 juni.")
    if form.get("reden") not in set(KeepReason):
        wrong["reden"] = _("Kies waarom het langer nodig is.")
    if not wrong:
        try:
            keep(services, actor, handover_id, until=until, because=KeepReason(form["reden"]))
        except Invalid as error:
            wrong = said(error)
    if wrong:
        return _keep_page(actor, handover_id, wrong=wrong)
    tell(Notice(text=_("Wij bewaren het dossier langer. Beide scholen zien dat in het spoor.")))
    return _to(f"/dossier/{handover_id}/bewaren")


@afterwards.get("/dossier/<handover_id>/ontvangstbewijs.pdf")
def print_receipt(handover_id: str) -> Response:
    """What was handed over, when, and what was signed."""
    made = receipt_of(current_services(), current_actor(), handover_id)
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = 'inline; filename="ontvangstbewijs.pdf"'
    return response


def _status(handover_id: str) -> HandoverStatus:
    with current_services().uow() as uow:
        return handover_of(uow, handover_id).status


def _place_page(
    actor: Actor,
    handover_id: str,
    *,
    wanted: Placing | None = None,
    wrong: Mapping[str, str] | None = None,
    meanwhile: bool = False,
) -> Response:
    with current_services().uow() as uow:
        page = place_page(uow, actor, handover_id)
    return render(
        "desk/indeling.html",
        voor=page.front,
        nu=wanted or page.now,
        keuzes=page.choices,
        versie=page.version,
        fouten=wrong or {},
        intussen=meanwhile,
        status=409 if meanwhile else 422 if wrong else 200,
    )


def _reopen_page(actor: Actor, handover_id: str, *, wrong: Mapping[str, str] | None = None) -> Response:
    with current_services().uow() as uow:
        front = changeable(uow, actor, handover_id, Action.REOPEN)
    return render(
        "desk/heropenen.html",
        voor=front,
        redenen=[(one.value, label, hint) for one, (label, hint) in REOPENING.items()],
        fouten=wrong or {},
        status=422 if wrong else 200,
    )


def _keep_page(actor: Actor, handover_id: str, *, wrong: Mapping[str, str] | None = None) -> Response:
    with current_services().uow() as uow:
        page = keep_page(uow, actor, handover_id)
    return render(
        "desk/bewaren.html",
        voor=page.front,
        pagina=page,
        redenen=[(one.value, label, hint) for one, (label, hint) in KEEPING.items()],
        fouten=wrong or {},
        getypt=request.form,
        status=422 if wrong else 200,
    )


def _release_page(actor: Actor, handover_id: str, *, wrong: Mapping[str, str] | None = None) -> Response:
    with current_services().uow() as uow:
        front = changeable(uow, actor, handover_id, Action.RELEASE)
    return render(
        "desk/loslaten.html",
        voor=front,
        redenen=[(one.value, label, hint) for one, (label, hint) in RELEASING.items()],
        fouten=wrong or {},
        status=422 if wrong else 200,
    )


def _to(path: str) -> Response:
    return cast("Response", redirect(path, code=303))

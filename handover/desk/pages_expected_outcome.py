"""What became of an application whose dossier is not there yet, for the office to record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.access.labels import said
from handover.bundles.announced_outcomes import announced_outcome, record_announced_outcome
from handover.bundles.announcing import SAYABLE
from handover.desk.inbox_rows import shown_name
from handover.desk.outcome_form import as_fields, in_form, read_form
from handover.desk.received_words import OUTCOMES, TLVS
from handover.errors import Conflict, IllegalTransition, Invalid
from handover.leavers.model import Announcement
from handover.policy import Actor
from handover.rooms.names import open_names
from handover.services import current_services
from handover.terms.clock import local_day
from handover.terms.destination import Tlv
from handover.web.messages import Notice, tell
from handover.web.templating import render

expected_outcome = Blueprint("expected_outcome", __name__, template_folder="templates")


@expected_outcome.get("/dossiers/verwacht/<announcement_id>/uitslag")
def show_outcome(announcement_id: str) -> Response:
    """What is recorded of it, as a form."""
    return _page(current_actor(), announcement_id)


@expected_outcome.post("/dossiers/verwacht/<announcement_id>/uitslag")
def keep_outcome(announcement_id: str) -> Response:
    """Record it."""
    actor, services = current_actor(), current_services()
    with services.uow() as uow:
        now = announced_outcome(uow, actor, announcement_id)
        today = local_day(uow.clock.now())
    posted: Mapping[str, str] = request.form
    if now.application_id is None:
        posted = {**posted, "tlv": Tlv.NOT_NEEDED.value}
    typed = read_form(posted, today=today)
    if typed.wrong:
        return _page(actor, announcement_id, typed=typed.fields, wrong=typed.wrong)
    try:
        record_announced_outcome(
            services,
            actor,
            announcement_id,
            outcome=typed.outcome,
            ground=typed.ground,
            tlv=typed.tlv if now.application_id else None,
            read=typed.read,
        )
    except Invalid as error:
        return _page(actor, announcement_id, typed=typed.fields, wrong=in_form(said(error)))
    except (Conflict, IllegalTransition):
        return _page(actor, announcement_id, typed=typed.fields, meanwhile=True)
    tell(Notice(text=_("De uitslag is vastgelegd. De basisschool ziet dat.")))
    return cast("Response", redirect("/dossiers/verwacht", code=303))


def _page(
    actor: Actor,
    announcement_id: str,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    meanwhile: bool = False,
) -> Response:
    with current_services().uow() as uow:
        now = announced_outcome(uow, actor, announcement_id)
        unit_id = uow.session.get_one(Announcement, announcement_id).receiver_unit_id
        about = open_names(uow, actor.keyring, unit_id, [announcement_id]).about.get(announcement_id)
    values = {**as_fields(now), **(typed or {})}
    if meanwhile:
        values["versie"] = str(now.version)
    sayable = [one for one in OUTCOMES if now.application_id or one in SAYABLE]
    return render(
        "desk/verwacht_uitslag.html",
        id=announcement_id,
        naam=shown_name(about) if about is not None else None,
        nu=now,
        nu_heet=OUTCOMES[now.outcome][0],
        waarden=values,
        uitslagen=[(one.value, *OUTCOMES[one]) for one in sayable],
        tlvs=[(one.value, label) for one, label in TLVS.items()],
        fouten=wrong or {},
        intussen=meanwhile,
        status=409 if meanwhile else 422 if wrong else 200,
    )

"""The samenwerkingsverband's pages: schools, invitations and certificates. An swv_admin acts; others look."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.certification import certify_unit, renew_certificate
from handover.access.current import current_actor
from handover.access.enrolment import invite_again, invite_unit
from handover.access.invitations import Invited
from handover.access.labels import said
from handover.access.model import Invitation
from handover.access.recovery import allow_recovery
from handover.access.region_units import (
    RegionUnit,
    contacts,
    read_region,
    read_region_unit,
    same_school,
    search_register,
)
from handover.access.standing import Standing
from handover.errors import Invalid
from handover.policy import Action, Actor, Subject, may, require
from handover.schools.model import UnitSide
from handover.services import current_services
from handover.terms.folding import fold
from handover.terms.school_kind import Side
from handover.web.messages import Notice, tell
from handover.web.templating import render

region = Blueprint("region", __name__, template_folder="templates")

FILTERS: Mapping[str, Callable[[RegionUnit], bool]] = {
    "aan-u": lambda line: line.is_ours_to_do,
    "uitgenodigd": lambda line: line.vouched.standing is Standing.INVITED,
    "in-orde": lambda line: line.vouched.standing is Standing.CERTIFIED,
}


@region.get("/regio")
def show() -> Response:
    """All units with where they stand; chosen by `stand`, searched by `zoek`."""
    actor = current_actor()
    with current_services().uow() as uow:
        units = read_region(uow, actor, current_services().region)
    chosen, wanted = request.args.get("stand", ""), request.args.get("zoek", "")
    kept = [line for line in units if chosen not in FILTERS or FILTERS[chosen](line)]
    shown = [line for line in kept if all(word in line.text for word in fold(wanted).split())]
    return render(
        "access/regio.html",
        regels=shown,
        alle=len(units),
        aantallen={name: sum(map(test, units)) for name, test in FILTERS.items()},
        stand=chosen if chosen in FILTERS else "",
        zoek=wanted,
        mag=may(actor, Action.INVITE_UNIT, Subject()),
    )


@region.get("/regio/uitnodigen")
def search() -> Response:
    """Find a school in the open register."""
    actor, text = current_actor(), request.args.get("zoek", "")
    with current_services().uow() as uow:
        found = search_register(uow, actor, text)
    return render("access/school_zoeken.html", zoek=text, gevonden=found)


@region.get("/regio/uitnodigen/<brin6>")
def ask(brin6: str) -> Response:
    """The form of a school's invitation."""
    return _invite_page(current_actor(), brin6)


@region.post("/regio/uitnodigen/<brin6>")
def invite(brin6: str) -> Response:
    """Invite, and show the code once."""
    actor = current_actor()
    require(actor, Action.INVITE_UNIT, Subject())
    form = request.form
    with current_services().uow() as uow:
        locations = same_school(uow, actor, brin6)
    more = [one.brin6 for one in locations[1:] if one.brin6 in form.getlist("brin")]
    try:
        asked = invite_unit(
            current_services(),
            actor,
            side=UnitSide.PO if locations[0].side is Side.PO else UnitSide.VO,
            brins=(brin6, *more),
            name=form.get("heet", ""),
            admin_name=form.get("naam", ""),
            admin_email=form.get("mail", ""),
        )
    except Invalid as error:
        return _invite_page(actor, brin6, wrong=said(error), status=422)
    return _code_page(asked, "school")


@region.get("/regio/school/<unit_id>")
def one_unit(unit_id: str) -> Response:
    """One unit: where it stands, whom to ring, and what the samenwerkingsverband can do."""
    return _unit_page(current_actor(), unit_id)


@region.post("/regio/school/<unit_id>/controleren")
def certify(unit_id: str) -> Response:
    """Vouch for a unit's key, after its five words were heard."""
    actor = current_actor()
    require(actor, Action.CERTIFY, Subject())
    try:
        certify_unit(current_services(), actor, unit_id, words=request.form.get("woorden", ""))
    except Invalid as error:
        return _unit_page(actor, unit_id, wrong=said(error), status=422)
    tell(Notice(text=_("De sleutel is gecontroleerd. Er mag nu naar deze school gestuurd worden.")))
    return _back(unit_id)


@region.post("/regio/school/<unit_id>/verlengen")
def renew(unit_id: str) -> Response:
    """Vouch for another year for an unchanged key."""
    actor = current_actor()
    require(actor, Action.CERTIFY, Subject())
    try:
        renew_certificate(current_services(), actor, unit_id)
    except Invalid as error:
        return _unit_page(actor, unit_id, wrong=said(error), status=422)
    tell(Notice(text=_("De controle is verlengd.")))
    return _back(unit_id)


@region.post("/regio/school/<unit_id>/opnieuw")
def again(unit_id: str) -> Response:
    """A new code for a school that has not come in yet."""
    actor = current_actor()
    require(actor, Action.INVITE_UNIT, Subject())
    return _code_page(invite_again(current_services(), actor, unit_id), "school")


@region.post("/regio/school/<unit_id>/herstel")
def recover(unit_id: str) -> Response:
    """The yes to using a school's recovery sheet: a code for one person."""
    actor = current_actor()
    require(actor, Action.CERTIFY, Subject())
    form = request.form
    try:
        asked = allow_recovery(
            current_services(), actor, unit_id, name=form.get("naam", ""), email=form.get("mail", "")
        )
    except Invalid as error:
        return _unit_page(actor, unit_id, wrong=said(error), status=422)
    return _code_page(asked, "herstel")


def _code_page(asked: Invited, kind: str) -> Response:
    with current_services().uow() as uow:
        row = uow.session.get_one(Invitation, asked.id)
        name, email, mailed = row.name, row.email, row.mailed_at is not None
    return render(
        "access/code.html",
        asked=asked,
        naam=name,
        email=email,
        gemaild=mailed,
        soort=kind,
        terug=f"/regio/school/{asked.unit_id}",
    )


def _invite_page(actor: Actor, brin6: str, *, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    with current_services().uow() as uow:
        locations = same_school(uow, actor, brin6)
    return render(
        "access/school_uitnodigen.html",
        status=status,
        vestiging=locations[0],
        andere=[(one.brin6, f"{one.name}, {one.place} ({one.brin6})") for one in locations[1:]],
        gekozen=request.form.getlist("brin"),
        getypt={name: request.form.get(name, "") for name in ("naam", "mail", "heet")},
        fouten=wrong or {},
    )


def _unit_page(actor: Actor, unit_id: str, *, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    services = current_services()
    with services.uow() as uow:
        unit: RegionUnit = read_region_unit(uow, actor, unit_id, services.region)
        people = contacts(uow, unit)
    return render(
        "access/regio_school.html",
        status=status,
        unit=unit,
        mensen=people,
        mag=may(actor, Action.CERTIFY, Subject()),
        getypt={name: request.form.get(name, "") for name in ("naam", "mail", "woorden")},
        fouten=wrong or {},
    )


def _back(unit_id: str) -> Response:
    return redirect(f"/regio/school/{unit_id}", code=303)  # type: ignore[return-value]  # ours is flask's Response

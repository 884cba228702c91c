"""A unit's own pages: who works here, whose keys wait, whom to ask; for its admins, inviting and adding groups."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import actor_here, current_actor
from handover.access.invitations import invite, withdraw_invitation
from handover.access.keywork import run_for
from handover.access.labels import circle_name, role_name, said
from handover.access.model import Invitation
from handover.access.pages_colleague import colleague
from handover.access.pages_keys import keys
from handover.access.people import add_group
from handover.access.roles import ROLES
from handover.access.unit_people import UnitPeople, read_unit, units_of
from handover.errors import Conflict, Invalid, NotFound
from handover.policy import Action, Actor, Role, Subject, require
from handover.services import current_services
from handover.terms.clock import local_day
from handover.terms.schooljaar import Schooljaar
from handover.web.dates import read_day
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

school = Blueprint("school", __name__, template_folder="templates")
school.register_blueprint(colleague)
school.register_blueprint(keys)


@school.get("/school")
def first_unit() -> Response:
    """The unit that was asked for, or this person's first."""
    actor = current_actor()
    with current_services().uow() as uow:
        units = units_of(uow, actor)
    if not units:
        raise NotFound
    return _page(actor, request.args.get("school", actor_here(*Role).memberships[0].unit_id))


@school.get("/school/<unit_id>")
def show(unit_id: str) -> Response:
    """Who works here."""
    return _page(current_actor(), unit_id)


@school.get("/school/<unit_id>/collega")
def ask_colleague(unit_id: str) -> Response:
    """The form of an invitation."""
    actor = current_actor()
    require(actor, Action.MANAGE_PEOPLE, Subject(unit_id=unit_id))
    return _invite_page(actor, unit_id)


@school.post("/school/<unit_id>/collega")
def invite_colleague(unit_id: str) -> Response:
    """Invite, and show the code: once, because it is kept nowhere."""
    actor = current_actor()
    require(actor, Action.MANAGE_PEOPLE, Subject(unit_id=unit_id))
    services, form = current_services(), request.form
    try:
        asked = invite(
            services,
            actor,
            unit_id,
            name=form.get("naam", ""),
            email=form.get("mail", ""),
            roles=tuple(Role(role) for role in form.getlist("rollen") if role in set(Role)),
            groups=frozenset(form.getlist("groepen")),
            until_on=_until(form.get("tot", "")),
            is_board="bestuur" in form,
        )
    except Invalid as error:
        return _invite_page(actor, unit_id, wrong=said(error), status=422)
    with services.uow() as uow:
        unit = read_unit(uow, actor, unit_id)
        row = uow.session.get_one(Invitation, asked.id)
        name, email, mailed = row.name, row.email, row.mailed_at is not None
    return render(
        "access/code.html",
        unit=unit,
        asked=asked,
        naam=name,
        email=email,
        gemaild=mailed,
        soort="collega",
        terug=f"/school/{unit_id}",
    )


@school.post("/school/<unit_id>/uitnodiging/<invitation_id>/intrekken")
def withdraw(unit_id: str, invitation_id: str) -> Response:
    """Take an invitation back."""
    actor = current_actor()
    require(actor, Action.MANAGE_PEOPLE, Subject(unit_id=unit_id))
    withdraw_invitation(current_services(), actor, invitation_id)
    tell(Notice(text=_("De uitnodiging is ingetrokken. De code werkt niet meer.")))
    return _back(unit_id)


@school.post("/school/<unit_id>/groepen")
def new_group(unit_id: str) -> Response:
    """Add a group of this school year or the next."""
    actor = current_actor()
    require(actor, Action.MANAGE_PEOPLE, Subject(unit_id=unit_id))
    year = request.form.get("jaar", "")
    if year not in school_years():
        return _page(actor, unit_id, wrong={"jaar": _("Kies een schooljaar.")}, status=422)
    try:
        add_group(current_services(), actor, unit_id, name=request.form.get("groep", ""), school_year=year)
    except Invalid as error:
        return _page(actor, unit_id, wrong=said(error), status=422)
    except Conflict:
        wrong = {"groep": _("Deze groep is er al in dat schooljaar.")}
        return _page(actor, unit_id, wrong=wrong, status=422)
    tell(Notice(text=_("De groep is toegevoegd.")))
    return _back(unit_id)


@school.post("/school/<unit_id>/werk")
def do_key_work(unit_id: str) -> Response:
    """Do what waits for this person's keys and needs no comparing of words."""
    actor = current_actor()
    require(actor, Action.SEE_UNIT, Subject(unit_id=unit_id))
    done = run_for(current_services(), actor)
    if done.done:
        text = _("Gedaan: %(aantal)s dingen die op uw sleutel wachtten.", aantal=done.done)
        tell(Notice(text=text))
    else:
        text = _("Er was niets dat u met uw sleutels kunt doen. Een collega moet het doen.")
        tell(Notice(text=text, tone=Tone.INFO))
    return _back(unit_id)


def school_years() -> tuple[str, str]:
    """This school year and the next."""
    now = Schooljaar.of(local_day(current_services().clock.now()))
    return now.name, now.following.name


def _page(actor: Actor, unit_id: str, *, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    with current_services().uow() as uow:
        unit = read_unit(uow, actor, unit_id)
        units = units_of(uow, actor)
    return render(
        "access/school.html",
        status=status,
        unit=unit,
        units=units,
        jaren=[(year, year) for year in school_years()],
        jaar=request.form.get("jaar", school_years()[0]),
        groep=request.form.get("groep", ""),
        fouten=wrong or {},
        rol=role_name,
        sleutel=circle_name,
    )


def _invite_page(actor: Actor, unit_id: str, *, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    with current_services().uow() as uow:
        unit = read_unit(uow, actor, unit_id)
    form = request.form
    return render(
        "access/collega_uitnodigen.html",
        status=status,
        unit=unit,
        fouten=wrong or {},
        getypt={name: form.get(name, "") for name in ("naam", "mail", "tot")},
        rollen=form.getlist("rollen"),
        groepen=form.getlist("groepen"),
        bestuur="bestuur" in form,
        **_choices(unit),
    )


def _choices(unit: UnitPeople) -> dict[str, Any]:
    roles = [role for role in Role if role in ROLES[unit.side]]
    return {
        "rolkeuzes": [(role.value, role_name(role).capitalize()) for role in roles],
        "groepkeuzes": [(group.id, f"{group.name} ({group.school_year})") for group in unit.groups],
    }


def _until(typed: str) -> date | None:
    if not typed.strip():
        return None
    today = local_day(current_services().clock.now())
    try:
        day = read_day(typed, today=today)
    except Invalid as error:
        raise Invalid(fields={"tot": _("Dit is geen dag. Typ bijvoorbeeld 31 juli.")}) from error
    if day < today:
        raise Invalid(fields={"tot": _("Deze dag is al voorbij.")})
    return day


def _back(unit_id: str) -> Response:
    return redirect(f"/school/{unit_id}", code=303)  # type: ignore[return-value]  # ours is flask's Response

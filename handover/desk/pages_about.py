"""What everybody may read: help, who sees what, accessibility; and the first minute of who came in."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.access.labels import role_name
from handover.access.unit_people import read_unit, units_of
from handover.desk.guide import guide_of
from handover.desk.help_contacts import Contact, Desk, own_schools, regions
from handover.desk.help_words import DOES, REMEMBER, SIGNING_IN
from handover.desk.start import entries_of
from handover.desk.who_sees import key_uses, tables
from handover.errors import NotFound
from handover.policy import Actor, Role
from handover.services import current_services
from handover.web.templating import render
from handover.web.visit import current_viewer

about = Blueprint("about", __name__, template_folder="templates")


@about.get("/hulp")
def help_page() -> Response:
    """Whom to call, and what each role does here: to who is signed in, their own first."""
    actor = _actor()
    with current_services().uow() as uow:
        schools = own_schools(uow, actor) if actor else []
        swv = regions(uow, actor)
    mine = {membership.role for membership in actor.memberships} if actor else set()
    return render(
        "desk/hulp.html",
        scholen=schools,
        verbanden=swv,
        van_u=_roles(mine),
        anderen=_roles(set(Role) - mine),
    )


@about.get("/welkom")
def first_minute() -> Response:
    """Three screens for who came in just now: what you do here, what you keep in mind, where you begin."""
    actor = current_actor()
    asked = request.args.get("stap", "")
    with current_services().uow() as uow:
        schools = own_schools(uow, actor)
        units = [read_unit(uow, actor, unit_id) for unit_id, _name, _place in units_of(uow, actor)]
    return render(
        "desk/welkom.html",
        stap=int(asked) if asked in {"2", "3"} else 1,
        van_u=_roles({membership.role for membership in actor.memberships}),
        onthoud=[str(text) for text in (*REMEMBER, *SIGNING_IN[1:])],
        scholen=schools,
        zonder_sleutel=[unit for unit in units if unit.own and unit.own.waits_for],
        begin=entries_of(actor)[0],
    )


@about.get("/hulp/<role>.pdf")
def guide(role: str) -> Response:
    """One page for a role, to print."""
    if role not in set(Role):
        raise NotFound
    actor = _actor()
    with current_services().uow() as uow:
        places = [*(own_schools(uow, actor) if actor else []), *regions(uow, actor)]
    contacts = [_contact(one, place) for place in places for one in place.contacts]
    made = guide_of(Role(role), _named(Role(role)), contacts=contacts, address=current_services().settings.base_url)
    response = Response(made, mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="warme-overdracht-{role}.pdf"'
    return response


@about.get("/wie-ziet-wat")
def who_sees_what() -> Response:
    """The rules of policy as tables."""
    return render("desk/wie-ziet-wat.html", tabellen=tables(), sleutels=key_uses())


@about.get("/toegankelijkheid")
def accessibility() -> Response:
    """What was tested with what, and what is known not to work."""
    return render("desk/toegankelijkheid.html", minuten=current_services().settings.idle_minutes)


def _contact(one: Contact, at: Desk) -> str:
    parts = (at.name, at.place, one.name, one.telephone, one.email, one.days)
    return ", ".join(part for part in parts if part)


def _actor() -> Actor | None:
    return current_actor() if current_viewer() is not None else None


def _roles(roles: set[Role]) -> list[tuple[str, list[str], str]]:
    return [(_named(role), [str(text) for text in DOES[role]], role.value) for role in Role if role in roles]


def _named(role: Role) -> str:
    """A role's name; administrators of the two kinds of school are called the same, so they say of which."""
    where = {Role.PO_ADMIN: _("basisschool"), Role.VO_ADMIN: _("middelbare school")}.get(role)
    return f"{role_name(role)} ({where})" if where else role_name(role)

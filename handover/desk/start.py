"""The first page of each role, and the menu that leads there."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, redirect, request
from flask_babel import LazyString, ngettext
from flask_babel import lazy_gettext as _l

from handover.access.current import actor_here
from handover.desk.inbox_counts import new_ones
from handover.policy import Actor, Role
from handover.services import current_services
from handover.web.shell import MenuItem, Viewer

start = Blueprint("start", __name__, template_folder="templates")

INBOX, CHILDREN, INVITING = "/dossiers", "/regio/leerlingen", "/mentoren/uitnodigen"
STANDING, SETTING = "/regio/stand", "/regio/instellingen"
BEHIND = {INBOX: ("/dossier/",), "/groep": ("/leerling/",)}
"""What lies behind a list, though its address begins otherwise."""

ENTRIES: tuple[tuple[frozenset[Role], str, LazyString], ...] = (
    (frozenset({Role.TEACHER, Role.IB, Role.PO_ADMIN}), "/groep", _l("Mijn groep")),
    (frozenset({Role.INTAKE, Role.CARE, Role.VO_OFFICE, Role.MENTOR}), INBOX, _l("Dossiers")),
    (frozenset({Role.TEACHER, Role.IB, Role.INTAKE, Role.CARE}), "/vragen", _l("Vragen")),
    (frozenset({Role.INTAKE, Role.CARE, Role.VO_OFFICE}), "/mentoren", _l("Mentoren")),
    (frozenset({Role.SWV_ADMIN, Role.BOC, Role.AUDITOR}), STANDING, _l("Stand")),
    (frozenset({Role.SWV_ADMIN, Role.BOC, Role.AUDITOR}), CHILDREN, _l("Leerlingen")),
    (frozenset({Role.SWV_ADMIN, Role.BOC, Role.AUDITOR}), "/regio", _l("Scholen")),
    (frozenset({Role.SWV_ADMIN, Role.BOC, Role.AUDITOR}), SETTING, _l("Kalender")),
    (frozenset(Role), "/school", _l("School en sleutels")),
    (frozenset({Role.VO_ADMIN}), INVITING, _l("Nodig mentoren uit")),
)
"""Who gets which entry, in the order of the menu; the first is where signing in leads to."""


@start.get("/")
def first_page() -> Response:
    """Where this person's work is."""
    return redirect(entries_of(actor_here(*Role))[0][0], code=303)  # type: ignore[return-value]  # flask's Response


def entries_of(actor: Actor) -> list[tuple[str, LazyString]]:
    """Addresses and labels for this person."""
    roles = {membership.role for membership in actor.memberships}
    found = [(href, label) for of, href, label in ENTRIES if roles & of]
    return found or [("/hulp", _l("Hulp"))]


def build_menu(_viewer: Viewer) -> Sequence[MenuItem]:
    """The menu of whoever is signed in."""
    actor = actor_here(*Role)
    return [_item(actor, href, label) for href, label in entries_of(actor)]


def _item(actor: Actor, href: str, label: LazyString) -> MenuItem:
    further = (STANDING, SETTING, CHILDREN, INVITING)  # entries that lie within another's address
    current = request.path.startswith((href, *BEHIND.get(href, ()))) and (
        href in further or not request.path.startswith(further)
    )
    count = _new_dossiers(actor) if href == INBOX else 0
    means = ngettext("nieuw", "nieuwe", count)
    return MenuItem(label=label, href=href, is_current=current, count=count, count_means=means)


def _new_dossiers(actor: Actor) -> int:
    """How many wait to be received; one query, by status only, and none for who does not receive."""
    units = actor.units_as(Role.INTAKE)
    if not units:
        return 0
    with current_services().uow() as uow:
        return sum(new_ones(uow, units).values())

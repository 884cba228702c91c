"""Asking in, as the school's admin and in one go, the mentors whom colleagues named and who do not take part yet."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from sqlalchemy import select

from handover.access.current import current_actor
from handover.access.invitations import Invited, invite
from handover.access.model import Invitation
from handover.access.people import add_role
from handover.bundles.mentor_model import Mentoring
from handover.bundles.mentors import find_mentors
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, NotFound
from handover.policy import Action, Actor, Role, Subject, require
from handover.schools.model import Membership, Person, Unit
from handover.schools.queries import holds_on
from handover.services import current_services
from handover.terms.clock import local_day
from handover.web.templating import render

mentor_invites = Blueprint("mentor_invites", __name__, template_folder="templates")

MOST = 60
"""Invited in one request; more than a large school's new classes have."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Somebody who was named and is no mentor here yet."""

    email: str
    name: str
    children: int
    colleague: str | None
    """The person's id, where they work here as something else."""
    asked_at: datetime | None
    """Of an invitation that can still be used."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What became of one: an invitation with its code, or a role for a colleague."""

    name: str
    email: str
    invited: Invited | None = field(default=None, repr=False)


@mentor_invites.get("/mentoren/uitnodigen")
def show() -> Response:
    """Who was named and does not take part yet."""
    return _page(current_actor())


@mentor_invites.post("/mentoren/uitnodigen")
def ask_in() -> Response:
    """Invite who was chosen. The codes are shown once, to be handed over; twice gives a colleague one role."""
    actor, services = current_actor(), current_services()
    unit_id = _unit(actor)
    with services.uow() as uow:
        wanted = {one.email: one for one in wanted_of(uow, unit_id)}
    chosen = [wanted[one] for one in dict.fromkeys(request.form.getlist("kies")) if one in wanted][:MOST]
    # Pressed twice, the second code would be the one that is shown, and the first the one that was handed over.
    chosen = [one for one in chosen if one.asked_at is None]
    if not chosen:
        return _page(actor, wrong={"kies": _("Zet eerst een vinkje bij een mentor.")})
    made = [_ask_in(actor, unit_id, one) for one in chosen]
    with services.uow() as uow:
        find_mentors(uow)  # who works here already is found at once
        uow.commit()
    return _page(actor, made=made)


def wanted_of(uow: UnitOfWork, unit_id: str) -> list[Wanted]:
    """Who was named mentor at a school and does not take part as that, by name."""
    named = uow.session.execute(
        select(Mentoring.email, Mentoring.name, Mentoring.handover_id)
        .where(Mentoring.unit_id == unit_id, Mentoring.ended_at.is_(None), Mentoring.person_id.is_(None))
        .order_by(Mentoring.name, Mentoring.named_at)
    ).all()
    emails = {row.email for row in named}
    here = dict(_colleagues(uow, unit_id, emails))
    asked = dict(_asked(uow, unit_id, emails))
    found: dict[str, Wanted] = {}
    for row in named:
        count = found[row.email].children if row.email in found else 0
        found[row.email] = Wanted(
            email=row.email,
            name=row.name,
            children=count + 1,
            colleague=here.get(row.email),
            asked_at=asked.get(row.email),
        )
    return list(found.values())


def _ask_in(actor: Actor, unit_id: str, one: Wanted) -> Asked:
    services = current_services()
    if one.colleague is not None:
        with suppress(Conflict):  # pressed twice
            add_role(services, actor, unit_id, person_id=one.colleague, role=Role.MENTOR)
        return Asked(name=one.name, email=one.email)
    invited = invite(services, actor, unit_id, name=one.name, email=one.email, roles=(Role.MENTOR,))
    return Asked(name=one.name, email=one.email, invited=invited)


def _colleagues(uow: UnitOfWork, unit_id: str, emails: set[str]) -> list[tuple[str, str]]:
    rows = uow.session.execute(
        select(Person.email, Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Person.email.in_(emails), Membership.unit_id == unit_id, holds_on(local_day(uow.clock.now())))
    )
    return [(email, person_id) for email, person_id in rows]


def _asked(uow: UnitOfWork, unit_id: str, emails: set[str]) -> list[tuple[str, datetime]]:
    rows = uow.session.execute(
        select(Invitation.email, Invitation.created_at)
        .where(
            Invitation.email.in_(emails),
            Invitation.unit_id == unit_id,
            Invitation.used_at.is_(None),
            Invitation.withdrawn_at.is_(None),
            Invitation.expires_at > uow.clock.now(),
        )
        .order_by(Invitation.created_at)
    )
    return [(email, at) for email, at in rows]


def _page(actor: Actor, *, made: list[Asked] | None = None, wrong: dict[str, str] | None = None) -> Response:
    unit_id = _unit(actor)
    with current_services().uow() as uow:
        unit = uow.session.get_one(Unit, unit_id)
        wanted = wanted_of(uow, unit_id)
    return render(
        "desk/mentoren_uitnodigen.html",
        school=unit.name,
        gewenst=wanted,
        gemaakt=made or [],
        fouten=wrong or {},
        bij=unit_id if len(actor.units_as(Role.VO_ADMIN)) > 1 else "",
        status=422 if wrong else 200,
    )


def _unit(actor: Actor) -> str:
    units = actor.units_as(Role.VO_ADMIN)
    asked = request.values.get("bij", "")
    if not units or (asked and asked not in units):
        raise NotFound
    require(actor, Action.MANAGE_PEOPLE, Subject(unit_id=asked or units[0]))
    return asked or units[0]

"""One colleague: what they are and wait for, handing keys on, other roles and groups, leaving, coming back."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.access.handing import hand_key
from handover.access.labels import circle_name, role_name, said
from handover.access.leaving import end_membership
from handover.access.people import add_role, change_groups, readmit
from handover.access.roles import ROLES, circles_of
from handover.access.unit_people import RoleLine, UnitPeople, Worker, read_unit
from handover.errors import Conflict, Invalid, NotFound
from handover.policy import Action, Actor, Role, Subject, require
from handover.schools.model import Membership
from handover.services import current_services
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render
from keys.circle import Circle

colleague = Blueprint("colleague", __name__)


@colleague.get("/school/<unit_id>/collega/<person_id>")
def show(unit_id: str, person_id: str) -> Response:
    """One colleague."""
    return _page(current_actor(), unit_id, person_id)


@colleague.post("/school/<unit_id>/collega/<person_id>/sleutel")
def hand(unit_id: str, person_id: str) -> Response:
    """Hand keys on, after the five words were heard."""
    actor = current_actor()
    require(actor, Action.SEE_UNIT, Subject(unit_id=unit_id))
    try:
        given = hand_key(current_services(), actor, unit_id, person_id=person_id, words=request.form.get("woorden", ""))
    except Invalid as error:
        return _page(actor, unit_id, person_id, wrong=said(error), status=422)
    if given:
        names = ", ".join(circle_name(circle) for circle in sorted(given))
        tell(Notice(text=_("Doorgegeven: %(sleutels)s.", sleutels=names)))
    else:
        tell(Notice(text=_("Deze collega had de sleutel al."), tone=Tone.INFO))
    return _back(unit_id, person_id)


@colleague.post("/school/<unit_id>/collega/<person_id>/rol")
def give_role(unit_id: str, person_id: str) -> Response:
    """Give one more role."""
    actor = current_actor()
    require(actor, Action.MANAGE_PEOPLE, Subject(unit_id=unit_id))
    try:
        role = Role(request.form.get("rol", ""))
    except ValueError:
        wrong = {"rol": _("Kies een rol.")}
        return _page(actor, unit_id, person_id, wrong=wrong, status=422)
    groups = frozenset(request.form.getlist("nieuwe_groepen")) if role is Role.TEACHER else frozenset()
    try:
        add_role(current_services(), actor, unit_id, person_id=person_id, role=role, groups=groups)
    except Invalid as error:
        wrong = {"rol": " ".join(said(error).values())}
        return _page(actor, unit_id, person_id, wrong=wrong, status=422)
    except Conflict:
        wrong = {"rol": _("Deze collega heeft deze rol al.")}
        return _page(actor, unit_id, person_id, wrong=wrong, status=422)
    if circles_of({role}):
        tell(Notice(text=_("De rol is gegeven. Wie de sleutels heeft, moet ze nog doorgeven.")))
    else:
        tell(Notice(text=_("De rol is gegeven.")))
    return _back(unit_id, person_id)


@colleague.post("/school/<unit_id>/rol/<membership_id>/groepen")
def set_groups(unit_id: str, membership_id: str) -> Response:
    """Say which groups are a teacher's."""
    actor = current_actor()
    person_id, _line = _role(actor, unit_id, membership_id)
    change_groups(current_services(), actor, membership_id, frozenset(request.form.getlist("groepen")))
    tell(Notice(text=_("De groepen zijn bewaard.")))
    return _back(unit_id, person_id)


@colleague.get("/school/<unit_id>/rol/<membership_id>/beeindigen")
def ask_end(unit_id: str, membership_id: str) -> Response:
    """What ending a role does, before it is done."""
    actor = current_actor()
    person_id, line = _role(actor, unit_id, membership_id)
    with current_services().uow() as uow:
        unit = read_unit(uow, actor, unit_id)
    who = unit.worker(person_id)
    left = circles_of(one.role for one in who.roles if one.membership_id != membership_id)
    return render(
        "access/rol_beeindigen.html",
        unit=unit,
        wie=who,
        lijn=line,
        laatste_rol=len(who.roles) == 1,
        verliest=[circle_name(circle) for circle in sorted(who.holds - left)],
        slaapt=[circle_name(circle) for circle in _last_copies(unit, who) - left] if len(who.roles) == 1 else [],
        ik=who.person_id == unit.me,
        rol=role_name,
    )


@colleague.post("/school/<unit_id>/rol/<membership_id>/beeindigen")
def end(unit_id: str, membership_id: str) -> Response:
    """End a role today."""
    actor = current_actor()
    person_id, _line = _role(actor, unit_id, membership_id)
    asleep = end_membership(current_services(), actor, membership_id)
    if asleep:
        names = ", ".join(circle_name(circle) for circle in sorted(asleep))
        text = _("De rol is beëindigd. Niemand anders heeft nu nog: %(sleutels)s. Laat die doorgeven.", sleutels=names)
        tell(Notice(text=text, tone=Tone.WARNING))
    else:
        tell(Notice(text=_("De rol is beëindigd.")))
    if person_id == actor.person_id:
        return redirect("/", code=303)  # type: ignore[return-value]  # ours is flask's Response
    return redirect(f"/school/{unit_id}", code=303)  # type: ignore[return-value]  # ours is flask's Response


@colleague.post("/school/<unit_id>/collega/<person_id>/opnieuw")
def let_in_anew(unit_id: str, person_id: str) -> Response:
    """A new code for a colleague who lost the words; shown once."""
    actor = current_actor()
    require(actor, Action.MANAGE_PEOPLE, Subject(unit_id=unit_id))
    services = current_services()
    with services.uow() as uow:
        unit = read_unit(uow, actor, unit_id)
    who = unit.worker(person_id)
    asked = readmit(services, actor, unit_id, person_id)
    return render(
        "access/code.html",
        unit=unit,
        asked=asked,
        naam=who.name,
        email=who.email,
        gemaild=True,
        soort="opnieuw",
        terug=f"/school/{unit_id}/collega/{person_id}",
    )


def _page(
    actor: Actor, unit_id: str, person_id: str, *, wrong: dict[str, str] | None = None, status: int = 200
) -> Response:
    with current_services().uow() as uow:
        unit = read_unit(uow, actor, unit_id)
    who = unit.worker(person_id)
    has = {line.role for line in who.roles}
    return render(
        "access/collega.html",
        status=status,
        unit=unit,
        wie=who,
        ik=who.person_id == unit.me,
        kan_geven=[circle_name(circle) for circle in sorted(who.waits_for & unit.my_circles)],
        gevers=unit.givers(who.waits_for),
        rolkeuzes=[
            (role.value, role_name(role).capitalize()) for role in Role if role in ROLES[unit.side] and role not in has
        ],
        groepkeuzes=[(group.id, f"{group.name} ({group.school_year})") for group in unit.groups],
        gekozen=request.form.get("rol", ""),
        fouten=wrong or {},
        rol=role_name,
        sleutel=circle_name,
    )


def _role(actor: Actor, unit_id: str, membership_id: str) -> tuple[str, RoleLine]:
    """Whose role that is, and the role; for an admin of the unit, and for nobody else."""
    require(actor, Action.MANAGE_PEOPLE, Subject(unit_id=unit_id))
    with current_services().uow() as uow:
        row = uow.session.get(Membership, membership_id)
        unit = read_unit(uow, actor, unit_id)
    if row is None or row.unit_id != unit_id:
        raise NotFound
    lines = [line for line in unit.worker(row.person_id).roles if line.membership_id == membership_id]
    if not lines:
        raise NotFound
    return row.person_id, lines[0]


def _last_copies(unit: UnitPeople, who: Worker) -> frozenset[Circle]:
    others = frozenset().union(*(one.holds for one in unit.people if one.person_id != who.person_id))
    return who.holds - others


def _back(unit_id: str, person_id: str) -> Response:
    return redirect(f"/school/{unit_id}/collega/{person_id}", code=303)  # type: ignore[return-value]  # flask's

"""Mijn gegevens: how somebody is reached, how often mail comes, when they are away; and which school they chose."""

from __future__ import annotations

from datetime import date
from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.absence import absence_of, covered_by, end_away, set_away, stand_ins
from handover.access.current import current_actor, current_session, forget_session
from handover.access.labels import circle_name, role_name, said
from handover.access.own_details import Details, own_details, save_details
from handover.access.sessions import choose_unit
from handover.access.unit_people import units_of
from handover.errors import Invalid
from handover.policy import Actor
from handover.schools.model import MailPace, Person
from handover.services import current_services
from handover.terms.clock import local_day
from handover.web.dates import read_day
from handover.web.i18n import DUTCH, ENGLISH, LANGUAGES
from handover.web.messages import Notice, tell
from handover.web.templating import local_path, render
from handover.web.visit import forget_visit

own = Blueprint("own", __name__, template_folder="templates")

ADDRESS = "/mijn"


@own.get(ADDRESS)
def show() -> Response:
    """What this person said of themselves."""
    actor = current_actor()
    with current_services().uow() as uow:
        details = own_details(uow, actor)
    return _page(actor, details)


@own.post(ADDRESS)
def save() -> Response:
    """Keep it, or say what is wrong beside what was typed."""
    actor, form = current_actor(), request.form
    language, pace = form.get("taal", ""), form.get("post", "")
    details = Details(
        telephone=form.get("telefoon", ""),
        days_present=form.get("dagen", ""),
        language=language if language in LANGUAGES else DUTCH,
        mail_pace=MailPace(pace) if pace in set(MailPace) else MailPace.SORTED,
    )
    try:
        save_details(current_services(), actor, details)
    except Invalid as error:
        return _page(actor, details, wrong=said(error), status=422)
    forget_visit()
    tell(Notice(text=_("Bewaard.")))
    return cast("Response", redirect(ADDRESS, code=303))


@own.post("/school-kiezen")
def choose_school() -> Response:
    """Which school lists and menu are of from now on; none: all of this person's."""
    actor, session = current_actor(), current_session()
    if session is not None:
        choose_unit(current_services(), actor, session, request.form.get("school") or None)
    forget_session()
    return cast("Response", redirect("/", code=303))


@own.get("/school/<unit_id>/collega/<person_id>/afwezig")
def show_away(unit_id: str, person_id: str) -> Response:
    """From when until when, and who stands in."""
    return _away_page(current_actor(), unit_id, person_id)


@own.post("/school/<unit_id>/collega/<person_id>/afwezig")
def save_away(unit_id: str, person_id: str) -> Response:
    """Keep it, or say what is wrong."""
    actor, services = current_actor(), current_services()
    try:
        from_on, until_on = _days()
        chosen = request.form.get("waarnemer") or None
        set_away(services, actor, unit_id, person_id, from_on=from_on, until_on=until_on, stand_in_id=chosen)
    except Invalid as error:
        return _away_page(actor, unit_id, person_id, wrong=said(error), status=422)
    tell(Notice(text=_("Bewaard. Wie belt of vraagt, ziet het.")))
    return _back(actor, unit_id, person_id)


@own.post("/school/<unit_id>/collega/<person_id>/terug")
def come_back(unit_id: str, person_id: str) -> Response:
    """They are back."""
    actor = current_actor()
    end_away(current_services(), actor, unit_id, person_id)
    tell(Notice(text=_("De afwezigheid is weggehaald.")))
    return _back(actor, unit_id, person_id)


def _page(actor: Actor, details: Details, *, wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    with current_services().uow() as uow:
        units = units_of(uow, actor)
        away = [(unit, absence_of(uow, actor, unit[0], actor.person_id)) for unit in units]
        person = uow.session.get_one(Person, actor.person_id)
        name, email = person.name, person.email
        covering = covered_by(uow, actor)
    return render(
        "access/mijn.html",
        status=status,
        gegevens_van=(name, email),
        ik=actor.person_id,
        nu=details,
        scholen=away,
        waarneming=covering,
        sleutel=circle_name,
        talen=[(DUTCH, "Nederlands"), (ENGLISH, "English")],
        tempos=_paces(),
        fouten=wrong or {},
    )


def _paces() -> list[tuple[str, str, str]]:
    return [
        (
            MailPace.SORTED.value,
            _("Wat haast heeft meteen, de rest ’s ochtends"),
            _("Haast hebben bijvoorbeeld een nieuw dossier, een vraag en iets dat misging."),
        ),
        (MailPace.AT_ONCE.value, _("Alles zo snel mogelijk"), _("Wij wachten tien minuten, dan wordt het één mail.")),
        (MailPace.DAILY.value, _("Alles ’s ochtends"), _("Op schooldagen om half acht, in één mail.")),
    ]


def _away_page(
    actor: Actor, unit_id: str, person_id: str, *, wrong: dict[str, str] | None = None, status: int = 200
) -> Response:
    with current_services().uow() as uow:
        choices = stand_ins(uow, actor, unit_id, person_id)
        now = absence_of(uow, actor, unit_id, person_id)
        name = uow.session.get_one(Person, person_id).name
    typed = request.form if request.method == "POST" else None
    return render(
        "access/afwezig.html",
        status=status,
        unit_id=unit_id,
        person_id=person_id,
        naam=name,
        ik=person_id == actor.person_id,
        terug=_place(actor, unit_id, person_id),
        nu=now,
        van=typed.get("van", "") if typed is not None else (f"{now.from_on:%d-%m-%Y}" if now else ""),
        tot=typed.get("tot", "") if typed is not None else (f"{now.until_on:%d-%m-%Y}" if now else ""),
        gekozen=typed.get("waarnemer", "") if typed is not None else ((now and now.stand_in_id) or ""),
        keuzes=[(one.person_id, f"{one.name} ({', '.join(role_name(role) for role in one.roles)})") for one in choices],
        fouten=wrong or {},
    )


def _days() -> tuple[date, date]:
    """The two days of the form; an empty first is today.

    Raises:
        Invalid: one is no day.
    """
    today, found, wrong = local_day(current_services().clock.now()), {}, {}
    for name in ("van", "tot"):
        typed = request.form.get(name, "").strip()
        if not typed and name == "van":
            found[name] = today
            continue
        try:
            found[name] = read_day(typed, today=today)
        except Invalid:
            not_a_day = _("Dit is geen dag. Typ bijvoorbeeld 31 juli.")
            wrong[name] = not_a_day if typed else _("Vul de laatste dag in, bijvoorbeeld 31 juli.")
    if wrong:
        raise Invalid(fields=wrong)
    return found["van"], found["tot"]


def _place(actor: Actor, unit_id: str, person_id: str) -> str:
    return ADDRESS if person_id == actor.person_id else f"/school/{unit_id}/collega/{person_id}"


def _back(actor: Actor, unit_id: str, person_id: str) -> Response:
    return cast("Response", redirect(local_path(_place(actor, unit_id, person_id)), code=303))

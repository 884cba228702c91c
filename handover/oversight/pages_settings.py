"""The region's dates and days: a form, what a change would do, and then setting it. Others of the region look."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_actor
from handover.access.labels import said
from handover.errors import Conflict, Invalid
from handover.oversight.effects import effects
from handover.oversight.settings import (
    DATES,
    TWO_SCHOOLS,
    RegionSettings,
    changes,
    check,
    field_of,
    read_settings,
    set_region,
)
from handover.policy import Action, Actor, Subject, may, require
from handover.schools.calendar import LIMITS
from handover.services import current_services
from handover.terms.clock import local_day
from handover.terms.msgid import msgid
from handover.web.dates import UnreadableDay, read_day
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

setting = Blueprint("setting", __name__, template_folder="templates")

PAGE = "/regio/instellingen"
_UNREADABLE = msgid("Deze dag kunnen wij niet lezen. Schrijf bijvoorbeeld 25-5-2027.")
_NO_CHOICE = msgid("Kies of het mag of niet.")
_YES, _NO = "ja", "nee"
_NO_NUMBER = msgid("Vul een aantal dagen in, in cijfers.")


@setting.get(PAGE)
def show() -> Response:
    """What is set now."""
    actor = current_actor()
    with current_services().uow() as uow:
        current = read_settings(uow, actor)
    return _form(actor, current, _typed(current))


@setting.post(PAGE)
def preview_or_set() -> Response:
    """Show what a change would do (`doen=kijk`), or make it (`doen=bewaar`)."""
    actor, services = current_actor(), current_services()
    require(actor, Action.SET_REGION, Subject())
    with services.uow() as uow:
        current, today = read_settings(uow, actor), local_day(uow.clock.now())
    typed = {name: request.form.get(name, "").strip() for name in _typed(current)}
    try:
        wanted = _read(current, typed, today)
        check(current, wanted, today)
        if request.form.get("doen") == "bewaar":
            set_region(services, actor, wanted)
            tell(Notice(text=_("De instellingen zijn bewaard. Zij gelden nu.")))
            return _back()
    except Invalid as error:
        return _form(actor, current, typed, wrong=said(error), status=422)
    except Conflict:
        text = _("Er is niets bewaard: een collega veranderde intussen ook een instelling. Kijk opnieuw.")
        tell(Notice(text=text, tone=Tone.WARNING))
        return _back()
    changed = changes(current, wanted)
    if not changed:
        tell(Notice(text=_("U heeft niets veranderd."), tone=Tone.INFO))
        return _back()
    with services.uow() as uow:
        found = effects(uow, changed, wanted)
    return render("oversight/instellingen_kijk.html", gevolgen=found, getypt=typed, versie=current.days.version)


def _typed(settings: RegionSettings) -> dict[str, str]:
    """All fields of the form, as they would be typed."""
    numbers = {name: str(getattr(settings.days, name)) for name in LIMITS}
    numbers[TWO_SCHOOLS] = _YES if settings.days.two_schools else _NO
    days = {field_of(name, one.year): _as_typed(getattr(one, name)) for one in settings.years for name in DATES}
    return {**days, **numbers}


def _as_typed(day: date | None) -> str:
    return f"{day.day}-{day.month}-{day.year}" if day else ""


def _read(current: RegionSettings, typed: dict[str, str], today: date) -> RegionSettings:
    """What the form says.

    Raises:
        Invalid: days and numbers that cannot be read.
    """
    wrong: dict[str, str] = {}
    numbers: dict[str, int] = {}
    for name in LIMITS:
        if typed[name].isdecimal() and len(typed[name]) < len("1000"):
            numbers[name] = int(typed[name])
        else:
            wrong[name] = _NO_NUMBER
    if typed[TWO_SCHOOLS] not in {_YES, _NO}:
        wrong[TWO_SCHOOLS] = _NO_CHOICE
    years = []
    for one in current.years:
        days: dict[str, Any] = {}
        for name in DATES:
            text = typed[field_of(name, one.year)]
            try:
                days[name] = read_day(text, today=today) if text or name != "send_before" else None
            except UnreadableDay:
                wrong[field_of(name, one.year)] = _UNREADABLE
        years.append(replace(one, **days))
    if wrong:
        raise Invalid(fields=wrong)
    seen = request.form.get("versie", "")
    version = int(seen) if seen.isdecimal() else -1
    values: dict[str, Any] = {**numbers, TWO_SCHOOLS: typed[TWO_SCHOOLS] == _YES}
    return RegionSettings(days=replace(current.days, version=version, **values), years=tuple(years))


def _form(
    actor: Actor,
    current: RegionSettings,
    typed: dict[str, str],
    *,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    return render(
        "oversight/instellingen.html",
        status=status,
        jaren=current.years,
        versie=current.days.version,
        grenzen=LIMITS,
        getypt=typed,
        veld=field_of,
        mag=may(actor, Action.SET_REGION, Subject()),
        fouten=wrong or {},
    )


def _back() -> Response:
    return redirect(PAGE, code=303)  # type: ignore[return-value]  # ours is flask's Response

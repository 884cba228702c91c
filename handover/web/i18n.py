"""Dutch and English: which of the two, and days and times as schools write them.

Dutch is what the code says; English stands in the catalogues. Days are *12 maart*, times *14.20 uur*.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

from babel.dates import format_date, format_datetime
from flask import Blueprint, Flask, Response, g, has_request_context, redirect, request
from flask_babel import Babel, get_babel, get_locale, ngettext
from flask_babel import gettext as _

from handover.terms.clock import AMSTERDAM, local_day
from handover.terms.school_name import with_article
from handover.web.catalogue import CatalogueDomain
from handover.web.cookies import LANGUAGE, read_cookie, set_cookie
from handover.web.shell import current_shell
from handover.web.templating import local_path
from handover.web.visit import current_viewer

DUTCH = "nl"
ENGLISH = "en"
LANGUAGES = (DUTCH, ENGLISH)
A_YEAR = 365 * 24 * 3600

language = Blueprint("language", __name__)


def init_i18n(app: Flask) -> None:
    """Give the application its languages, its filters and the switch between the two."""
    Babel(app, default_locale=DUTCH, default_timezone="Europe/Amsterdam", locale_selector=chosen_language)
    with app.app_context():
        get_babel().instance.domain_instance = CatalogueDomain()
    app.register_blueprint(language)
    app.context_processor(lambda: {"taal": chosen_language()})
    app.add_template_filter(dag)
    app.add_template_filter(dag_en_jaar)
    app.add_template_filter(dag_van_de_week)
    app.add_template_filter(tijdstip)
    app.add_template_filter(dag_en_tijdstip)
    app.add_template_filter(schooldagen)
    app.add_template_filter(met_lidwoord)


def chosen_language() -> str:
    """The person's own choice, else this browser's, else Dutch."""
    if not has_request_context():
        return DUTCH
    if "language" not in g:
        viewer = current_viewer()
        wanted = (viewer.language if viewer else None) or read_cookie(LANGUAGE)
        g.language = wanted if wanted in LANGUAGES else DUTCH
    return cast("str", g.language)


@language.post("/taal")
def choose_language() -> Response:
    """Switch, and go back to where the visitor was."""
    wanted = request.form.get("taal", DUTCH)
    wanted = wanted if wanted in LANGUAGES else DUTCH
    viewer, keeper = current_viewer(), current_shell().keep_language
    if viewer is not None and keeper is not None:
        keeper(viewer, wanted)
    response = cast("Response", redirect(local_path(request.form.get("terug", "/")), code=303))
    set_cookie(response, LANGUAGE, wanted, max_age=A_YEAR)
    return response


def _day(moment: date | datetime) -> date:
    return local_day(moment) if isinstance(moment, datetime) else moment


def _format(moment: date, pattern: str) -> str:
    return str(format_date(moment, pattern, locale=get_locale()))


def dag(moment: date | datetime) -> str:
    """*12 maart*."""
    return _format(_day(moment), "d MMMM")


def dag_en_jaar(moment: date | datetime) -> str:
    """*4 november 2014*."""
    return _format(_day(moment), "d MMMM y")


def dag_van_de_week(moment: date | datetime) -> str:
    """*vrijdag 23 april*."""
    return _format(_day(moment), "EEEE d MMMM")


def tijdstip(instant: datetime) -> str:
    """*14.20 uur*, as clocks in Dutch schools show it."""
    local = instant.astimezone(AMSTERDAM)
    english = str(get_locale()) == ENGLISH
    pattern = "H:mm" if english else "H.mm"
    return str(_("%(tijd)s uur", tijd=format_datetime(local, pattern, locale=get_locale())))


def dag_en_tijdstip(instant: datetime) -> str:
    """*8 april, 15.12 uur*."""
    return f"{dag(instant)}, {tijdstip(instant)}"


def schooldagen(number: int) -> str:
    """A number of school days: *vandaag*, *1 schooldag*, *7 schooldagen*."""
    if number == 0:
        return str(_("vandaag"))
    return str(ngettext("%(num)s schooldag", "%(num)s schooldagen", number))


def met_lidwoord(name: str, *, begin: bool = False) -> str:
    """A school's name in a sentence: *het Raayland College*, *De Wijnberg*; in English the name alone."""
    return name if str(get_locale()) == ENGLISH else with_article(name, begin=begin)

"""What the shell needs from above: who visits, and which menu that person gets.

The web layer lies below signing in and below all features, so it cannot ask them; they register here, once,
while the application is put together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from flask import Flask, Response, current_app
from flask_babel import LazyString

from handover.db.unit_of_work import UnitOfWork
from handover.settings import Settings
from handover.terms.clock import Clock

EXTENSION = "handover.web"
KEPT_FORMS = "/bewaard"
"""Where somebody finds, after signing in, what they had typed when their session ended."""


class WebServices(Protocol):
    """The few services that the shell itself uses."""

    @property
    def settings(self) -> Settings:
        """What the operator set."""
        ...

    @property
    def clock(self) -> Clock:
        """Tells the time."""
        ...

    def uow(self) -> UnitOfWork:
        """A new unit of work."""
        ...


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who looks at the page, as far as it is drawn; what they may do is an `Actor`'s business."""

    person_id: str
    name: str
    role: str | LazyString = ""
    """As the header shows it: "leerkracht groep 8"; lazy, because the language is known only afterwards."""
    unit: str = ""
    """The school's or unit's name: "De Hommel"."""
    town: str = ""
    language: str | None = None
    """The language that this person chose, or None: then the browser's cookie decides."""
    schools: Sequence[tuple[str, str]] = ()
    """Id and name of each school that somebody works at who works at several; else none."""
    chosen: str = ""
    """Which of them lists are of; empty: all."""


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What the session of a request says, also when it has ended."""

    session_hash: str
    """Names the session without being its secret; the CSRF token is bound to it."""
    viewer: Viewer | None
    """None when the session has ended: its forms still pass, so that what was typed can be kept."""
    by_token: bool = False
    """Whether it came as a bearer token, which no browser sends by itself."""


@dataclass(frozen=True, kw_only=True)
class MenuItem:
    """One entry of the main menu."""

    label: str | LazyString
    href: str
    count: int = 0
    """How many things wait behind it; 0 shows nothing."""
    count_means: str = ""
    """What the number counts, for those who do not see its colour: "nieuwe", "open"."""
    is_current: bool = False


FindVisit = Callable[[], Visit | None]
BuildMenu = Callable[[Viewer], Sequence[MenuItem]]
HelpOfPage = Callable[[], object | None]
"""A text that is put into the page's language when it is drawn."""
KeepLanguage = Callable[[Viewer, str], None]
KeepForm = Callable[[], bool]
ExplainRefusal = Callable[[int], Response | None]


def _nobody() -> Visit | None:
    return None


def _no_help() -> object | None:
    return None


def _no_menu(_viewer: Viewer) -> Sequence[MenuItem]:
    return ()


@dataclass(kw_only=True)
class Shell:
    """What was handed in. Changed only while the application is put together."""

    services: WebServices
    find_visit: FindVisit = _nobody
    build_menu: BuildMenu = _no_menu
    keep_language: KeepLanguage | None = None
    keep_form: KeepForm | None = None
    help_of_page: HelpOfPage = _no_help
    explain_refusal: ExplainRefusal | None = None


def shell_of(app: Flask) -> Shell:
    """The shell of an application that `init_web` has set up."""
    return cast("Shell", app.extensions[EXTENSION])


def current_shell() -> Shell:
    """The shell of the application that handles this request."""
    return shell_of(current_app)


def provide_visit(app: Flask, find_visit: FindVisit) -> None:
    """Say how to find out whose request this is. Called at most once a request."""
    shell_of(app).find_visit = find_visit


def provide_menu(app: Flask, build_menu: BuildMenu) -> None:
    """Say which menu a person gets. Called at most once a request, only when a page is drawn."""
    shell_of(app).build_menu = build_menu


def provide_page_help(app: Flask, help_of_page: HelpOfPage) -> None:
    """Say what stands at the foot of the page of this request; None: nothing."""
    shell_of(app).help_of_page = help_of_page


def provide_language_keeper(app: Flask, keep_language: KeepLanguage) -> None:
    """Say where a person's choice of language is kept; without it, only in the browser."""
    shell_of(app).keep_language = keep_language


def provide_form_keeper(app: Flask, keep_form: KeepForm) -> None:
    """Say how what was typed is kept when its session had ended; True: it was, and is to be had at `KEPT_FORMS`."""
    shell_of(app).keep_form = keep_form


def provide_refusal(app: Flask, explain: ExplainRefusal) -> None:
    """Say which page tells of a refusal, of whose status it is told; None: the usual one."""
    shell_of(app).explain_refusal = explain

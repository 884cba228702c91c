"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _

from handover.access.current import current_secret, current_session, drop_session, give_session
from handover.access.errors import SignInFailed, TooManyTries
from handover.access.keywork import run_for
from handover.access.lone import lone_units
from handover.access.model import SessionKind
from handover.access.pages_saved import saved
from handover.access.pages_sleeping import ADDRESS as HAND_ON
from handover.access.pages_sleeping import sleeping
from handover.access.saved_forms import has_saved_forms
from handover.access.sessions import actor_of, sign_out, sign_out_everywhere
from handover.access.signin import sign_in
from handover.access.sleeping import asleep_with
from handover.policy import Actor
from handover.services import Services, current_services
from handover.web.messages import Notice, Tone, tell
from handover.web.shell import KEPT_FORMS
from handover.web.templating import local_path, render
from handover.web.visit import current_viewer

door = Blueprint("door", __name__, template_folder="templates")
door.register_blueprint(saved)
door.register_blueprint(sleeping)


@door.get("/aanmelden")
def show() -> Response:
    """The door. Whoever is in already goes on."""
    back = local_path(request.args.get("terug", "/"))
    if current_viewer() is not None:
        return redirect(back, code=303)  # type: ignore[return-value]  # ours is flask's Response
    return _page(back)


@door.post("/aanmelden")
def enter() -> Response:
    """Open a session, do what waited for this person's keys, and go back to where they were."""
    services, back = current_services(), local_path(request.form.get("terug", "/"))
    email = request.form.get("email", "")
    try:
        made = sign_in(
            services,
            email=email,
            passphrase=request.form.get("wachtzin", ""),
            client_address=request.remote_addr or "",
        )
    except SignInFailed:
        wrong = _("Dit adres en deze wachtzin horen niet bij elkaar. Kijk de vijf woorden na.")
        return _page(back, email=email, wrong={"wachtzin": wrong}, status=401)
    except TooManyTries as error:
        wait = error.retry_after
        wrong = _("Er waren te veel pogingen. Wacht %(tijd)s seconden en probeer het dan opnieuw.", tijd=wait)
        page = _page(back, email=email, wrong={"wachtzin": wrong}, status=429)
        page.headers["Retry-After"] = str(wait)
        return page
    actor, _view = actor_of(services, made.secret, kind=SessionKind.BROWSER)
    done = run_for(services, actor)
    if back == "/":
        back = _first_page(services, actor)
    response: Response = redirect(back, code=303)  # type: ignore[assignment]  # ours is flask's Response
    give_session(response, made.secret)
    if done.done:
        tell(Notice(text=_("Wij hebben %(aantal)s dingen gedaan die op uw sleutel wachtten.", aantal=done.done)))
    if _rests_on_one(services, actor):
        text = _(
            "Uw school rust op één mens: alleen u heeft de beheersleutel. Nodig bij ‘School en sleutels’ een tweede "
            "beheerder uit, bijvoorbeeld iemand van uw bestuur."
        )
        tell(Notice(text=text, tone=Tone.WARNING))
    return response


@door.post("/afmelden")
def leave() -> Response:
    """End this session, or all of this person's ("overal")."""
    services, secret, session = current_services(), current_secret(), current_session()
    if request.form.get("overal") and session is not None and current_viewer() is not None:
        with services.uow() as uow:
            sign_out_everywhere(uow, session.person_id)
            uow.commit()
        text = _("U bent overal afgemeld, ook op andere computers.")
    else:
        if secret:
            sign_out(services, secret)
        text = _("U bent afgemeld.")
    response: Response = redirect("/aanmelden", code=303)  # type: ignore[assignment]  # ours is flask's Response
    drop_session(response)
    tell(Notice(text=text))
    return response


def _rests_on_one(services: Services, actor: Actor) -> bool:
    with services.uow() as uow:
        return bool(lone_units(uow, actor))


def _first_page(services: Services, actor: Actor) -> str:
    """What waits for somebody who did not ask for a page: a kept form, or a key that only they can hand on."""
    if has_saved_forms(services, actor):
        return KEPT_FORMS
    with services.uow() as uow:
        leaves_a_key = not actor.memberships and asleep_with(uow, actor)
    return HAND_ON if leaves_a_key else "/"


def _page(back: str, *, email: str = "", wrong: dict[str, str] | None = None, status: int = 200) -> Response:
    ended = current_session()
    return render(
        "access/aanmelden.html",
        status=status,
        terug=back,
        email=email,
        fouten=wrong or {},
        was_weg=ended is not None,
        demo=current_services().settings.demo,
    )

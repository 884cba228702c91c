"""Giving back what somebody had typed when their session ended."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import urlencode

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException

from handover.access.current import current_actor, current_session
from handover.access.saved_forms import Kept, forget_form, keep_form, saved_forms
from handover.errors import HandoverError
from handover.services import current_services
from handover.web.csrf import HEADER
from handover.web.messages import Notice, Tone, tell
from handover.web.shell import KEPT_FORMS
from handover.web.templating import local_path, render

saved = Blueprint("saved", __name__)

MARK = "bewaard"
"""The parameter by which a form that is sent again names what it was kept as."""
_REFUSED = 400
_CORRECT_IT = 422


def keep_this_form() -> bool:
    """Keep what this request brings, if a session of it ended less than an hour ago. For the shell."""
    kept = keep_quietly()
    if kept:
        text = _("Wat u typte is bewaard. Meld u aan, dan krijgt u het terug.")
        tell(Notice(text=text, tone=Tone.INFO))
    return kept


def keep_quietly() -> bool:
    """Keep what this request brings for whoever's session it is or was, and say nothing of it."""
    session = current_session()
    if session is None or not _is_form() or MARK in request.args:  # kept already, and sent again from there
        return False
    try:
        fields = list(request.form.items(multi=True))
        return keep_form(current_services(), session, path=_address(), fields=fields)
    except (HandoverError, HTTPException):
        return False  # whoever is sent to the door must get there


@saved.get(KEPT_FORMS)
def show() -> Response:
    """What was kept for this person, each with a button that sends it after all."""
    forms = saved_forms(current_services(), current_actor())
    return render("access/bewaard.html", formulieren=[(form, _again(form)) for form in forms])


@saved.post(f"{KEPT_FORMS}/<form_id>/weg")
def throw_away(form_id: str) -> Response:
    """Delete one without sending it."""
    forget_form(current_services(), current_actor(), form_id)
    tell(Notice(text=_("Weggegooid.")))
    return redirect(KEPT_FORMS, code=303)  # type: ignore[return-value]  # ours is flask's Response


@saved.after_app_request
def forget_what_was_taken(response: Response) -> Response:
    """Delete a kept form once it was sent and taken, or its page shows it to be corrected; not when anything failed."""
    form_id = request.args.get(MARK)
    status = response.status_code
    if form_id and request.method == "POST" and (status < _REFUSED or status == _CORRECT_IT):
        with suppress(HandoverError):  # signed out again meanwhile: it stays
            forget_form(current_services(), current_actor(), form_id)
    return response


def _is_form() -> bool:
    # With the token in a header the body was not read yet: a stream of files, which is not kept.
    return request.mimetype == "application/x-www-form-urlencoded" or (
        request.mimetype == "multipart/form-data" and HEADER not in request.headers
    )


def _address() -> str:
    rest = [(name, value) for name, value in request.args.items(multi=True) if name != MARK]
    return f"{request.path}?{urlencode(rest)}" if rest else request.path


def _again(form: Kept) -> str:
    path = local_path(form.path)
    return f"{path}{'&' if '?' in path else '?'}{urlencode({MARK: form.id})}"

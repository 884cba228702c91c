"""Taking back what was just pressed, once or for many at a time."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from handover.access.current import current_actor
from handover.bundles.undoing import Undone, undo
from handover.desk.inbox_together import Going
from handover.errors import NotFound
from handover.services import current_services
from handover.web.messages import Notice, Tone, tell
from handover.web.templating import render

undoing = Blueprint("undoing", __name__, template_folder="templates")

_THEN = "/dossiers?stap=ontvangen"


@undoing.post("/ongedaan/<press>")
def take_back(press: str) -> Response:
    """Take a press back. Of one that is too long ago, or was somebody else's, the same is said: nothing was changed."""
    tried = request.form.get("vanaf", "")
    try:
        undone = undo(
            current_services(),
            current_actor(),
            press,
            tried=int(tried) if tried.isdecimal() and len(tried) < len("10000") else 0,
        )
    except NotFound:
        tell(Notice(text=_("Ongedaan maken kan niet meer. Er is niets veranderd."), tone=Tone.WARNING))
    else:
        if undone.goes_on:
            return _going_page(press, undone)
        _tell(undone)
    return cast("Response", redirect(_THEN, code=303))


def _going_page(press: str, undone: Undone) -> Response:
    """How far it is: of many there is no time for all in one request."""
    return render(
        "desk/bezig.html",
        bezig=Going(href="", what=_("ongedaan maken"), done=undone.tried, total=undone.total),
        verder=url_for("undoing.take_back", press=press),
        stop="",
        daarna=_THEN,
        vanaf=undone.tried,
        gaat_vanzelf=True,
        vraagt=False,
        vraag="",
        mee=[],
        bij="",
        fouten={},
    )


def _tell(undone: Undone) -> None:
    if undone.done:
        tell(
            Notice(
                text=ngettext(
                    "%(num)s dossier is weer zoals het was.", "%(num)s dossiers zijn weer zoals ze waren.", undone.done
                )
            )
        )
    if undone.left:
        text = ngettext(
            "%(num)s dossier bleef zoals het is: er is intussen iets aan veranderd. Kijk het na: %(kenmerken)s.",
            "%(num)s dossiers bleven zoals ze zijn: er is intussen iets aan veranderd. Kijk ze na: %(kenmerken)s.",
            len(undone.left),
            kenmerken=", ".join(undone.left),
        )
        tell(Notice(text=text, tone=Tone.WARNING))

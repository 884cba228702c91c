"""The door of a guest who was asked for a dossier: a link that opens nothing, six words, files one by one, one press.

Nobody is signed in here. The words go along in each form, as there is nothing else that could open what lies ready.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from handover.access.errors import TooManyTries
from handover.access.labels import said
from handover.bundles.answering_asked import (
    KINDS,
    MOST,
    OpenAsked,
    looked_again,
    open_asked,
    put_ready,
    take_out,
)
from handover.bundles.archive import NotWhatWasPromised
from handover.bundles.delivering import deliver, read_answer
from handover.bundles.trying import CodeShut
from handover.desk.documents_page import kinds
from handover.desk.inbox_rows import shown_name
from handover.dossiers.finding import MAX_BYTES, Finding
from handover.dossiers.labels import FINDINGS
from handover.dossiers.taking import Taken
from handover.errors import Conflict, Invalid, Unavailable
from handover.services import current_services
from handover.terms.document_kind import DocumentKind
from handover.terms.parent import Agreement
from handover.web.csrf import FIELD, ForgedRequest, check_origin, csrf_exempt, fits
from handover.web.templating import render
from handover.web.uploads import Field, FilePart, Limits, stream_parts
from keys.errors import KeysError

delivering = Blueprint("delivering", __name__, template_folder="templates")

Parts = Generator[Field | FilePart, None, None]
_LIMITS = Limits(file=MAX_BYTES, parts=MOST + 4, total=4 * MAX_BYTES)
_TYPED = ("naam", "functie", "telefoon", "gezien", "eens", "zienswijze")


class _Refused(Exception):  # no error: the answer is a page
    """The request is not opened; `page` says so."""

    def __init__(self, page: Response) -> None:
        super().__init__()
        self.page = page


@delivering.get("/aanleveren/<asked_id>")
def show(asked_id: str) -> Response:
    """Ask for the words. Whether there is anything behind this link is not told."""
    return _words_page(asked_id)


@delivering.post("/aanleveren/<asked_id>")
def look(asked_id: str) -> Response:
    """Say which child at which school it is about, and what lies ready, to whoever knows the words."""
    try:
        return _page(_opened(asked_id, request.form.get("woorden", "")), request.form.get("woorden", ""))
    except _Refused as refused:
        return refused.page


@delivering.post("/aanleveren/<asked_id>/bestanden")
@csrf_exempt("the body is read file by file: this view compares the token itself, of the first field")
def add(asked_id: str) -> Response:
    """Check and seal what comes, each file as it is in; whatever is wrong with one, the others stay."""
    check_origin()
    try:
        with closing(stream_parts(request, limits=_LIMITS, by_guest=True)) as parts:
            asked, words, taken = _take_all(asked_id, parts)
        return _page(_again(asked), words, taken=taken)
    except _Refused as refused:
        return refused.page


@delivering.post("/aanleveren/<asked_id>/weg")
def remove(asked_id: str) -> Response:
    """Take out one file."""
    words = request.form.get("woorden", "")
    try:
        asked = _opened(asked_id, words)
        take_out(current_services(), asked, request.form.get("bestand", ""))
        return _page(_again(asked), words)
    except _Refused as refused:
        return refused.page
    except CodeShut:
        return _shut(asked_id)


@delivering.post("/aanleveren/<asked_id>/versturen")
def send(asked_id: str) -> Response:
    """Send all that lies ready, and give a receipt to print. Once."""
    words = request.form.get("woorden", "")
    try:
        return _send(_opened(asked_id, words), words)
    except _Refused as refused:
        return refused.page


def _send(asked: OpenAsked, words: str) -> Response:
    form = request.form
    try:
        answer = read_answer(
            name=form.get("naam", ""),
            function=form.get("functie", ""),
            telephone=form.get("telefoon", ""),
            seen=form.get("gezien", ""),
            agreement=form.get("eens", ""),
            view=form.get("zienswijze", ""),
        )
        done = deliver(current_services(), asked, answer)
    except Invalid as error:
        return _page(asked, words, wrong=said(error), status=422)
    except CodeShut:
        return _shut(asked.id)
    except Conflict:
        text = _("Er is niets verstuurd: er kwam iets bij, of er ging iets weg. Kijk de lijst na.")
        return _page(_again(asked), words, wat=text, status=409)
    except Unavailable:
        text = _("Er is niets verstuurd: het lukte ons even niet. Probeer het over een minuut opnieuw.")
        return _page(asked, words, wat=text, status=503)
    except (KeysError, NotWhatWasPromised):
        return render("desk/aanleveren_alarm.html", status=409)
    return render("desk/aanleveren_klaar.html", gevraagd=asked, gedaan=done, antwoord=answer)


def _take_all(asked_id: str, parts: Parts) -> tuple[OpenAsked, str, Sequence[Taken]]:
    """Go through the form: the token first, then the words and what the files are, then the files.

    The words are tried as they come: of somebody who does not know them no file is read.
    """
    fields: dict[str, str] = {}
    asked: OpenAsked | None = None
    taken: list[Taken] = []
    for part in parts:
        if isinstance(part, Field):
            if not fields and not (part.name == FIELD and fits(part.value)):
                raise ForgedRequest
            fields[part.name] = part.value
            if part.name == "woorden" and asked is None:
                asked = _opened(asked_id, part.value)
            continue
        if FIELD not in fields:
            raise ForgedRequest
        asked = asked or _opened(asked_id, fields.get("woorden", ""))
        taken.append(_take(asked_id, asked, fields.get("soort", ""), part))
    if FIELD not in fields:
        raise ForgedRequest
    words = fields.get("woorden", "")
    return asked or _opened(asked_id, words), words, taken


def _take(asked_id: str, asked: OpenAsked, kind: str, part: FilePart) -> Taken:
    chosen = next((one for one in KINDS if one.value == kind), DocumentKind.OTHER_CARE)
    try:
        return put_ready(
            current_services(),
            asked,
            file_name=part.file_name,
            data=part.data,
            kind=chosen,
            problem=Finding(part.problem.value) if part.problem else None,
        )
    except CodeShut as error:
        raise _Refused(_shut(asked_id)) from error


def _opened(asked_id: str, words: str) -> OpenAsked:
    try:
        return open_asked(current_services(), asked_id, words, client_address=request.remote_addr or "")
    except CodeShut as error:
        raise _Refused(_shut(asked_id)) from error
    except TooManyTries as error:
        wrong = _(
            "Er waren te veel pogingen. Wacht %(tijd)s seconden en probeer het dan opnieuw.", tijd=error.retry_after
        )
        page = _words_page(asked_id, wrong={"woorden": wrong}, status=429)
        page.headers["Retry-After"] = str(error.retry_after)
        raise _Refused(page) from error
    except KeysError as error:
        raise _Refused(render("desk/aanleveren_alarm.html", status=409)) from error


def _again(asked: OpenAsked) -> OpenAsked:
    try:
        return looked_again(current_services(), asked)
    except CodeShut as error:
        raise _Refused(_shut(asked.id)) from error


def _shut(asked_id: str) -> Response:
    wrong = _(
        "Dit gaat niet open. Kijk de zes woorden na, of bel de school: misschien is het al verstuurd, of werkt de "
        "code niet meer."
    )
    return _words_page(asked_id, wrong={"woorden": wrong}, status=401)


def _words_page(asked_id: str, *, wrong: Mapping[str, str] | None = None, status: int = 200) -> Response:
    return render("desk/aanleveren.html", adres=f"/aanleveren/{asked_id}", fouten=wrong or {}, status=status)


def _page(
    asked: OpenAsked,
    words: str,
    *,
    taken: Sequence[Taken] | None = None,
    wrong: Mapping[str, str] | None = None,
    wat: str = "",
    status: int = 200,
) -> Response:
    labels = dict(kinds())
    shown: dict[str, Any] = {
        "adres": f"/aanleveren/{asked.id}",
        "gevraagd": asked,
        "naam": shown_name(asked.about),
        "woorden": words,
        "uitslag": taken,
        "soorten": [(kind.value, labels[kind.value]) for kind in KINDS],
        "bevindingen": FINDINGS,
        "gezien": _seen(),
        "eens": _agreed(),
        "meest": MOST,
        "getypt": {name: request.form.get(name, "") for name in _TYPED} if taken is None else {},
        "fouten": wrong or {},
        "wat": wat,
    }
    return render("desk/aanleveren_dossier.html", status=status, **shown)


def _seen() -> list[tuple[str, str]]:
    return [
        (Agreement.YES.value, _("Ja, zij zagen alles wat ik verstuur")),
        (Agreement.NO.value, _("Nee")),
        (Agreement.UNKNOWN.value, _("Dat weet ik niet")),
    ]


def _agreed() -> list[tuple[str, str]]:
    return [
        (Agreement.YES.value, _("Ja")),
        (Agreement.NO.value, _("Nee, of niet met alles")),
        (Agreement.UNKNOWN.value, _("Zij reageerden niet")),
    ]

"""The documents of a whole group: dropped in one go, each kept with the child that it is of."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from flask import Blueprint, Response, jsonify
from flask_babel import gettext as _

from handover.access.current import actor_now, current_actor
from handover.desk.class_pdfs import ASKED, ClassPdfs, Fate, Placed, counted, open_class_pdfs, place
from handover.desk.documents_page import kinds
from handover.desk.streamed import UploadsBusy, prove_header, streamed
from handover.dossiers.finding import MAX_BYTES, Finding
from handover.dossiers.labels import FINDINGS
from handover.errors import Invalid
from handover.services import current_services
from handover.terms.document_kind import DocumentKind
from handover.terms.msgid import msgid
from handover.web.csrf import csrf_exempt
from handover.web.errors import wants_problem
from handover.web.templating import render
from handover.web.uploads import FilePart, Limits

class_pdfs = Blueprint("class_pdfs", __name__, template_folder="templates")

_MOST = 80
_LIMITS = Limits(file=MAX_BYTES, parts=_MOST + 8, total=_MOST * (MAX_BYTES + 10_000))
"""Of one form: two files for each child of the largest class."""
_SAID: Mapping[Fate, str] = {
    Fate.KEPT: msgid("Bewaard bij %(naam)s."),
    Fate.NOBODY: msgid("Wij vinden in dit bestand geen kind uit deze groep. Van wie is het?"),
    Fate.SEVERAL: msgid("Dit bestand kan van meer dan één kind zijn. Van wie is het?"),
    Fate.OTHER: msgid("Dit lijkt niet van %(naam)s: de naam van %(ander)s staat erin. Van wie is het?"),
    Fate.SENT: msgid("Niet bewaard: het dossier van %(naam)s is al verstuurd. Stuur dit na vanaf het dossier."),
    Fate.FULL: msgid("Niet bewaard: in het dossier van %(naam)s staan al 40 documenten."),
    Fate.BUSY: msgid("Niet bewaard: het was even te druk. Voeg dit bestand over een minuut opnieuw toe."),
}


@class_pdfs.get("/groep/<group_id>/pdfs")
def show(group_id: str) -> Response:
    """Where the files of a group are dropped, and who has no report yet."""
    return _page(open_class_pdfs(current_services(), current_actor(), group_id))


@class_pdfs.post("/groep/<group_id>/pdfs")
@csrf_exempt("the body is read file by file: this view compares the token itself, of the header or the first field")
def add(group_id: str) -> Response:
    """Take in what comes; whatever is wrong with one file, the others stay."""
    prove_header()
    services = current_services()
    page = open_class_pdfs(services, current_actor(), group_id)
    said: dict[str, str] = {}
    placed = []
    with closing(streamed(_LIMITS)) as parts:
        for part in parts:
            if isinstance(part, FilePart):
                placed.append(
                    place(
                        services,
                        actor_now(),
                        page,
                        file_name=part.file_name,
                        data=part.data,
                        problem=Finding(part.problem.value) if part.problem else None,
                        kind=_kind(said.get("soort", "")),
                        reference=said.get("voor", ""),
                        is_certain=bool(said.get("zeker")),
                    )
                )
            else:
                said[part.name] = part.value
            del part  # the next one needs the room
    if wants_problem():
        return _to_script(placed)
    return _page(open_class_pdfs(services, actor_now(), group_id), placed)


def _to_script(placed: list[Placed]) -> Response:
    """For the script of the page, which sends one file at a time."""
    if not placed:
        raise Invalid(fields={"bestanden": _("Er kwam geen bestand mee. Kies het opnieuw.")})
    one = placed[0]
    if one.fate is Fate.BUSY:
        raise UploadsBusy(retry_after=10)
    return jsonify(
        is_kept=one.fate is Fate.KEPT,
        asks=one.fate in ASKED,
        text=said_of(one),
        reference=one.kid.reference if one.kid else "",
        is_report=bool(one.taken and one.taken.kind is DocumentKind.OKR),
        perhaps=one.perhaps[0].reference if len(one.perhaps) == 1 else "",
    )


def said_of(one: Placed) -> str:
    """What became of a file, in one or two sentences."""
    if one.fate is Fate.REFUSED:
        findings = one.taken.findings if one.taken else ()
        return " ".join([_("Niet bewaard."), *(_(FINDINGS[finding]) for finding in findings)])
    named: dict[str, Any] = {
        "naam": one.kid.name.full if one.kid else "",
        "ander": one.perhaps[0].name.full if one.perhaps else "",
    }
    text = [_(_SAID[one.fate], **named)]
    if one.fate is Fate.KEPT and one.taken:
        text += [_(FINDINGS[finding]) for finding in one.taken.findings]
    if one.is_second_report:
        text.append(_("Er stond al een rapport in dit dossier. Haal weg wat oud is."))
    return " ".join(text)


def _page(page: ClassPdfs, placed: list[Placed] | None = None) -> Response:
    return render(
        "desk/groep_pdfs.html",
        pagina=page,
        uitslag=[(one, said_of(one)) for one in placed or []],
        geteld=counted(placed or []),
        soorten=kinds(),
        gekomen=placed is not None,
        status=422 if placed is not None and not placed else 200,
    )


def _kind(value: str) -> DocumentKind | None:
    """The kind that was chosen for all; None: what the name of each file says."""
    if not value:
        return None
    try:
        return DocumentKind(value)
    except ValueError as error:
        raise Invalid(fields={"soort": _("Deze keuze staat niet in de lijst. Kies opnieuw.")}) from error

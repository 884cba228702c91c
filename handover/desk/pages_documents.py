"""The documents of a dossier: adding, looking, naming, taking out.

Files come in one form, or one by one from the script of the page. Either way each is checked and sealed as its last
byte is in, before the next is read; nothing of them touches a disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import cast

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _
from flask_babel import ngettext

from handover.access.current import actor_now, current_actor
from handover.access.labels import said
from handover.desk.documents_page import kinds, open_document_page, open_documents
from handover.desk.streamed import UploadsBusy, prove_header, streamed
from handover.dossiers.documents import change_kind, open_document, remove, restore
from handover.dossiers.drafts import MAX_DOCUMENTS, TooManyDocuments, editable
from handover.dossiers.file_name import clean_file_name
from handover.dossiers.finding import MAX_BYTES, Finding
from handover.dossiers.hidden import rename
from handover.dossiers.labels import FINDINGS
from handover.dossiers.taking import Taken, take
from handover.errors import Invalid
from handover.policy import Actor
from handover.services import Services, current_services
from handover.terms.document_kind import DocumentKind
from handover.web.csrf import csrf_exempt
from handover.web.errors import wants_problem
from handover.web.messages import Notice, tell
from handover.web.templating import render
from handover.web.uploads import FilePart, Limits

documents = Blueprint("documents", __name__, template_folder="templates")

_LIMITS = Limits(file=MAX_BYTES, parts=MAX_DOCUMENTS + 2, total=MAX_DOCUMENTS * (MAX_BYTES + 10_000))
"""One form may fill a whole dossier; its fields come on top."""


@documents.get("/leerling/<reference>/documenten")
def show(reference: str) -> Response:
    """The list, and where files can be dropped."""
    actor = current_actor()
    page = open_documents(current_services(), actor, reference)
    return render("desk/documenten.html", pagina=page, soorten=kinds(), bevindingen=FINDINGS)


@documents.post("/leerling/<reference>/documenten")
@csrf_exempt("the body is read file by file: this view compares the token itself, of the header or the first field")
def add(reference: str) -> Response:
    """Take in what comes; whatever is wrong with one file, the others stay."""
    actor, services = current_actor(), current_services()
    prove_header()
    with services.uow() as uow:
        editable(uow, actor, reference)
    taken = list(_take_all(services, reference))
    if wants_problem():
        return _to_script(taken)
    if all(one.is_kept for one in taken) and taken:
        tell(Notice(text=ngettext("%(num)s document is bewaard.", "%(num)s documenten zijn bewaard.", len(taken))))
        return _to(reference)
    page = open_documents(services, actor, reference)
    status = 200 if any(one.is_kept for one in taken) else 422
    return render("desk/documenten_uitslag.html", status=status, pagina=page, uitslag=taken, bevindingen=FINDINGS)


@documents.post("/leerling/<reference>/documenten/soorten")
def save_kinds(reference: str) -> Response:
    """What each document is."""
    actor, services = current_actor(), current_services()
    page = open_documents(services, actor, reference)
    changed = 0
    for one in page.documents:
        kind = _kind(request.form.get(f"soort-{one.id}", one.kind.value))
        if kind is not one.kind:
            change_kind(services, actor, reference, one.id, kind)
            changed += 1
    with services.uow() as uow:
        editable(uow, actor, reference)
    tell(Notice(text=_("Bewaard.") if changed else _("Er was niets veranderd.")))
    return _to(reference)


@documents.get("/leerling/<reference>/documenten/<document_id>")
def show_one(reference: str, document_id: str) -> Response:
    """One document in the page, with its name and kind."""
    return _one(reference, document_id)


@documents.post("/leerling/<reference>/documenten/<document_id>")
def save_one(reference: str, document_id: str) -> Response:
    """Another name or kind."""
    actor, services = current_actor(), current_services()
    with services.uow() as uow:
        editable(uow, actor, reference)
    page = open_document_page(services, actor, reference, document_id)
    typed = request.form.get("titel", "")
    if not typed.strip():
        wrong = {"titel": _("Geef het document een naam.")}
        return _one(reference, document_id, titel=typed, wrong=wrong, status=422)
    title, kind = clean_file_name(typed), _kind(request.form.get("soort", ""))
    if title != page.document.title:
        try:
            rename(services, actor, reference, document_id, title)
        except Invalid as error:
            return _one(reference, document_id, titel=typed, wrong={"titel": said(error)["title"]}, status=422)
    if kind is not page.document.kind:
        change_kind(services, actor, reference, document_id, kind)
    tell(Notice(text=_("Bewaard.")))
    return _to(reference)


@documents.post("/leerling/<reference>/documenten/<document_id>/weg")
def take_out(reference: str, document_id: str) -> Response:
    """Take it out, with a way back."""
    actor, services = current_actor(), current_services()
    remove(services, actor, reference, document_id)
    tell(
        Notice(
            text=_("Het document is uit het dossier gehaald."),
            undo_href=f"/leerling/{reference}/documenten/{document_id}/terug",
            undo_label=_("Zet het terug"),
            undo_until=_("Dat kan nog een paar uur."),
        )
    )
    return _to(reference)


@documents.post("/leerling/<reference>/documenten/<document_id>/terug")
def put_back(reference: str, document_id: str) -> Response:
    """The way back."""
    actor, services = current_actor(), current_services()
    restore(services, actor, reference, document_id)
    tell(Notice(text=_("Het document staat weer in het dossier.")))
    return _to(reference)


@documents.get("/leerling/<reference>/documenten/<document_id>/bestand")
def download(reference: str, document_id: str) -> Response:
    """Its bytes, for the viewer and to keep. The file's name says what it is and whose reference, not whose name."""
    actor = current_actor()
    opened = open_document(current_services(), actor, reference, document_id)
    response = Response(opened.pieces, mimetype="application/pdf")
    response.content_length = opened.size
    response.headers.set("Content-Disposition", "attachment", filename=f"{opened.kind.value}-{reference}.pdf")
    return response


def _take_all(services: Services, reference: str) -> Iterator[Taken]:
    with closing(streamed(_LIMITS)) as parts:
        for part in parts:
            if isinstance(part, FilePart):
                yield _take(services, actor_now(), reference, part)
            del part  # the next one needs the room


def _take(services: Services, actor: Actor, reference: str, part: FilePart) -> Taken:
    return take(
        services,
        actor,
        reference,
        file_name=part.file_name,
        data=part.data,
        problem=Finding(part.problem.value) if part.problem else None,
    )


def _to_script(taken: list[Taken]) -> Response:
    """For the script of the page, which sends one file at a time and shows what is said of it."""
    if any(one.is_busy for one in taken):
        raise UploadsBusy(retry_after=10)
    if any(one.is_full for one in taken):
        raise TooManyDocuments
    refused = [one for one in taken if not one.is_kept]
    if refused or not taken:
        said = " ".join(_(FINDINGS[finding]) for one in refused for finding in one.findings)
        raise Invalid(fields={"bestanden": said or _("Er kwam geen bestand mee. Kies het opnieuw.")})
    return Response(status=201)


def _one(
    reference: str,
    document_id: str,
    *,
    titel: str | None = None,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    actor = current_actor()
    page = open_document_page(current_services(), actor, reference, document_id)
    return render(
        "desk/documenten_een.html",
        status=status,
        pagina=page,
        titel=page.document.title if titel is None else titel,
        soorten=kinds(),
        bevindingen=FINDINGS,
        fouten=wrong or {},
    )


def _kind(value: str) -> DocumentKind:
    try:
        return DocumentKind(value)
    except ValueError as error:
        raise Invalid(fields={"soort": _("Deze keuze staat niet in de lijst. Kies opnieuw.")}) from error


def _to(reference: str) -> Response:
    return cast("Response", redirect(f"/leerling/{reference}/documenten", code=303))

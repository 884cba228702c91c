"""The documents of a draft over the API. A body is the PDF itself: read in memory, checked, and only then kept."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.exceptions import ClientDisconnected, UnsupportedMediaType
from werkzeug.http import parse_options_header

from handover.access.current import actor_now, current_actor
from handover.desk.api_gates import asks, leaver
from handover.dossiers.documents import (
    KeptDocument,
    change_kind,
    document_of,
    list_documents,
    open_document,
    remove,
    restore,
)
from handover.dossiers.drafts import TooManyDocuments, editable
from handover.dossiers.file_name import clean_file_name
from handover.dossiers.finding import MAX_BYTES, Finding
from handover.dossiers.hidden import rename
from handover.dossiers.labels import FINDINGS
from handover.dossiers.taking import take
from handover.errors import Invalid, Unavailable
from handover.leavers.actions import leaver_of
from handover.policy import Action
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import LOCATION, Gives, Takes, operation
from handover.web.uploads import READ as AT_A_TIME
from handover.web.uploads import raw_body
from schemas.documents import ChangedDocumentSchema, DocumentsSchema, KeptDocumentSchema, UploadSchema

api_documents = ApiBlueprint(
    "leaver-documents", __name__, url_prefix="/api/v1/leavers", description="Documenten van een dossier"
)

PDF = "application/pdf"
READ_OUT = 40 * MAX_BYTES
"""One gigabyte, as with forms. Up to it a body that is too large is read to its end, so that its sender hears why."""
TITLE = {
    "in": "header",
    "name": "Content-Disposition",
    "required": False,
    "schema": {"type": "string"},
    "description": "attachment; filename*=UTF-8''… : what the document is called. Never part of an address.",
}
EDIT, READ = asks(Action.EDIT_DOSSIER, leaver), asks(Action.READ_DOSSIER, leaver)


class DocumentRefused(Invalid):
    """The check found a reason not to take this document; nothing was kept. Its `fields` say which."""

    code = "document-refused"


class ChecksBusy(Unavailable):
    """It was not looked at, or could not be stored; the same once more may work."""

    code = "uploads-busy"


@operation(
    api_documents,
    "GET",
    "/<reference>/documents",
    gate=READ,
    gives=Gives(schema=DocumentsSchema),
)
def read_all(reference: str) -> ResponseReturnValue:
    """The documents of a draft."""
    actor = current_actor()
    with current_services().uow() as uow:
        found = list_documents(uow, actor, leaver_of(uow, reference))
    return {"documents": [_shown(one) for one in found]}


@operation(
    api_documents,
    "POST",
    "/<reference>/documents",
    gate=EDIT,
    takes=Takes(query=UploadSchema, media_type=PDF, parameters=(TITLE,), repeatable=True),
    gives=Gives(status=201, schema=KeptDocumentSchema, headers=LOCATION),
    fails=(403, 409, 411, 413, 415, 422, 503),
)
def add(query: dict[str, Any], reference: str) -> ResponseReturnValue:
    """Add a PDF of at most 25 MB. It is kept as it is, or refused with the reason."""
    services, actor = current_services(), current_actor()
    if request.mimetype != PDF:
        raise UnsupportedMediaType
    with services.uow() as uow:
        editable(uow, actor, reference)
    if MAX_BYTES < (request.content_length or 0) <= READ_OUT:
        # Read on and forget: who is still sending hears no reason from a connection that was closed.
        _read_out()
        taken = take(services, actor, reference, file_name=_title(), data=bytearray(), problem=Finding.TOO_LARGE)
    else:
        with raw_body(request, limit=MAX_BYTES) as data:
            taken = take(services, actor_now(), reference, file_name=_title(), data=data, kind=query.get("kind"))
    if taken.is_busy:
        raise ChecksBusy(retry_after=10)
    if taken.is_full:
        raise TooManyDocuments
    if not taken.is_kept:
        raise DocumentRefused(fields={one.value: gettext(FINDINGS[one]) for one in taken.findings})
    with services.uow() as uow:
        kept = document_of(uow, actor, leaver_of(uow, reference), taken.document_id)
    return _shown(kept), 201, {"Location": f"/api/v1/leavers/{reference}/documents/{kept.id}"}


@operation(api_documents, "GET", "/<reference>/documents/<document_id>", gate=READ, gives=Gives(media_type=PDF))
def download(reference: str, document_id: str) -> ResponseReturnValue:
    """The bytes of one document, as they came."""
    opened = open_document(current_services(), current_actor(), reference, document_id)
    response = Response(opened.pieces, mimetype=PDF)
    response.content_length = opened.size
    response.headers.set("Content-Disposition", "attachment", filename=f"{opened.kind.value}-{reference}.pdf")
    return response


@operation(
    api_documents,
    "PATCH",
    "/<reference>/documents/<document_id>",
    gate=EDIT,
    takes=Takes(body=ChangedDocumentSchema),
    fails=(403, 409, 503),
)
def change(given: dict[str, Any], reference: str, document_id: str) -> ResponseReturnValue:
    """Give it another title, or say that it is something else."""
    services, actor = current_services(), current_actor()
    if "title" in given:
        rename(services, actor, reference, document_id, clean_file_name(given["title"]))
    if "kind" in given:
        change_kind(services, actor, reference, document_id, given["kind"])
    return "", 204


@operation(api_documents, "DELETE", "/<reference>/documents/<document_id>", gate=EDIT, fails=(403, 409, 503))
def take_out(reference: str, document_id: str) -> ResponseReturnValue:
    """Take it out of the dossier; for a few hours it can be put back."""
    remove(current_services(), current_actor(), reference, document_id)
    return "", 204


@operation(
    api_documents,
    "POST",
    "/<reference>/documents/<document_id>/restore",
    gate=EDIT,
    takes=Takes(repeatable=True),
    fails=(403, 409, 410, 503),
)
def put_back(reference: str, document_id: str) -> ResponseReturnValue:
    """Put back what was taken out."""
    restore(current_services(), current_actor(), reference, document_id)
    return "", 204


def _read_out() -> None:
    request.max_content_length = READ_OUT
    with suppress(ClientDisconnected, OSError):
        while request.stream.read(AT_A_TIME):
            pass


def _title() -> str:
    _how, options = parse_options_header(request.headers.get("Content-Disposition", ""))
    return options.get("filename", "")


def _shown(one: KeptDocument) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "title": one.title,
        "pages": one.pages,
        "size": one.size,
        "findings": [_found(finding) for finding in one.notes],
    }


def _found(finding: Finding) -> dict[str, str]:
    return {"finding": finding.value, "text": gettext(FINDINGS[finding])}

"""Reading over the API: what was filled in, each document, all of it as a ZIP, or sealed under five words.

Documents stream in pieces with their true length. What turns out not to be what was sent breaks the connection off
before its last piece.
"""

from __future__ import annotations

from typing import Any

from flask import Response
from flask.typing import ResponseReturnValue

from handover.access.current import current_actor
from handover.bundles import downloads
from handover.bundles.downloads import Download
from handover.bundles.model import Part
from handover.bundles.reading import content, open_for_reading
from handover.desk.api_gates import asks, handover
from handover.errors import NotFound
from handover.policy import Action
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import Gives, Takes, operation
from schemas.handovers import ContentSchema, GivenWordsSchema, PartFilterSchema, SealedWordsSchema

api_reading = ApiBlueprint(
    "handover-content", __name__, url_prefix="/api/v1/handovers", description="Lezen wat verstuurd is"
)

READ = asks(Action.READ_HANDOVER, handover)
FAILS = (403, 409, 422, 503)


@operation(
    api_reading,
    "GET",
    "/<handover_id>/content",
    gate=READ,
    takes=Takes(query=PartFilterSchema),
    gives=Gives(schema=ContentSchema),
    fails=FAILS,
)
def read(query: dict[str, Any], handover_id: str) -> ResponseReturnValue:
    """What was filled in, and the list of documents. It counts as read from now on."""
    services, actor = current_services(), current_actor()
    opened = open_for_reading(services, actor, handover_id, Part(query["part"]))
    try:
        documents = [
            {
                "number": one.number,
                "kind": one.kind,
                "title": one.title,
                "pages": one.pages,
                "size": one.length,
                "sha256": one.sha256,
                "findings": list(one.findings),
            }
            for one in opened.inside.documents
        ]
        said = content(services, actor, opened, way="download")
    finally:
        opened.inside.close()
    return {"part": query["part"], "version": opened.version, "content": said, "documents": documents}


@operation(
    api_reading,
    "GET",
    "/<handover_id>/documents/<part>/<int:number>",
    gate=READ,
    gives=Gives(media_type=downloads.PDF),
    fails=FAILS,
)
def document(handover_id: str, part: str, number: int) -> ResponseReturnValue:
    """One document, byte for byte as it was sent."""
    return _sent(downloads.one(current_services(), current_actor(), handover_id, _part(part), number))


@operation(
    api_reading,
    "GET",
    "/<handover_id>/archive",
    gate=READ,
    gives=Gives(media_type=downloads.ZIP),
    fails=FAILS,
)
def archive(handover_id: str) -> ResponseReturnValue:
    """Everything that you may read, as one ZIP."""
    return _sent(downloads.as_zip(current_services(), current_actor(), handover_id))


@operation(
    api_reading,
    "POST",
    "/<handover_id>/sealed",
    gate=READ,
    gives=Gives(schema=SealedWordsSchema),
    fails=FAILS,
)
def draw_words(handover_id: str) -> ResponseReturnValue:
    """Draw five words to seal it under. They are shown this once; give them back to get each part."""
    found = downloads.sealed(current_services(), current_actor(), handover_id)
    return {"words": found.words, "parts": [part.value for part in found.downloads]}


@operation(
    api_reading,
    "POST",
    "/<handover_id>/sealed/<part>",
    gate=READ,
    takes=Takes(body=GivenWordsSchema),
    gives=Gives(media_type=downloads.AGE),
    fails=FAILS,
)
def sealed(given: dict[str, Any], handover_id: str, part: str) -> ResponseReturnValue:
    """One part, sealed anew under the five words: any `age` opens it."""
    found = downloads.sealed(current_services(), current_actor(), handover_id, words=given["words"])
    make = found.downloads.get(_part(part))
    if make is None:
        raise NotFound
    return _sent(make())


def _part(name: str) -> Part:
    try:
        return Part(name)
    except ValueError as error:
        raise NotFound from error


def _sent(download: Download) -> Response:
    response = Response(download.pieces, mimetype=download.media_type)
    response.content_length = download.size
    response.headers.set("Content-Disposition", "attachment", filename=download.file_name)
    return response

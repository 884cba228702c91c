"""A form of documents, part by part: whoever sends it proves first that it comes from a page of ours."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

from flask import request

from handover.errors import Unavailable
from handover.web.csrf import FIELD, HEADER, ForgedRequest, check_origin, fits
from handover.web.uploads import Field, FilePart, Limits, stream_parts


class UploadsBusy(Unavailable):
    """Too many large uploads at once; nothing of this one was read."""

    code = "uploads-busy"


def prove_header() -> None:
    """Compare the token that a script sends along, before anything of the body is read.

    Raises:
        ForgedRequest: it is another, or the form comes from elsewhere.
    """
    check_origin()
    if HEADER in request.headers and not fits(request.headers[HEADER]):
        raise ForgedRequest


def streamed(limits: Limits) -> Generator[Field | FilePart, None, None]:
    """The parts of this request's form, the token left out; let go of a file before asking for the next part.

    Raises:
        ForgedRequest: no good token in the header, nor in the first field.
        UploadsBusy: too many large uploads at once.
    """
    is_proven = HEADER in request.headers
    with closing(stream_parts(request, limits=limits)) as parts:
        while True:
            try:
                part = next(parts, None)
            except Unavailable as error:
                raise UploadsBusy(retry_after=10) from error
            if part is None:
                return
            if not is_proven:
                if not (isinstance(part, Field) and part.name == FIELD and fits(part.value)):
                    raise ForgedRequest
                is_proven = True
            yield part
            del part  # the next one needs the room

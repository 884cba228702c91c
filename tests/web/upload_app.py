"""A small application for gunicorn: it takes uploads, checks them, and says what it saw."""

from __future__ import annotations

import resource

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from handover.dossiers.checking import check_document
from handover.errors import HandoverError, Unavailable
from handover.web.uploads import FilePart, FormRequest, raw_body, stream_parts


class Uploads(Flask):
    request_class = FormRequest


app = Uploads(__name__)
spooling = Flask(__name__)


@app.post("/parts")
def parts() -> Response:
    seen = []
    for part in stream_parts(request):
        if isinstance(part, FilePart):
            findings = [part.problem] if part.problem else check_document(part.data).findings
            seen.append([part.name, part.file_name, len(part.data), *findings])
        else:
            seen.append([part.name, part.value])
    return jsonify(seen)


@app.put("/raw")
def raw() -> Response:
    with raw_body(request, limit=25_000_000) as data:
        return jsonify([len(data), *check_document(data).findings])


@app.post("/form")
@spooling.post("/form")
def form() -> Response:
    return jsonify([len(file.read()) for file in request.files.values()])


@app.errorhandler(HandoverError)
def refused(error: HandoverError) -> tuple[Response, int]:
    return jsonify(error.code), 503 if isinstance(error, Unavailable) else 422


@app.errorhandler(HTTPException)
def refused_by_werkzeug(error: HTTPException) -> tuple[Response, int]:
    return jsonify(type(error).__name__), error.code or 500


def that_writes_no_file() -> DispatcherMiddleware:
    """From here on this process, and what it starts, cannot write a byte to any file, named or not."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    return DispatcherMiddleware(app, {"/spooling": spooling})

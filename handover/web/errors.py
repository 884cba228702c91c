"""The one table from error to answer: under `/api/` a problem document (RFC 9457), elsewhere a page.

Nothing about a child is in any of them: the texts are by kind, what else is shown is what a field's own check
said. Unexpected errors are logged by class and place. Their message is not: it may quote what somebody typed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import Any
from urllib.parse import quote, urlencode

import structlog
from flask import Flask, Response, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from handover import errors as kinds
from handover.errors import HandoverError
from handover.web.requestid import current_request_id, route
from handover.web.shell import KEPT_FORMS, current_shell
from handover.web.wording import WORDING, Wording, wording_of
from keys.errors import KeysError

PROBLEM = "application/problem+json"
SIGN_IN = "/aanmelden"
PRECONDITION_FAILED = 412
FIRST_OF_OURS = 500
"""From this status on the fault is ours, and the log says where."""

STATUS: dict[type[HandoverError], int] = {
    HandoverError: 400,
    kinds.NotFound: 404,
    kinds.NotAllowed: 403,
    kinds.NotSignedIn: 401,
    kinds.IllegalTransition: 409,
    kinds.Conflict: 409,
    kinds.Invalid: 422,
    kinds.Expired: 410,
    kinds.Unavailable: 503,
    KeysError: 422,
}

HTTP_CODES = {
    400: "error",
    401: "not-signed-in",
    403: "not-allowed",
    404: "not-found",
    405: "method-not-allowed",
    409: "conflict",
    410: "expired",
    412: "conflict",
    413: "too-large",
    415: "unsupported-media-type",
    422: "invalid",
    429: "too-many-requests",
    503: "unavailable",
}

ROOT = Path(__file__).resolve().parents[2]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An error as it will be shown, whatever the form."""

    status: int
    code: str
    wording: Wording
    fields: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


def status_of(error: HandoverError) -> int:
    """The status of the most particular kind in the table; 412 for a conflict with what If-Match named."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    if isinstance(error, kinds.Conflict) and "If-Match" in request.headers:
        return PRECONDITION_FAILED
    return status


def answer_with(kind: type[HandoverError], status: int) -> None:
    """Give one kind of error a status of its own. Called by a feature while the application is put together."""
    STATUS[kind] = status


def init_errors(app: Flask) -> None:
    """Answer every error of the application here."""
    app.register_error_handler(HandoverError, answer_ours)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_unexpected)


def answer_ours(error: HandoverError) -> ResponseReturnValue:
    """An error of the service itself. Nothing was changed."""
    status = status_of(error)
    log.info("request_refused", code=error.code, status=status, route=route())
    if isinstance(error, kinds.NotSignedIn) and not wants_problem():
        return _to_sign_in()
    explained = _explained(error, status)
    if explained is not None:
        return explained
    headers = {}
    if isinstance(error, kinds.Unavailable):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, kinds.NotSignedIn):
        headers["WWW-Authenticate"] = "Bearer"
    wrong = error.fields if isinstance(error, kinds.Invalid) else {}
    # An empty text stays empty: gettext would answer it with a catalogue's header.
    fields = {name: str(_(text)) if text else "" for name, text in wrong.items()}
    return show(Answer(status=status, code=error.code, wording=wording_of(error), fields=fields, headers=headers))


def answer_http(error: HTTPException) -> ResponseReturnValue:
    """An error that the framework raised: no such address, too large, not what the API takes."""
    if isinstance(error, RequestRedirect) or error.response is not None:
        return error
    status = error.code or FIRST_OF_OURS
    code = HTTP_CODES.get(status, "internal" if status >= FIRST_OF_OURS else "error")
    headers = {}
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        headers["Allow"] = ", ".join(sorted(error.valid_methods))
    retry_after = getattr(error, "retry_after", None)
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    messages = getattr(error, "data", {}).get("messages", {})
    return show(Answer(status=status, code=code, wording=WORDING[code], fields=flatten(messages), headers=headers))


def answer_unexpected(error: Exception) -> ResponseReturnValue:
    """A fault of ours. Tests see it as it is; everybody else sees a page that says what was kept."""
    log_unexpected(error)
    if current_app.testing and current_app.config["PROPAGATE_EXCEPTIONS"] is not False:
        raise error
    return show(Answer(status=500, code="internal", wording=WORDING["internal"]))


def log_unexpected(error: BaseException) -> None:
    """Log class and place, and those of what caused it; never a message, an argument or a local."""
    causes: list[str] = []
    cause = error.__cause__ or error.__context__
    while cause is not None and len(causes) < 5:  # noqa: PLR2004  # enough to see where it came from
        causes.append(f"{type(cause).__qualname__} at {place_of(cause.__traceback__)}")
        cause = cause.__cause__ or cause.__context__
    log.error(
        "request_failed",
        error=type(error).__qualname__,
        place=place_of(error.__traceback__),
        causes=causes,
        route=route(),
    )


def place_of(trace: TracebackType | None) -> str:
    """Where it was raised, and the last place of ours on the way there: file, function and line."""
    places = [(frame.f_code, line) for frame, line in walk_tb(trace)]
    ours = [place for place in places if Path(place[0].co_filename).is_relative_to(ROOT / "handover")]
    named = dict.fromkeys((*ours[-1:], *places[-1:]))
    return " > ".join(f"{Path(code.co_filename).name}:{code.co_name}:{line}" for code, line in named)


def wants_problem() -> bool:
    """Whether this request is answered with a problem document: the API, and scripts that ask for one."""
    return request.path.startswith("/api/") or request.headers.get("Accept", "").startswith(PROBLEM)


def show(answer: Answer) -> Response:
    """The answer in the form that fits the request."""
    if wants_problem():
        response = _problem(answer)
    else:
        body = render_template("fout.html", answer=answer, request_code=current_request_id())
        response = Response(body, status=answer.status, mimetype="text/html")
    response.headers.update(answer.headers)
    return response


def _problem(answer: Answer) -> Response:
    problem = {
        "type": f"/api/#fout-{answer.code}",
        "title": str(answer.wording.title),
        "status": answer.status,
        "detail": f"{answer.wording.happened} {answer.wording.kept}",
        "instance": quote(request.path),
        "code": answer.code,
        "errors": [{"pointer": name, "detail": text} for name, text in answer.fields.items()],
        "request_id": current_request_id(),
    }
    return Response(json.dumps(problem, ensure_ascii=False), status=answer.status, mimetype=PROBLEM)


def _explained(error: HandoverError, status: int) -> Response | None:
    """A page of somebody above, who knows more of why; the status says as little as ever."""
    explain = current_shell().explain_refusal
    # Exactly these: whoever refused in words of their own, or took the request for a forgery, knows better.
    if explain is None or wants_problem() or type(error) not in {kinds.NotFound, kinds.NotAllowed}:
        return None
    return explain(status)


def _to_sign_in() -> Response:
    back = _way_back()
    target = f"{SIGN_IN}?{urlencode({'terug': back})}" if back else SIGN_IN
    return redirect(target, code=303)  # type: ignore[return-value]  # ours is flask's Response


def _way_back() -> str:
    """Where signing in leads to. Only a page can be gone back to; what was posted is kept by who knows the session."""
    if request.method == "GET":
        return request.path if request.path != "/" else ""
    keep = current_shell().keep_form
    return KEPT_FORMS if request.method == "POST" and keep is not None and keep() else ""


def flatten(messages: Any, pointer: str = "") -> dict[str, str]:
    """Marshmallow's nested messages as one text for each place: `{"/json/pages/0/title": "…"}`."""
    if isinstance(messages, Mapping):
        found: dict[str, str] = {}
        for name, inner in messages.items():
            found |= flatten(inner, f"{pointer}/{name}")
        return found
    if isinstance(messages, list | tuple) and not all(isinstance(text, str) for text in messages):
        return flatten(dict(enumerate(messages)), pointer)
    text = " ".join(map(str, messages)) if isinstance(messages, list | tuple) else str(messages)
    return {pointer or "/": text} if text else {}

"""One operation of the API, said in one place: who may, what it takes, what it gives.

The gate is asked before a byte of the body is looked at: who may not do this learns nothing from how it was refused,
and nobody sends 25 MB to hear that. The action asks policy again, in its own transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from json import dumps
from typing import Any, TypeVar

from flask import Response, request
from flask.typing import ResponseReturnValue
from marshmallow import Schema
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from handover.errors import Invalid
from handover.web.api import ApiBlueprint
from handover.web.errors import PROBLEM
from handover.web.idempotency import PARAMETER, idempotent
from schemas.problem import ProblemSchema

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
BINARY = {"type": "string", "format": "binary"}
IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "schema": {"type": "string"},
    "description": "The ETag of what you read; somebody else's change since is answered with 412.",
}
MAY_MATCH = {**IF_MATCH, "required": False}
"""Where who names no version means whatever stands now."""
TAG = {"ETag": {"schema": {"type": "string"}, "description": "The version that was read."}}
LOCATION = {"Location": {"schema": {"type": "string"}, "description": "Where it is now."}}
_ALWAYS = {401: "Nobody is signed in.", 404: "It is not there, or not for you: the same answer."}
_FAILS = {
    400: "What came is no JSON.",
    403: "You may see it, and somebody else must do it.",
    409: "Not in this state, somebody was first, or it is not what was sent. `code` says; `errors` what is left to do.",
    410: "It was there once.",
    411: "Say how long the body is: Content-Length.",
    412: "Somebody changed it since you read it.",
    413: "Too large.",
    415: "Not of the media type that this takes.",
    422: "Something given cannot be taken; `errors` says what.",
    429: "Too many tries. Wait as long as `Retry-After` says.",
    503: "Busy. Try again after as many seconds as `Retry-After` says.",
}


@dataclass(frozen=True)
class Gate:
    """What is asked first. `action` and `who` are for the document only."""

    ask: Callable[[Mapping[str, Any]], None]
    action: str = ""
    who: tuple[str, ...] = ()
    signed_in: bool = True


@dataclass(frozen=True, kw_only=True)
class Takes:
    """What an operation reads from its request."""

    body: type[Schema] | Schema | None = None
    query: type[Schema] | None = None
    media_type: str = ""
    """Of a body that is not JSON; the view reads that itself."""
    parameters: tuple[Mapping[str, Any], ...] = ()
    repeatable: bool = False
    """Whether it takes an Idempotency-Key."""


@dataclass(frozen=True, kw_only=True)
class Gives:
    """What an operation answers when all is well."""

    status: int = 200
    schema: type[Schema] | Schema | None = None
    media_type: str = ""
    """Of an answer that is not JSON; the view makes that itself."""
    headers: Mapping[str, Any] | None = None


NOTHING = Takes()
DONE = Gives(status=204)


def operation(
    blueprint: ApiBlueprint,
    method: str,
    rule: str,
    *,
    gate: Gate,
    takes: Takes = NOTHING,
    gives: Gives = DONE,
    fails: tuple[int, ...] = (403, 422, 503),
) -> Callable[[View], View]:
    """Make a view an operation of the API. It gets the query first, then the body, as dictionaries, then the path's."""

    def made(view: View) -> View:
        done: Callable[..., Any] = view
        done = blueprint.response(
            gives.status,
            BINARY if gives.media_type else gives.schema,
            content_type=gives.media_type or None,
            headers=gives.headers,
        )(done)
        if takes.body is not None:
            done = blueprint.arguments(takes.body)(done)
        if takes.query is not None:
            done = blueprint.arguments(takes.query, location="query")(done)
        if takes.repeatable:
            done = idempotent(done)
        done = _gated(done, gate, json=takes.body is not None)
        for status, text in _possible(takes, fails).items():
            done = blueprint.alt_response(status, schema=ProblemSchema, content_type=PROBLEM, description=text)(done)
        blueprint.route(rule, methods=[method])(blueprint.doc(**_said(gate, takes))(done))
        return view

    return made


def _gated(view: Callable[..., Any], gate: Gate, *, json: bool) -> Callable[..., Any]:
    @wraps(view)
    def asked(*args: Any, **kwargs: Any) -> Any:
        gate.ask(kwargs)
        if json:
            _require_json()
        return view(*args, **kwargs)

    return asked


def _require_json() -> None:
    if not request.is_json:
        # webargs would take it for an empty object, and empty something that is full.
        raise UnsupportedMediaType
    try:
        found = request.get_json(silent=True)
    except RecursionError as error:
        raise BadRequest from error  # brackets in brackets, deeper than anything that means something
    if b"\\ud" in request.get_data().lower():
        try:
            dumps(found, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            msg = "half a character"
            raise Invalid(msg, fields={"/json": msg}) from error


def _possible(takes: Takes, fails: tuple[int, ...]) -> dict[int, str]:
    found = set(fails)
    if takes.body is not None:
        found |= {400, 413, 415, 422}
    if takes.query is not None:
        found.add(422)
    if takes.repeatable:
        found |= {409, 422}
    return {**_ALWAYS, **{status: _FAILS[status] for status in sorted(found)}}


def _said(gate: Gate, takes: Takes) -> dict[str, Any]:
    said: dict[str, Any] = {}
    parameters = [*takes.parameters, *([PARAMETER] if takes.repeatable else [])]
    if parameters:
        said["parameters"] = [dict(one) for one in parameters]
    if takes.media_type:
        said["requestBody"] = {"required": True, "content": {takes.media_type: {"schema": BINARY}}}
    if gate.action:
        said["x-action"] = gate.action
    if gate.who:
        said["x-roles"] = list(gate.who)
    if not gate.signed_in:
        said["security"] = []
    return said


def answer(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """An answer without a body."""
    return Response(status=status, headers=dict(headers or {}))

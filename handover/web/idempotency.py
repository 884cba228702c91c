"""A POST that may be repeated: the network failed, nobody knows whether it was done, it is asked again.

With `Idempotency-Key` the second request gets the first one's status and Location. No bodies are kept: what
was answered may be about a child. Nor is a plain digest of what was asked, for a digest confirms a guess; it
is keyed with the client's key, of which only a hash is kept.

The claim, the work and its outcome are three transactions. A process that dies in between leaves a claim that
counts as taken for ten minutes and is then done again: the transitions themselves refuse what has been done.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Response, make_response, request
from sqlalchemy import delete
from sqlalchemy.orm import Session

from handover.errors import Conflict, Invalid, NotSignedIn
from handover.web.idempotency_model import IdempotencyKey
from handover.web.requestid import route
from handover.web.shell import current_shell
from handover.web.visit import current_viewer

HEADER = "Idempotency-Key"
REPEATED = "Idempotency-Repeated"
ABANDONED = timedelta(minutes=10)
KEPT = timedelta(days=2)
_KEY = re.compile(r'"?([!#-\[\]-~]{16,128})"?')

View = TypeVar("View", bound=Callable[..., Any])

PARAMETER = {
    "in": "header",
    "name": HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 16, "maxLength": 128},
    "description": "A random value (a UUID will do). Repeating the request with it has no second effect.",
}


class KeyReused(Invalid):
    """The same key came with another request; nothing was done."""

    code = "idempotency-key-reused"


class StillBusy(Conflict):
    """The first request with this key has not been answered yet; ask again in a moment."""

    code = "idempotency-key-busy"


def idempotent(view: View) -> View:
    """Let a view of the API be repeated safely. Outermost but for the route; signed-in requests only."""

    @wraps(view)
    def repeatable(*args: Any, **kwargs: Any) -> Response:
        given = request.headers.get(HEADER)
        if given is None:
            return make_response(view(*args, **kwargs))
        claim = _claim_for(given)
        earlier = _take(claim)
        if earlier is not None:
            return earlier
        try:
            response = make_response(view(*args, **kwargs))
        except BaseException:
            _let_go(claim.key)
            raise
        _settle(claim.key, response)
        return response

    return cast("View", repeatable)


def _claim_for(given: str) -> IdempotencyKey:
    viewer = current_viewer()
    if viewer is None:
        raise NotSignedIn
    match = _KEY.fullmatch(given.strip())
    if match is None:
        msg = "16 to 128 visible symbols"
        raise Invalid(msg, fields={HEADER: msg})
    secret = match[1].encode()
    asked = hmac.new(secret, f"{request.method} {request.full_path}\0{request.mimetype}\0".encode(), "sha256")
    if request.is_json:
        asked.update(request.get_data())
    else:
        asked.update(str(request.content_length).encode())
    return IdempotencyKey(
        key=hashlib.sha256(viewer.person_id.encode() + b"\0" + secret).hexdigest(),
        person_id=viewer.person_id,
        route=route()[:200],
        request_digest=asked.hexdigest(),
        status=None,
        location=None,
        created=current_shell().services.clock.now(),
    )


def _take(claim: IdempotencyKey) -> Response | None:
    with current_shell().services.uow() as uow:
        found = uow.session.get(IdempotencyKey, claim.key, with_for_update=True)
        if found is not None and not _is_abandoned(found, claim):
            return _answer_again(found, claim)
        if found is not None:
            uow.session.delete(found)
            uow.flush()
        uow.session.add(claim)
        try:
            uow.commit()
        except Conflict as error:
            raise StillBusy from error
    return None


def _is_abandoned(found: IdempotencyKey, claim: IdempotencyKey) -> bool:
    same = hmac.compare_digest(found.request_digest, claim.request_digest)
    return same and found.status is None and claim.created - found.created > ABANDONED


def _answer_again(found: IdempotencyKey, claim: IdempotencyKey) -> Response:
    if not hmac.compare_digest(found.request_digest, claim.request_digest):
        msg = "used before with another request"
        raise KeyReused(msg, fields={HEADER: msg})
    if found.status is None:
        raise StillBusy
    headers = {REPEATED: "true"} | ({"Location": found.location} if found.location else {})
    return Response(status=found.status, headers=headers)


def _let_go(key: str) -> None:
    with current_shell().services.uow() as uow:
        uow.session.execute(delete(IdempotencyKey).where(IdempotencyKey.key == key))
        uow.commit()


def _settle(key: str, response: Response) -> None:
    if not 200 <= response.status_code < 300:  # noqa: PLR2004  # only what was done is worth remembering
        _let_go(key)
        return
    with current_shell().services.uow() as uow:
        found = uow.session.get(IdempotencyKey, key)
        if found is not None:
            found.status = response.status_code
            found.location = response.headers.get("Location")
            uow.commit()


def forget_old_keys(session: Session, *, now: datetime) -> None:
    """Delete what is older than two days; for the sweep, within its own transaction."""
    session.execute(delete(IdempotencyKey).where(IdempotencyKey.created < now - KEPT))

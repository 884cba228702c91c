"""Sessions over the API."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from handover.access.current import current_actor, current_secret, current_session, forget_session
from handover.access.errors import TooManyTries
from handover.access.model import SessionKind
from handover.access.sessions import SessionView, actor_of, sign_out
from handover.access.signin import sign_in
from handover.errors import NotSignedIn
from handover.policy import Actor
from handover.services import current_services
from handover.web.api import ApiBlueprint
from handover.web.operation import LOCATION, Gate, Gives, Takes, operation
from schemas.access import BegunSessionSchema, SessionSchema
from schemas.sessions import SignInSchema

api_access = ApiBlueprint("access", __name__, url_prefix="/api/v1/sessions", description="Aanmelden en afmelden")

ANYBODY = Gate(lambda _path: None, signed_in=False)
SIGNED_IN = Gate(lambda _path: _require_somebody())
CURRENT = "/api/v1/sessions/current"


@operation(
    api_access,
    "POST",
    "",
    gate=ANYBODY,
    takes=Takes(body=SignInSchema),
    gives=Gives(status=201, schema=BegunSessionSchema, headers=LOCATION),
    fails=(403, 429, 503),
)
def begin(said: dict[str, Any]) -> ResponseReturnValue:
    """Sign in with address and five words."""
    services = current_services()
    try:
        found = sign_in(
            services,
            email=said["email"],
            passphrase=said["passphrase"],
            client_address=request.remote_addr or "",
            kind=SessionKind.BEARER,
        )
    except TooManyTries as error:
        raise TooManyRequests(retry_after=error.retry_after) from error
    actor, view = actor_of(services, found.secret, kind=SessionKind.BEARER)
    return {"token": found.secret, **_session(actor, view)}, 201, {"Location": CURRENT}


@operation(api_access, "GET", "/current", gate=SIGNED_IN, gives=Gives(schema=SessionSchema), fails=(503,))
def read() -> ResponseReturnValue:
    """Whose token this is, what they are where, and until when."""
    actor, view = current_actor(), current_session()
    if view is None:
        raise NotSignedIn
    return _session(actor, view)


@operation(api_access, "DELETE", "/current", gate=SIGNED_IN)
def end() -> ResponseReturnValue:
    """Sign out: the token opens nothing any more."""
    secret = current_secret()
    if secret:
        sign_out(current_services(), secret)
    forget_session()
    return Response(status=204)


def _session(actor: Actor, view: SessionView) -> dict[str, Any]:
    return {
        "person_id": view.person_id,
        "name": view.name,
        "memberships": [
            {"unit_id": one.unit_id, "role": one.role.value, "groups": sorted(one.groups)} for one in actor.memberships
        ],
        "ends_at": view.ends_at,
    }


def _require_somebody() -> None:
    current_actor()

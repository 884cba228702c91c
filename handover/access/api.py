"""Sessions over the API."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint

from handover.access.current import current_actor, current_secret, forget_session
from handover.access.model import SessionKind
from handover.access.sessions import sign_out
from handover.access.signin import sign_in
from handover.services import current_services
from handover.web.operation import LOCATION, Gate, Gives, Takes, operation
from schemas.sessions import SessionTokenSchema, SignInSchema

api_access = Blueprint("access", __name__, url_prefix="/api/v1/sessions", description="Aanmelden en afmelden")

ANYBODY = Gate(lambda _path: None, signed_in=False)
SIGNED_IN = Gate(lambda _path: _require_somebody())
CURRENT = "/api/v1/sessions/current"


@operation(
    api_access,
    "POST",
    "",
    gate=ANYBODY,
    takes=Takes(body=SignInSchema),
    gives=Gives(status=201, schema=SessionTokenSchema, headers=LOCATION),
    fails=(403, 429, 503),
)
def begin(said: dict[str, Any]) -> ResponseReturnValue:
    """Sign in with address and five words."""
    found = sign_in(
        current_services(),
        email=said["email"],
        passphrase=said["passphrase"],
        client_address=request.remote_addr or "",
        kind=SessionKind.BEARER,
    )
    token = {"token": found.secret, "person_id": found.person_id, "name": found.name}
    return token, 201, {"Location": CURRENT}


@operation(api_access, "DELETE", "/current", gate=SIGNED_IN)
def end() -> ResponseReturnValue:
    """Sign out: the token opens nothing any more."""
    secret = current_secret()
    if secret:
        sign_out(current_services(), secret)
    forget_session()
    return Response(status=204)


def _require_somebody() -> None:
    current_actor()

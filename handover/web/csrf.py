"""No other site can make a visitor's browser change something here.

Three things, each of which would do on a good day: cookies are SameSite=Lax; the browser's own word on where
a request comes from (Sec-Fetch-Site, else Origin); and a token in every form, bound to the session, or before
sign-in to a random cookie of this browser. Requests with a bearer token are left alone: no browser sends one
by itself.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request

from handover.errors import NotAllowed, NotSignedIn
from handover.web.cookies import BROWSER, read_cookie, set_cookie
from handover.web.shell import current_shell
from handover.web.visit import current_visit

FIELD = "csrf_token"
HEADER = "X-CSRF-Token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
DIGEST = 32
_EXEMPT = "handover_csrf_exempt"

View = TypeVar("View", bound=Callable[..., Any])


class ForgedRequest(NotAllowed):
    """It did not come from a page of ours, or from one that is too old; nothing was done."""

    code = "csrf"


def csrf_token() -> str:
    """The token for a form. A new one each time, so that compression cannot give it away piece by piece."""
    mask = secrets.token_bytes(DIGEST)
    return base64.urlsafe_b64encode(mask + _xor(mask, _expected(_binding()))).decode().rstrip("=")


def csrf_exempt(reason: str) -> Callable[[View], View]:
    """Leave a view out of the check, and say why in words that a reviewer can judge."""

    def mark(view: View) -> View:
        setattr(view, _EXEMPT, reason)
        return view

    return mark


def init_csrf(app: Flask) -> None:
    """Check every request that may change something, before its view sees it."""
    app.before_request(check)
    app.after_request(_give_browser_its_cookie)


def check() -> None:
    """Stop a request that another site may have made.

    Raises:
        ForgedRequest: the browser says so, or the token is missing, old or of another session.
        NotSignedIn: a file from nobody, refused before its body is read.
    """
    if request.method in SAFE or request.endpoint is None:
        return
    if hasattr(current_app.view_functions[request.endpoint], _EXEMPT):
        return
    visit = current_visit()
    if visit is not None and visit.by_token:
        return
    if visit is None and request.path.startswith("/api/"):
        return  # nothing that a browser adds by itself gives any right here
    check_origin()
    if visit is None and request.mimetype == "multipart/form-data" and HEADER not in request.headers:
        raise NotSignedIn
    if not fits(request.headers.get(HEADER) or request.form.get(FIELD, "")):
        raise ForgedRequest


def check_origin() -> None:
    """Stop a request of which the browser itself says that another site made it.

    Raises:
        ForgedRequest: it does.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise ForgedRequest
        return
    # Browsers say "null" for our own forms, because of our Referrer-Policy: then the token alone decides.
    origin = request.headers.get("Origin", "null")
    if origin != "null" and origin not in _own_origins():
        raise ForgedRequest


def _own_origins() -> set[str]:
    base = urlsplit(current_shell().services.settings.base_url)
    return {f"{base.scheme}://{base.netloc}", request.host_url.rstrip("/")}


def _binding() -> bytes:
    visit = current_visit()
    if visit is not None:
        return b"session\0" + visit.session_hash.encode()
    browser = read_cookie(BROWSER) or g.get("new_browser")
    if not browser:
        browser = g.new_browser = secrets.token_urlsafe(24)
    return b"browser\0" + browser.encode()


def _expected(binding: bytes) -> bytes:
    secret = current_app.secret_key
    if not secret:
        msg = "the application has no secret key"
        raise RuntimeError(msg)
    key = secret if isinstance(secret, bytes) else secret.encode()
    return hmac.digest(key, b"handover csrf\0" + binding, "sha256")


def fits(token: str) -> bool:
    """Whether this is a token that a page of this session, or this browser, carries.

    For a view that reads its own body and is exempt therefore; it calls `check_origin` too.
    """
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return False
    if len(raw) != 2 * DIGEST:
        return False
    return hmac.compare_digest(_xor(raw[:DIGEST], raw[DIGEST:]), _expected(_binding()))


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _give_browser_its_cookie(response: Response) -> Response:
    browser = g.get("new_browser")
    if browser:
        set_cookie(response, BROWSER, browser)
    return response

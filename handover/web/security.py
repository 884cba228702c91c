"""The headers that every answer carries. Written here and nowhere else; nothing inline is ever allowed.

No nonce: a page that needs one has an inline script, and ours have none.
"""

from __future__ import annotations

from flask import Flask, Response, request

from handover.errors import NotFound
from handover.web.assets import is_asset
from handover.web.shell import current_shell

POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
CONTENT_SECURITY_POLICY = "; ".join(f"{name} {sources}" for name, sources in POLICY.items())

# A school page needs none of these; a document that was opened must not get at them either.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": PERMISSIONS_POLICY,
}

TWO_YEARS = 2 * 365 * 24 * 3600


def init_security(app: Flask) -> None:
    """Put the headers on every answer, errors and streams included, and find nothing under an address with a NUL."""
    app.before_request(_refuse_nul)
    app.after_request(_protect)


def _refuse_nul() -> None:
    if "\0" in request.path or "%00" in request.query_string.decode("latin-1"):
        raise NotFound  # no id holds one, and a database answers it with an error of its own


def _protect(response: Response) -> Response:
    response.headers.update(HEADERS)
    if current_shell().services.settings.secure_cookies:
        response.headers["Strict-Transport-Security"] = f"max-age={TWO_YEARS}; includeSubDomains"
    if not is_asset(response):
        # Not even the browser keeps a page: shared computers, the back button after signing out.
        response.headers["Cache-Control"] = "no-store"
    return response

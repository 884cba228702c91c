"""A code for each request, short enough to read out over the telephone, and one line in the log.

The code says nothing about who or what the request was about. The line names the route, never the URL.
"""

from __future__ import annotations

import secrets
import time

import structlog
from flask import Flask, Response, g, request

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O or U to mishear or misread
HEADER = "X-Request-Id"

log = structlog.get_logger(__name__)


def new_request_id() -> str:
    """Seven random symbols, as in K7-42Q-9M."""
    symbols = "".join(secrets.choice(SYMBOLS) for _ in range(7))
    return f"{symbols[:2]}-{symbols[2:5]}-{symbols[5:]}"


def current_request_id() -> str:
    """The code of this request."""
    if "request_id" not in g:
        g.request_id = new_request_id()
    code: str = g.request_id
    return code


def route() -> str:
    """The rule that matched, with its placeholders; never the path, which may name a reference."""
    return request.url_rule.rule if request.url_rule else "(none)"


def init_request_id(app: Flask) -> None:
    """Give each request its code, also on its log lines and in the answer."""

    def begin() -> None:
        g.began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        # What a client sends under this name is not ours to log: it could hold anything.
        structlog.contextvars.bind_contextvars(request_id=current_request_id())

    def end(response: Response) -> Response:
        response.headers[HEADER] = current_request_id()
        spent = time.perf_counter() - g.get("began", time.perf_counter())
        log.info(
            "request_answered",
            method=request.method,
            route=route(),
            status=response.status_code,
            milliseconds=round(spent * 1000, 1),
        )
        return response

    app.before_request(begin)
    app.after_request(end)

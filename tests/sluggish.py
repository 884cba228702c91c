"""A server that answers late and in halves, to find the tests that read a page before it is there.

Not part of `make test`: `make sluggish` loads it. On a busy machine a page may stand half read in the browser at any
moment; here each one does, for long enough that a test which does not wait fails every time and not once a month.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Any, cast

from playwright.sync_api import BrowserContext, Page
from werkzeug.serving import BaseWSGIServer

LATE = 0.35
"""Seconds before a page's first half, and again before its second."""
FIRST = 3_000
"""Bytes in the first half: the head of a page, and not yet what it says."""
SLOWER = 3
"""How many times slower the browser reckons."""

_begin = BaseWSGIServer.__init__
_new_page = BrowserContext.new_page


def late(app: Any) -> Any:
    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith("/static/"):
            return cast("Iterable[bytes]", app(environ, start_response))
        time.sleep(LATE)
        kind = ""

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            nonlocal kind
            kind = next((value for name, value in headers if name.lower() == "content-type"), "")
            return start_response(status, headers, *rest)

        body = app(environ, start)
        return halves(body) if kind.startswith("text/html") else body

    return answer


def halves(body: Any) -> Iterator[bytes]:
    whole = b"".join(body)
    if hasattr(body, "close"):
        body.close()
    yield whole[:FIRST]
    time.sleep(LATE)
    yield whole[FIRST:]


def begin_late(server: BaseWSGIServer, host: str, port: int, app: Any, *rest: Any, **named: Any) -> None:
    _begin(server, host, port, late(app), *rest, **named)


def new_slow_page(context: BrowserContext) -> Page:
    page = _new_page(context)
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    return page


def pytest_configure() -> None:
    BaseWSGIServer.__init__ = begin_late  # type: ignore[assignment, method-assign]
    BrowserContext.new_page = new_slow_page  # type: ignore[assignment, method-assign]

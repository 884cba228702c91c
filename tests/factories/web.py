"""The whole service in a test: its application, people who are signed in to it, and a server for a browser."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from bs4 import BeautifulSoup, Tag
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from handover.app import create_app
from handover.web.cookies import BROWSER, SESSION, cookie_name
from tests.factories.access import GivenRegion, Member

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def given_app(region: GivenRegion) -> Flask:
    """The application over a region's services; its signing key lies in the region's folder."""
    settings = replace(region.services.settings, secret_key_file=str(region.folder / "secret.key"))
    app = create_app(replace(region.services, settings=settings))
    app.testing = True
    app.jinja_env.bytecode_cache = COMPILED
    return app


class Compiled(BytecodeCache):
    """Templates compiled once for all the applications of this process."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@dataclass
class Visitor:
    """Somebody with a browser that runs no scripts."""

    client: FlaskClient
    _token: tuple[tuple[str, ...] | None, str] = (None, "")
    """What the pages carried, and the cookies that it came with."""

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def page(self, path: str) -> BeautifulSoup:
        """A page that must be there."""
        answer = self.client.get(path, follow_redirects=True)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        return BeautifulSoup(answer.text, "html.parser")

    def post(self, path: str, data: dict[str, Any] | None = None, *, follow: bool = False, **more: Any) -> TestResponse:
        """A form of ours, with the token that the pages carry."""
        return self.client.post(
            path, data={"csrf_token": self.token(), **(data or {})}, follow_redirects=follow, **more
        )

    def token(self) -> str:
        """The token of this session, or of this browser before anybody signed in; asked for once."""
        if self._token[0] != self._cookies():
            token = self._asked_token()
            self._token = (self._cookies(), token)
        return self._token[1]

    def _cookies(self) -> tuple[str, ...]:
        found = (self.client.get_cookie(cookie_name(name, secure=False)) for name in (SESSION, BROWSER))
        return tuple(one.value for one in found if one)

    def _asked_token(self) -> str:
        found = re.search(
            r'name="csrf-token" content="([^"]+)"',
            self.client.get("/aanmelden?terug=/hulp", follow_redirects=True).text,
        )
        assert found is not None
        return found[1]


def given_visitor(app: Flask) -> Visitor:
    """Nobody yet."""
    return Visitor(app.test_client())


def given_signed_in(app: Flask, member: Member) -> Visitor:
    """Somebody who has typed their five words."""
    visitor = given_visitor(app)
    answer = visitor.post("/aanmelden", {"email": member.email, "wachtzin": member.passphrase})
    assert answer.status_code == 303, answer.text[:2000]
    return visitor


def text_of(part: BeautifulSoup | Tag) -> str:
    """What is to be read in it, with single spaces."""
    return " ".join(part.get_text(" ").split())


def whole(app: WSGIApplication) -> WSGIApplication:
    """The same with each answer made before it is sent.

    werkzeug's server does not close an answer whose receiver has gone; its file would be found open by a later test.
    """

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        pieces = app(environ, start_response)
        try:
            return [b"".join(pieces)]
        finally:
            if isinstance(pieces, Closing):
                pieces.close()

    return answer


@runtime_checkable
class Closing(Protocol):
    def close(self) -> None: ...


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a port of this machine, for a real browser. Gives its address."""
    server = make_server("127.0.0.1", 0, whole(app), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

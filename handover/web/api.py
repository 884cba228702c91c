"""The frame of the REST API: flask-smorest without its error pages, and a page on which people can read it.

Blueprints of features are registered on the `Api` that `init_api` returns. The document (OpenAPI 3.1) is at
`/api/openapi.json`, the page at `/api/`, drawn from the same document without a script.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any

import flask
import flask_smorest
from flask import Flask, Response

from handover.web.api_page import METHODS, subjects
from handover.web.errors import PROBLEM
from handover.web.templating import render
from handover.web.wording import WORDING
from schemas.problem import ProblemSchema

CONFIG = {
    "API_TITLE": "Warme Overdracht",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": "/api",
    "OPENAPI_JSON_PATH": "openapi.json",
}
BEARER = {"type": "http", "scheme": "bearer", "description": "A token from POST /api/v1/sessions."}


class Api(flask_smorest.Api):
    """flask-smorest's, with our errors: one problem document, and none of its handlers on our pages."""

    ERROR_SCHEMA = ProblemSchema

    def __init__(self, app: Flask, **spec: Any) -> None:
        self._undescribed: list[Callable[[], None]] = []
        self._describing = Lock()
        super().__init__(app, spec_kwargs=spec)

    def _register_error_handlers(self) -> None:
        """Register none: `handover.web.errors` answers for pages and API alike."""

    def describe_later(self, describe: Callable[[], None]) -> None:
        """Keep a part of the document to be written when it is first asked for."""
        self._undescribed.append(describe)

    def document(self) -> dict[str, Any]:
        """The OpenAPI document, with errors under the media type that they really have."""
        with self._describing:
            while self._undescribed:
                self._undescribed[0]()
                del self._undescribed[0]
        document: dict[str, Any] = self.spec.to_dict()
        for response in _responses(document):
            content = response.get("content", {})
            if _is_problem(content.get("application/json", {})):
                content[PROBLEM] = content.pop("application/json")
        return document

    def _openapi_json(self) -> Response:
        return flask.Response(flask.json.dumps(self.document()), mimetype="application/json")


class ApiBlueprint(flask_smorest.Blueprint):
    """The operations on one subject. Their part of the document costs every start a fifth of a second, so it waits."""

    def register_views_in_doc(self, api: Api, app: Flask, spec: Any, **known: Any) -> None:
        """Hand flask-smorest's own description to the API, to be made when somebody asks."""
        api.describe_later(partial(super().register_views_in_doc, api, app, spec, **known))


def _responses(document: dict[str, Any]) -> list[dict[str, Any]]:
    shared = list(document.get("components", {}).get("responses", {}).values())
    for path in document.get("paths", {}).values():
        for method in METHODS:
            shared += path.get(method, {}).get("responses", {}).values()
    return shared


def _is_problem(content: dict[str, Any]) -> bool:
    return str(content.get("schema", {}).get("$ref", "")).endswith("/Problem")


def init_api(app: Flask) -> Api:
    """The API of an application; features register their blueprints on what this returns."""
    app.config.update(CONFIG)
    api = Api(
        app,
        info={"description": "Onderwijskundige dossiers van basisschool naar voortgezet onderwijs."},
        servers=[{"url": "/"}],
        security=[{"bearer": []}],
    )
    api.spec.components.security_scheme("bearer", BEARER)

    def read() -> Response:
        document = api.document()
        return render("api.html", subjects=subjects(document), errors=WORDING)

    app.add_url_rule("/api/", endpoint="api_page", view_func=read, methods=["GET"])
    return api

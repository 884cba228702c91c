"""Puts the shell on an application. The order matters: the request's code first, then who may ask at all."""

from __future__ import annotations

from flask import Flask

from handover.web.assets import assets
from handover.web.cookies import MESSAGES, cookie_name
from handover.web.csrf import init_csrf
from handover.web.errors import init_errors
from handover.web.i18n import init_i18n
from handover.web.requestid import init_request_id
from handover.web.security import init_security
from handover.web.shell import EXTENSION, Shell, WebServices
from handover.web.templating import init_templating


def init_web(app: Flask, services: WebServices) -> None:
    """Give the application everything that pages and endpoints share.

    `app.secret_key` must be set: it signs messages and CSRF tokens. Afterwards features hand in who visits
    (`shell.provide_visit`) and the menu (`shell.provide_menu`).

    Raises:
        RuntimeError: there is no secret key.
    """
    if not app.secret_key:
        msg = "set app.secret_key before init_web"
        raise RuntimeError(msg)
    app.extensions[EXTENSION] = Shell(services=services)
    secure = services.settings.secure_cookies
    app.config.update(
        SESSION_COOKIE_NAME=cookie_name(MESSAGES, secure=secure),
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
    )
    init_request_id(app)
    init_security(app)
    init_csrf(app)
    init_errors(app)
    init_templating(app)
    init_i18n(app)
    app.register_blueprint(assets)

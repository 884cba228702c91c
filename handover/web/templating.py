"""What every template can use, and drawing a page."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, render_template
from jinja2 import StrictUndefined

from handover.web.assets import asset
from handover.web.csrf import csrf_token
from handover.web.messages import told
from handover.web.requestid import current_request_id
from handover.web.shell import current_shell
from handover.web.visit import current_menu, current_viewer


def init_templating(app: Flask) -> None:
    """Globals for pages and macros. A name that does not exist is an error, not an empty place on a page."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    # Globals, not a context processor's: an imported macro sees only these.
    app.jinja_env.globals.update(asset=asset, csrf_token=csrf_token, told=told)
    app.context_processor(_for_every_page)


def _for_every_page() -> dict[str, Any]:
    return {
        "me": current_viewer(),
        "menu": current_menu(),
        "page_help": current_shell().help_of_page(),
        "request_code": current_request_id(),
    }


def render(page: str, *, status: int = 200, **context: Any) -> Response:
    """The page of this template."""
    return Response(render_template(page, **context), status=status, mimetype="text/html")


def local_path(target: str) -> str:
    """The target if it is a path on this service, else the first page: nobody is sent elsewhere by a link."""
    # By what browsers make of it, with nothing taken apart: a parser of ours might read it another way, or fail.
    ours = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return target if ours and target.isprintable() else "/"

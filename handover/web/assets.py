"""Static files under a version of their own: `/static/<version>/style.css`, kept by browsers for a year.

The version is a digest of the whole folder, so that relative imports between our modules, the sprite in a
style sheet and the worker beside a script all come from the same release.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, g, send_from_directory, url_for

FOLDER = Path(__file__).parent / "static"
A_YEAR = 365 * 24 * 3600

# The registry of the machine may know no modules, or call them something that `nosniff` refuses.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
}

assets = Blueprint("web", __name__, template_folder="templates")


@cache
def version() -> str:
    """Twelve hexadecimal symbols that change when any static file does."""
    digest = hashlib.sha256()
    for path in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        digest.update(str(path.relative_to(FOLDER)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]


def asset(name: str) -> str:
    """Where a static file is found: `asset("js/shell.js")`, `asset("icons.svg") ~ "#i-check"`."""
    return url_for("web.static_file", release=version(), name=name)


@assets.get("/static/<release>/<path:name>")
def static_file(release: str, name: str) -> Response:
    """A static file. An older page asks under an older version: it gets today's, and does not keep it."""
    response = send_from_directory(FOLDER, name, max_age=0, etag=False)
    kind = TYPES.get(Path(name).suffix)
    if kind:
        response.headers["Content-Type"] = kind
    response.headers.pop("Last-Modified", None)
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if release == version() else "no-store"
    g.serves_asset = True
    return response


def is_asset(response: Response) -> bool:
    """Whether this answer is a static file, which may be kept; an error about one may not."""
    return bool(g.get("serves_asset")) and response.status_code < 400  # noqa: PLR2004  # the first status of errors

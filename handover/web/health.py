"""Whether this process answers, for whoever keeps it running. Says that and nothing else."""

from __future__ import annotations

from flask import Blueprint, Response

health = Blueprint("health", __name__)


@health.get("/gezond")
def well() -> Response:
    """That we are here. A database that is away must not take the web servers with it, so it is not asked."""
    return Response("ok\n", mimetype="text/plain")

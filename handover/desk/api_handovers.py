"""Handovers over the API."""

from __future__ import annotations

from flask_smorest import Blueprint

api_handovers = Blueprint("handovers", __name__, url_prefix="/api/v1/handovers", description="Overdrachten")

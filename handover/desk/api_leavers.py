"""Leavers over the API."""

from __future__ import annotations

from flask_smorest import Blueprint

api_leavers = Blueprint("leavers", __name__, url_prefix="/api/v1/leavers", description="Leerlingen die van school gaan")

"""Sessions over the API."""

from __future__ import annotations

from flask_smorest import Blueprint

api_access = Blueprint("access", __name__, url_prefix="/api/v1/sessions", description="Aanmelden en afmelden")

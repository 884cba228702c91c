"""One leaver's dossier at the primary school."""

from __future__ import annotations

from flask import Blueprint

dossier = Blueprint("dossier", __name__, template_folder="templates")

"""Reading a dossier that was received, beside notes and questions."""

from __future__ import annotations

from flask import Blueprint

reading = Blueprint("reading", __name__, template_folder="templates")

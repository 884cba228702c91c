"""Coming in: an invitation and its words, for a school and for a colleague."""

from __future__ import annotations

from flask import Blueprint

join = Blueprint("join", __name__, template_folder="templates")

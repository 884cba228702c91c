"""The secondary school's inbox."""

from __future__ import annotations

from flask import Blueprint

inbox = Blueprint("inbox", __name__, template_folder="templates")

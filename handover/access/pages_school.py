"""A unit's own pages: people, groups, keys and what waits for them."""

from __future__ import annotations

from flask import Blueprint

school = Blueprint("school", __name__, template_folder="templates")

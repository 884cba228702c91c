"""The samenwerkingsverband's pages: schools, invitations and certificates."""

from __future__ import annotations

from flask import Blueprint

region = Blueprint("region", __name__, template_folder="templates")

"""What everybody may read: help, who sees what, accessibility."""

from __future__ import annotations

from flask import Blueprint, Response

from handover.web.templating import render

about = Blueprint("about", __name__, template_folder="templates")


@about.get("/hulp")
def help_page() -> Response:
    """Whom to call."""
    return render("desk/hulp.html")

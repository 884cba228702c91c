"""A teacher's list of leavers: how far each is, and the one next step."""

from __future__ import annotations

from flask import Blueprint

class_list = Blueprint("class_list", __name__, template_folder="templates")

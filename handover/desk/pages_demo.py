"""The demo's own page: the mail that would have been sent, and who can sign in. Registered only when this is a demo."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default as modern
from pathlib import Path

from flask import Blueprint, Response

from handover.demo_data.sign_ins import file_of, kept
from handover.services import Services, current_services
from handover.web.templating import render

demo_post = Blueprint("demo_post", __name__, template_folder="templates")

NEWEST = 50
"""Messages on the page."""


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A message in the folder."""

    to: str
    subject: str
    text: str
    at: datetime


@demo_post.get("/demo/post")
def show() -> Response:
    """Everything that only a demo may show."""
    services = current_services()
    people = kept(file_of(services.settings))
    return render(
        "desk/demo_post.html",
        mensen=[one for one in people if one.email],
        proberen=[one for one in people if not one.email],
        post=letters(services),
    )


def letters(services: Services) -> list[Letter]:
    """The newest messages of the mail folder, newest first; none where mail goes elsewhere."""
    kind, _, place = services.settings.mail.partition(":")
    if kind != "folder":
        return []
    files = sorted(Path(place).glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    return [_read(file) for file in files[:NEWEST]]


def _read(file: Path) -> Letter:
    message = message_from_bytes(file.read_bytes(), policy=modern)
    body = message.get_body(("plain",))
    return Letter(
        to=str(message["To"]),
        subject=str(message["Subject"]),
        text=body.get_content().strip() if body else "",
        at=datetime.fromtimestamp(file.stat().st_mtime, UTC),
    )

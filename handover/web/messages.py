"""What the next page says about what was just done, with a way to undo it.

It travels through the browser in a signed, not a secret, cookie: so no name of a child, ever. "Het dossier is
verstuurd", not whose.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum

from flask import flash, get_flashed_messages


class Tone(StrEnum):
    """How a message is meant; each has its icon and colour."""

    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One message. The button posts to `undo_href`; `undo_until` says how long that can be done."""

    text: str
    tone: Tone = Tone.OK
    undo_href: str = ""
    undo_label: str = ""
    undo_until: str = ""


def tell(notice: Notice) -> None:
    """Show this on the next page that this browser loads."""
    flash(json.dumps(asdict(notice)))


def told() -> list[Notice]:
    """What the page has to show, once."""
    return [_read(str(message)) for message in get_flashed_messages()]


def _read(message: str) -> Notice:
    said: dict[str, str] = json.loads(message)
    tone = Tone(said.pop("tone"))
    return Notice(tone=tone, **said)

"""Pages of a long list by position, not by number: as quick for the last as for the first.

A cursor is the sort value and id of the last row shown. It holds instants, numbers and random ids, never a
name.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

from handover.errors import Invalid

DEFAULT_SIZE = 50
LARGEST_SIZE = 200

Row = TypeVar("Row")
Cursor = tuple[str | int, ...]


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """Part of a list, in its order."""

    rows: Sequence[Row]
    after: str | None
    """Cursor for the rows that follow; None at the end."""


def write_cursor(position: Cursor) -> str:
    """The position as a word that fits in a URL."""
    packed = json.dumps(position, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    """The position in a cursor.

    Raises:
        Invalid: we never gave this out.
    """
    try:
        packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        position = json.loads(packed)
    except (ValueError, binascii.Error, RecursionError) as error:
        raise _bad_cursor() from error
    if not isinstance(position, list) or not all(type(part) in {str, int} for part in position):
        raise _bad_cursor()
    return tuple(position)


def _bad_cursor() -> Invalid:
    msg = "not a cursor that was given out"
    return Invalid(msg, fields={"after": msg})


def asked_page() -> tuple[Cursor | None, int]:
    """From the query: after which position (None: from the start), and how many rows (1 to 200, else 50).

    Raises:
        Invalid: a cursor that we never gave out.
    """
    after = request.args.get("after")
    size = request.args.get("limit", type=int) or DEFAULT_SIZE
    return (read_cursor(after) if after else None), max(1, min(size, LARGEST_SIZE))


def page_of(rows: Sequence[Row], *, size: int, position: Callable[[Row], Cursor]) -> Page[Row]:
    """Cut a page from rows. Fetch one more than `size`: that tells whether more follow."""
    if len(rows) <= size:
        return Page(rows=rows, after=None)
    shown = rows[:size]
    return Page(rows=shown, after=write_cursor(position(shown[-1])))

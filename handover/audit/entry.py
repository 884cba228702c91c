"""The bytes of an entry: what is hashed as a leaf, for ever.

One line of JSON in ASCII without spaces, its keys in the order below, `facts` last. Whatever stands before
`facts` is quoted by JSON's rules, so two different rows never give the same bytes. The number in the log is
no part of it: an entry gets it after its transaction has committed. A later form would be `v` 2; this one
must be readable as long as receipts are.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import count
from json.encoder import encode_basestring_ascii as quoted
from secrets import token_hex

Fact = str | int | bool | None
"""A digest of sealed bytes, an id, a state, a count. Never a name, a number of a person, a title."""

EntryRow = tuple[str, str, str, str | None, str | None, str | None, str, str, str]
"""An entry but for its log: id, at as `instant_text` writes it, name, actor, unit, other unit, the subject's
kind and id, and facts as `facts_text` writes them."""

ROW_COLUMNS = (
    "id",
    "at",
    "name",
    "actor_id",
    "unit_id",
    "other_unit_id",
    "subject_kind",
    "subject_id",
    "facts",
)
"""What each field of an `EntryRow` is called in the table."""

_serial = count()


def new_entry_id(at: datetime) -> str:
    """Give an id of 32 hexadecimal symbols: the microsecond, a serial of this process, 56 random bits.

    So that ids sort by time, and entries of one transaction in the order in which they were recorded, even
    when the clock did not move between them.
    """
    return f"{_microseconds(at):014x}{next(_serial) & 0xFFFF:04x}{token_hex(7)}"


def first_id_at(at: datetime) -> str:
    """Give the lowest id that an entry of this instant or later can have."""
    return f"{max(_microseconds(at), 0):014x}".ljust(32, "0")


def instant_text(at: datetime) -> str:
    """Write an aware instant in UTC with six decimals: 2027-03-01T12:00:00.000000Z."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def facts_text(facts: Mapping[str, Fact]) -> str:
    """Write facts as one line of JSON, keys sorted."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), allow_nan=False)


def entry_bytes(log: str, rows: Iterable[EntryRow]) -> list[bytes]:
    """Give the bytes of each of these entries of one log.

    Raises:
        TypeError: something that must be text is not. SQLite would store it.
    """
    # Many at once, and no call for each row: a verification does this two million times.
    head, place = '{"v":1,"id":', f',"log":{quoted(log)},"name":'
    return [
        (
            f'{head}{quoted(entry_id)},"at":{quoted(at)}{place}{quoted(name)}'
            f',"actor_id":{"null" if actor is None else quoted(actor)}'
            f',"unit_id":{"null" if unit is None else quoted(unit)}'
            f',"other_unit_id":{"null" if other is None else quoted(other)}'
            f',"subject_kind":{quoted(kind)},"subject_id":{quoted(subject)},"facts":{facts}}}'
        ).encode()
        for entry_id, at, name, actor, unit, other, kind, subject, facts in rows
    ]


def _microseconds(at: datetime) -> int:
    delta = at.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1_000_000 + delta.microseconds

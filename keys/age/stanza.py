"""A recipient stanza, and the one base64 that headers are written in."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from keys.errors import Damaged


@dataclass(frozen=True, kw_only=True)
class Stanza:
    """One way to get at the file key: what kind, with which public values, and the file key wrapped."""

    kind: str
    """The first argument, such as `mlkem768x25519`; a reader passes over kinds that it does not know."""
    arguments: tuple[str, ...] = ()
    """The other arguments: visible ASCII, none empty."""
    body: bytes


def to_base64(data: bytes) -> str:
    """Write as standard base64 without padding."""
    return base64.b64encode(data).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """Read the only spelling that `to_base64` writes.

    Raises:
        Damaged: padding, white space, another alphabet, or bits set beyond the end: two spellings of one
            value would let somebody change a file without anybody seeing it.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Damaged("not base64") from error
    if to_base64(data) != text:
        raise Damaged("not canonical base64")
    return data

"""The name of a document, as somebody's computer gave it and as we keep it."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath

from handover.terms.typed import composed

MAX_LENGTH = 120
"""In characters, `.pdf` included."""
SUFFIX = ".pdf"
NAMELESS = "document"

_JOINERS = frozenset("\u200c\u200d")
"""Invisible, but Persian, Hindi and others cannot be spelled without them."""
_RESERVED = str.maketrans(dict.fromkeys('<>:"|?*', "_"))
"""Windows cannot unpack a ZIP with these in a name."""


def clean_file_name(raw: str | None) -> str:
    """A name to show and to save under: any script, no path, nothing invisible that turns text round.

    At most 120 characters in Unicode's composed form (NFC), always ending in `.pdf`, never empty.
    """
    last = PurePosixPath((raw or "").replace("\\", "/")).name
    visible = "".join(map(_kept, composed(last))).translate(_RESERVED)
    stem = " ".join(visible.split())
    if stem.lower().endswith(SUFFIX):
        stem = stem[: -len(SUFFIX)]
    return (_cut(stem.strip(". "), MAX_LENGTH - len(SUFFIX)) or NAMELESS) + SUFFIX


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zl", "Zp"} or character in "\t\n\r":
        return " "
    if character in _JOINERS:
        return character
    # Cc control characters; Cf directions and other invisible signs; Cs halves of characters.
    return "" if category in {"Cc", "Cf", "Cs"} else character


def _cut(stem: str, length: int) -> str:
    """Not between a letter and its accent."""
    if len(stem) <= length:
        return stem
    while length and unicodedata.combining(stem[length]):
        length -= 1
    return stem[:length].rstrip(". ")

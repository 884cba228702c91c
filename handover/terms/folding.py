"""Folding text for search and comparison: what people type is rarely what is written."""

from __future__ import annotations

import re
import unicodedata

from handover.terms.typed import composed

# Letters that Unicode does not take apart into a base and an accent.
_WHOLE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
_APOSTROPHES = re.compile(r"['\u2018\u2019\u02bc`\u00b4]")
_NO_WORD = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Small letters without accents, words divided by single spaces, no other signs; any script keeps its letters.

    Folding twice changes nothing more.
    """
    parts = composed(_APOSTROPHES.sub("", text).casefold(), "NFKD").casefold()
    bare = "".join(sign for sign in parts if not unicodedata.combining(sign)).translate(_WHOLE)
    return _NO_WORD.sub(" ", bare).strip()

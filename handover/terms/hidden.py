"""What must stand nowhere: a secret address or number, found however it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable

from handover.terms.folding import fold

SHORTEST = 5
"""Signs that something hidden has at least: less would be found in every text."""
SEPARATES = re.compile(r"[,;]")
"""What stands between two things that people write on one line."""
_NUMBER = 9
"""Digits of a Dutch telephone number without its 0, 0031 or +31."""
_LETTER = re.compile(r"[^\W\d_]")
_NO_DIGIT = re.compile(r"\D")


def needle(item: str) -> str:
    """What to look for in a `haystack`: no spaces, no signs, no accents, small letters; a telephone number's end."""
    digits = _NO_DIGIT.sub("", item)
    if not _LETTER.search(item) and len(digits) >= _NUMBER:
        return digits[-_NUMBER:]
    return haystack(item)


def haystack(text: str) -> str:
    """A text as needles are looked for in it."""
    return fold(text).replace(" ", "")


def holds(text: str, needles: Iterable[str]) -> bool:
    """Whether one of these stands in the text."""
    hay = haystack(text)
    return any(one in hay for one in needles)

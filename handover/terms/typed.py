"""Text as people type or paste it, made safe to compare and to show: nothing turns a line round, no letter is endless.

Composing takes time that grows with the square of the marks behind one letter, so those are counted first.
"""

from __future__ import annotations

import re
import unicodedata

MOST_MARKS = 30
"""Marks behind one letter that are kept; no script needs as many (Unicode's stream-safe text, UAX 15, has the same)."""

# Embeddings, overrides and isolates: what follows one reads in another order than it was written in. The marks of
# direction (U+200E, U+200F, U+061C) stay: they move no letter of somebody else's.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile(r"\r\n?|\u2028|\u2029")


def composed(text: str, form: str = "NFC") -> str:
    """In Unicode's composed form (or `NFKD`), with at most `MOST_MARKS` marks behind a letter."""
    if text.isascii():
        return text
    return unicodedata.normalize(form, _with_few_marks(text))  # type: ignore[arg-type]  # one of the four forms


def readable(text: str) -> str:
    """Prose without what nobody sees: no control sign but line end and tab, nothing that turns the line round."""
    text = _TURNING.sub("", _LINE_ENDS.sub("\n", composed(text)))
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})


def _with_few_marks(text: str) -> str:
    kept, marks = [], 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= MOST_MARKS:
            kept.append(sign)
    return "".join(kept)

"""Whether what draws a page draws text: enough to tell a scan from a document, without reading a word of it."""

from __future__ import annotations

import re

_SHOWING = re.compile(rb"[)>\]]\s*(?:T[Jj]|['\"])(?=[\s\[(<]|$)")
"""The four operators that show text (ISO 32000-2, table 107), right after the string or array that they show."""


def shows_text(drawing: bytes) -> bool:
    """Whether an unpacked content stream holds an operator that shows text."""
    return _SHOWING.search(drawing) is not None

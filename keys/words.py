"""Generated Dutch words: passphrases, and the five words that two people read to each other.

The list has 8,192 words, so a word is 13 bits and five are 65. Where it comes from: `wordlist.md`.
"""

from __future__ import annotations

import re
import secrets
from functools import cache
from hashlib import sha256
from importlib.resources import files

WORDS = 5
BITS = 13

_LABEL = b"warme overdracht fingerprint v1\n"
_BETWEEN = re.compile(r"[\s\-_.,;]+")


@cache
def words() -> tuple[str, ...]:
    """Give all 8,192 words, in the order that fingerprints count on."""
    return tuple(files("keys").joinpath("wordlist.txt").read_text("ascii").split())


def generate_passphrase() -> str:
    """Draw five words, 65 bits, divided by spaces. Nobody chooses their own: a common choice falls in hours."""
    return generate_words(WORDS)


def generate_words(count: int) -> str:
    """Draw `count` words, 13 bits each, divided by spaces."""
    return " ".join(secrets.choice(words()) for _ in range(count))


def normalise(text: str) -> str:
    """Forgive how it was typed: capitals, hyphens, commas, line ends, spaces too many."""
    return " ".join(part for part in _BETWEEN.split(text.lower()) if part)


def fingerprint_words(public: bytes | str) -> str:
    """Give the five words of a public key, for people to read to each other.

    65 bits of SHA-256 under a label of ours: whoever wants a second key with the same words must try some
    10^19 of them. A text, such as `age1pq1…`, counts as its UTF-8 bytes.
    """
    data = public.encode() if isinstance(public, str) else public
    number = int.from_bytes(sha256(_LABEL + data).digest(), "big")
    listed = words()
    return " ".join(listed[number >> (256 - BITS * (place + 1)) & (1 << BITS) - 1] for place in range(WORDS))

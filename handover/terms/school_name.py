"""A school's name in a Dutch sentence: "naar het Raayland College", but "naar De Wijnberg" and "naar Yuverta"."""

from __future__ import annotations

import re

_NEUTER = r"(?:college|lyceum|gymnasium|atheneum|instituut|kind(?:er)?\s?centrum)"
_ENDS_IN_ONE = re.compile(rf"{_NEUTER}$")
_HOLDS_ONE = re.compile(rf"{_NEUTER}\b")
# Christelijk, Stedelijk, Openbaar, Integraal: without its e at the end, an adjective goes with a word of "het".
_BARE_ADJECTIVE = re.compile(r"\w+(?:lijks?|aar|aal|eerd|isch)\b")
# What stands behind a name and is not its last word: a department, a place, what else it is.
_BEHIND = re.compile(r"\s*(?:[,(/]|\s[-–—]\s|\b(?:locatie|vestiging|afdeling|voor|te|in|vmbo|mavo|havo|vwo)\b).*")
_HAS_ITS_OWN = re.compile(r"(?:de|den|der|het|'t|'s|een|ons|onze|la|le|les|al|el|the|in|op|aan|bij|onder)\b")


def takes_het(name: str) -> bool:
    """Whether Dutch says "het" before it: its main word is one of "het", and it brings no article of its own."""
    plain = " ".join(name.replace("’", "'").replace("‘", "'").casefold().split())
    if _HAS_ITS_OWN.match(plain):
        return False
    if _BARE_ADJECTIVE.match(plain) and _HOLDS_ONE.search(plain):
        return True
    return bool(_ENDS_IN_ONE.search(_BEHIND.sub("", plain, count=1)))


def with_article(name: str, *, begin: bool = False) -> str:
    """The name as it stands in a sentence, or at its beginning.

    In doubt the bare name: "naar Den Hulster" is never wrong, "naar het Den Hulster" is.
    """
    if takes_het(name):
        return f"{'Het' if begin else 'het'} {name}"
    return name[:1].upper() + name[1:] if begin else name

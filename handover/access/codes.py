"""Codes of invitations, and the five words that somebody is offered.

A code has 12 symbols of Crockford's base 32 (60 bits), typed once, valid two weeks. Words are drawn by us and by nobody
else: what comes back bears our proof that we drew them, so nothing need be remembered between showing and taking.
"""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta

from handover.errors import Invalid
from handover.services import Services
from handover.terms.msgid import msgid
from keys.words import generate_passphrase, normalise

VALID = timedelta(days=14)
LENGTH = 12
_SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORGIVEN = str.maketrans("OIL", "011")
_BETWEEN = re.compile(r"[\s\-.]+")


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Five words that we drew, with the proof of it."""

    words: str = field(repr=False)
    proof: str = field(repr=False)


def new_code() -> str:
    """Draw a code, in three groups of four: `7K3P-2MWX-9QTR`."""
    drawn = "".join(secrets.choice(_SYMBOLS) for _ in range(LENGTH))
    return "-".join(drawn[place : place + 4] for place in range(0, LENGTH, 4))


def code_hash(services: Services, code: str) -> str:
    """What is kept of a code: keyed, so that a stolen database cannot be searched for codes that still work."""
    typed = _BETWEEN.sub("", code).upper().translate(_FORGIVEN)
    return keyed_hash(services, "invitation code", typed)


def keyed_hash(services: Services, purpose: str, text: str) -> str:
    """HMAC-SHA-256 under a key that follows from the service key, in hexadecimal."""
    key = hmac.digest(services.service_key.identity.secret, f"warme overdracht {purpose}".encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256").hex()


def draw_words(services: Services, code: str) -> Drawn:
    """Draw five words for whoever holds this code; draw again as often as one likes."""
    words = generate_passphrase()
    return Drawn(words=words, proof=_proof(services, code, words))


def require_drawn(services: Services, code: str, drawn: Drawn) -> str:
    """The words as they will be typed, when they are ours.

    Raises:
        Invalid: somebody chose their own, or mistyped them.
    """
    if not hmac.compare_digest(drawn.proof, _proof(services, code, drawn.words)):
        raise Invalid(
            "not drawn here",
            fields={"wachtzin": msgid("Dit zijn niet de vijf woorden die u net zag. Kijk op uw papier.")},
        )
    return normalise(drawn.words)


def _proof(services: Services, code: str, words: str) -> str:
    return keyed_hash(services, "drawn words", f"{code_hash(services, code)}\n{normalise(words)}")

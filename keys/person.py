"""A person's identity, and what opens it: five words, and the service key around them."""

from __future__ import annotations

from threading import BoundedSemaphore

from keys import words
from keys.age.file import SERVICE_LIMITS, decrypt_bytes, encrypt_bytes
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.age.scrypt import PassphraseIdentity, PassphraseRecipient
from keys.errors import KeysError, NotForYou

AT_ONCE = BoundedSemaphore(2)
"""Held while words are worked on: each takes 128 MiB at the cost of 2^17, and more at once could take all memory."""


def seal_identity(
    identity: HybridIdentity, passphrase: str, *, service_recipient: HybridRecipient, log_n: int
) -> bytes:
    """Seal an identity under a passphrase, and that to the service key.

    `log_n` is the work of one guess as a power of two, at most 18 (17 takes 128 MiB and some 0.3 s). At most two
    of these, or of `unlock`, run at once in a process; others wait.
    """
    recipient = PassphraseRecipient(words.normalise(passphrase), log_n=log_n)
    with AT_ONCE:
        inner = encrypt_bytes(recipient, identity.secret)
    return encrypt_bytes(service_recipient, inner)


def unlock(sealed: bytes, passphrase: str, *, service_identity: HybridIdentity) -> HybridIdentity:
    """Open an identity with what somebody typed; capitals, hyphens and spaces are forgiven.

    Raises:
        NotForYou: it did not open. Whether the words, the bytes or the service key were wrong is not told.
    """
    typed = words.normalise(passphrase)
    if not typed:
        raise NotForYou
    try:
        inner = decrypt_bytes(service_identity, sealed, limits=SERVICE_LIMITS)
        with AT_ONCE:
            key = PassphraseIdentity(typed, max_log_n=SERVICE_LIMITS.log_n)
            secret = decrypt_bytes(key, inner, limits=SERVICE_LIMITS)
        return HybridIdentity(secret)
    except KeysError as error:
        raise NotForYou from error

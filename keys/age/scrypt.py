"""The passphrase recipient `scrypt`: for what people type.

Source: C2SP age.md, scrypt recipient stanza.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from keys.age import filekey
from keys.age.stanza import Stanza, from_base64, to_base64
from keys.errors import Damaged

KIND = "scrypt"

_SALT_LABEL = b"age-encryption.org/v1/scrypt"
_SALT_LENGTH = 16
_WORK_FACTOR = re.compile(r"[1-9][0-9]?")
_BLOCK_SIZE = 8
_MOST_WORK = 30


@dataclass(frozen=True)
class PassphraseRecipient:
    """Whoever knows a passphrase.

    `log_n` is the work of one try, by either side, as a power of two: memory is 1 KiB x 2^log_n, so 128 MiB
    at 17. The passphrase is used as typed, in UTF-8: normalise before, if people type it in more than one
    way.
    """

    passphrase: str = field(repr=False)
    log_n: int = field(kw_only=True)

    family: ClassVar[filekey.Family] = filekey.Family.PASSPHRASE

    def __post_init__(self) -> None:
        """Refuse what would seal to nobody, or what no reader accepts."""
        if not self.passphrase or self.log_n not in range(1, _MOST_WORK + 1):
            raise ValueError("a passphrase is not empty, and its work lies between 2 and 2^30")

    def wrap(self, file_key: bytes) -> Stanza:
        """Make the stanza from which the passphrase gives the file key; takes the full work of one try."""
        salt = secrets.token_bytes(_SALT_LENGTH)
        body = filekey.wrap(_wrapping_key(self.passphrase, salt, self.log_n), file_key)
        return Stanza(kind=KIND, arguments=(to_base64(salt), str(self.log_n)), body=body)


@dataclass(frozen=True)
class PassphraseIdentity:
    """Somebody who typed a passphrase.

    `max_log_n` bounds the work that a file may ask of us: the file's maker chose it, and 2^30 would take all
    memory.
    """

    passphrase: str = field(repr=False)
    max_log_n: int = field(kw_only=True)

    def unwrap(self, stanzas: Sequence[Stanza]) -> bytes | None:
        """Give the file key, or None when there is no scrypt stanza or the passphrase is another one.

        Raises:
            Damaged: the scrypt stanza is malformed, or asks for more work than `max_log_n`; no work was done.
        """
        for stanza in stanzas:
            if stanza.kind == KIND and (file_key := self._open(stanza)) is not None:
                return file_key
        return None

    def _open(self, stanza: Stanza) -> bytes | None:
        salt, log_n = parameters(stanza)
        if log_n > self.max_log_n:
            raise Damaged("scrypt stanza that asks for too much work")
        return filekey.unwrap(_wrapping_key(self.passphrase, salt, log_n), stanza.body)


def parameters(stanza: Stanza) -> tuple[bytes, int]:
    """Read the salt of 16 bytes and the work factor, as a power of two, of a scrypt stanza.

    Raises:
        Damaged: it is malformed in any way, its body included.
    """
    match stanza.arguments:
        case (salt_text, work_text) if _WORK_FACTOR.fullmatch(work_text):
            salt = from_base64(salt_text)
        case _:
            raise Damaged("malformed scrypt stanza")
    if len(salt) != _SALT_LENGTH:
        raise Damaged("scrypt salt of a wrong length")
    filekey.check_body(stanza)
    return salt, int(work_text)


def _wrapping_key(passphrase: str, salt: bytes, log_n: int) -> bytes:
    kdf = Scrypt(salt=_SALT_LABEL + salt, length=32, n=1 << log_n, r=_BLOCK_SIZE, p=1)
    return kdf.derive(passphrase.encode())

"""The outer layer: sealed once more to a key that lies on the host, apart from the database.

A stolen database alone can therefore not even be guessed at; with the service key it can, at the price of
scrypt for each guess.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from keys.age.file import SERVICE_LIMITS, decrypt_bytes, encrypt_bytes
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.errors import Damaged

_OWNER_ONLY = 0o600


@dataclass(frozen=True)
class ServiceKey:
    """The key of this installation; its file is an age identity file that any age program takes."""

    identity: HybridIdentity = field(repr=False)

    @classmethod
    def generate(cls) -> Self:
        """Make a new one, in memory."""
        return cls(HybridIdentity.generate())

    @classmethod
    def create(cls, path: str | Path) -> Self:
        """Make a new one in a new file that only its owner can read.

        Raises:
            FileExistsError: there is one already; replacing it would close every sealed identity for ever.
        """
        key = cls.generate()
        place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)
        with os.fdopen(place, "w", encoding="ascii") as file:
            file.write(
                f"# service key of warme overdracht: keep it, and apart from the database\n{key.identity.encode()}\n"
            )
            file.flush()
            os.fsync(file.fileno())
        return key

    @classmethod
    def read(cls, path: str | Path) -> Self:
        """Read the file that `create` wrote.

        Raises:
            OSError: it is not there, or not for us.
            Damaged: it holds no identity, or more than one.
        """
        lines = Path(path).read_text("ascii").split("\n")
        found = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
        if len(found) != 1:
            raise Damaged("no service key in its file")
        return cls(HybridIdentity.parse(found[0]))

    def recipient(self) -> HybridRecipient:
        """Give the public half."""
        return self.identity.recipient()

    def wrap(self, data: bytes) -> bytes:
        """Seal."""
        return encrypt_bytes(self.recipient(), data)

    def unwrap(self, data: bytes) -> bytes:
        """Open what `wrap` sealed.

        Raises:
            NotForYou: another installation's.
            Damaged: it was changed.
        """
        return decrypt_bytes(self.identity, data, limits=SERVICE_LIMITS)

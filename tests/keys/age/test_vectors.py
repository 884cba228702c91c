"""Each of C2SP's vectors ends as it says of itself."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from keys.age import armor, header
from keys.age.file import ANY_LIMITS, SERVICE_LIMITS, Limits, decrypt, decrypt_bytes
from keys.age.filekey import Identity
from keys.age.hybrid import HybridIdentity
from keys.age.scrypt import PassphraseIdentity
from keys.age.x25519 import X25519Identity
from keys.errors import Damaged, KeysError, NotForYou, UnknownVersion

FOLDER = Path(__file__).parents[2] / "vectors" / "age"
NAMES = sorted(path.name for path in FOLDER.iterdir() if "." not in path.name)

ENDS: dict[str, tuple[type[KeysError], ...]] = {
    "success": (),
    "no match": (NotForYou,),
    "header failure": (Damaged, UnknownVersion),
    "HMAC failure": (Damaged,),
    "armor failure": (Damaged,),
    "payload failure": (Damaged,),
}


@dataclass(frozen=True)
class Vector:
    expect: str
    payload: str | None
    """SHA-256 of all that may be handed out; None when nothing may be."""
    identities: list[Identity]
    armored: bool
    file: bytes

    @classmethod
    def read(cls, name: str) -> Vector:
        head, _, file = (FOLDER / name).read_bytes().partition(b"\n\n")
        pairs = [line.split(": ", 1) for line in head.decode().splitlines()]
        once = {pair[0]: pair[1] for pair in pairs}
        return cls(
            expect=once["expect"],
            payload=once.get("payload"),
            identities=[identity for key, value in pairs for identity in _identity(key, value)],
            armored=once.get("armored") == "yes",
            file=zlib.decompress(file) if once.get("compressed") == "zlib" else file,
        )

    def source(self) -> Iterable[bytes]:
        return armor.unwrap([self.file]) if self.armored else [self.file]


def _identity(key: str, value: str) -> list[Identity]:
    if key == "passphrase":
        return [PassphraseIdentity(value, max_log_n=20)]
    if key != "identity":
        return []
    return [HybridIdentity.parse(value) if "-PQ-" in value else X25519Identity.parse(value)]


def test_all_vectors_are_here() -> None:
    assert len(NAMES) == 143


@pytest.mark.parametrize("name", NAMES)
def test_a_vector_ends_as_it_says(name: str) -> None:
    vector = Vector.read(name)
    handed_out = hashlib.sha256()
    length = 0
    ended_in: KeysError | None = None

    try:
        for piece in decrypt(vector.identities, vector.source()):
            handed_out.update(piece)
            length += len(piece)
    except KeysError as error:
        ended_in = error

    assert isinstance(ended_in, ENDS[vector.expect]) if ENDS[vector.expect] else ended_in is None
    assert handed_out.hexdigest() == vector.payload if vector.payload else length == 0


BINARY = [name for name in NAMES if not Vector.read(name).armored and Vector.read(name).identities]


@pytest.mark.parametrize("limits", [ANY_LIMITS, SERVICE_LIMITS], ids=["any", "ours"])
@pytest.mark.parametrize("name", BINARY)
def test_a_vector_in_one_go_ends_as_it_does_in_pieces(name: str, limits: Limits) -> None:
    vector = Vector.read(name)

    in_pieces = _end(lambda: b"".join(decrypt(vector.identities[:1], [vector.file], limits=limits)))

    assert _end(lambda: decrypt_bytes(vector.identities[0], vector.file, limits=limits)) == in_pieces


def _end(opened: Callable[[], bytes]) -> bytes | tuple[type[KeysError], str]:
    try:
        return opened()
    except KeysError as error:
        return type(error), str(error)


READABLE = [name for name in NAMES if Vector.read(name).expect not in {"header failure", "armor failure"}]


@pytest.mark.parametrize("name", READABLE)
def test_the_header_of_a_vector_is_written_as_it_was_read(name: str) -> None:
    file = b"".join(Vector.read(name).source())

    parsed, length = header.parse(file)

    assert header.write(parsed) == file[:length]


def test_a_newer_version_is_told_from_damage() -> None:
    vector = Vector.read("version_unsupported")

    with pytest.raises(UnknownVersion):
        decrypt(vector.identities, vector.source())

"""npm's age-encryption reads what we seal, and we read what it seals."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from keys.age.file import decrypt, encrypt
from keys.age.hybrid import HybridIdentity, HybridRecipient
from keys.age.x25519 import X25519Identity, X25519Recipient

PEER = Path(__file__).with_name("peer.mjs")
SMALL = b"Jip gaat naar de brugklas."
BLOCK = bytes(range(256)) * 4_096  # 1 MiB
LARGE = 100  # blocks

Kind = tuple[type[HybridIdentity | X25519Identity], type[HybridRecipient | X25519Recipient], str]
KINDS: list[Kind] = [
    (HybridIdentity, HybridRecipient, "hybrid"),
    (X25519Identity, X25519Recipient, "x25519"),
]
kinds = pytest.mark.parametrize("kind", KINDS, ids=["hybrid", "x25519"])


def peer(node: Path, *arguments: str, stdin: bytes | Path = b"") -> bytes:
    if isinstance(stdin, Path):
        with stdin.open("rb") as source:
            done = subprocess.run([node, PEER, *arguments], stdin=source, capture_output=True, check=True)
    else:
        done = subprocess.run([node, PEER, *arguments], input=stdin, capture_output=True, check=True)
    return done.stdout


def digest(pieces: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for piece in pieces:
        whole.update(piece)
    return whole.hexdigest()


def blocks() -> Iterator[bytes]:
    return (BLOCK for _ in range(LARGE))


@kinds
def test_it_makes_the_same_recipient_of_an_identity(kind: Kind, node: Path) -> None:
    identity, recipient = peer(node, "keygen", kind[2]).decode().split()

    assert kind[0].parse(identity).recipient().encode() == recipient
    assert kind[0].parse(identity).encode() == identity
    assert kind[1].parse(recipient).encode() == recipient


@kinds
@pytest.mark.parametrize("plain", [b"", SMALL], ids=["empty", "small"])
def test_it_reads_what_we_seal(kind: Kind, plain: bytes, node: Path) -> None:
    identity = kind[0].generate()
    sealed = b"".join(encrypt([identity.recipient()], [plain]))

    assert peer(node, "decrypt", identity.encode(), stdin=sealed) == plain


@kinds
@pytest.mark.parametrize("plain", [b"", SMALL], ids=["empty", "small"])
def test_we_read_what_it_seals(kind: Kind, plain: bytes, node: Path) -> None:
    identity = kind[0].generate()
    sealed = peer(node, "encrypt", identity.recipient().encode(), stdin=plain)

    assert b"".join(decrypt([identity], [sealed])) == plain


@kinds
@pytest.mark.slow
def test_it_reads_a_large_file_that_we_seal(kind: Kind, node: Path, tmp_path: Path) -> None:
    identity = kind[0].generate()
    with (tmp_path / "large.age").open("wb") as sealed:
        sealed.writelines(encrypt([identity.recipient()], blocks()))

    opened = peer(node, "decrypt", identity.encode(), stdin=tmp_path / "large.age")

    assert digest([opened]) == digest(blocks())


@kinds
@pytest.mark.slow
def test_we_read_a_large_file_that_it_seals(kind: Kind, node: Path, tmp_path: Path) -> None:
    identity = kind[0].generate()
    with (tmp_path / "large").open("wb") as plain:
        plain.writelines(blocks())

    sealed = peer(node, "encrypt", identity.recipient().encode(), stdin=tmp_path / "large")

    assert digest(decrypt([identity], [sealed])) == digest(blocks())


def test_it_refuses_what_we_sealed_for_another(node: Path) -> None:
    sealed = b"".join(encrypt([HybridIdentity.generate().recipient()], [SMALL]))

    with pytest.raises(subprocess.CalledProcessError):
        peer(node, "decrypt", HybridIdentity.generate().encode(), stdin=sealed)

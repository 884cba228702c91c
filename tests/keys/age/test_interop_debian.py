"""Debian's age reads what we seal, and we read what it seals. It knows no post-quantum recipients."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest

from keys.age import armor
from keys.age.file import decrypt_bytes, encrypt, encrypt_bytes
from keys.age.scrypt import PassphraseIdentity, PassphraseRecipient
from keys.age.x25519 import X25519Identity

PLAIN = b"Jip gaat naar de brugklas." * 10_000  # four chunks
WORDS = "paard batterij nietje correct fiets"


def age(binary: Path, *arguments: str | Path, stdin: bytes = b"") -> bytes:
    return subprocess.run([binary, *arguments], input=stdin, capture_output=True, check=True).stdout


def age_at_a_terminal(binary: Path, *arguments: str | Path, typed: list[str]) -> None:
    """Run age where it can ask for a passphrase: it reads that from a terminal and from nowhere else."""
    ours, its = pty.openpty()
    with subprocess.Popen(
        ["/usr/bin/setsid", "--ctty", "--wait", binary, *arguments], stdin=its, stdout=its, stderr=its
    ) as running:
        os.close(its)
        for line in typed:
            _wait_for(ours, b"passphrase")
            os.write(ours, line.encode() + b"\n")
        code = running.wait(timeout=60)
    os.close(ours)
    assert code == 0


def _wait_for(terminal: int, prompt: bytes) -> None:
    shown = b""
    while prompt not in shown or not shown.endswith((b": ", b"\x1b[K")):
        shown += os.read(terminal, 1024)


@pytest.fixture
def identity(tmp_path: Path) -> X25519Identity:
    identity = X25519Identity.generate()
    (tmp_path / "identity").write_text(identity.encode() + "\n")
    return identity


def test_it_reads_what_we_seal(identity: X25519Identity, age_binary: Path, tmp_path: Path) -> None:
    sealed = encrypt_bytes(identity.recipient(), PLAIN)

    assert age(age_binary, "--decrypt", "--identity", tmp_path / "identity", stdin=sealed) == PLAIN


def test_it_reads_what_we_seal_as_text(identity: X25519Identity, age_binary: Path, tmp_path: Path) -> None:
    text = b"".join(armor.wrap(encrypt([identity.recipient()], [PLAIN])))

    assert age(age_binary, "--decrypt", "--identity", tmp_path / "identity", stdin=text) == PLAIN


def test_we_read_what_it_seals(identity: X25519Identity, age_binary: Path) -> None:
    sealed = age(age_binary, "--recipient", identity.recipient().encode(), stdin=PLAIN)

    assert decrypt_bytes(identity, sealed) == PLAIN


def test_we_read_what_it_seals_as_text(identity: X25519Identity, age_binary: Path) -> None:
    text = age(age_binary, "--armor", "--recipient", identity.recipient().encode(), stdin=PLAIN)

    assert decrypt_bytes(identity, b"".join(armor.unwrap([text]))) == PLAIN


def test_it_refuses_what_was_changed(identity: X25519Identity, age_binary: Path, tmp_path: Path) -> None:
    sealed = bytearray(encrypt_bytes(identity.recipient(), PLAIN))
    sealed[-1] ^= 1

    with pytest.raises(subprocess.CalledProcessError):
        age(age_binary, "--decrypt", "--identity", tmp_path / "identity", stdin=bytes(sealed))


def test_it_reads_what_we_seal_with_a_passphrase(age_binary: Path, tmp_path: Path) -> None:
    (tmp_path / "sealed").write_bytes(encrypt_bytes(PassphraseRecipient(WORDS, log_n=10), PLAIN))

    age_at_a_terminal(age_binary, "--decrypt", "--output", tmp_path / "plain", tmp_path / "sealed", typed=[WORDS])

    assert (tmp_path / "plain").read_bytes() == PLAIN


@pytest.mark.slow
def test_we_read_what_it_seals_with_a_passphrase(age_binary: Path, tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(PLAIN)

    age_at_a_terminal(
        age_binary, "--passphrase", "--output", tmp_path / "sealed", tmp_path / "plain", typed=[WORDS, WORDS]
    )

    # Debian's age asks for a work of 2^18, 256 MiB.
    assert decrypt_bytes(PassphraseIdentity(WORDS, max_log_n=18), (tmp_path / "sealed").read_bytes()) == PLAIN

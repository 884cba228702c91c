"""What others do with the same files: Debian's age and gpg behind tar, and openssl."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from keys.age.x25519 import X25519Identity

_TOOLS = Path(__file__).parents[1] / ".tools" / "age" / "usr" / "bin"


def on_disk(path: Path) -> None:
    """Wait until a file is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _pipe(first: list[str | Path], second: list[str | Path], environment: dict[str, str]) -> None:
    with subprocess.Popen(first, stdout=subprocess.PIPE, env=environment) as writing:
        subprocess.run(second, stdin=writing.stdout, env=environment, check=True)
    if writing.returncode:
        raise subprocess.CalledProcessError(writing.returncode, first)


def _untarred(command: list[str | Path], folder: Path, environment: dict[str, str]) -> None:
    _pipe(command, ["tar", "-C", folder, "-xf", "-"], environment)
    for path in folder.iterdir():
        on_disk(path)


@dataclass(frozen=True)
class Age:
    """Debian's age, which knows X25519 and no post-quantum recipients."""

    program: str
    home: Path
    identity: X25519Identity

    @classmethod
    def set_up(cls, home: Path) -> Age:
        """Make a key for one run."""
        program = shutil.which("age", path=str(_TOOLS)) or shutil.which("age")
        if not program:
            raise FileNotFoundError("age: neither in .tools nor on this machine")
        identity = X25519Identity.generate()
        (home / "age-identity").write_text(identity.encode() + "\n")
        return cls(program, home, identity)

    def seal(self, source: Path, sealed: Path) -> None:
        """Do `tar | age -r`, on the disk when this returns."""
        recipient = self.identity.recipient().encode()
        _pipe(["tar", "-C", source, "-cf", "-", "."], [self.program, "-r", recipient, "-o", sealed], {})
        on_disk(sealed)

    def open(self, sealed: Path, folder: Path) -> None:
        """Do `age -d | tar -x`, on the disk when this returns."""
        _untarred([self.program, "-d", "-i", self.home / "age-identity", sealed], folder, {})


@dataclass(frozen=True)
class Gpg:
    """Debian's gpg with its defaults: it compresses."""

    environment: dict[str, str]

    @classmethod
    def set_up(cls, home: Path) -> Gpg:
        """Make a keyring for one run."""
        keyring = home / "gnupg"
        keyring.mkdir(mode=0o700)
        environment = {"GNUPGHOME": str(keyring), "PATH": os.defpath}
        subprocess.run(
            ["gpg", "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", "bench", "future-default"],
            env=environment,
            check=True,
            capture_output=True,
        )
        return cls(environment)

    def seal(self, source: Path, sealed: Path) -> None:
        """Do `tar | gpg --encrypt`, on the disk when this returns."""
        gpg: list[str | Path] = ["gpg", "--batch", "--yes", "--quiet", "--recipient", "bench"]
        _pipe(["tar", "-C", source, "-cf", "-", "."], [*gpg, "--output", sealed, "--encrypt"], self.environment)
        on_disk(sealed)

    def open(self, sealed: Path, folder: Path) -> None:
        """Do `gpg --decrypt | tar -x`, on the disk when this returns."""
        _untarred(["gpg", "--batch", "--quiet", "--decrypt", sealed], folder, self.environment)

    def end(self) -> None:
        """Stop the agent that gpg started for this keyring."""
        subprocess.run(["gpgconf", "--kill", "gpg-agent"], env=self.environment, check=True)


def openssl_speed() -> float:
    """Give the cipher's own speed over 64 KiB, in MB/s, as openssl measures it in a second."""
    command = "openssl speed -elapsed -seconds 1 -bytes 65536 -evp chacha20-poly1305"
    shown = subprocess.run(command.split(), capture_output=True, text=True, check=True).stdout
    return float(re.findall(r"([\d.]+)k", shown)[-1]) / 1000

"""Who can sign in to the demo, kept in one file beside its data, so that every later start shows them again.

Only the demo has such a file: elsewhere nobody but the person knows the words.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

from handover.settings import Settings

FILE = "demo-wachtzinnen.txt"
_HEAD = "# Alleen voor de demo: wie zich kan aanmelden. Wissen: handover demo --fresh"


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """One line: somebody at one place. Without an address it is something else to try, with what to type."""

    place: str
    name: str
    roles: str
    """In Dutch."""
    email: str
    words: str


def file_of(settings: Settings) -> Path:
    """Where they stand: beside the service key."""
    return Path(settings.service_key_file).with_name(FILE)


def keep(path: Path, lines: Iterable[SignIn]) -> None:
    """Write them, for the owner only; whole or not at all."""
    temporary = path.with_suffix(".half")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join([_HEAD, *("\t".join(astuple(line)) for line in lines), ""]))
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(path)


def kept(path: Path) -> list[SignIn]:
    """Read them; none when there is no such file."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError:
        return []
    cells = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [
        SignIn(place=place, name=name, roles=roles, email=email, words=words)
        for place, name, roles, email, words in cells
    ]

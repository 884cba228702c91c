"""Typing the operator's verbs in a folder of one's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SWV = (
    "--code=PO3101",
    "--name=SWV Noord-Limburg",
    "--place=Venray",
    "--admin-name=Corrie Verstegen",
    "--admin-email=corrie@swv.example",
)


def environment(**settings: str) -> dict[str, str]:
    """This process's own, without settings of ours but these."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("HANDOVER_")}  # noqa: TID251
    return {**rest, **settings}


def run(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A verb of the embedded stack, whose data lie in that folder."""
    command = [sys.executable, "-m", "handover", "--embedded", *arguments]
    return subprocess.run(command, cwd=folder, env=environment(**settings), check=False, capture_output=True, text=True)

"""Lay the one version of uv that tools/uv.txt names, checked by its hash, in .tools/uv.

Runs on a bare python3: where that has neither pip nor ensurepip (Debian's), pip comes from Debian's own wheel.
"""

import importlib.util
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import debian

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / ".tools" / "uv"


def install(pip: list[str], environment: dict[str, str] | None = None) -> None:
    """Let one pip install uv into the target folder; `--target` also passes where Python is managed by Debian."""
    requirements = ROOT / "tools" / "uv.txt"
    subprocess.run(
        [
            *pip,
            *["install", "--quiet", "--upgrade", "--no-deps", "--require-hashes", "--target"],
            str(TARGET),
            "-r",
            str(requirements),
        ],
        check=True,
        env=environment,
    )


def main() -> None:
    """Install uv by the first pip that there is."""
    if importlib.util.find_spec("pip"):
        install([sys.executable, "-m", "pip"])
        return
    with tempfile.TemporaryDirectory(prefix="pip-") as folder:
        if importlib.util.find_spec("ensurepip") and ensured(Path(folder)):
            install([str(Path(folder) / "venv" / "bin" / "python"), "-m", "pip"])
            return
        debian.unpack("python3-pip-whl", Path(folder))
        (wheel,) = Path(folder).glob("usr/share/python-wheels/pip-*.whl")
        install([sys.executable, "-m", "pip"], {**os.environ, "PYTHONPATH": str(wheel)})


def ensured(folder: Path) -> bool:
    """Make a throwaway environment with pip; false where Debian has cut ensurepip out."""
    made = subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=False, capture_output=True)
    return made.returncode == 0


if __name__ == "__main__":
    main()

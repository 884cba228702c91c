"""How much memory a dossier takes: `python -m bench.peak FOLDER` prints KiB, of a process of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from bench import dossier
from keys.age.hybrid import HybridIdentity


def growth(folder: Path) -> int:
    """Give by how many bytes a process grows at most, when it seals and opens the files of a folder."""
    command = [sys.executable, "-m", "bench.peak", str(folder)]
    return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout) * 1024


def _resident_at_most() -> int:
    """Give the most memory this process has had resident, in KiB; `ru_maxrss` would count who started it."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def main(folder: Path) -> None:
    """Seal and open, and print by how many KiB that made the process grow."""
    identity = HybridIdentity.generate()
    before = _resident_at_most()
    with tempfile.TemporaryDirectory(dir=folder.parent) as out:
        sealed = Path(out) / "bundle.age"
        dossier.seal(sorted(folder.iterdir()), identity.recipient(), sealed)
        dossier.unseal(sealed, identity, Path(out))
    print(_resident_at_most() - before)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

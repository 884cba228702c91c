"""Seal and open a file of so many MiB in a process of its own, and print the most memory it took, in KiB.

python peak.py streamed|gathered MIB
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT))

from keys.age.file import decrypt, encrypt  # noqa: E402 - the path comes first
from keys.age.x25519 import X25519Identity  # noqa: E402

PIECE = bytes(256 * 1024)


def main(way: str, mib: int) -> None:
    """Print the peak of one way of doing it."""
    identity = X25519Identity.generate()
    plain: Iterator[bytes] = (PIECE for _ in range(mib * 4))
    sealed = encrypt([identity.recipient()], plain)
    if way == "gathered":
        sealed = iter([b"".join(sealed)])
    opened = sum(map(len, decrypt([identity], sealed)))
    assert opened == mib << 20
    print(peak())  # noqa: T201


def peak() -> int:
    """Give the most memory that this process has had resident, in KiB.

    Not `ru_maxrss`: that starts at the size of the process that started this one.
    """
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

"""Look through files before they are committed: unfinished merges, private keys, what is too large.

`python -m tools.files FILE…` names what it finds and ends with 1. Quick enough for every commit.
"""

import re
import sys
from pathlib import Path

LARGEST = 2_000_000
"""Bytes. Larger things belong in a package or are made by the tests."""

MARKER = re.compile(rb"^(<{7} |>{7} |={7}$)", re.MULTILINE)
TAKEN_OVER = {"vectors", "vendor"}
"""Folders of files by others, which stay as they came. Vectors also hold keys, for everybody to see."""

PRIVATE = re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----|^AGE-SECRET-KEY-(PQ-)?1[A-Z0-9]{20}", re.MULTILINE)


def problems(path: Path) -> list[str]:
    """What is wrong with one file, a line each."""
    content = path.read_bytes()
    found = []
    if len(content) > LARGEST:
        found.append(f"{path}: {len(content):,} bytes, the most is {LARGEST:,}")
    if b"\0" in content or TAKEN_OVER.intersection(path.parts):
        return found
    if MARKER.search(content):
        found.append(f"{path}: an unfinished merge")
    if PRIVATE.search(content):
        found.append(f"{path}: a private key")
    if content and not content.endswith(b"\n"):
        found.append(f"{path}: the last line does not end")
    return found


def main(arguments: list[str]) -> int:
    """Print what is wrong with these files; 1 when there is anything."""
    found = [line for name in arguments for line in problems(Path(name))]
    for line in found:
        sys.stdout.write(line + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

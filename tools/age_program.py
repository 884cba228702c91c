"""Lay Debian's `age` in .tools/age, where the machine does not have it: the tests open our files with it."""

import shutil
from pathlib import Path

from tools import debian

TARGET = Path(__file__).resolve().parent.parent / ".tools" / "age"


def main() -> None:
    """Fetch it, unless it is there."""
    if shutil.which("age") is None:
        debian.unpack("age", TARGET)


if __name__ == "__main__":
    main()

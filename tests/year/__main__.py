"""`make year`: play a year through the API, and say which transitions were taken and how everything ended."""

from __future__ import annotations

import logging
import sys
import tempfile
from pathlib import Path

from tests.year.account import lines
from tests.year.playing import play
from tests.year.schools import a_year


def main() -> int:
    """0 when every transition of the table was taken."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="year-") as folder, a_year(Path(folder)) as year:
        played = play(year)
    for line in lines(played):
        print(line)  # noqa: T201  # what it is for
    return 1 if played.unused else 0


sys.exit(main())

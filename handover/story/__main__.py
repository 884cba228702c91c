"""`python -m handover.story --okr a.pdf --opp b.pdf`, which `handover story` and `make story` start."""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from handover.log import configure_logging
from handover.story.foreign_age import find_age
from handover.story.place import an_instance
from handover.story.program import Refused
from handover.story.telling import Given, tell
from handover.supervisor import Stopped, stop_on_signals

USAGE = """Carries two files of yours from a primary to a secondary school, on an instance that is made for it:
  make story OKR=rapport.pdf OPP=plan.pdf
  handover story --okr rapport.pdf --opp plan.pdf
Nothing of them is kept."""
HANDED_OVER, REFUSED, NOT_ASKED, FAILED = 0, 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Tell it; 0 when all of it happened, 1 when a file was refused, 2 when no files were named, 3 otherwise."""
    parser = argparse.ArgumentParser(prog="handover story", usage=USAGE)
    parser.add_argument("--okr", default="")
    parser.add_argument("--opp", default="")
    asked = parser.parse_args(arguments)
    files = [Path(asked.okr), Path(asked.opp)]
    if not (asked.okr and asked.opp):
        sys.stderr.write(f"{USAGE}\n")
        return NOT_ASKED
    missing = [file for file in files if not file.is_file()]
    if missing:
        sys.stderr.write(f"story: there is no file {missing[0]}\n{USAGE}\n")
        return NOT_ASKED
    return _tell(Given(okr=files[0], opp=files[1]))


def _tell(given: Given) -> int:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core dump would hold what is open
    os.umask(0o077)
    configure_logging()
    stop_on_signals()
    began = time.monotonic()
    try:
        age = find_age()
        with an_instance() as place:
            _say(f"{time.monotonic() - began:7.2f} s  a region of two schools, served by gunicorn, Valkey and a worker")
            tell(place, given, age, _say)
    except Refused as refused:
        _say(f"story: refused: {refused}")
        return REFUSED
    except Stopped:
        _say("story: failed: stopped")
        return FAILED
    except Exception as error:  # noqa: BLE001  # the edge: whatever it is, the last line says so
        _say(f"story: failed: {str(error) or type(error).__name__}")
        return FAILED
    _say(f"{time.monotonic() - began:7.2f} s  in all")
    _say("story: handed over")
    return HANDED_OVER


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench [SUBJECT …]`: measure, and print a table."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.rows import Row

# Every module of this folder with a function `rows` is a subject.
_NAMES = sorted(module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)]))


def _subjects() -> dict[str, Callable[[], Iterator[Row]]]:
    modules = {name: importlib.import_module(f"bench.{name}") for name in _NAMES if name != "__main__"}
    return {name: module.rows for name, module in modules.items() if callable(getattr(module, "rows", None))}


def _line(row: Row) -> str:
    ratio = "" if row.ratio is None else f"{row.ratio:.2f} x"
    verdict = {True: "met", False: "BELOW", None: ""}[row.met]
    return f"{row.work:44} {row.ours:>14}  {row.beside:28} {ratio:>8}  {row.target:>9}  {verdict}"


def main() -> None:
    """Measure the subjects asked for, or all."""
    subjects = _subjects()
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure, beside others.")
    parser.add_argument("subject", nargs="*", help=f"one of: {', '.join(subjects)}; all when none is named")
    for name in parser.parse_args().subject or subjects:
        print(name)
        for row in subjects[name]():
            print(_line(row), flush=True)


if __name__ == "__main__":
    main()

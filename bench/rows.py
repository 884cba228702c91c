"""A measured row, and how several things are measured in one run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

MB = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of the table."""

    work: str
    ours: str
    beside: str
    """What the other one took, and who that is."""
    ratio: float | None = None
    target: str = ""
    met: bool | None = None
    """Whether the target is met; None where there is none."""


def disk() -> Path:
    """Give a folder on a real disk: in a temporary one that lies in memory, fsync would cost nothing."""
    folder = Path(__file__).parents[1] / "var"
    folder.mkdir(exist_ok=True)
    return folder


def interleaved(tasks: Mapping[str, Callable[[], object]], *, rounds: int) -> dict[str, float]:
    """Give the median of each task's seconds; every round does each once, so that all meet the same machine.

    One round goes before and is not counted: files are then in memory, code is loaded.
    """
    seconds: dict[str, list[float]] = {name: [] for name in tasks}
    for counted in range(-1, rounds):
        for name, task in tasks.items():
            start = time.perf_counter()
            task()
            if counted >= 0:
                seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(values) for name, values in seconds.items()}

"""Sealing and opening take the same memory for a large file as for a small one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PEAK = Path(__file__).with_name("peak.py")
ALLOWED = 4 * 1024  # KiB


def peak(way: str, mib: int) -> int:
    """Give the most memory that a process took to seal and open so many MiB, in KiB."""
    done = subprocess.run([sys.executable, PEAK, way, str(mib)], capture_output=True, check=True, text=True)
    return int(done.stdout)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file() -> None:
    assert peak("streamed", 256) - peak("streamed", 25) < ALLOWED


def test_a_copy_of_the_file_would_be_noticed() -> None:
    assert peak("gathered", 50) - peak("streamed", 50) > ALLOWED

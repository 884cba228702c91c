"""The other implementations that ours is read by and reads."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def node() -> Path:
    """Node, from the environment's own wheel or the machine."""
    return _program("node", ROOT / ".venv" / "bin")


@pytest.fixture(scope="session")
def age_binary() -> Path:
    """Debian's age."""
    return _program("age", ROOT / ".tools" / "age" / "usr" / "bin")


def _program(name: str, folder: Path) -> Path:
    found = shutil.which(name, path=str(folder)) or shutil.which(name)
    assert found, f"no {name} in {folder}, nor on this machine"
    return Path(found)

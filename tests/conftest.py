"""What all tests share: real programs, and the rule that nothing is skipped in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says something about the machine, not about the code.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")

pytest_plugins = [
    "tests.servers.postgres",
    "tests.servers.programs",
    "tests.servers.s3",
    "tests.servers.valkey",
    "tests.skips",
]

LONG = ("story", "demo/test_demo.py", "demo/test_supervisor.py", "promises/test_kills.py")
"""Start and kill whole services, minutes long: `make long` runs them, so that `make test` stays within its quarter."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    folder = Path(__file__).parent
    for item in items:
        if item.path.relative_to(folder).as_posix().startswith(LONG):
            item.add_marker(pytest.mark.long)

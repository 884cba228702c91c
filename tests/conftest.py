"""What all tests share: real programs, and the rule that nothing is skipped in silence."""

from __future__ import annotations

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

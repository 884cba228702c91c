"""What all tests share: real programs, and the rule that nothing is skipped in silence."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

pytest_plugins = ["tests.servers.programs", "tests.servers.s3"]

_LISTED = Path(__file__).parent / "skips.txt"


def _listed() -> dict[str, str]:
    lines = [line for line in _LISTED.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return {node.strip(): reason.strip() for node, _, reason in (line.partition(":: ") for line in lines)}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped test fails, unless it stands with its reason in tests/skips.txt."""
    del call
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and not _listed().get(item.nodeid):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and tests/skips.txt gives no reason for it"
    return report

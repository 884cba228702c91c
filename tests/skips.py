"""Nothing is skipped in silence: a pytest plugin that reads tests/skips.txt."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

_LISTED = Path(__file__).with_name("skips.txt")


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
        report.outcome, report.longrepr = "failed", _unlisted(item.nodeid)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The same for a whole file that skips itself, which no test of it would tell."""
    report = yield
    if report.skipped and not _listed().get(collector.nodeid):
        report.outcome, report.longrepr = "failed", _unlisted(collector.nodeid)
    return report


def _unlisted(node: str) -> str:
    return f"{node} was skipped, and tests/skips.txt gives no reason for it"

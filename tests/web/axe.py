"""What axe and the width of the window have against a page that a real Chromium shows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? null :
    [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
        .map(one => `${one.tagName.toLowerCase()}.${one.className}`).slice(0, 5)"""


LAID_OUT = ["color-contrast", "target-size", "scrollable-region-focusable", "link-in-text-block", "aria-hidden-focus"]
"""What may be otherwise when the same page is narrow, or dark: the rest is in its tags, which stay."""


def violations(page: Page, *, only: Sequence[str] = ()) -> list[str]:
    """What axe finds wrong, with where; empty when nothing is. `only` these rules, instead of all of `RULES`."""
    page.wait_for_load_state()  # half a page has no heading yet
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    # Only what is wrong crosses over: all that passed is a hundred times as much.
    found: list[dict[str, Any]] = page.evaluate(
        "run => axe.run({runOnly: run, resultTypes: ['violations']}).then(found => found.violations)",
        {"type": "rule", "values": list(only)} if only else {"type": "tag", "values": RULES},
    )
    return [f"{one['id']}: {[node['target'] for node in one['nodes']]}" for one in found]


def too_wide(page: Page) -> list[str]:
    """What makes a page scroll sideways; empty when it does not."""
    page.wait_for_load_state()
    wide = page.evaluate(TOO_WIDE)
    return [] if wide is None else [f"scrolls sideways: {wide}"]

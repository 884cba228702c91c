"""A real browser that is somebody's: with the session that they have, and no form to fill first."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser, BrowserContext

from tests.factories.web import Visitor


def as_visitor(browser: Browser, url: str, visitor: Visitor, **options: Any) -> BrowserContext:
    """A context with a visitor's cookies. `options` are those of Playwright's `new_context`."""
    context = browser.new_context(locale="nl-NL", base_url=url, **options)
    for cookie in (visitor.client._cookies or {}).values():
        context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])
    return context

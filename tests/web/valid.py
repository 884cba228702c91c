"""What holds for every page of the service, in one call."""

from __future__ import annotations

from collections import Counter

import html5lib
from bs4 import BeautifulSoup, Tag

LABELLED = "input:not([type=hidden]):not([type=submit]):not([type=button]), select, textarea"


def check_page(page: str, *, language: str = "nl") -> None:
    """Fail unless the page is valid HTML5, in its language, with one h1, labels, and nothing inline."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(page)
    assert not parser.errors, f"parse errors: {[(where, what) for where, what, _ in parser.errors][:3]}"
    soup = BeautifulSoup(page, "html.parser")  # it is valid, and this reads it in half the time
    html = soup.find("html")
    assert isinstance(html, Tag)
    assert html.get("lang") == language
    title = soup.find("title")
    assert title, "no title"
    assert title.get_text(strip=True).split(" - ")[0], "empty title"
    assert len(soup.find_all("h1")) == 1, "one h1"
    _nothing_inline(soup)
    _names_and_labels(soup)
    _forms(soup)


def _nothing_inline(soup: BeautifulSoup) -> None:
    assert not soup.find_all("style"), "an inline style sheet"
    for script in soup.find_all("script"):
        assert script.get("src"), "an inline script"
    for tag in soup.select("*"):
        for name in tag.attrs:
            assert name != "style", f"an inline style on {tag.name}"
            assert not name.startswith("on"), f"an inline handler {name} on {tag.name}"
        for name in ("href", "src", "action", "formaction"):
            assert not str(tag.get(name, "")).startswith("javascript:"), "a javascript: address"


def _names_and_labels(soup: BeautifulSoup) -> None:
    twice = [name for name, count in Counter(str(tag["id"]) for tag in soup.select("[id]")).items() if count > 1]
    assert not twice, f"ids that stand there twice: {twice}"
    for field in soup.select(LABELLED):
        labelled = field.get("aria-label") or field.find_parent("label")
        labelled = labelled or soup.find("label", attrs={"for": str(field.get("id", "-"))})
        assert labelled, f"a field without a label: {field}"
    known = {str(tag["id"]) for tag in soup.select("[id]")}
    for tag in soup.select("[aria-describedby], [aria-labelledby]"):
        for name in ("aria-describedby", "aria-labelledby"):
            for wanted in str(tag.get(name, "")).split():
                assert wanted in known, f"{name} names {wanted}, which is not there"


def _forms(soup: BeautifulSoup) -> None:
    for form in soup.find_all("form"):
        method = str(form.get("method", "get")).lower()
        assert method in {"get", "post", "dialog"}
        if method == "post":
            assert form.get("action"), "a form without an action"
            assert form.find("input", attrs={"name": "csrf_token"}), "a form without its csrf token"

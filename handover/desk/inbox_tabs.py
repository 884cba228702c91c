"""The steps of the inbox as tabs: what is expected, and what came."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import pgettext

from handover.desk.inbox_counts import Counts, Tab
from handover.desk.inbox_filters import TABS


def inbox_tabs(counts: Counts, expected: int, *, now: Tab | None, bij: str | None) -> list[dict[str, Any]]:
    """For the macro `tabbladen`. `now` is None on what is expected; `bij` names the unit, where there are more."""
    came = [
        {
            "label": str(TABS[tab]),
            "href": url_for("inbox.show", stap=tab.value, bij=bij),
            "aantal": counts.of(tab),
            "nu": tab is now,
        }
        for tab in Tab
    ]
    first = {
        "label": pgettext("postvak", "Verwacht"),
        "href": url_for("expecting.show", bij=bij),
        "aantal": expected,
        "nu": now is None,
    }
    return [first, *came]

"""A filter of the inbox as words of an address or a form: what can be sent as a link, without anything typed."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from handover.bundles.filter_model import KeptFilter
from handover.bundles.kept_filters import Parts
from handover.desk.inbox import ME, NOBODY, Asked
from handover.desk.inbox_counts import Tab
from handover.desk.inbox_marks import Mark, in_order, read_marks

WORDS = frozenset({*(tab.value for tab in Tab), *(mark.value for mark in Mark), ME, NOBODY})
"""All words of a filter; what else stands in it is an id."""


def read_tab(text: str) -> Tab:
    """The step that this word names; else the first."""
    return Tab(text) if text in set(Tab) else Tab.NEW


def read_asked(sent: MultiDict[str, str], *, default: Tab = Tab.NEW) -> Asked:
    """What an address or a form asks for. `wissel` is a mark whose choice is turned about."""
    handler = sent.get("wie", "")
    marks = read_marks(sent.getlist("alleen")) ^ read_marks(sent.getlist("wissel"))
    return Asked(
        tab=read_tab(sent.get("stap") or default.value),
        school=sent.get("van", ""),
        handler=handler if handler in {ME, NOBODY} else "",
        department=sent.get("afd", ""),
        marks=marks,
    )


def words_of(asked: Asked) -> dict[str, Any]:
    """The same as it is sent again."""
    return {
        "stap": asked.tab.value,
        "van": asked.school or None,
        "wie": asked.handler or None,
        "afd": asked.department or None,
        "alleen": [mark.value for mark in in_order(asked.marks)] or None,
    }


def inbox_href(asked: Asked, *, bij: str | None, after: str | None = None, kies: str | None = None) -> str:
    """Where it is shown."""
    return url_for("inbox.show", **words_of(asked), bij=bij or None, after=after, kies=kies)


def parts_of_asked(asked: Asked) -> Parts:
    """The same, to be kept."""
    return Parts(
        tab=asked.tab.value,
        school_id=asked.school,
        handler=asked.handler,
        department_id=asked.department,
        marks=",".join(mark.value for mark in in_order(asked.marks)),
    )


def asked_of_kept(row: KeptFilter) -> Asked:
    """What a kept filter asks for."""
    return Asked(
        tab=read_tab(row.tab),
        school=row.school_id,
        handler=row.handler,
        department=row.department_id,
        marks=read_marks(row.marks.split(",")),
    )

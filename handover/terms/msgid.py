"""Marks Dutch text for the catalogue where it stands; whoever shows it translates it (`gettext(msgid)`)."""

from __future__ import annotations


def msgid(dutch: str) -> str:
    """The text itself. `pybabel extract -k msgid` finds it here; a label is looked up long before it is shown."""
    return dutch


Plural = tuple[str, str]
"""The same said of one and of more; whoever shows it counts (`ngettext(*said, count)`)."""


def plural(one: str, more: str) -> Plural:
    """Both texts, marked for the catalogue as `msgid` does with one."""
    return one, more

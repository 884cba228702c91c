"""Names of events are for ever: `event_names.txt` holds all that ever were, and only ever grows."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import get_args, get_type_hints

import handover
from handover.audit.entry import Fact
from handover.audit.events import AuditEvent, registered_events

LIST = Path(__file__).parent / "event_names.txt"


def events_of_the_service() -> dict[str, type[AuditEvent]]:
    """All events of all modules, imported for it: an event that nobody imported is not registered."""
    for module in pkgutil.walk_packages(handover.__path__, "handover."):
        if "migrations" not in module.name and not module.name.endswith("__main__"):
            import_module(module.name)
    return {name: kind for name, kind in registered_events().items() if kind.__module__.startswith("handover.")}


def test_the_names_of_events_are_those_of_the_list() -> None:
    listed = LIST.read_text().split()
    registered = set(events_of_the_service())

    assert listed == sorted(set(listed)), "the list is sorted, each name once"
    assert set(listed) - registered == set(), "a name that was once in a log may not go or change"
    assert registered - set(listed) == set(), "add these to the list, and look once more: they are for ever"


def test_facts_are_of_kinds_that_an_entry_may_hold() -> None:
    allowed = set(get_args(Fact))
    common = set(get_type_hints(AuditEvent))

    for name, kind in events_of_the_service().items():
        for fact, hint in get_type_hints(kind).items():
            kinds = {hint} if isinstance(hint, type) else set(get_args(hint))
            fitting = all(isinstance(each, type) and issubclass(each, tuple(allowed)) for each in kinds)
            assert fact in common or fitting, f"{name}: {fact}"

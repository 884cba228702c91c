"""What may stand in the log: typed events, and the registry of their names.

A feature describes in its own `events.py` what it does, as frozen dataclasses that derive from `AuditEvent`;
their added fields are the facts of the entry. Names are for ever: they are in logs that people hold receipts
of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import ClassVar

from handover.audit.entry import Fact

NAME = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
"""`subject.verb`, the verb as what has happened: `handover.sent`."""
_TOKEN = re.compile(r"[A-Za-z0-9._:/+=-]{1,200}")
_PERSONAL_NUMBER = re.compile(r"\d{7,15}")
_LARGEST = 2**53
"""Beyond it JSON readers disagree about whole numbers."""

_registry: dict[str, type[AuditEvent]] = {}


@dataclass(frozen=True, kw_only=True)
class AuditEvent:
    """Somebody did something to something. Subclasses set `name` and add their facts as fields.

    Attributes:
        actor_id: the person's id; None is the service itself.
        unit_id: the unit for which the actor acted, or whose thing it is; None when it is no unit's.
        other_unit_id: the unit on the other side, who sees this in its trail too.
        subject_kind: what was acted on, a word of the code: handover, leaver, unit, circle.
        subject_id: its id, or its random reference.
    """

    name: ClassVar[str]

    actor_id: str | None
    unit_id: str | None
    other_unit_id: str | None = None
    subject_kind: str
    subject_id: str

    def __init_subclass__(cls) -> None:
        """Register the event's name.

        Raises:
            TypeError: it has no name of its own, or one of another form, or another event has it.
        """
        super().__init_subclass__()
        name = cls.__dict__.get("name")
        if not isinstance(name, str) or not NAME.fullmatch(name):
            msg = f"{cls.__qualname__} needs a name of its own, as subject.verb in lower case"
            raise TypeError(msg)
        other = _registry.setdefault(name, cls)
        # A dataclass with slots is made twice under one name: that is the same event.
        if (other.__module__, other.__qualname__) != (cls.__module__, cls.__qualname__):
            msg = f"{name} is the name of {other.__module__}.{other.__qualname__}"
            raise TypeError(msg)
        _registry[name] = cls

    def facts(self) -> dict[str, Fact]:
        """Give the facts that the subclass adds, each checked.

        Raises:
            TypeError: a fact is neither text, whole number, truth value nor None.
            ValueError: a text that is no token (ids, digests, states and instants are), or could be
                somebody's number.
        """
        return {
            field.name: _checked(field.name, getattr(self, field.name))
            for field in fields(self)
            if field.name not in _COMMON
        }

    def check(self) -> None:
        """Refuse what must not stand in the log.

        Raises:
            ValueError: an id or kind that is no token.
        """
        for name in _COMMON:
            value = getattr(self, name)
            if value is not None and not _TOKEN.fullmatch(value):
                msg = f"{name} of {self.name} is no id"
                raise ValueError(msg)


_COMMON = frozenset(field.name for field in fields(AuditEvent))


def registered_events() -> dict[str, type[AuditEvent]]:
    """Give all events by name that are known in this process: those whose module was imported."""
    return dict(sorted(_registry.items()))


def _checked(name: str, value: object) -> Fact:
    """Take a fact, or refuse it without showing it: an error's text may end in the operators' log."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        if abs(value) < _LARGEST:
            return int(value)
        msg = f"the fact {name} is too large"
        raise ValueError(msg)
    if not isinstance(value, str):
        msg = f"the fact {name} is a {type(value).__name__}"
        raise TypeError(msg)
    if not _TOKEN.fullmatch(value) or _PERSONAL_NUMBER.fullmatch(value):
        msg = f"the fact {name} is no id, digest, state or instant"
        raise ValueError(msg)
    return str(value)

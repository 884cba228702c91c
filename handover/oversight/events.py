"""What the log says of how the samenwerkingsverband divides and sets its work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handover.audit.events import AuditEvent


@dataclass(frozen=True, kw_only=True)
class BocChanged(AuditEvent):
    """A school is another boc'er's, or nobody's. Both are ids of persons."""

    name: ClassVar[str] = "unit.boc_changed"
    was: str | None
    boc: str | None

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


@dataclass(frozen=True, kw_only=True)
class RegionSettingChanged(AuditEvent):
    """The region set a date or a number of days anew; `was` is what counted before, `none` where nothing did."""

    name: ClassVar[str] = "region.setting_changed"
    setting: str
    """`retained_until:2026-2027` or `long_wait`."""
    was: str
    now: str

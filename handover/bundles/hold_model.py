"""The table of what is kept longer than its term: by which school, until when, and why."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from handover.bundles.state import KeepReason
from handover.db.base import Base
from handover.db.types import enum_column


class Hold(Base):
    """One school's word that a handover stays; the latest day of both counts, and each takes back its own only."""

    __tablename__ = "hold"

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    until: Mapped[date]
    """The last day."""
    because: Mapped[KeepReason] = mapped_column(enum_column(KeepReason))

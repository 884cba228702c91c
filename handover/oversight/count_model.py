"""The table of what was counted: children of each primary school and school year by how far they are."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base


class SchoolCount(Base):
    """Made anew from the rows, never added to; a school without children has none."""

    __tablename__ = "school_count"

    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    school_year: Mapped[str] = mapped_column(String(9), primary_key=True)
    preparing: Mapped[int]
    nowhere: Mapped[int]
    back: Mapped[int]
    offered: Mapped[int]
    accepted: Mapped[int]
    confirmed: Mapped[int]
    elsewhere: Mapped[int]

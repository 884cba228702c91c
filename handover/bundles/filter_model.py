"""The table of kept filters: which part of the inbox somebody wants to come back to. Nothing that somebody typed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base, new_id

_STARTS = text("starts")


class KeptFilter(Base):
    """One filter of one person at one unit, by its parts: words of closed lists and ids. An empty part: all of them."""

    __tablename__ = "kept_filter"
    __table_args__ = (
        UniqueConstraint(
            *("person_id", "unit_id", "tab", "school_id", "handler", "department_id", "marks"), name="uq_kept_filter"
        ),
        Index(
            "uq_kept_filter_starts",
            "person_id",
            "unit_id",
            unique=True,
            sqlite_where=_STARTS,
            postgresql_where=_STARTS,
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    tab: Mapped[str] = mapped_column(String(16))
    school_id: Mapped[str] = mapped_column(String(32), default="")
    handler: Mapped[str] = mapped_column(String(8), default="")
    department_id: Mapped[str] = mapped_column(String(32), default="")
    marks: Mapped[str] = mapped_column(String(80), default="")
    """In the order of the page, with commas."""
    starts: Mapped[bool] = mapped_column(default=False)
    """The one that the inbox begins with."""
    made_at: Mapped[datetime]

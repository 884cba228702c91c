"""The table of what the care coordinator opened for a child's mentors: a copy in a room of its own."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base, new_id


class OpenedItem(Base):
    """One care document, the support part, or a note; its title and text are a sealed record of the same id."""

    __tablename__ = "opened_item"
    __table_args__ = (
        Index(
            "uq_opened_item",
            "handover_id",
            "source",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"), index=True)
    source: Mapped[str] = mapped_column(String(50))
    """What it is a copy of: `care-2` in version 1 is `document:1:2`, a note is `remark:` and its id."""
    blob_key: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of a document's bytes, sealed to the room."""
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    """Of the sealed bytes."""
    opened_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

"""The table of blobs that a night found without a row: what is found so again on a later night goes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base


class LooseBlob(Base):
    """One blob that no row named."""

    __tablename__ = "loose_blob"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen_at: Mapped[datetime]
    """When it was first found loose."""

"""The table of handovers with a code: to a school that takes no part, opened once by whoever has link and words."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base, new_id


class HandoverCode(Base):
    """The one-time key of one handover, sealed under six words and to the service key; gone once it was used."""

    __tablename__ = "handover_code"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    """Stands in the link, and opens nothing."""
    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"), unique=True)
    sealed_identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    recipient: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(String(254))
    """Where the link goes: an address from the school's own site."""
    failures: Mapped[int] = mapped_column(default=0)
    """Wrong words so far; at five nobody opens it any more."""
    expires_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    fetched_at: Mapped[datetime | None]
    guest_name: Mapped[str] = mapped_column(String(150), default="")
    guest_function: Mapped[str] = mapped_column(String(150), default="")
    confirmed_by: Mapped[str] = mapped_column(String(150), default="")
    """Of that school, on the telephone."""

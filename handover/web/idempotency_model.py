"""The table of requests that must not be done twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base


class IdempotencyKey(Base):
    """One request that a client may repeat: no body, and no digest that could confirm a guess."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index("ix_idempotency_key_created", "created"),)

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 over the person and the client's key, in hexadecimal."""
    person_id: Mapped[str] = mapped_column(String(32))
    route: Mapped[str] = mapped_column(String(200))
    request_digest: Mapped[str] = mapped_column(String(64))
    """HMAC over the request, keyed with the client's key, which is not kept."""
    status: Mapped[int | None]
    """None while the first request is still being done."""
    location: Mapped[str | None] = mapped_column(String(400))
    created: Mapped[datetime]

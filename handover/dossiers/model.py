"""The documents of a dossier in preparation. Their bytes are sealed blobs; their names lie in sealed records."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base, new_id
from handover.db.types import enum_column
from handover.terms.document_kind import DocumentKind


class Document(Base):
    """One checked document, sealed to a room of its leaver (`work`, or `work-care` for OPP and care kinds)."""

    __tablename__ = "document"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    leaver_id: Mapped[str] = mapped_column(ForeignKey("leaver.id"), index=True)
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"))
    kind: Mapped[DocumentKind] = mapped_column(enum_column(DocumentKind))
    blob_key: Mapped[str] = mapped_column(String(64), unique=True)
    sealed_size: Mapped[int]
    """Bytes of the sealed blob."""
    sealed_sha256: Mapped[str] = mapped_column(String(64))
    pages: Mapped[int]
    findings: Mapped[str] = mapped_column(String(200), default="")
    """Notes of the check, space-separated `Finding` values; a refused document has no row."""
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(32))

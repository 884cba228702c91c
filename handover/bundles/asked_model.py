"""Tables of dossiers that a secondary school asks for outside: the request, and the files that a guest put ready."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base, new_id
from handover.db.types import enum_column
from handover.terms.document_kind import DocumentKind


class AskedDossier(Base):
    """One request: a link by mail, six words by telephone. Its secrets are gone once it was answered or is over."""

    __tablename__ = "asked_dossier"
    __table_args__ = (
        CheckConstraint("(sealed_identity IS NULL) = (sealed_secret IS NULL)", name="both_or_none"),
        CheckConstraint("sealed_identity IS NULL OR (sent_at IS NULL AND ended_at IS NULL)", name="over_has_no_key"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    """Stands in the link, and opens nothing."""
    announcement_id: Mapped[str] = mapped_column(ForeignKey("announcement.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    """The school that asks."""
    sender_unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    """The guest unit that stands for the school outside."""
    sender_brin: Mapped[str] = mapped_column(ForeignKey("location.brin6"), index=True)
    handover_id: Mapped[str] = mapped_column(String(32), unique=True)
    """Of the handover that it becomes; before that there is no such row."""
    reference: Mapped[str] = mapped_column(String(8))
    """The leaver's, once there is one: in the mail, for the telephone."""
    dossier_room_id: Mapped[str] = mapped_column(ForeignKey("room.id"))
    care_room_id: Mapped[str] = mapped_column(ForeignKey("room.id"))
    statement: Mapped[str] = mapped_column(Text)
    """`keys.asking.Asking`, signed by the asking school's dossier circle."""
    signer_id: Mapped[str] = mapped_column(ForeignKey("circle_key.id"))
    sealed_identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    """A one-time identity under six words and to the service key."""
    sealed_secret: Mapped[bytes | None] = mapped_column(LargeBinary)
    """To that identity: the signing seed, to which rooms to seal, and who it is about."""
    email: Mapped[str] = mapped_column(String(254))
    """Where the link goes: an address from the school's own site."""
    failures: Mapped[int] = mapped_column(default=0)
    """Wrong words so far; at five nobody opens it any more."""
    asked_by: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    """When the guest sent what was asked."""
    ended_at: Mapped[datetime | None]
    """When it ended without that: taken back, asked anew, or over its time."""
    guest_name: Mapped[str] = mapped_column(String(150), default="")
    guest_function: Mapped[str] = mapped_column(String(150), default="")


class AskedFile(Base):
    """A checked file that a guest put ready, sealed to the one-time identity: only the words open it again."""

    __tablename__ = "asked_file"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    asked_id: Mapped[str] = mapped_column(ForeignKey("asked_dossier.id"), index=True)
    kind: Mapped[DocumentKind] = mapped_column(enum_column(DocumentKind))
    blob_key: Mapped[str] = mapped_column(String(64), unique=True)
    sealed_size: Mapped[int]
    sealed_sha256: Mapped[str] = mapped_column(String(64))
    sealed_facts: Mapped[bytes] = mapped_column(LargeBinary)
    """Its title, size and SHA-256, and the digest of its sealed bytes."""
    pages: Mapped[int]
    findings: Mapped[str] = mapped_column(String(200), default="")
    created_at: Mapped[datetime]

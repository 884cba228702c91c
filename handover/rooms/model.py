"""Tables of keys, rooms and what lies sealed in them. In the clear: ids, kinds, versions, public keys, instants."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base, new_id
from handover.db.types import enum_column
from keys.circle import Circle
from keys.grant import GrantKind


class CopyStatus(StrEnum):
    """Whether a holder may use their copy."""

    ACTIVE = "active"
    ASLEEP = "asleep"  # the last copy of somebody who left: only to be handed on


class RoomKind(StrEnum):
    """What lies in a room, and so for whom it can be."""

    WORK = "work"  # a leaver's drafts and documents, at the primary school
    WORK_CARE = "work_care"
    DOSSIER = "dossier"  # a handover's bundles, questions and answers
    CARE = "care"
    OWN = "own"  # the secondary school's own notes
    OWN_CARE = "own_care"
    APPLICATION = "application"
    OPENED = "opened"  # care that was opened for one child's mentors


class SubjectKind(StrEnum):
    """Whose a room is."""

    LEAVER = "leaver"
    HANDOVER = "handover"
    APPLICATION = "application"


class CircleKeyRow(Base):
    """The public half of one version of a circle's key. Rows stay: old signatures must be checkable."""

    __tablename__ = "circle_key"
    __table_args__ = (
        UniqueConstraint("unit_id", "circle", "version", name="uq_circle_key_version"),
        CheckConstraint("version >= 1", name="counts_from_one"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(String(32))
    circle: Mapped[Circle] = mapped_column(enum_column(Circle))
    version: Mapped[int]
    recipient: Mapped[str] = mapped_column(Text)
    verify: Mapped[str] = mapped_column(String(43))
    endorsement: Mapped[str | None] = mapped_column(Text)
    """The version before says that this is the next: believed until a card names it."""
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    """Since when nobody has a copy of it."""


class Sheet(Base):
    """A printed recovery sheet: a member of all circles, on paper."""

    __tablename__ = "sheet"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(String(32), index=True)
    recipient: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class KeyCopy(Base):
    """A circle's key sealed to one member, or to the sheet."""

    __tablename__ = "key_copy"
    __table_args__ = (
        UniqueConstraint("circle_key_id", "person_id", name="uq_key_copy_person"),
        UniqueConstraint("circle_key_id", "sheet_id", name="uq_key_copy_sheet"),
        CheckConstraint("(person_id IS NULL) <> (sheet_id IS NULL)", name="one_holder"),
        CheckConstraint("status <> 'asleep' OR person_id IS NOT NULL", name="only_people_sleep"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    circle_key_id: Mapped[str] = mapped_column(ForeignKey("circle_key.id"))
    person_id: Mapped[str | None] = mapped_column(String(32), index=True)
    sheet_id: Mapped[str | None] = mapped_column(ForeignKey("sheet.id"), index=True)
    recipient: Mapped[str] = mapped_column(Text)
    """The holder's, as the one who handed it on compared it."""
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    """By the circle's key over holder and recipient: a row that somebody wrote gets no new key at a rotation."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[CopyStatus] = mapped_column(enum_column(CopyStatus), default=CopyStatus.ACTIVE)
    created_at: Mapped[datetime]


class CardRow(Base):
    """A unit's card, as it was signed."""

    __tablename__ = "card"
    __table_args__ = (UniqueConstraint("unit_id", "version", name="uq_card_version"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    jws: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]


class CertificateRow(Base):
    """The region's word on a unit's admin key, as it was signed."""

    __tablename__ = "certificate"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(String(32), index=True)
    admin_key: Mapped[str] = mapped_column(String(43))
    jws: Mapped[str] = mapped_column(Text)
    until: Mapped[datetime]
    created_at: Mapped[datetime]


class Room(Base):
    """A room. Its recipient is stored nowhere: only who may enter can write in it."""

    __tablename__ = "room"
    __table_args__ = (Index("ix_room_subject", "subject_kind", "subject_id"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[RoomKind] = mapped_column(enum_column(RoomKind))
    subject_kind: Mapped[SubjectKind] = mapped_column(enum_column(SubjectKind))
    subject_id: Mapped[str] = mapped_column(String(32))
    maker_unit_id: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime]


class Grant(Base):
    """Who a child is, or a room's key, sealed to one circle or one person."""

    __tablename__ = "key_grant"  # `grant` is a word of SQL
    __table_args__ = (
        UniqueConstraint("kind", "subject", "unit_id", "circle", name="uq_key_grant_circle"),
        UniqueConstraint("kind", "subject", "person_id", name="uq_key_grant_person"),
        CheckConstraint("(circle IS NULL) <> (person_id IS NULL)", name="one_holder"),
        CheckConstraint("(circle IS NULL) = (circle_version IS NULL)", name="circle_has_version"),
        CheckConstraint("(kind = 'room') = (room_id IS NOT NULL)", name="room_has_id"),
        Index("ix_key_grant_version", "unit_id", "circle", "circle_version"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[GrantKind] = mapped_column(enum_column(GrantKind))
    subject: Mapped[str] = mapped_column(String(32), index=True)
    """A room's id; or whom a name belongs to: a leaver (at its school) or a handover (at the receiver)."""
    room_id: Mapped[str | None] = mapped_column(ForeignKey("room.id"), index=True)
    maker_unit_id: Mapped[str] = mapped_column(String(32))
    unit_id: Mapped[str] = mapped_column(String(32))
    circle: Mapped[Circle | None] = mapped_column(enum_column(Circle))
    circle_version: Mapped[int | None]
    person_id: Mapped[str | None] = mapped_column(String(32), index=True)
    blob: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[bytes] = mapped_column(LargeBinary)
    signer_id: Mapped[str] = mapped_column(ForeignKey("circle_key.id"))
    withheld: Mapped[bool] = mapped_column(default=False)
    """It lies ready, and the service does not hand it out yet."""
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # SQLAlchemy reads it from the class


class SealedRecord(Base):
    """Something small in a room: a report, a document's title, a note. `version` counts its changes from 1."""

    __tablename__ = "sealed_record"
    __table_args__ = (UniqueConstraint("room_id", "kind", "subject", name="uq_sealed_record_subject"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"))
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(32))
    blob: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))
    version: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime]

    # The version is also inside the sealed bytes, so it is counted before they are made.
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012

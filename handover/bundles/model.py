"""Tables of handovers: sealed versions, what was read, asked and signed. Nothing is about a child in the clear."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from handover.bundles.state import BundleStatus, HandoverStatus, Origin, ReleaseReason
from handover.db.base import Base, new_id
from handover.db.counted import Counted
from handover.db.types import enum_column

_STANDS = "taken_back_at IS NULL"
_OFFERED = "status = 'offered'"
_LIVE = "status IN ('draft', 'sealing', 'offered', 'accepted', 'confirmed')"
_CONFIRMED = "status = 'confirmed'"
_SECOND = "place = 1"


class Part(StrEnum):
    """The two rooms of a handover, each with a bundle of its own."""

    DOSSIER = "dossier"
    CARE = "care"


class RemarkKind(StrEnum):
    """What somebody wrote beside a dossier."""

    NOTE = "note"  # the own school's
    QUESTION = "question"  # to the other side
    REPLY = "reply"
    FEEDBACK = "feedback"  # a mentor's line to the primary school


class Handover(Counted, Base):
    """One leaver's dossier going to one unit."""

    __tablename__ = "handover"
    __table_args__ = (
        Index(
            "uq_handover_live",
            "leaver_id",
            "place",
            unique=True,
            sqlite_where=text(_LIVE),
            postgresql_where=text(_LIVE),
        ),
        Index(
            "uq_handover_confirmed",
            "leaver_id",
            unique=True,
            sqlite_where=text(_CONFIRMED),
            postgresql_where=text(_CONFIRMED),
        ),
        Index("ix_handover_second", "leaver_id", sqlite_where=text(_SECOND), postgresql_where=text(_SECOND)),
        CheckConstraint("place IN (0, 1)", name="two_places"),
        Index("ix_handover_inbox", "receiver_unit_id", "status", "offered_at"),
        Index(
            "ix_handover_waiting",
            "offered_at",
            "sender_unit_id",
            "receiver_unit_id",
            "leaver_id",
            "status",  # of the condition: else SQLite looks into each row for it
            sqlite_where=text(_OFFERED),
            postgresql_where=text(_OFFERED),
        ),
        CheckConstraint(
            "status NOT IN ('accepted', 'confirmed') OR accepted_at IS NOT NULL",
            name="accepted_has_time",
        ),
        CheckConstraint(
            "status <> 'confirmed' OR confirmed_at IS NOT NULL",
            name="confirmed_has_time",
        ),
        CheckConstraint("status <> 'offered' OR offered_at IS NOT NULL", name="offered_has_time"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(String(8), index=True)
    """The leaver's: two people on the telephone mean the same child."""
    leaver_id: Mapped[str] = mapped_column(ForeignKey("leaver.id"), index=True)
    place: Mapped[int] = mapped_column(default=0)
    """Which of the two places of its leaver it takes while it lives: so there are never three. No order."""
    application_id: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    sender_unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    receiver_unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    receiver_brin: Mapped[str] = mapped_column(ForeignKey("location.brin6"))
    school_year: Mapped[str] = mapped_column(String(9))
    status: Mapped[HandoverStatus] = mapped_column(enum_column(HandoverStatus))
    origin: Mapped[Origin] = mapped_column(enum_column(Origin), default=Origin.SEALED)
    """What lies `state.ELSEWHERE` has no bundles, letters and statements here."""
    dossier_room_id: Mapped[str] = mapped_column(String(32))
    care_room_id: Mapped[str] = mapped_column(String(32))
    own_room_id: Mapped[str | None] = mapped_column(String(32))
    own_care_room_id: Mapped[str | None] = mapped_column(String(32))
    has_care: Mapped[bool] = mapped_column(default=False)
    has_opp: Mapped[bool] = mapped_column(default=False)
    conversation_asked: Mapped[bool] = mapped_column(default=False)
    conversation_held_on: Mapped[date | None]
    conversation_waived: Mapped[bool] = mapped_column(default=False)
    """Why it was waived and what was agreed are sealed."""
    department_id: Mapped[str | None] = mapped_column(ForeignKey("department.id"))
    """The receiver's label."""
    handler_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Who at the receiver takes care of it; a label, no right."""
    sent_content_version: Mapped[int] = mapped_column(default=0)
    """The leaver's `content_version` that its readers have."""
    supplement_opened_at: Mapped[datetime | None]
    """Since when the sender may change the dossier again, to send it after."""
    released_because: Mapped[ReleaseReason | None] = mapped_column(enum_column(ReleaseReason))
    opened_room_id: Mapped[str | None] = mapped_column(String(32))
    """Made when something of the care part is first opened for the mentors."""
    warned_at: Mapped[datetime | None]
    """When both schools were told that its term is nearly over."""
    created_at: Mapped[datetime]
    offered_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
    counted = ("leaver_id", "status", "origin", "offered_at")

    def counted_at(self, session: Session) -> Iterable[str]:  # noqa: ARG002  # the others ask it
        """The school that sends it, which is that of its leaver."""
        return {self.sender_unit_id}


class Bundle(Base):
    """One sealed version of a handover: a letter, and a sealed file for each part."""

    __tablename__ = "bundle"
    __table_args__ = (UniqueConstraint("handover_id", "number", name="uq_bundle_handover_number"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"), index=True)
    number: Mapped[int]
    status: Mapped[BundleStatus] = mapped_column(enum_column(BundleStatus))
    letter: Mapped[str] = mapped_column(Text)
    letter_digest: Mapped[str] = mapped_column(String(64))
    content_version: Mapped[int] = mapped_column(default=0)
    """Of the leaver, when it was sealed."""
    has_care: Mapped[bool] = mapped_column(default=False)
    has_opp: Mapped[bool] = mapped_column(default=False)
    conversation_asked: Mapped[bool] = mapped_column(default=False)
    """What it says; the handover says so too once its readers have this version."""
    sealed_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class SealedPart(Base):
    """The sealed file of one part of a bundle."""

    __tablename__ = "sealed_part"

    bundle_id: Mapped[str] = mapped_column(ForeignKey("bundle.id"), primary_key=True)
    part: Mapped[Part] = mapped_column(enum_column(Part), primary_key=True)
    blob_key: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    documents: Mapped[int]
    """How many documents lie in it."""


class Reading(Base):
    """That a person was sent the last byte of something: `item` 0 is the dossier itself, n its nth document."""

    __tablename__ = "reading"
    __table_args__ = (UniqueConstraint("bundle_id", "part", "item", "person_id", name="uq_reading"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    bundle_id: Mapped[str] = mapped_column(ForeignKey("bundle.id"), index=True)
    part: Mapped[Part] = mapped_column(enum_column(Part))
    item: Mapped[int]
    person_id: Mapped[str] = mapped_column(String(32))
    role: Mapped[str] = mapped_column(String(32))
    """As whom it was read: confirming asks whether intake or care has."""
    read_at: Mapped[datetime]


class Remark(Base):
    """A note, a question, a reply or a mentor's line; its text is a sealed record of the same id in `room_id`."""

    __tablename__ = "remark"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"), index=True)
    kind: Mapped[RemarkKind] = mapped_column(enum_column(RemarkKind))
    room_id: Mapped[str] = mapped_column(ForeignKey("room.id"))
    part: Mapped[Part] = mapped_column(enum_column(Part))
    item: Mapped[int | None]
    """The document it belongs to; None: the dossier as a whole."""
    bundle_number: Mapped[int] = mapped_column(default=1)
    """The version whose documents `item` counts: the next one may count them otherwise."""
    page: Mapped[int | None]
    answers_id: Mapped[str | None] = mapped_column(ForeignKey("remark.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    """A question that was answered to the asker's content, or is no longer needed."""


class Statement(Base):
    """A JWS by the receiver over the letter's digest: received, or confirmed."""

    __tablename__ = "statement"
    __table_args__ = (
        Index(
            "uq_statement",
            "handover_id",
            "kind",
            "letter_digest",
            unique=True,
            sqlite_where=text(_STANDS),
            postgresql_where=text(_STANDS),
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    jws: Mapped[str] = mapped_column(Text)
    letter_digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
    """A confirmation that was reopened; it stays, because it was said."""

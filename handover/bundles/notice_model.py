"""The table of what people are mailed about: that something waits or happened, by reference, never about whom."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base, new_id
from handover.db.types import enum_column


class NoticeKind(StrEnum):
    """What somebody is told."""

    OFFERED = "offered"  # a dossier waits to be received
    OUTSIDE = "outside"  # a primary school says that a dossier came by another way
    ENTERED = "entered"  # a secondary school says that it has a dossier, by another way
    NOT_ENTERED = "not_entered"  # it has not, after all
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CONFIRMED = "confirmed"
    QUESTION = "question"
    REPLY = "reply"
    FAILED = "failed"  # sending went wrong: it is a draft again
    SUPPLEMENT = "supplement"  # something came after what was received
    SUPPLEMENT_FAILED = "supplement_failed"
    WITHDRAWN = "withdrawn"  # what somebody was told waits for them waits no more
    REOPENED = "reopened"
    RELEASED = "released"
    RELOCATED = "relocated"
    MENTOR = "mentor"  # to a mentor: a child's dossier lies ready
    MENTOR_UNREAD = "mentor_unread"  # to a mentor: school begins, and it was not read
    FEEDBACK = "feedback"  # a mentor wrote the primary school a line
    CODE_RUN_OUT = "code_run_out"  # to the sender: nobody fetched it in time
    TERM = "term"  # soon what was handed over is destroyed: the region says how long before
    ANNOUNCED = "announced"  # a secondary school says that a child applied there, and asks who it is
    ANSWERED = "answered"  # the primary school said that it is none of theirs
    SCHOOL_CLOSED = "school_closed"  # the open register says that one of both schools is no more
    PRIMARY_CLOSED = "primary_closed"  # the same of the primary school that was asked about a child
    LAPSED = "lapsed"  # the primary school took the child off its list, and its dossier with it
    APPLICATION_LAPSED = "application_lapsed"  # the same, of an announced application
    APPLICATION_STANDS = "application_stands"  # who was told that it lapsed: it stands again
    ARRIVED = "arrived"  # to a primary school: another one says that a child goes there, and asks whether it is known
    NOT_ARRIVED = "not_arrived"  # the answer, when it is not
    BACK = "back"  # to that school, which had said yes: the child is on the list of the other one again
    LET_GO = "let_go"  # to the sender: one of two schools is to be let go of, and nobody did


class Notice(Base):
    """One thing that one person is told; several make one mail."""

    __tablename__ = "notice"
    __table_args__ = (
        Index("ix_notice_waiting", "sent_at", "person_id"),
        Index("ix_notice_person", "person_id", "sent_at"),
        CheckConstraint("(person_id IS NULL) <> (unit_id IS NULL)", name="to_somebody_or_nobody_yet"),
        CheckConstraint(
            "CASE WHEN handover_id IS NULL THEN 0 ELSE 1 END + CASE WHEN announcement_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN passage_id IS NULL THEN 0 ELSE 1 END = 1",
            name="about_one_thing",
        ),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    """A unit at which nobody could be told: it waits for the first who can."""
    handover_id: Mapped[str | None] = mapped_column(ForeignKey("handover.id"))
    announcement_id: Mapped[str | None] = mapped_column(ForeignKey("announcement.id"))
    passage_id: Mapped[str | None] = mapped_column(ForeignKey("passage.id"))
    kind: Mapped[NoticeKind] = mapped_column(enum_column(NoticeKind))
    stands_in: Mapped[bool] = mapped_column(default=False)
    """Told as an admin, because the unit has nobody whose work it is."""
    covers: Mapped[bool] = mapped_column(default=False)
    """Told in the place of a colleague who is away."""
    created_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    """A worker is mailing it; when that was long ago, it died or the mail server did not answer."""
    sent_at: Mapped[datetime | None]
    """Mailed, or no longer true when it would have been."""

"""Tables of sessions, invitations, tries at signing in, and work that waits for somebody's key.

In the clear: ids, hashes, instants, staff's addresses. What was typed into an expired form is sealed to its writer.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base, new_id
from handover.db.types import enum_column
from keys.circle import Circle


class SessionKind(StrEnum):
    """How a session's secret travels."""

    BROWSER = "browser"  # a cookie
    BEARER = "bearer"  # a token in a header, on the API only


class InvitationKind(StrEnum):
    """What an invitation leads to."""

    UNIT = "unit"  # a unit takes part: its four circles are made
    COLLEAGUE = "colleague"
    READMISSION = "readmission"  # the words were lost: a new identity for the same person
    RECOVERY = "recovery"  # the swv_admin's yes to using the printed sheet


class SessionRow(Base):
    """Somebody is signed in. The secret that opens it is with the browser; here lies its hash."""

    __tablename__ = "sign_in_session"
    __table_args__ = (CheckConstraint("ended_at IS NULL OR sealed IS NULL", name="ended_has_no_keys"),)

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[SessionKind] = mapped_column(enum_column(SessionKind))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The identity, under the session's secret and under the service key; gone when the session ends."""
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    """The school that lists are of, for who works at several; None: all of them."""
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)


class SavedForm(Base):
    """What somebody typed into a form whose session had ended: sealed to that person, where it went included."""

    __tablename__ = "saved_form"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class Invitation(Base):
    """A code on paper or by telephone lets one person in once. The link in the mail opens nothing without it."""

    __tablename__ = "invitation"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[InvitationKind] = mapped_column(enum_column(InvitationKind))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    name: Mapped[str] = mapped_column(String(150))
    email: Mapped[str] = mapped_column(String(254))
    roles: Mapped[str] = mapped_column(String(200), default="")
    """Divided by spaces."""
    groups: Mapped[str] = mapped_column(Text, default="")
    until_on: Mapped[date | None]
    """The last day of the memberships that it leads to."""
    is_board: Mapped[bool] = mapped_column(default=False)
    """Asked is somebody of the school's board."""
    invited_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    mailed_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    """Who used it; of a readmission, whom it is for."""


class Decision(Base):
    """An admin's word, signed by the admin circle, that somebody may be given the keys of these circles."""

    __tablename__ = "decision"
    __table_args__ = (Index("ix_decision_who", "unit_id", "who"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    who: Mapped[str] = mapped_column(String(32))
    """A person, or the invitation that the person used."""
    jws: Mapped[str] = mapped_column(Text)
    signer_id: Mapped[str] = mapped_column(ForeignKey("circle_key.id"))
    created_at: Mapped[datetime]


class KeyWork(Base):
    """Something that waits for somebody who holds the key of a circle."""

    __tablename__ = "key_work"
    __table_args__ = (Index("ix_key_work_waiting", "unit_id", "circle", "done_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    kind: Mapped[str] = mapped_column(String(32))
    """A word of the feature that knows how to do it."""
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    circle: Mapped[Circle] = mapped_column(enum_column(Circle))
    subject_id: Mapped[str] = mapped_column(String(32), default="")
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[str | None] = mapped_column(ForeignKey("person.id"))


class Tries(Base):
    """Failed tries at one door, by a keyed hash of whose and from where: no address stands here."""

    __tablename__ = "tries"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime] = mapped_column(index=True)
    succeeded_at: Mapped[datetime | None]

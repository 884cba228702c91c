"""Tables of leavers, applications and announcements: references, states, dates. Who a child is lies in name grants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, inspect
from sqlalchemy.orm import Mapped, Session, mapped_column

from handover.db.base import Base, new_id
from handover.db.counted import Counted
from handover.db.types import enum_column
from handover.terms.aanmeldcode import new_aanmeldcode
from handover.terms.destination import Announced, LeaverEnd, Outcome, Tlv


class Leaver(Counted, Base):
    """A child marked as leaving this summer."""

    __tablename__ = "leaver"
    __table_args__ = (CheckConstraint("(ended_on IS NULL) = (ended_as IS NULL)", name="end_has_a_day"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    reference: Mapped[str] = mapped_column(String(8), unique=True)
    """Speakable, e.g. `7K3P-2M`: on pages, letters and in mail."""
    aanmeldcode: Mapped[str] = mapped_column(String(11), unique=True, default=new_aanmeldcode)
    """What parents carry to a secondary school, so that it names this child and no other: `7K3P-2M9Q-4`."""
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    group_id: Mapped[str | None] = mapped_column(ForeignKey("school_group.id"), index=True)
    school_year: Mapped[str] = mapped_column(String(9))
    work_room_id: Mapped[str] = mapped_column(String(32))
    care_room_id: Mapped[str] = mapped_column(String(32))
    has_opp: Mapped[bool] = mapped_column(default=False)
    conversation_asked: Mapped[bool] = mapped_column(default=False)
    ended_as: Mapped[LeaverEnd | None] = mapped_column(enum_column(LeaverEnd))
    ended_on: Mapped[date | None]
    before_id: Mapped[str | None] = mapped_column(ForeignKey("leaver.id"), unique=True)
    """The same child on the list of the year before: it does groep 8 once more."""
    created_at: Mapped[datetime]
    content_version: Mapped[int] = mapped_column(default=0)
    """Counts changes of what parents saw; a copy names the one it was made of."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
    counted = ("unit_id", "school_year", "ended_as")

    def counted_at(self, session: Session) -> Iterable[str]:  # noqa: ARG002  # the others ask it
        """Its school, and the one it was moved from."""
        return {self.unit_id, *inspect(self).attrs.unit_id.history.deleted}


class Application(Counted, Base):
    """An application at one location of a secondary school (aanmelding)."""

    __tablename__ = "application"
    __table_args__ = (UniqueConstraint("leaver_id", "receiver_brin", name="uq_application_leaver_receiver"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    leaver_id: Mapped[str] = mapped_column(ForeignKey("leaver.id"), index=True)
    receiver_brin: Mapped[str] = mapped_column(ForeignKey("location.brin6"))
    receiver_unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """The intake unit that serves the location, when it takes part."""
    department_id: Mapped[str | None] = mapped_column(ForeignKey("department.id"))
    applied_on: Mapped[date]
    preference: Mapped[int] = mapped_column(default=1)
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome), default=Outcome.ASKED)
    outcome_on: Mapped[date | None]
    tlv: Mapped[Tlv] = mapped_column(enum_column(Tlv), default=Tlv.NOT_NEEDED)
    tlv_until: Mapped[date | None]
    recorded_by: Mapped[str] = mapped_column(String(32))
    made_by_announcement: Mapped[bool] = mapped_column(default=False)
    """Nobody at the primary school has said anything of it; it goes when the announcement goes."""
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
    counted = ("leaver_id", "outcome")

    def counted_at(self, session: Session) -> Iterable[str]:
        """The school of its leaver; one that is as new as it marks that school itself."""
        leaver = session.get(Leaver, self.leaver_id)
        return {leaver.unit_id} if leaver else ()


class Announcement(Base):
    """A secondary school's word that a child applied there. Who it is lies in name grants, one for each school."""

    __tablename__ = "announcement"
    __table_args__ = (
        CheckConstraint("(leaver_id IS NULL) = (application_id IS NULL)", name="known_has_application"),
        CheckConstraint("state NOT IN ('by_code', 'known') OR leaver_id IS NOT NULL", name="known_has_leaver"),
        Index("ix_announcement_receiver", "receiver_unit_id", "state"),
        Index("ix_announcement_sender", "sender_unit_id", "state"),
        Index("ix_announcement_state", "state", "announced_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    receiver_unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    receiver_brin: Mapped[str] = mapped_column(ForeignKey("location.brin6"))
    sender_unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    """The primary school that is asked, when it takes part."""
    sender_brin: Mapped[str | None] = mapped_column(ForeignKey("location.brin6"))
    """Where the secondary school believes the child is; None where a code told."""
    leaver_id: Mapped[str | None] = mapped_column(ForeignKey("leaver.id"), index=True)
    application_id: Mapped[str | None] = mapped_column(ForeignKey("application.id"), index=True)
    state: Mapped[Announced] = mapped_column(enum_column(Announced))
    applied_on: Mapped[date]
    outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome), default=Outcome.ASKED)
    """As the secondary school said it; once the child is known, that of the application counts."""
    announced_by: Mapped[str] = mapped_column(String(32))
    announced_at: Mapped[datetime]
    answered_by: Mapped[str | None] = mapped_column(String(32))
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

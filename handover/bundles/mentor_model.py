"""The table of who is mentor of which child, at the receiving school: staff and a class, nothing of the child."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base, new_id

_STANDS = "ended_at IS NULL"


class Mentoring(Base):
    """A colleague is mentor of one child. Who named them signed it: a row that somebody wrote leads to no key."""

    __tablename__ = "mentoring"
    __table_args__ = (
        Index(
            "uq_mentoring",
            "handover_id",
            "email",
            unique=True,
            sqlite_where=text(_STANDS),
            postgresql_where=text(_STANDS),
        ),
        Index("ix_mentoring_unit", "unit_id", "ended_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    """The receiver."""
    email: Mapped[str] = mapped_column(String(254))
    """By which the mentor is known, case-folded; somebody who does not take part yet has no more than this."""
    name: Mapped[str] = mapped_column(String(150))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Who it is, once somebody with this address is mentor at the school."""
    class_name: Mapped[str] = mapped_column(String(20), default="")
    jws: Mapped[str] = mapped_column(Text)
    signer_id: Mapped[str] = mapped_column(ForeignKey("circle_key.id"))
    named_by: Mapped[str] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[datetime]
    given_at: Mapped[datetime | None]
    """Since when the mentor holds the keys; a fact of the handover's confirmation and of somebody's key work."""
    seen_at: Mapped[datetime | None]
    """When the mentor looked at a handover of which the dossier lies elsewhere: there is no bundle to have read."""
    reminded_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

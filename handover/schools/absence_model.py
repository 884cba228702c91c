"""The table of who is away from a school for a while, and who stands in. Why somebody is away is not kept."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base


class Absence(Base):
    """Somebody is away from one unit, from a day up to and including a day; one at a time, a new one replaces it."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="ends_after_it_begins"),
        CheckConstraint("stand_in_id IS NULL OR stand_in_id <> person_id", name="somebody_else_stands_in"),
    )

    unit_id: Mapped[str] = mapped_column(String(32), ForeignKey("unit.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(String(32), ForeignKey("person.id"), primary_key=True, index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    """The last day on which they are away."""
    stand_in_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))

"""The table of children who went on to another primary school, until that school is known to have them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base, new_id
from handover.db.types import enum_column
from handover.terms.destination import Passage, PassageWay


class PassageRow(Base):
    """One leaver that goes to another primary school. While that is asked, it has a name grant that says who it is."""

    __tablename__ = "passage"
    __table_args__ = (
        CheckConstraint("state NOT IN ('asked', 'known', 'unknown') OR unit_id IS NOT NULL", name="asked_is_somebody"),
        CheckConstraint("state <> 'back' OR there_id IS NOT NULL", name="back_is_on_two_lists"),
        CheckConstraint("(state = 'confirmed') = (way IS NOT NULL)", name="confirmed_has_a_way"),
        Index("ix_passage_unit", "unit_id", "state"),
        Index("ix_passage_state", "state", "begun_at"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    leaver_id: Mapped[str] = mapped_column(ForeignKey("leaver.id"), unique=True)
    brin6: Mapped[str | None] = mapped_column(ForeignKey("location.brin6"))
    """Where the child goes; None: a school that is not in the register."""
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("unit.id"))
    """The school that is asked, when it takes part."""
    state: Mapped[Passage] = mapped_column(enum_column(Passage))
    begun_at: Mapped[datetime]
    answered_by: Mapped[str | None] = mapped_column(String(32))
    answered_at: Mapped[datetime | None]
    way: Mapped[PassageWay | None] = mapped_column(enum_column(PassageWay))
    confirmed_on: Mapped[date | None]
    confirmed_by: Mapped[str] = mapped_column(String(150), default="")
    """Who said so at the other school."""
    there_id: Mapped[str | None] = mapped_column(ForeignKey("leaver.id"), index=True)
    """The same child on the list of the school that said to know it."""
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

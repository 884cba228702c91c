"""The tables of what can still be taken back: what a press changed, and what a move to another school changed."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base, new_id
from handover.db.types import enum_column
from handover.terms.destination import Outcome, Tlv


class Pressed(StrEnum):
    """What a press changed of one thing."""

    OUTCOME = "outcome"  # of an application
    PLACED = "placed"  # where in the school a handover is taken care of
    CONFIRMED = "confirmed"


class Step(Base):
    """What one press changed of one application or handover, as it was before; it is forgotten after a day.

    Without foreign keys to these: it may outlive by that day what it is about.
    """

    __tablename__ = "undo_step"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    press_id: Mapped[str] = mapped_column(String(32), index=True)
    """The same for all that one press changed."""
    person_id: Mapped[str] = mapped_column(String(32))
    what: Mapped[Pressed] = mapped_column(enum_column(Pressed))
    about_id: Mapped[str] = mapped_column(String(32))
    """The application, or else the handover."""
    left_version: Mapped[int]
    """The version that the press left behind: where it is another by now, somebody went on from there."""
    outcome: Mapped[Outcome | None] = mapped_column(enum_column(Outcome))
    outcome_on: Mapped[date | None]
    tlv: Mapped[Tlv | None] = mapped_column(enum_column(Tlv))
    tlv_until: Mapped[date | None]
    receiver_brin: Mapped[str | None] = mapped_column(ForeignKey("location.brin6"))
    department_id: Mapped[str | None] = mapped_column(String(32))
    handler_id: Mapped[str | None] = mapped_column(String(32))
    pressed_at: Mapped[datetime] = mapped_column(index=True)
    undone_at: Mapped[datetime | None]


class Moved(Base):
    """What became of two applications when a dossier went to another school; until that school receives it."""

    __tablename__ = "moved"

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    """The one that goes to the new school."""
    from_application_id: Mapped[str] = mapped_column(ForeignKey("application.id"))
    """That of the school that had it."""
    from_outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome))
    from_outcome_on: Mapped[date | None]
    from_left_version: Mapped[int]
    to_outcome: Mapped[Outcome] = mapped_column(enum_column(Outcome, name="outcome_there"))
    """That of the new school before; of one that the move itself recorded: withdrawn."""
    to_outcome_on: Mapped[date | None]
    to_left_version: Mapped[int]

"""The tables of one press on many dossiers, which is done in parts: what of it was done, and what became of each."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base, new_id
from handover.db.types import enum_column

_LEFT = "became IS NULL"


class Together(StrEnum):
    """What can be done to many at once."""

    RECEIVE = "receive"
    ADMIT = "admit"
    WAIT = "wait"  # on the waiting list
    ENROL = "enrol"
    CONFIRM = "confirm"
    TAKE = "take"  # "I take care of these"
    TALK = "talk"  # asks the primary school for a conversation


class Became(StrEnum):
    """What became of one."""

    DONE = "done"
    ALREADY = "already"
    NOT_COMPLETE = "not_complete"  # something is left before it can be confirmed
    GONE = "gone"  # it ended meanwhile, or its application did
    NOBODY_READS = "nobody_reads"  # the primary school takes no part: a question would wait for ever
    LATER = "later"
    REFUSED = "refused"


class ManyPress(Base):
    """One press on many dossiers. Its id is also the press that all of it can be taken back with; kept for a day."""

    __tablename__ = "many_press"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(String(32), index=True)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    what: Mapped[Together] = mapped_column(enum_column(Together))
    pressed_at: Mapped[datetime] = mapped_column(index=True)
    stopped_at: Mapped[datetime | None]
    """When its person stopped it; what was done by then stands."""


class OneOfMany(Base):
    """One dossier of such a press. Without a foreign key to it: the row may outlive by a day what it is about."""

    __tablename__ = "one_of_many"
    __table_args__ = (
        Index(
            "ix_one_of_many_left",
            "press_id",
            "place",
            sqlite_where=text(_LEFT),
            postgresql_where=text(_LEFT),
        ),
    )

    press_id: Mapped[str] = mapped_column(ForeignKey("many_press.id", ondelete="CASCADE"), primary_key=True)
    handover_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    place: Mapped[int]
    """In the order of the list, so that what stands on top is done first."""
    became: Mapped[Became | None] = mapped_column(enum_column(Became))
    """None: not done yet."""

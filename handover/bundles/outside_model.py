"""The table of handovers outside the service: how and when a dossier went. To whom it went is sealed."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base
from handover.db.types import enum_column


class OutsideWay(StrEnum):
    """By which other way a dossier went."""

    OSO = "oso"
    PAPER = "paper"  # given along or posted
    CONVERSATION = "conversation"  # told in person
    OTHER = "other"  # another service


class Outside(Base):
    """One handover of which the dossier went by another way."""

    __tablename__ = "handover_outside"

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    way: Mapped[OutsideWay] = mapped_column(enum_column(OutsideWay))
    went_on: Mapped[date]
    confirmed_by: Mapped[str] = mapped_column(String(150), default="")
    """Of a school that takes no part, on the telephone."""

"""Tables of schools and people. Staff's names and addresses are in the clear; nothing here is about a child."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from handover.db.base import Base, new_id
from handover.db.types import enum_column
from handover.policy import Role
from handover.terms.school_kind import SchoolKind


class UnitSide(StrEnum):
    """Primary school, intake unit of a secondary school, or the samenwerkingsverband."""

    PO = "po"
    VO = "vo"
    SWV = "swv"


class UnitStatus(StrEnum):
    """How far a unit is in taking part."""

    INVITED = "invited"
    ENROLLED = "enrolled"
    GUEST = "guest"  # takes no part: stands for a location that was handed something over with a code
    CLOSED = "closed"


class MailPace(StrEnum):
    """How often somebody wants mail."""

    SORTED = "sorted"  # what cannot wait as it comes, the rest in the morning
    AT_ONCE = "at_once"
    DAILY = "daily"  # all of it in the morning


class Board(Base):
    """A school board, by the number of the open register."""

    __tablename__ = "board"

    number: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), default="")


class Swv(Base):
    """A samenwerkingsverband, e.g. `PO3101`; a school belongs to one for PO or for VO."""

    __tablename__ = "swv"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))


class Municipality(Base):
    """A municipality, and the samenwerkingsverbanden that its schools belong to."""

    __tablename__ = "municipality"

    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    swv_po: Mapped[str | None] = mapped_column(ForeignKey("swv.code"))
    swv_vo: Mapped[str | None] = mapped_column(ForeignKey("swv.code"))


class Location(Base):
    """One location of a school, as the open register has it."""

    __tablename__ = "location"
    __table_args__ = (Index("ix_location_there", "municipality_code", "closed_on", "kind", "brin6"),)

    brin6: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[SchoolKind] = mapped_column(enum_column(SchoolKind))
    board_number: Mapped[str | None] = mapped_column(ForeignKey("board.number"))
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipality.code"))
    street: Mapped[str] = mapped_column(String(200), default="")
    postcode: Mapped[str] = mapped_column(String(7), default="")
    place: Mapped[str] = mapped_column(String(100), default="")
    telephone: Mapped[str] = mapped_column(String(20), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    closed_on: Mapped[date | None]
    """The day of the import in which it was no longer there; closed, never deleted."""
    search_text: Mapped[str] = mapped_column(String(400), default="")
    """Name, place and BRIN, folded: what a search compares with."""


class SchoolYear(Base):
    """A school year with the dates that the region set."""

    __tablename__ = "school_year"

    name: Mapped[str] = mapped_column(String(9), primary_key=True)
    starts: Mapped[date]
    ends: Mapped[date]
    send_before: Mapped[date | None]
    """The day before which all dossiers are sent."""
    first_school_day: Mapped[date]
    retained_until: Mapped[date]


class RegionSetting(Base):
    """What the region set for itself: one row, or none while it set nothing. Its version counts changed dates too."""

    __tablename__ = "region_setting"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    long_wait: Mapped[int]
    late_key_work: Mapped[int]
    remind_before: Mapped[int]
    warn_before: Mapped[int]
    two_schools: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class Unit(Base):
    """What has keys, an inbox and an address."""

    __tablename__ = "unit"
    __table_args__ = (Index("ix_unit_standing", "status", "side", "id", "place"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    side: Mapped[UnitSide] = mapped_column(enum_column(UnitSide))
    name: Mapped[str] = mapped_column(String(200))
    place: Mapped[str] = mapped_column(String(100))
    status: Mapped[UnitStatus] = mapped_column(enum_column(UnitStatus), default=UnitStatus.INVITED)
    made_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class UnitLocation(Base):
    """A location that a unit serves; a location has one unit at most."""

    __tablename__ = "unit_location"

    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    brin6: Mapped[str] = mapped_column(ForeignKey("location.brin6"), primary_key=True, unique=True)


class BocSchool(Base):
    """Whose school it is at the samenwerkingsverband: one boc'er a school, who counts only while they are boc'er."""

    __tablename__ = "boc_school"

    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[datetime]


class Department(Base):
    """A department (afdeling) of an intake unit: a label."""

    __tablename__ = "department"
    __table_args__ = (UniqueConstraint("unit_id", "name", name="uq_department_name"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(60))


class Group(Base):
    """A group of a primary school in one school year, e.g. 8a."""

    __tablename__ = "school_group"
    __table_args__ = (UniqueConstraint("unit_id", "school_year", "name", name="uq_school_group_name"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"), index=True)
    school_year: Mapped[str] = mapped_column(String(9))
    name: Mapped[str] = mapped_column(String(40))


class Person(Base):
    """Somebody with one sign-in and any number of memberships."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(150))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """Case-folded."""
    language: Mapped[str] = mapped_column(String(2), default="nl")
    telephone: Mapped[str] = mapped_column(String(30), default="")
    days_present: Mapped[str] = mapped_column(String(100), default="")
    mail_pace: Mapped[MailPace] = mapped_column(enum_column(MailPace), default=MailPace.SORTED)
    sealed_identity: Mapped[bytes | None] = mapped_column(LargeBinary)
    recipient: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime]


class Membership(Base):
    """One role of a person at one unit, from a day until a day."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="ends_after_it_begins"),
        Index("ix_membership_person", "person_id", "ended_at"),
        Index("ix_membership_unit", "unit_id", "role"),
    )

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[str] = mapped_column(ForeignKey("unit.id"))
    role: Mapped[Role] = mapped_column(enum_column(Role))
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    """The last day on which it holds."""
    is_board: Mapped[bool] = mapped_column(default=False)
    """Of the school's board: there so that a key is in more hands than one person's. No right comes of it."""
    ended_at: Mapped[datetime | None]


class MembershipGroup(Base):
    """A group whose children are this member's."""

    __tablename__ = "membership_group"

    membership_id: Mapped[str] = mapped_column(ForeignKey("membership.id"), primary_key=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("school_group.id"), primary_key=True)

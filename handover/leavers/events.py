"""What the log says about leavers and applications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handover.audit.events import AuditEvent


@dataclass(frozen=True, kw_only=True)
class LeaverAdded(AuditEvent):
    """A child was put on the list of leavers."""

    name: ClassVar[str] = "leaver.added"


@dataclass(frozen=True, kw_only=True)
class LeaverRenamed(AuditEvent):
    """Name, birth date or group were corrected."""

    name: ClassVar[str] = "leaver.renamed"


@dataclass(frozen=True, kw_only=True)
class LeaverEnded(AuditEvent):
    """A leaver's story ended other than by a handover."""

    name: ClassVar[str] = "leaver.ended"
    end: str


@dataclass(frozen=True, kw_only=True)
class LeaverReopened(AuditEvent):
    """An end was taken back: the child is a leaver again."""

    name: ClassVar[str] = "leaver.reopened"


@dataclass(frozen=True, kw_only=True)
class LeaverAgain(AuditEvent):
    """A child that does groep 8 once more was put on the list of the next year, under another reference."""

    name: ClassVar[str] = "leaver.again"


@dataclass(frozen=True, kw_only=True)
class PassageAsked(AuditEvent):
    """Another primary school was asked whether it knows a child that goes there."""

    name: ClassVar[str] = "leaver.passage_asked"


@dataclass(frozen=True, kw_only=True)
class PassageAnswered(AuditEvent):
    """That school said whether it knows the child."""

    name: ClassVar[str] = "leaver.passage_answered"
    is_known: bool


@dataclass(frozen=True, kw_only=True)
class PassageConfirmed(AuditEvent):
    """The school that the child left heard otherwise that it arrived."""

    name: ClassVar[str] = "leaver.passage_confirmed"
    way: str


@dataclass(frozen=True, kw_only=True)
class ApplicationRecorded(AuditEvent):
    """An application at a secondary school was recorded or changed."""

    name: ClassVar[str] = "application.recorded"
    receiver_brin: str
    tlv: str


@dataclass(frozen=True, kw_only=True)
class ApplicationWithdrawn(AuditEvent):
    """The primary school recorded that an application does not go on."""

    name: ClassVar[str] = "application.withdrawn"
    receiver_brin: str


@dataclass(frozen=True, kw_only=True)
class AnnouncementForgotten(AuditEvent):
    """The season is over: the name was deleted at both schools."""

    name: ClassVar[str] = "application.announcement_forgotten"


@dataclass(frozen=True, kw_only=True)
class OutcomeRecorded(AuditEvent):
    """The secondary school recorded what became of an application."""

    name: ClassVar[str] = "application.outcome_recorded"
    outcome: str


@dataclass(frozen=True, kw_only=True)
class TlvRecorded(AuditEvent):
    """The secondary school recorded how far the toelaatbaarheidsverklaring is."""

    name: ClassVar[str] = "application.tlv_recorded"
    tlv: str


@dataclass(frozen=True, kw_only=True)
class CodesGuessed(AuditEvent):
    """At a secondary school codes were typed that are no child's: so many lately by one person, and at the school."""

    name: ClassVar[str] = "unit.codes_guessed"
    by_person: int
    at_school: int


@dataclass(frozen=True, kw_only=True)
class ApplicationAnnounced(AuditEvent):
    """A secondary school said that a child applied there; `by_code` with the code that its parents carried."""

    name: ClassVar[str] = "application.announced"
    receiver_brin: str
    by_code: bool


@dataclass(frozen=True, kw_only=True)
class AnnouncementAsked(AuditEvent):
    """A primary school that took no part when the child was announced was told whom it is about."""

    name: ClassVar[str] = "application.announcement_asked"


@dataclass(frozen=True, kw_only=True)
class AnnouncementAnswered(AuditEvent):
    """The primary school said which of its children that is, or that it is none of them."""

    name: ClassVar[str] = "application.announcement_answered"
    is_known: bool


@dataclass(frozen=True, kw_only=True)
class AnnouncementTakenBack(AuditEvent):
    """The secondary school took its word back."""

    name: ClassVar[str] = "application.announcement_taken_back"

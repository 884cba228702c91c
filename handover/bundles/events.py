"""What the log says about handovers: the trail of both schools."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handover.audit.events import AuditEvent


@dataclass(frozen=True, kw_only=True)
class HandoverSent(AuditEvent):
    """The dossier was sealed and stored; settling follows."""

    name: ClassVar[str] = "handover.sent"
    version: int
    letter: str
    """SHA-256 of the signed letter."""


@dataclass(frozen=True, kw_only=True)
class HandoverOffered(AuditEvent):
    """The stored bytes are what the letter says; the receiver sees it now."""

    name: ClassVar[str] = "handover.offered"
    version: int
    letter: str


@dataclass(frozen=True, kw_only=True)
class SettlingFailed(AuditEvent):
    """The stored bytes are not what the letter says; it is a draft again."""

    name: ClassVar[str] = "handover.settling_failed"
    version: int
    letter: str


@dataclass(frozen=True, kw_only=True)
class HandoverAccepted(AuditEvent):
    """Received: this is no admission of the child."""

    name: ClassVar[str] = "handover.accepted"
    letter: str
    statement: str


@dataclass(frozen=True, kw_only=True)
class HandoverDeclined(AuditEvent):
    """Given back: a wrong address."""

    name: ClassVar[str] = "handover.declined"
    reason: str


@dataclass(frozen=True, kw_only=True)
class HandoverWithdrawn(AuditEvent):
    """Taken back by the sender before it was received."""

    name: ClassVar[str] = "handover.withdrawn"


@dataclass(frozen=True, kw_only=True)
class HandoverClosed(AuditEvent):
    """Ended by the sender, because the leaver's story ended otherwise."""

    name: ClassVar[str] = "handover.closed"


@dataclass(frozen=True, kw_only=True)
class HandoverConfirmed(AuditEvent):
    """Enrolled, and everything in it opened."""

    name: ClassVar[str] = "handover.confirmed"
    letter: str
    statement: str


@dataclass(frozen=True, kw_only=True)
class PartRead(AuditEvent):
    """The last byte of the dossier itself (item 0) or of its nth document was sent to a reader."""

    name: ClassVar[str] = "handover.read"
    part: str
    item: int
    way: str
    """screen, download, zip or sealed."""


@dataclass(frozen=True, kw_only=True)
class TamperingSeen(AuditEvent):
    """What is stored does not fit the letter, or a letter or grant is not what was logged; reading was refused."""

    name: ClassVar[str] = "handover.tampering_seen"
    what: str


@dataclass(frozen=True, kw_only=True)
class RemarkWritten(AuditEvent):
    """A note, question or reply was written."""

    name: ClassVar[str] = "handover.remark_written"
    kind: str
    part: str


@dataclass(frozen=True, kw_only=True)
class QuestionClosed(AuditEvent):
    """A question was closed by who asked it."""

    name: ClassVar[str] = "handover.question_closed"


@dataclass(frozen=True, kw_only=True)
class ConversationRecorded(AuditEvent):
    """The warm conversation was held, or waived; what was agreed is sealed."""

    name: ClassVar[str] = "handover.conversation_recorded"
    waived: bool

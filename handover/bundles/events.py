"""What the log says about handovers: the trail of both schools."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from handover.audit.events import AuditEvent
from handover.bundles.model import Handover
from handover.policy import Actor


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
class SupplementOpened(AuditEvent):
    """What was sent may be changed again, to be sent after; the sender's own business until it is."""

    name: ClassVar[str] = "handover.supplement_opened"


@dataclass(frozen=True, kw_only=True)
class SupplementDropped(AuditEvent):
    """What was sent is closed again, and nothing was sent after it."""

    name: ClassVar[str] = "handover.supplement_dropped"


@dataclass(frozen=True, kw_only=True)
class HandoverPlaced(AuditEvent):
    """The receiver said in which department, and by whom, it is taken care of."""

    name: ClassVar[str] = "handover.placed"


@dataclass(frozen=True, kw_only=True)
class HandoverSupplemented(AuditEvent):
    """A new version was sealed and stored after what was sent; settling follows."""

    name: ClassVar[str] = "handover.supplemented"
    version: int
    letter: str


@dataclass(frozen=True, kw_only=True)
class SupplementArrived(AuditEvent):
    """The stored bytes of a supplement are what its letter says; readers get it now."""

    name: ClassVar[str] = "handover.supplement_arrived"
    version: int
    letter: str


@dataclass(frozen=True, kw_only=True)
class SupplementFailed(AuditEvent):
    """The stored bytes of a supplement are not what its letter says; readers keep the version before."""

    name: ClassVar[str] = "handover.supplement_failed"
    version: int
    letter: str


@dataclass(frozen=True, kw_only=True)
class SupplementAcknowledged(AuditEvent):
    """The receiver signed that a supplement came."""

    name: ClassVar[str] = "handover.supplement_acknowledged"
    letter: str
    statement: str


@dataclass(frozen=True, kw_only=True)
class HandoverRelocated(AuditEvent):
    """The child goes to another location of the same receiver."""

    name: ClassVar[str] = "handover.relocated"
    receiver_brin: str


@dataclass(frozen=True, kw_only=True)
class HandoverReopened(AuditEvent):
    """The receiver took its confirmation back."""

    name: ClassVar[str] = "handover.reopened"
    reason: str


@dataclass(frozen=True, kw_only=True)
class HandoverReleased(AuditEvent):
    """One of the schools let go of a handover that was received."""

    name: ClassVar[str] = "handover.released"
    reason: str


@dataclass(frozen=True, kw_only=True)
class HandoverDestroyed(AuditEvent):
    """Grants and records are gone, and the bytes of its sealed parts go after them."""

    name: ClassVar[str] = "handover.destroyed"
    files: int
    """Sealed files whose bytes go; the digest of each stands in a logged letter."""


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


@dataclass(frozen=True, kw_only=True)
class MentorNamed(AuditEvent):
    """Somebody at the receiving school is mentor of the child."""

    name: ClassVar[str] = "handover.mentor_named"
    mentoring: str


@dataclass(frozen=True, kw_only=True)
class MentorEnded(AuditEvent):
    """They no longer are."""

    name: ClassVar[str] = "handover.mentor_ended"
    mentoring: str


@dataclass(frozen=True, kw_only=True)
class MentorGiven(AuditEvent):
    """The mentor holds the keys of report and own notes from now on."""

    name: ClassVar[str] = "handover.mentor_given"
    mentoring: str


@dataclass(frozen=True, kw_only=True)
class CareOpened(AuditEvent):
    """Something of the care part was opened for the child's mentors."""

    name: ClassVar[str] = "handover.care_opened"
    item: str


@dataclass(frozen=True, kw_only=True)
class CareClosed(AuditEvent):
    """It was taken away from them again."""

    name: ClassVar[str] = "handover.care_closed"
    item: str


@dataclass(frozen=True, kw_only=True)
class OpenedRead(AuditEvent):
    """Somebody read what was opened for the mentors."""

    name: ClassVar[str] = "handover.opened_read"
    item: str


@dataclass(frozen=True, kw_only=True)
class HandoverKept(AuditEvent):
    """A school keeps it longer than its term."""

    name: ClassVar[str] = "handover.kept"
    until: str
    because: str


@dataclass(frozen=True, kw_only=True)
class HandoverKeptNoLonger(AuditEvent):
    """Its ordinary term counts again."""

    name: ClassVar[str] = "handover.kept_no_longer"


@dataclass(frozen=True, kw_only=True)
class CodeOpened(AuditEvent):
    """Somebody typed the right words, and was shown who it is about and which documents there are."""

    name: ClassVar[str] = "handover.code_opened"


@dataclass(frozen=True, kw_only=True)
class FetchedWithCode(AuditEvent):
    """A guest of a school that takes no part fetched the dossier with link and words: received."""

    name: ClassVar[str] = "handover.fetched_with_code"
    letter: str


@dataclass(frozen=True, kw_only=True)
class CodeRunOut(AuditEvent):
    """Nobody fetched it in time; it is closed."""

    name: ClassVar[str] = "handover.code_run_out"


@dataclass(frozen=True, kw_only=True)
class ConfirmedByTelephone(AuditEvent):
    """The sender heard from that school that the child is enrolled and its dossier arrived."""

    name: ClassVar[str] = "handover.confirmed_by_telephone"


@dataclass(frozen=True, kw_only=True)
class DossierAsked(AuditEvent):
    """A secondary school asked a primary school that takes no part for a dossier, and vouched for a one-time key."""

    name: ClassVar[str] = "application.dossier_asked"
    sender_brin: str
    asking: str
    """SHA-256 of the signed request."""


@dataclass(frozen=True, kw_only=True)
class AskedOpened(AuditEvent):
    """Somebody typed the right words, and saw about which child it is and what lies ready."""

    name: ClassVar[str] = "application.asked_opened"


@dataclass(frozen=True, kw_only=True)
class AskingEnded(AuditEvent):
    """That ended without a dossier: taken back, asked anew, or over its time."""

    name: ClassVar[str] = "application.asking_ended"


@dataclass(frozen=True, kw_only=True)
class HandoverDelivered(AuditEvent):
    """A guest uploaded what was asked for; it was sealed to the school that asked, and signed by the one-time key."""

    name: ClassVar[str] = "handover.delivered"
    version: int
    letter: str
    asking: str


@dataclass(frozen=True, kw_only=True)
class HandedOutside(AuditEvent):
    """The sender recorded that a dossier went to the receiver by another way; nothing of it is here."""

    name: ClassVar[str] = "handover.handed_outside"
    way: str
    went_on: str


@dataclass(frozen=True, kw_only=True)
class OutsideTakenBack(AuditEvent):
    """That it went by another way was a mistake of the sender's."""

    name: ClassVar[str] = "handover.outside_taken_back"


@dataclass(frozen=True, kw_only=True)
class HandoverEntered(AuditEvent):
    """The receiver recorded that a dossier came by another way; nothing of it is here."""

    name: ClassVar[str] = "handover.entered"
    way: str
    went_on: str


@dataclass(frozen=True, kw_only=True)
class EntryTakenBack(AuditEvent):
    """That it came by another way was a mistake of the receiver's."""

    name: ClassVar[str] = "handover.entry_taken_back"


@dataclass(frozen=True, kw_only=True)
class OutsideConfirmed(AuditEvent):
    """The receiver says that the child is enrolled and that its dossier came by another way."""

    name: ClassVar[str] = "handover.outside_confirmed"


@dataclass(frozen=True, kw_only=True)
class OutsideSeen(AuditEvent):
    """A mentor looked at a handover of which the dossier lies elsewhere."""

    name: ClassVar[str] = "handover.outside_seen"


def told_by_sender(kind: Callable[..., AuditEvent], actor: Actor, handover: Handover, **facts: Any) -> AuditEvent:
    """An event of a handover that somebody of the sending school caused."""
    return _told(kind, actor, handover, handover.sender_unit_id, handover.receiver_unit_id, facts)


def told_by_receiver(kind: Callable[..., AuditEvent], actor: Actor, handover: Handover, **facts: Any) -> AuditEvent:
    """An event of a handover that somebody of the receiving school caused."""
    return _told(kind, actor, handover, handover.receiver_unit_id, handover.sender_unit_id, facts)


def told_at_sender(kind: Callable[..., AuditEvent], actor: Actor, handover: Handover) -> AuditEvent:
    """An event that is the sending school's own business."""
    return kind(
        actor_id=actor.person_id, unit_id=handover.sender_unit_id, subject_kind="handover", subject_id=handover.id
    )


def told_at_receiver(kind: Callable[..., AuditEvent], actor: Actor, handover: Handover) -> AuditEvent:
    """An event that is the receiving school's own business."""
    return kind(
        actor_id=actor.person_id, unit_id=handover.receiver_unit_id, subject_kind="handover", subject_id=handover.id
    )


def _told(
    kind: Callable[..., AuditEvent],
    actor: Actor,
    handover: Handover,
    unit_id: str,
    other_unit_id: str,
    facts: Mapping[str, Any],
) -> AuditEvent:
    return kind(
        actor_id=actor.person_id,
        unit_id=unit_id,
        other_unit_id=other_unit_id,
        subject_kind="handover",
        subject_id=handover.id,
        **facts,
    )

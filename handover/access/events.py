"""What the log says about people and keys: sign-ins and the acts of administrators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handover.audit.events import AuditEvent


@dataclass(frozen=True, kw_only=True)
class RegionCreated(AuditEvent):
    """The region has a signing key, and its first administrator."""

    name: ClassVar[str] = "region.created"
    region_key: str


@dataclass(frozen=True, kw_only=True)
class UnitInvited(AuditEvent):
    """A school was asked to take part."""

    name: ClassVar[str] = "unit.invited"
    invitation_id: str


@dataclass(frozen=True, kw_only=True)
class UnitEnrolled(AuditEvent):
    """A school made its keys and published its first card."""

    name: ClassVar[str] = "unit.enrolled"
    card: str


@dataclass(frozen=True, kw_only=True)
class UnitCertified(AuditEvent):
    """The region vouches for a unit's admin key until an instant, after the spoken words or unchanged."""

    name: ClassVar[str] = "unit.certified"
    admin_key: str
    until: str
    renewed: bool


@dataclass(frozen=True, kw_only=True)
class CardPublished(AuditEvent):
    """A unit published a new card."""

    name: ClassVar[str] = "unit.card_published"
    card: str
    version: int


@dataclass(frozen=True, kw_only=True)
class GroupAdded(AuditEvent):
    """A unit has a new group."""

    name: ClassVar[str] = "unit.group_added"


@dataclass(frozen=True, kw_only=True)
class PersonInvited(AuditEvent):
    """Somebody was asked in, or let in anew after losing the words."""

    name: ClassVar[str] = "person.invited"
    kind: str
    roles: str


@dataclass(frozen=True, kw_only=True)
class InvitationWithdrawn(AuditEvent):
    """An invitation was taken back before it was used."""

    name: ClassVar[str] = "person.invitation_withdrawn"


@dataclass(frozen=True, kw_only=True)
class PersonJoined(AuditEvent):
    """Somebody used an invitation."""

    name: ClassVar[str] = "person.joined"
    kind: str
    recipient: str
    """SHA-256 of the public key, in hexadecimal."""


@dataclass(frozen=True, kw_only=True)
class SignedIn(AuditEvent):
    """Somebody opened a session."""

    name: ClassVar[str] = "person.signed_in"
    kind: str


@dataclass(frozen=True, kw_only=True)
class MembershipAdded(AuditEvent):
    """Somebody has a role."""

    name: ClassVar[str] = "membership.added"
    role: str
    membership_id: str


@dataclass(frozen=True, kw_only=True)
class MembershipEnded(AuditEvent):
    """Somebody lost a role; `asleep` names the circles whose last copy now sleeps."""

    name: ClassVar[str] = "membership.ended"
    role: str
    membership_id: str
    asleep: str | None


@dataclass(frozen=True, kw_only=True)
class GroupsChanged(AuditEvent):
    """Other groups' children are somebody's now."""

    name: ClassVar[str] = "membership.groups_changed"
    membership_id: str
    groups: int


@dataclass(frozen=True, kw_only=True)
class AbsenceSet(AuditEvent):
    """Somebody said that a colleague is away for a while. When and why is not kept: the log is for good."""

    name: ClassVar[str] = "absence.set"


@dataclass(frozen=True, kw_only=True)
class AbsenceEnded(AuditEvent):
    """Somebody is back, or will not be away."""

    name: ClassVar[str] = "absence.ended"


@dataclass(frozen=True, kw_only=True)
class KeyHandedOn(AuditEvent):
    """A holder gave somebody a copy of a circle's key, after comparing the words."""

    name: ClassVar[str] = "key.handed_on"
    circle: str


@dataclass(frozen=True, kw_only=True)
class KeyRotated(AuditEvent):
    """A circle has a new version of its key."""

    name: ClassVar[str] = "key.rotated"
    circle: str
    version: int


@dataclass(frozen=True, kw_only=True)
class SheetPrinted(AuditEvent):
    """A recovery sheet was made; earlier ones are revoked."""

    name: ClassVar[str] = "sheet.printed"


@dataclass(frozen=True, kw_only=True)
class RecoveryAllowed(AuditEvent):
    """The samenwerkingsverband said yes to using the sheet."""

    name: ClassVar[str] = "sheet.recovery_allowed"
    invitation_id: str


@dataclass(frozen=True, kw_only=True)
class SheetUsed(AuditEvent):
    """The recovery sheet opened a unit's keys to somebody; it is worth nothing now."""

    name: ClassVar[str] = "sheet.used"

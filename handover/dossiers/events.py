"""What the log says about dossiers in preparation: never what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from handover.audit.events import AuditEvent


@dataclass(frozen=True, kw_only=True)
class DossierChanged(AuditEvent):
    """A part of the content was saved."""

    name: ClassVar[str] = "dossier.changed"
    section: str
    content_version: int


@dataclass(frozen=True, kw_only=True)
class DocumentAdded(AuditEvent):
    """A document was checked and sealed."""

    name: ClassVar[str] = "document.added"
    kind: str
    sealed_sha256: str
    sealed_size: int


@dataclass(frozen=True, kw_only=True)
class DocumentRefused(AuditEvent):
    """A document was not taken; nothing of it was kept."""

    name: ClassVar[str] = "document.refused"
    finding: str


@dataclass(frozen=True, kw_only=True)
class DocumentRemoved(AuditEvent):
    """A document was taken out of a draft."""

    name: ClassVar[str] = "document.removed"
    kind: str
    sealed_sha256: str


@dataclass(frozen=True, kw_only=True)
class DocumentOpened(AuditEvent):
    """Somebody of the own school opened a document of a draft."""

    name: ClassVar[str] = "document.opened"
    kind: str


@dataclass(frozen=True, kw_only=True)
class DocumentChanged(AuditEvent):
    """A document got another title or kind; `what` says which."""

    name: ClassVar[str] = "document.changed"
    what: str
    kind: str
    sealed_sha256: str


@dataclass(frozen=True, kw_only=True)
class DocumentRestored(AuditEvent):
    """A document that was taken out was put back."""

    name: ClassVar[str] = "document.restored"
    kind: str
    sealed_sha256: str

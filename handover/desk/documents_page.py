"""The documents of a dossier as its pages show them."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _

from handover.desk.dossier_head import Head, head_of, readable_leaver
from handover.dossiers.documents import KeptDocument, document_of, list_documents
from handover.dossiers.drafts import MAX_DOCUMENTS
from handover.policy import Actor
from handover.services import Services
from handover.terms.document_kind import LABELS, DocumentKind


@dataclass(frozen=True, kw_only=True)
class DocumentsPage:
    """The list, and how many still fit."""

    head: Head
    documents: tuple[KeptDocument, ...]

    @property
    def room_left(self) -> int:
        """How many documents can be added."""
        return MAX_DOCUMENTS - len(self.documents)

    @property
    def has_report(self) -> bool:
        """Whether the onderwijskundig rapport is among them."""
        return any(one.kind is DocumentKind.OKR for one in self.documents)


@dataclass(frozen=True, kw_only=True)
class DocumentPage:
    """One document."""

    head: Head
    document: KeptDocument

    @property
    def href(self) -> str:
        """The address of its page."""
        return f"{self.head.href}/documenten/{self.document.id}"


def open_documents(services: Services, actor: Actor, reference: str) -> DocumentsPage:
    """The documents of a dossier.

    Raises:
        NamesOnly, NotFound, NoKey: not for this actor.
    """
    with services.uow() as uow:
        leaver = readable_leaver(uow, actor, reference)
        return DocumentsPage(head=head_of(uow, actor, leaver), documents=tuple(list_documents(uow, actor, leaver)))


def open_document_page(services: Services, actor: Actor, reference: str, document_id: str) -> DocumentPage:
    """One of them; errors are those of `open_documents`."""
    with services.uow() as uow:
        leaver = readable_leaver(uow, actor, reference)
        return DocumentPage(head=head_of(uow, actor, leaver), document=document_of(uow, actor, leaver, document_id))


def kinds() -> list[tuple[str, str]]:
    """All kinds for a list to choose from; those of the care room say so."""
    care = _("alleen zorg")
    return [
        (kind.value, f"{_(label)} ({care})" if kind.goes_to_care else str(_(label))) for kind, label in LABELS.items()
    ]

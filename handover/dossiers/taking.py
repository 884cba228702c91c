"""Taking in one document: checked, sealed and kept, or refused with the reason. Whatever befalls it is an outcome."""

from __future__ import annotations

from dataclasses import dataclass, field

from handover.dossiers.checking import check_document
from handover.dossiers.documents import note_refusal
from handover.dossiers.drafts import Checked, TooManyDocuments, editable, keep_document
from handover.dossiers.file_name import clean_file_name
from handover.dossiers.finding import Examination, Finding
from handover.dossiers.guess import guess_kind
from handover.dossiers.hidden import Looked, hidden_of, mark
from handover.errors import Unavailable
from handover.policy import Actor
from handover.services import Services
from handover.terms.document_kind import DocumentKind
from handover.terms.hidden import holds


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of one document."""

    title: str = field(repr=False)
    kind: DocumentKind
    document_id: str = ""
    """Empty when it was not kept."""
    findings: tuple[Finding, ...] = ()
    """Why it was refused, or what its readers should know."""
    is_busy: bool = False
    """It was not looked at, or could not be stored: the same once more may work."""
    is_full: bool = False
    """The dossier holds as many documents as it can."""

    @property
    def is_kept(self) -> bool:
        """Whether it is in the dossier now."""
        return bool(self.document_id)


def take(
    services: Services,
    actor: Actor,
    reference: str,
    *,
    file_name: str,
    data: bytearray,
    problem: Finding | None = None,
    kind: DocumentKind | None = None,
) -> Taken:
    """Check, seal and keep a document. `problem`: what was wrong with it before its bytes were all here.

    Raises:
        AlreadySent: the dossier may not be changed any more.
        NotFound, NotAllowed, NoKey: not for this actor.
    """
    title = clean_file_name(file_name)
    kind = kind or guess_kind(title)
    try:
        with services.uow() as uow:
            needles = hidden_of(uow, actor, editable(uow, actor, reference)).needles
        seen = Examination.refused(problem) if problem else check_document(data, needles=needles)
        if seen.hidden == "found" or (not seen.is_refused and holds(title, needles)):
            seen = Examination.refused(Finding.HIDDEN)
        if seen.is_refused:
            note_refusal(services, actor, reference, seen.refusals[0])
            return Taken(title=title, kind=kind, findings=seen.refusals)
        document_id = keep_document(
            services,
            actor,
            reference,
            Checked(data=data, title=title, kind=kind, pages=seen.pages, findings=tuple(map(str, seen.findings))),
        )
        if needles:
            looked = Looked.CLEAN if seen.hidden == "clean" else Looked.NO_TEXT
            mark(services, actor, reference, document_id, looked, needles=needles)
    except TooManyDocuments:
        return Taken(title=title, kind=kind, is_full=True)
    except Unavailable:
        return Taken(title=title, kind=kind, is_busy=True)
    return Taken(title=title, kind=kind, document_id=document_id, findings=seen.notes)

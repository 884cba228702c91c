"""Taking in one document: checked, sealed and kept, or refused with the reason. Whatever befalls it is an outcome."""

from __future__ import annotations

from dataclasses import dataclass, field

from handover.dossiers.checking import check_document
from handover.dossiers.classmates import classmates
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
    names: tuple[str, ...] = ()
    """The children of its group whom it names, by id."""
    is_doubtful: bool = False
    """It names others of its group and not this child, and was not kept for that reason alone."""

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
    only_if_own: bool = False,
) -> Taken:
    """Check, seal and keep a document. `problem`: what was wrong with it before its bytes were all here.

    One that names another child of the group is kept with a note. `only_if_own`: unless it names others and not this
    child; such a one is not kept.

    Raises:
        AlreadySent: the dossier may not be changed any more.
        NotFound, NotAllowed, NoKey: not for this actor.
    """
    title = clean_file_name(file_name)
    kind = kind or guess_kind(title)
    try:
        with services.uow() as uow:
            leaver = editable(uow, actor, reference)
            this, group = leaver.id, classmates(uow, actor, leaver)
            needles = hidden_of(uow, actor, leaver).needles
        children = list(group.values())
        seen = Examination.refused(problem) if problem else check_document(data, needles=needles, children=children)
        if seen.hidden == "found" or (not seen.is_refused and holds(title, needles)):
            seen = Examination.refused(Finding.HIDDEN)
        if seen.is_refused:
            note_refusal(services, actor, reference, seen.refusals[0])
            return Taken(title=title, kind=kind, findings=seen.refusals)
        names = tuple(key for place, key in enumerate(group) if place in seen.named)
        if only_if_own and names and this not in names:
            return Taken(title=title, kind=kind, names=names, is_doubtful=True)
        notes = seen.findings if set(names) <= {this} else (*seen.findings, Finding.OTHER_CHILD)
        document_id = keep_document(
            services,
            actor,
            reference,
            Checked(data=data, title=title, kind=kind, pages=seen.pages, findings=tuple(map(str, notes))),
        )
        if needles:
            looked = Looked.CLEAN if seen.hidden == "clean" else Looked.NO_TEXT
            mark(services, actor, reference, document_id, looked, needles=needles)
    except TooManyDocuments:
        return Taken(title=title, kind=kind, is_full=True)
    except Unavailable:
        return Taken(title=title, kind=kind, is_busy=True)
    return Taken(title=title, kind=kind, document_id=document_id, findings=notes, names=names)

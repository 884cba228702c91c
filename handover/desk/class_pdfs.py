"""Documents for a whole group at once: of each file whose it is, kept with that child, or asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import select

from handover.db.unit_of_work import UnitOfWork
from handover.desk.class_groups import GroupTab
from handover.desk.class_roster import group_tab
from handover.dossiers.checking import check_document
from handover.dossiers.content import Name
from handover.dossiers.file_name import clean_file_name
from handover.dossiers.finding import Finding
from handover.dossiers.lock import AlreadySent
from handover.dossiers.model import Document
from handover.dossiers.taking import Taken, take
from handover.errors import NotFound, Unavailable
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, Subject, require
from handover.rooms.names import read_names
from handover.services import Services
from handover.terms.document_kind import DocumentKind
from handover.terms.whose import Called, in_words
from schemas.dossiers import NameSchema


@dataclass(frozen=True, kw_only=True)
class Kid:
    """A child of the group to whose dossier a file may belong."""

    leaver_id: str
    reference: str
    name: Name = field(repr=False)
    called: Called = field(repr=False)
    reports: frozenset[str]
    """The documents of kind OKR in its dossier, by id."""


@dataclass(frozen=True, kw_only=True)
class ClassPdfs:
    """A group's children by last name, who are on the list still."""

    group: GroupTab
    kids: tuple[Kid, ...]

    @property
    def without_report(self) -> list[Kid]:
        """Those in whose dossier no onderwijskundig rapport lies."""
        return [kid for kid in self.kids if not kid.reports]

    def kid(self, reference: str) -> Kid:
        """The one with this reference.

        Raises:
            NotFound: it is no child of this group.
        """
        for kid in self.kids:
            if kid.reference == reference:
                return kid
        raise NotFound


class Fate(StrEnum):
    """What became of one file."""

    KEPT = "kept"
    REFUSED = "refused"  # the document itself is wrong: `taken.findings` say how
    NOBODY = "nobody"  # it names no child of the group
    SEVERAL = "several"  # it may be of more than one
    OTHER = "other"  # it names another child than it was chosen for, or than its file's name says
    SENT = "sent"  # that child's dossier was sent
    FULL = "full"
    BUSY = "busy"


ASKED = frozenset({Fate.NOBODY, Fate.SEVERAL, Fate.OTHER})
"""Somebody has to say whose it is."""


@dataclass(frozen=True, kw_only=True)
class Placed:
    """One file: what became of it, with whom, and who it may be of when that is asked."""

    title: str = field(repr=False)
    fate: Fate
    kid: Kid | None = None
    taken: Taken | None = None
    perhaps: tuple[Kid, ...] = ()

    @property
    def is_second_report(self) -> bool:
        """Whether another onderwijskundig rapport lay in that dossier before this one came."""
        if self.fate is not Fate.KEPT or self.kid is None or self.taken is None:
            return False
        return self.taken.kind is DocumentKind.OKR and bool(self.kid.reports - {self.taken.document_id})


def open_class_pdfs(services: Services, actor: Actor, group_key: str) -> ClassPdfs:
    """A group, for somebody who may change its dossiers.

    Raises:
        NotFound, NotAllowed: no such group for this actor, or not its dossiers.
        NoKey: this person does not hold the school's keys.
    """
    with services.uow() as uow:
        group = group_tab(uow, actor, group_key)
        require(actor, Action.EDIT_DOSSIER, Subject(unit_id=group.unit_id, group_id=group.group_id))
        there = Leaver.group_id.is_(None) if group.group_id is None else Leaver.group_id == group.group_id
        rows = uow.session.scalars(
            select(Leaver).where(Leaver.unit_id == group.unit_id, there, Leaver.ended_as.is_(None))
        ).all()
        abouts = read_names(uow, actor.keyring, group.unit_id, [row.id for row in rows])
        reported = _reported(uow, [row.id for row in rows])
        kids = [
            Kid(
                leaver_id=row.id,
                reference=row.reference,
                name=Name(**NameSchema().load(abouts[row.id])),
                called=Called.of(abouts[row.id]),
                reports=frozenset(reported[row.id]),
            )
            for row in rows
            if row.id in abouts
        ]
    return ClassPdfs(group=group, kids=tuple(sorted(kids, key=lambda kid: kid.name.sort_key)))


def place(
    services: Services,
    actor: Actor,
    page: ClassPdfs,
    *,
    file_name: str,
    data: bytearray,
    problem: Finding | None = None,
    kind: DocumentKind | None = None,
    reference: str = "",
    is_certain: bool = False,
) -> Placed:
    """Check a file and keep it with the child that it is of, as its name and its first pages say; or ask.

    Nothing is kept while that is asked. `reference`: somebody chose this child. `is_certain`: they did so knowing that
    the document names another.

    Raises:
        NotFound: that is no child of this group.
        NotAllowed, NoKey: not for this actor.
    """
    title = clean_file_name(file_name)
    if problem:
        return _refused(title, Taken(title=title, kind=kind or DocumentKind.OTHER, findings=(problem,)))
    if reference:
        return _keep(services, actor, page.kid(reference), page, title, data, kind, only_if_own=not is_certain)
    named = [kid for kid in page.kids if kid.called.is_in_file_name(in_words(title.removesuffix(".pdf")))]
    if len(named) != 1:
        try:
            seen = check_document(data, children=[kid.called for kid in page.kids])
        except Unavailable:
            return Placed(title=title, fate=Fate.BUSY)
        if seen.is_refused:
            return _refused(title, Taken(title=title, kind=kind or DocumentKind.OTHER, findings=seen.refusals))
        named = _both(named, [page.kids[place] for place in seen.named])
    if len(named) == 1:
        return _keep(services, actor, named[0], page, title, data, kind, only_if_own=True)
    return Placed(title=title, fate=Fate.SEVERAL if named else Fate.NOBODY, perhaps=tuple(named))


def _both(outside: Sequence[Kid], inside: Sequence[Kid]) -> list[Kid]:
    """Whom the file's name and its pages agree on; all of them where they do not agree."""
    agreed = [kid for kid in inside if kid in outside]
    return agreed or list(dict.fromkeys((*outside, *inside)))


def _keep(
    services: Services,
    actor: Actor,
    kid: Kid,
    page: ClassPdfs,
    title: str,
    data: bytearray,
    kind: DocumentKind | None,
    *,
    only_if_own: bool,
) -> Placed:
    try:
        taken = take(services, actor, kid.reference, file_name=title, data=data, kind=kind, only_if_own=only_if_own)
    except AlreadySent:
        return Placed(title=title, fate=Fate.SENT, kid=kid)
    if taken.is_doubtful:
        others = tuple(one for one in page.kids if one.leaver_id in taken.names)
        return Placed(title=title, fate=Fate.OTHER, kid=kid, taken=taken, perhaps=others)
    fates: Sequence[tuple[bool, Fate]] = (
        (taken.is_kept, Fate.KEPT),
        (taken.is_busy, Fate.BUSY),
        (taken.is_full, Fate.FULL),
    )
    fate = next((fate for is_so, fate in fates if is_so), Fate.REFUSED)
    return Placed(title=title, fate=fate, kid=kid, taken=taken)


def _refused(title: str, taken: Taken) -> Placed:
    return Placed(title=title, fate=Fate.REFUSED, taken=taken)


def _reported(uow: UnitOfWork, leaver_ids: Sequence[str]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    rows = uow.session.execute(
        select(Document.leaver_id, Document.id).where(
            Document.leaver_id.in_(leaver_ids), Document.kind == DocumentKind.OKR
        )
    )
    for leaver_id, document_id in rows:
        found[leaver_id].add(document_id)
    return found


def counted(placed: Sequence[Placed]) -> Mapping[str, int]:
    """How many were kept, how many wait for somebody to say whose they are, and how many were not taken."""
    kept = sum(one.fate is Fate.KEPT for one in placed)
    asked = sum(one.fate in ASKED for one in placed)
    return {"kept": kept, "asked": asked, "not": len(placed) - kept - asked}

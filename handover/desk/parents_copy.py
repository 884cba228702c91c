"""The copy that parents are given: what it is and what they may say of it, the dossier, its documents, a sheet to sign.

Nothing in it is a parent's own: what one of them finds, and how to reach them, is not for the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from babel.dates import format_date
from flask_babel import force_locale
from sqlalchemy import select

from handover.bundles.readiness import hides
from handover.bundles.sending import NotReady
from handover.desk.class_bulk import still_to_send
from handover.desk.class_roster import group_tab
from handover.desk.dossier_head import NamesOnly
from handover.desk.dossier_page import DossierPage, facts_of, open_page
from handover.desk.forms_sections import FORMS
from handover.desk.sent import destinations
from handover.desk.typesetting import set_apart
from handover.dossiers.content import Section
from handover.dossiers.documents import open_document
from handover.dossiers.drafts import open_draft
from handover.dossiers.hidden import hidden_of
from handover.dossiers.rules import hidden_todos
from handover.errors import NotFound
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, may
from handover.schools.model import Unit
from handover.services import Services
from handover.terms.clock import local_day

MOST_BYTES = 40 * 1024 * 1024
"""Of documents in one print; beyond it they are named, and printed apart."""


@dataclass(frozen=True, kw_only=True)
class PrintedDocument:
    """One document: its pages, or only its name when they are printed apart."""

    title: str
    pages: int
    data: bytes | None


@dataclass(frozen=True, kw_only=True)
class ParentsCopy:
    """One child's copy, for all of its parents or for one of them."""

    name: str = field(repr=False)
    born: str = field(repr=False)
    group: str
    code: str
    reference: str
    version: int
    receivers: Sequence[tuple[str, str, str]]
    """Of each school where it goes: name, place, BRIN. Two while a TLV is undecided."""
    contact: tuple[str, str, str] = field(repr=False)
    """Who can be called: name, telephone, days."""
    sections: Sequence[tuple[str, Sequence[tuple[str, str]]]] = field(repr=False)
    documents: Sequence[PrintedDocument] = field(repr=False)
    parents: Sequence[str] = field(repr=False)
    """For whom: a sheet to sign for each."""


@dataclass(frozen=True, kw_only=True)
class Print:
    """What is printed in one go."""

    school: str
    place: str
    made_on: date
    copies: Sequence[ParentsCopy] = field(repr=False)

    def pdf(self) -> bytes:
        """The whole as one PDF, made in a process of its own: documents come from outside.

        Raises:
            Unavailable: it cannot be printed so, not even without the pages of documents.
        """
        files: dict[str, bytes] = {}
        said = [_facts(copy, number, files) for number, copy in enumerate(self.copies)]
        facts = {
            "school": self.school,
            "place": self.place,
            "made_on": format_date(self.made_on, "d MMMM y", locale="nl"),
            "copies": said,
        }
        return set_apart("parents_copy.typ", facts, files)


def copy_of(services: Services, actor: Actor, reference: str, *, parent_id: str = "") -> Print:
    """The copy of one child, for one parent or for all of them.

    Raises:
        NamesOnly, NotFound, NoKey: not for this actor; or no such parent.
        NotReady: a secret address or number stands in it, or nobody looked.
    """
    made = _copy(services, actor, reference, budget=MOST_BYTES, parent_id=parent_id)
    return _print(services, [made])


def copies_of(services: Services, actor: Actor, group_key: str) -> Print:
    """The copies of all on the list of a group whose dossier is still to be sent, by last name.

    Those that a secret address or number holds are left out; `class_bulk.GroupInOneGo.held` names them.

    Raises:
        NotFound: no such group for this actor, or nobody in it.
        NamesOnly: they read none of their dossiers.
        NotReady: all of them are held.
        NoKey: this person does not hold the school's keys.
    """
    with services.uow() as uow:
        group = group_tab(uow, actor, group_key)
        rows = still_to_send(uow, group)
        references = [row.reference for row in rows if may(actor, Action.READ_DOSSIER, subject_of(row))]
    if not references:
        raise NamesOnly if rows else NotFound
    made, budget = [], MOST_BYTES
    for reference in references:
        try:
            one = _copy(services, actor, reference, budget=budget)
        except NotReady:
            continue
        budget -= sum(len(document.data) for document in one.documents if document.data)
        made.append(one)
    if not made:
        raise NotReady
    return _print(services, sorted(made, key=lambda one: one.name.split()[-1].casefold()))


def _print(services: Services, copies: Sequence[ParentsCopy]) -> Print:
    with services.uow() as uow:
        unit = uow.session.scalars(
            select(Unit).join(Leaver, Leaver.unit_id == Unit.id).where(Leaver.reference == copies[0].reference)
        ).one()
        return Print(school=unit.name, place=unit.place, made_on=local_day(uow.clock.now()), copies=copies)


def _copy(services: Services, actor: Actor, reference: str, *, budget: int, parent_id: str = "") -> ParentsCopy:
    with force_locale("nl"):
        page = open_page(services, actor, reference)
        with services.uow() as uow:
            content = open_draft(uow, actor, reference).content
            known = hides(hidden_of(uow, actor, leaver_of(uow, reference)), content, [one.id for one in page.documents])
            schools = destinations(uow, page.head.leaver_id)
        if any(hidden_todos(content, known)):
            # A copy is for one parent, and what is hidden may be hidden from that one.
            raise NotReady
        sections = [
            (str(form.title), facts_of(form, content, has_opp=page.head.has_opp))
            for section, form in FORMS.items()
            if (section is not Section.SUPPORT or page.head.has_opp) and section is not Section.CONVERSATION
        ]
    parents = [one.name for one in content.parents if one.must_see and parent_id in {"", one.id}]
    if parent_id and not parents:
        raise NotFound
    head, contact = page.head, content.contact
    return ParentsCopy(
        name=head.name,
        born=format_date(head.birth_date, "d MMMM y", locale="nl"),
        group=head.group,
        code=head.aanmeldcode,
        reference=head.reference,
        version=head.content_version,
        receivers=[(school.name, school.place, school.brin) for school in schools],
        contact=(contact.name, contact.telephone, contact.days),
        sections=[(title, facts) for title, facts in sections if facts],
        documents=list(_documents(services, actor, page, budget)),
        parents=parents,
    )


def _documents(services: Services, actor: Actor, page: DossierPage, budget: int) -> Iterator[PrintedDocument]:
    for kept in page.documents:
        data = None
        if kept.size <= budget:
            budget -= kept.size
            data = b"".join(open_document(services, actor, page.head.reference, kept.id).pieces)
        yield PrintedDocument(title=kept.title, pages=kept.pages, data=data)


def _facts(copy: ParentsCopy, number: int, files: dict[str, bytes]) -> dict[str, object]:
    documents = []
    for n, document in enumerate(copy.documents):
        name = f"{number}-{n}.pdf"
        if document.data is not None:
            files[name] = document.data
        documents.append(
            {"title": document.title, "pages": document.pages, "file": name if document.data is not None else ""}
        )
    return {
        "name": copy.name,
        "born": copy.born,
        "group": copy.group,
        "code": copy.code,
        "reference": copy.reference,
        "version": copy.version,
        "receivers": [list(receiver) for receiver in copy.receivers],
        "contact": list(copy.contact),
        "sections": [{"title": title, "facts": [list(fact) for fact in facts]} for title, facts in copy.sections],
        "documents": documents,
        "parents": list(copy.parents),
    }

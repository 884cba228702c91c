"""What is the same for many children of a class, filled in by one press: only where nothing stands yet."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from handover.db.unit_of_work import UnitOfWork
from handover.desk.class_bulk import WITHIN, still_to_send
from handover.desk.class_roster import group_tab
from handover.desk.own_contact import own_contact
from handover.dossiers.content import IN_THE_PDF, PARTS_IN_PDF, Content, Section
from handover.dossiers.drafts import documents_of, editable, open_draft, save_within
from handover.dossiers.lock import AlreadySent
from handover.errors import HandoverError
from handover.leavers.actions import subject_of
from handover.leavers.model import Leaver
from handover.policy import Action, Actor, Subject, may, require
from handover.services import Services
from handover.terms.document_kind import DocumentKind
from keys.errors import KeysError

Change = Callable[[UnitOfWork, Leaver, Content], Content]


@dataclass(frozen=True, kw_only=True)
class Done:
    """In how many dossiers something was written, and in how many it could not."""

    count: int = 0
    left: int = 0
    later: int = 0
    no_telephone: bool = False
    """Whoever pressed has no telephone on their own card: nothing was done."""


def pdf_in_all(services: Services, actor: Actor, group_key: str) -> Done:
    """Let the empty parts of the reports of a group say that they stand in the pdf, where an OKR document lies.

    What fails with one holds up no other.

    Raises:
        NotFound, NotAllowed: no such group for this actor, or not to fill in.
    """
    return _in_all(services, actor, group_key, _said_in_pdf, Section.REPORT)


def contact_in_all(services: Services, actor: Actor, group_key: str) -> Done:
    """Put who is signed in as the contact in each dossier of a group that names nobody.

    Raises:
        NotFound, NotAllowed: no such group for this actor, or not to fill in.
    """
    own = own_contact(services, actor)

    def change(_uow: UnitOfWork, _leaver: Leaver, content: Content) -> Content:
        if content.contact.name.strip() or content.contact.telephone.strip():
            return content
        said = replace(content.contact, name=own.name, telephone=own.telephone, days=content.contact.days or own.days)
        return replace(content, contact=said)

    if not own.telephone:
        with services.uow() as uow:
            _required(uow, actor, group_key)
        return Done(no_telephone=True)
    return _in_all(services, actor, group_key, change, Section.CONVERSATION)


def _said_in_pdf(uow: UnitOfWork, leaver: Leaver, content: Content) -> Content:
    if all(document.kind is not DocumentKind.OKR for document in documents_of(uow, leaver.id)):
        return content
    empty = {name: IN_THE_PDF for name in PARTS_IN_PDF if not getattr(content.report, name).strip()}
    return content.with_section("report", empty)


def _required(uow: UnitOfWork, actor: Actor, group_key: str) -> list[str]:
    group = group_tab(uow, actor, group_key)
    require(actor, Action.EDIT_DOSSIER, Subject(unit_id=group.unit_id, group_id=group.group_id))
    return [row.reference for row in still_to_send(uow, group) if may(actor, Action.EDIT_DOSSIER, subject_of(row))]


def _in_all(services: Services, actor: Actor, group_key: str, change: Change, section: Section) -> Done:
    with services.uow() as uow:
        references = _required(uow, actor, group_key)
    until, count, left, later = time.monotonic() + WITHIN, 0, 0, 0
    for reference in references:
        if time.monotonic() > until:
            later += 1
            continue
        try:
            count += _change(services, actor, reference, change, section)
        except AlreadySent:
            continue  # sent since: nothing is left to fill in
        except (HandoverError, KeysError):
            left += 1
    return Done(count=count, left=left, later=later)


def _change(services: Services, actor: Actor, reference: str, change: Change, section: Section) -> bool:
    with services.uow() as uow:
        leaver = editable(uow, actor, reference)
        draft = open_draft(uow, actor, reference)
        content = change(uow, leaver, draft.content)
        if content == draft.content:
            return False
        save_within(uow, actor, reference, content, read=draft, has_opp=leaver.has_opp, section=section.value)
        uow.commit()
        return True

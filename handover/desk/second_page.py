"""The last check before a dossier goes to a second school, and what keeps it from going there."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from handover.bundles.handovers import handover_of
from handover.bundles.second import second_application
from handover.bundles.sending import left_to_send_beside
from handover.desk.dossier_head import Head, head_of, readable_leaver
from handover.desk.sending_page import Part, in_care, in_dossier, sentences
from handover.dossiers.documents import list_documents
from handover.dossiers.drafts import open_draft
from handover.dossiers.rules import Missing
from handover.errors import IllegalTransition
from handover.leavers.actions import subject_of
from handover.leavers.applications import ApplicationView, applications_at
from handover.policy import Action, Actor, require
from handover.services import Services


@dataclass(frozen=True, kw_only=True)
class SecondPage:
    """Of a dossier that is at one school."""

    head: Head
    school: ApplicationView | None
    """Where it would go too."""
    left: tuple[tuple[Markup, str], ...]
    """Sentences and addresses."""
    with_code: bool
    """The school takes no part, and nothing else keeps it."""
    dossier: Part
    care: Part


def open_second(services: Services, actor: Actor, reference: str) -> SecondPage:
    """What stands between a dossier and its going to a second school.

    Raises:
        IllegalTransition: it is at no school, or at two.
        NamesOnly, NotFound, NotAllowed, NoKey: not for this actor, or not so much of it.
    """
    with services.uow() as uow:
        leaver = readable_leaver(uow, actor, reference)
        require(actor, Action.SEND, subject_of(leaver))
        head = head_of(uow, actor, leaver)
        if head.sent is None or not head.sent.is_on_its_way or head.beside is not None:
            raise IllegalTransition
        application = second_application(uow, leaver.id, handover_of(uow, head.sent.handover_id))
        left = left_to_send_beside(services, uow, actor, reference)
        content, documents = open_draft(uow, actor, reference).content, list_documents(uow, actor, leaver)
        applications = applications_at(uow, actor, reference)
    return SecondPage(
        head=head,
        school=next((one for one in applications if application and one.id == application.id), None),
        left=sentences(reference, left),
        with_code=bool(left) and all(todo.missing is Missing.RECEIVER_NOT_READY for todo in left),
        dossier=in_dossier(content, documents),
        care=in_care(head, documents),
    )

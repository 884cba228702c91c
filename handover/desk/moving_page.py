"""What the pages of a new school show: where the dossier is now, where the child applied too, what would travel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handover.bundles.handovers import handover_of
from handover.bundles.moving import has_way_back
from handover.bundles.state import HandoverStatus
from handover.desk.dossier_head import Head, head_of, readable_leaver
from handover.desk.sent import School
from handover.dossiers.documents import KeptDocument, list_documents
from handover.errors import IllegalTransition
from handover.leavers.applications import ApplicationView, applications_at
from handover.policy import Action, Actor, Subject, require
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Outcome

_OVER = frozenset({Outcome.REFUSED, Outcome.WITHDRAWN})


@dataclass(frozen=True, kw_only=True)
class MovingPage:
    """Of one leaver whose dossier is under way, or was confirmed."""

    head: Head
    handover_id: str
    school: School
    """That has it now."""
    needs_reason: bool
    """It was received: that school is told why it goes."""
    applications: tuple[ApplicationView, ...]
    """That stand, at other schools."""
    documents: tuple[KeptDocument, ...]
    is_final: bool
    """Once it went elsewhere it cannot go back with one press."""
    today: date


def open_moving(services: Services, actor: Actor, reference: str, *, about: str | None = None) -> MovingPage:
    """Where a dossier is, for who may send it elsewhere.

    Raises:
        IllegalTransition: it is nowhere: then a school is chosen and it is sent.
        NamesOnly, NotFound, NoKey: not for this actor.
    """
    with services.uow() as uow:
        leaver = readable_leaver(uow, actor, reference)
        require(actor, Action.SEND, Subject(unit_id=leaver.unit_id, group_id=leaver.group_id))
        head = head_of(uow, actor, leaver, about)
        if head.sent is None or not head.sent.is_on_its_way:
            raise IllegalTransition
        school = head.sent.school
        has_it = {school.brin, *([head.beside.school.brin] if head.beside else [])}
        return MovingPage(
            head=head,
            handover_id=head.sent.handover_id,
            school=school,
            needs_reason=head.sent.status in {HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED},
            applications=tuple(
                one
                for one in applications_at(uow, actor, reference)
                if one.brin not in has_it and one.outcome not in _OVER
            ),
            documents=tuple(list_documents(uow, actor, leaver)),
            is_final=not has_way_back(uow, handover_of(uow, head.sent.handover_id)),
            today=local_day(uow.clock.now()),
        )

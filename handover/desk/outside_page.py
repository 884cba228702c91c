"""The page on which a primary school records that a dossier went outside the service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from handover.bundles.readiness import ENDED, takes_part
from handover.bundles.sending import left_to_send
from handover.desk.dossier_head import Head, head_of, readable_leaver
from handover.desk.sending_page import sentences
from handover.dossiers.rules import Missing
from handover.leavers.actions import subject_of
from handover.leavers.applications import ApplicationView, applications_at
from handover.leavers.model import Application
from handover.policy import Action, Actor, require
from handover.services import Services
from handover.terms.clock import local_day


@dataclass(frozen=True, kw_only=True)
class OutsidePage:
    """One child and the school that its dossier went to."""

    head: Head
    school: ApplicationView | None
    takes_part: bool
    """It finds the child in its inbox."""
    left: tuple[tuple[Markup, str], ...]
    """What sending here would have asked; it holds nothing up."""
    today: date


def outside_page(services: Services, actor: Actor, reference: str) -> OutsidePage:
    """The page of one child, for who may record it.

    Raises:
        NamesOnly, NotFound, NotAllowed, NoKey: not for this actor, or not so much of it.
    """
    with services.uow() as uow:
        leaver = readable_leaver(uow, actor, reference)
        require(actor, Action.HAND_OUTSIDE, subject_of(leaver))
        head = head_of(uow, actor, leaver)
        standing = [one for one in applications_at(uow, actor, reference) if one.outcome not in ENDED]
        school = standing[0] if standing else None
        unit_id = uow.session.get_one(Application, school.id).receiver_unit_id if school else None
        left = [] if head.is_closed else left_to_send(services, uow, actor, reference, without_card=True)
        return OutsidePage(
            head=head,
            school=school,
            takes_part=takes_part(uow, unit_id),
            left=sentences(reference, [todo for todo in left if todo.missing is not Missing.APPLICATION]),
            today=local_day(uow.clock.now()),
        )

"""What the page of a handover with a code shows: the school as the register has it, and what is left before it goes."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from handover.bundles.coded import left_with_code
from handover.bundles.handovers import handover_of
from handover.bundles.readiness import ENDED, has_card, takes_part
from handover.bundles.second import second_application
from handover.db.unit_of_work import UnitOfWork
from handover.desk.dossier_head import Head, head_of, readable_leaver
from handover.desk.sending_page import sentences
from handover.leavers.actions import subject_of
from handover.leavers.applications import ApplicationView, applications_at
from handover.leavers.model import Application
from handover.policy import Action, Actor, require
from handover.schools.model import Location
from handover.services import Services


@dataclass(frozen=True, kw_only=True)
class CodedPage:
    """One child and the school that its dossier would go to."""

    head: Head
    school: ApplicationView | None
    is_second: bool
    """Another school has it already, and keeps it."""
    takes_part: bool
    """It gets dossiers as all do."""
    waits: bool
    """It takes part, and its key waits for the samenwerkingsverband."""
    telephone: str
    website: str
    left: tuple[tuple[Markup, str], ...]
    """Sentences and addresses."""


def coded_page(services: Services, actor: Actor, reference: str, *, is_second: bool = False) -> CodedPage:
    """The page of one child, for who may send its dossier. `is_second`: beside the school that has it.

    Raises:
        NamesOnly, NotFound, NotAllowed, NoKey: not for this actor, or not so much of it.
    """
    with services.uow() as uow:
        leaver = readable_leaver(uow, actor, reference)
        require(actor, Action.SEND, subject_of(leaver))
        head = head_of(uow, actor, leaver)
        # Once it is at no school, or at two, the page says how it stands.
        is_second = is_second and head.sent is not None and head.sent.is_on_its_way and head.beside is None
        standing = [one for one in applications_at(uow, actor, reference) if one.outcome not in ENDED]
        if is_second and head.sent is not None:
            second = second_application(uow, leaver.id, handover_of(uow, head.sent.handover_id))
            standing = [one for one in standing if second is not None and one.id == second.id]
        school = standing[0] if standing else None
        location = uow.session.get(Location, school.brin) if school else None
        unit_id = _unit_of(uow, school)
        return CodedPage(
            head=head,
            school=school,
            is_second=is_second,
            takes_part=takes_part(uow, unit_id),
            waits=takes_part(uow, unit_id) and not has_card(services, uow, unit_id),
            telephone=location.telephone if location else "",
            website=location.website if location else "",
            left=sentences(reference, left_with_code(services, uow, actor, reference, is_second=is_second)),
        )


def _unit_of(uow: UnitOfWork, school: ApplicationView | None) -> str | None:
    return uow.session.get_one(Application, school.id).receiver_unit_id if school else None

"""What the page of a handover with a code shows: the school as the register has it, and what is left before it goes."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from handover.bundles.coded import left_with_code
from handover.bundles.readiness import ENDED, has_card, takes_part
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
    takes_part: bool
    """It gets dossiers as all do."""
    waits: bool
    """It takes part, and its key waits for the samenwerkingsverband."""
    telephone: str
    website: str
    left: tuple[tuple[Markup, str], ...]
    """Sentences and addresses."""


def coded_page(services: Services, actor: Actor, reference: str) -> CodedPage:
    """The page of one child, for who may send its dossier.

    Raises:
        NamesOnly, NotFound, NotAllowed, NoKey: not for this actor, or not so much of it.
    """
    with services.uow() as uow:
        leaver = readable_leaver(uow, actor, reference)
        require(actor, Action.SEND, subject_of(leaver))
        standing = [one for one in applications_at(uow, actor, reference) if one.outcome not in ENDED]
        school = standing[0] if standing else None
        location = uow.session.get(Location, school.brin) if school else None
        unit_id = _unit_of(uow, school)
        return CodedPage(
            head=head_of(uow, actor, leaver),
            school=school,
            takes_part=takes_part(uow, unit_id),
            waits=takes_part(uow, unit_id) and not has_card(services, uow, unit_id),
            telephone=location.telephone if location else "",
            website=location.website if location else "",
            left=sentences(reference, left_with_code(services, uow, actor, reference)),
        )


def _unit_of(uow: UnitOfWork, school: ApplicationView | None) -> str | None:
    return uow.session.get_one(Application, school.id).receiver_unit_id if school else None

"""The first week: one card for a child's mentor, with what helps, what was agreed, and whom to call."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import select

from handover.bundles.conversations import Held, conversation_of
from handover.bundles.handovers import handover_of
from handover.bundles.mentors import standing
from handover.bundles.model import Part, RemarkKind
from handover.bundles.opened import OpenedView, opened_of
from handover.bundles.outside import see
from handover.bundles.reading import content, open_for_reading
from handover.bundles.remarks import RemarkView, remarks_of
from handover.db.unit_of_work import UnitOfWork
from handover.desk.mentors import MentorLine, mentors_of
from handover.desk.reading_content import report_of
from handover.desk.reading_front import Front
from handover.dossiers.content import Contact, Content
from handover.policy import Actor, Role
from handover.schools.model import Membership, Person
from handover.schools.queries import holds_on
from handover.services import Services
from handover.terms.clock import local_day


@dataclass(frozen=True, kw_only=True)
class Helper:
    """A colleague whom the mentor can ask."""

    name: str
    role: Role
    telephone: str
    days: str


@dataclass(frozen=True, kw_only=True)
class FirstWeek:
    """What stands on the card; what nobody filled in is left out of it."""

    front: Front
    mentors: tuple[MentorLine, ...]
    what_works: str = field(repr=False)
    needs: str = field(repr=False)
    wish: str = field(repr=False)
    agreed: tuple[Held, ...] = field(repr=False)
    notes: tuple[RemarkView, ...] = field(repr=False)
    opened: tuple[OpenedView, ...] = field(repr=False)
    contact: Contact = field(repr=False)
    helpers: tuple[Helper, ...]


def first_week(services: Services, actor: Actor, front: Front) -> FirstWeek:
    """The card of one child. For its mentor opening it counts as reading the report; others see three lines of it.

    Raises:
        NotFound, NotAllowed, NoKey: not for this actor, or not received.
        Tampered: what is stored is not what was sent.
    """
    said = _report(services, actor, front)
    with services.uow() as uow:
        notes = [one for one in remarks_of(uow, actor, front.handover_id) if one.kind is RemarkKind.NOTE]
        return FirstWeek(
            front=front,
            mentors=tuple(mentors_of(uow, front.handover_id)),
            what_works=said.report.what_works,
            needs=said.report.needs,
            wish=said.advice.wish_pupil,
            agreed=conversation_of(uow, actor, front.handover_id).held,
            notes=tuple(one for one in notes if one.part is Part.DOSSIER and not one.damaged),
            opened=tuple(opened_of(uow, actor, front.handover_id)),
            contact=said.contact,
            helpers=tuple(_helpers(uow, handover_of(uow, front.handover_id).receiver_unit_id)),
        )


def _report(services: Services, actor: Actor, front: Front) -> Content:
    """What the primary school wrote; nothing where the dossier lies elsewhere."""
    if front.outside is not None:
        see(services, actor, front.handover_id)
        return Content()
    with services.uow() as uow:
        is_mentor = any(one.person_id == actor.person_id for one in standing(uow, [front.handover_id]))
    opened = open_for_reading(services, actor, front.handover_id, Part.DOSSIER)
    try:
        return report_of(content(services, actor, opened, way="card", is_whole=is_mentor))
    finally:
        opened.inside.close()


def _helpers(uow: UnitOfWork, unit_id: str) -> list[Helper]:
    rows = uow.session.execute(
        select(Person.name, Membership.role, Person.telephone, Person.days_present)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.unit_id == unit_id,
            Membership.role.in_((Role.INTAKE, Role.CARE)),
            holds_on(local_day(uow.clock.now())),
        )
        .order_by(Membership.role, Person.name)
    )
    return [Helper(name=name, role=role, telephone=telephone, days=days) for name, role, telephone, days in rows]

"""Changing an application that was recorded before, and its place in the order of preference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select, update

from handover.db.counted import COUNTS_NOTHING
from handover.db.unit_of_work import UnitOfWork
from handover.errors import NotFound
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.model import Announcement, Application, Leaver
from handover.leavers.recording import checked_tlv, record_applied, require_past
from handover.policy import Action, Actor, require
from handover.schools.model import Location, UnitLocation
from handover.services import Services
from handover.terms.destination import Outcome, Tlv
from handover.terms.school_kind import SchoolKind


@dataclass(frozen=True, kw_only=True)
class ApplicationView:
    """An application as the primary school sees it, with the school as the register has it."""

    id: str
    brin: str
    school: str
    place: str
    kind: SchoolKind
    takes_part: bool
    applied_on: date
    tlv: Tlv
    outcome: Outcome
    outcome_on: date | None
    is_announced: bool
    """The secondary school said so itself, too."""


def applications_at(uow: UnitOfWork, actor: Actor, reference: str) -> list[ApplicationView]:
    """A leaver's applications, the most wanted first.

    Raises:
        NotFound, NotAllowed: no such leaver for this actor.
    """
    leaver = leaver_of(uow, reference)
    require(actor, Action.SEE_LEAVER, subject_of(leaver))
    rows = uow.session.execute(
        select(Application, Location)
        .join(Location, Location.brin6 == Application.receiver_brin)
        .where(Application.leaver_id == leaver.id)
        .order_by(Application.preference, Application.created_at)
    ).all()
    announced = set(
        uow.session.scalars(select(Announcement.application_id).where(Announcement.leaver_id == leaver.id)).all()
    )
    return [
        ApplicationView(
            id=application.id,
            brin=location.brin6,
            school=location.name,
            place=location.place,
            kind=location.kind,
            takes_part=application.receiver_unit_id is not None,
            applied_on=application.applied_on,
            tlv=application.tlv,
            outcome=application.outcome,
            outcome_on=application.outcome_on,
            is_announced=application.id in announced,
        )
        for application, location in rows
    ]


def change_application(
    services: Services, actor: Actor, reference: str, application_id: str, *, applied_on: date, tlv: Tlv
) -> None:
    """Correct the day of an application, or how it stands with its TLV.

    Raises:
        NotFound, NotAllowed: no such application of that leaver, for this actor.
        Invalid: a day to come, or nothing said of a TLV that is needed.
    """
    with services.uow() as uow:
        leaver, application = _found(uow, actor, reference, application_id)
        location = uow.session.get_one(Location, application.receiver_brin)
        application.tlv = checked_tlv(location.kind, tlv)
        require_past(uow, applied_on)
        application.applied_on, application.made_by_announcement = applied_on, False
        record_applied(uow, actor, leaver, application)
        uow.commit()


def prefer_application(services: Services, actor: Actor, reference: str, application_id: str) -> None:
    """Put an application first: the dossier goes to that school.

    Raises:
        NotFound, NotAllowed: no such application of that leaver, for this actor.
    """
    with services.uow() as uow:
        leaver, application = _found(uow, actor, reference, application_id)
        put_first(uow, application)
        record_applied(uow, actor, leaver, application)
        uow.commit()


def put_first(uow: UnitOfWork, application: Application) -> None:
    """Let a leaver's dossier go to the school of this application; the others keep their order behind it."""
    others = uow.session.scalars(
        select(Application)
        .where(Application.leaver_id == application.leaver_id, Application.id != application.id)
        .order_by(Application.preference, Application.created_at)
    )
    application.preference, application.made_by_announcement = 1, False
    for place, other in enumerate(others, start=2):
        other.preference = place


def find_receivers(uow: UnitOfWork) -> None:
    """Tell applications at schools that did not take part yet which unit serves them now."""
    serves = select(UnitLocation.unit_id).where(UnitLocation.brin6 == Application.receiver_brin).scalar_subquery()
    uow.session.execute(
        update(Application)
        .where(Application.receiver_unit_id.is_(None), serves.is_not(None))
        .values(receiver_unit_id=serves)
        .execution_options(**COUNTS_NOTHING)
    )


def _found(uow: UnitOfWork, actor: Actor, reference: str, application_id: str) -> tuple[Leaver, Application]:
    leaver = leaver_of(uow, reference, for_update=True)
    require(actor, Action.RECORD_APPLICATION, subject_of(leaver))
    application = uow.session.get(Application, application_id)
    if application is None or application.leaver_id != leaver.id:
        raise NotFound
    return leaver, application

"""What becomes of an application: the secondary school records it, the primary school may withdraw it."""

from __future__ import annotations

from sqlalchemy import select

from handover.audit.log import record
from handover.bundles.model import Handover
from handover.bundles.state import LIVE, HandoverStatus, stage_of
from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition, NotFound
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.events import ApplicationWithdrawn, OutcomeRecorded
from handover.leavers.model import Application, Leaver
from handover.policy import Action, Actor, Stage, Subject, require
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Outcome


def record_outcome(services: Services, actor: Actor, application_id: str, *, outcome: Outcome) -> None:
    """Record, for the secondary school, what became of an application.

    An application that only the primary school knows of gives the secondary school nothing: until a handover on it
    was offered, it does not exist there.

    Raises:
        NotFound, NotAllowed: no such application for this actor.
        Conflict: somebody else recorded something at the same time; nothing was changed.
    """
    with services.uow() as uow:
        application = uow.session.get(Application, application_id)
        if application is None:
            raise NotFound
        subject = _subject(uow, application)
        require(actor, Action.RECORD_OUTCOME, subject)
        application.outcome, application.outcome_on = outcome, local_day(uow.clock.now())
        record(
            uow,
            OutcomeRecorded(
                actor_id=actor.person_id,
                unit_id=application.receiver_unit_id,
                other_unit_id=subject.unit_id,
                subject_kind="leaver",
                subject_id=application.leaver_id,
                outcome=outcome.value,
            ),
        )
        uow.commit()


def withdraw_application(services: Services, actor: Actor, reference: str, application_id: str) -> None:
    """Record, for the primary school, that an application does not go on.

    Raises:
        IllegalTransition: the dossier lies there or is on its way; it is to be taken back first.
        NotFound, NotAllowed: no such application of that leaver, for this actor.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference)
        require(actor, Action.RECORD_APPLICATION, subject_of(leaver))
        application = uow.session.get(Application, application_id)
        if application is None or application.leaver_id != leaver.id:
            raise NotFound
        sent = LIVE - {HandoverStatus.DRAFT}
        if uow.session.scalars(
            select(Handover.id).where(Handover.application_id == application.id, Handover.status.in_(sent))
        ).first():
            raise IllegalTransition
        application.outcome, application.outcome_on = Outcome.WITHDRAWN, local_day(uow.clock.now())
        record(
            uow,
            ApplicationWithdrawn(
                actor_id=actor.person_id,
                unit_id=leaver.unit_id,
                other_unit_id=application.receiver_unit_id,
                subject_kind="leaver",
                subject_id=leaver.id,
                receiver_brin=application.receiver_brin,
            ),
        )
        uow.commit()


def _subject(uow: UnitOfWork, application: Application) -> Subject:
    leaver = uow.session.get_one(Leaver, application.leaver_id)
    status = uow.session.scalars(
        select(Handover.status)
        .where(Handover.application_id == application.id)
        .order_by(Handover.created_at.desc(), Handover.id.desc())
        .limit(1)
    ).first()
    return Subject(
        unit_id=leaver.unit_id,
        group_id=leaver.group_id,
        receiver_id=application.receiver_unit_id,
        stage=stage_of(status) if status else Stage.DRAFT,
    )

"""What becomes of an application: the secondary school records it, the primary school may withdraw it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from handover.audit.events import AuditEvent
from handover.audit.log import record
from handover.bundles.announcing import STANDING
from handover.bundles.grounds import keep_ground
from handover.bundles.model import Handover
from handover.bundles.sides import LONGEST
from handover.bundles.state import LIVE, HandoverStatus, stage_of
from handover.bundles.undo_steps import decided_of, remember_outcome
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, IllegalTransition, Invalid, NotFound
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.events import ApplicationWithdrawn, OutcomeRecorded, TlvRecorded
from handover.leavers.model import Announcement, Application, Leaver
from handover.policy import Action, Actor, Stage, Subject, require
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Outcome, Tlv
from handover.terms.msgid import msgid
from handover.terms.typed import readable

_NO_GROUND = msgid("Schrijf waarom de leerling niet is toegelaten. De basisschool en de ouders moeten dat weten.")


@dataclass(frozen=True, kw_only=True)
class Tlvs:
    """What is known of the toelaatbaarheidsverklaring; `until` only of one that was granted."""

    tlv: Tlv
    until: date | None = None


def record_outcome(
    services: Services,
    actor: Actor,
    application_id: str,
    *,
    outcome: Outcome,
    ground: str = "",
    tlv: Tlvs | None = None,
    read: int | None = None,
    press: str | None = None,
) -> None:
    """Record, for the secondary school, what became of an application; and of its TLV, where `tlv` is given.

    An application that only the primary school knows of gives the secondary school nothing: until a handover on it
    was offered, or it was announced from there, it does not exist there. `ground` is why a child was not admitted;
    it is sealed, and goes when the outcome becomes another. `read` is the version that the actor saw;
    `press` the press that it can be taken back with.

    Raises:
        NotFound, NotAllowed: no such application for this actor.
        Invalid: refused without a ground, or a granted TLV that has no last day.
        NoKey: a ground, and this person does not hold the names key.
        Conflict: somebody else recorded something at the same time; nothing was changed.
        IllegalTransition: the primary school took dossier and application back.
    """
    with services.uow() as uow:
        found = uow.session.get(Application, application_id)
        before = decided_of(found) if found else None
        application = record_outcome_within(
            services,
            uow,
            actor,
            application_id,
            outcome=outcome,
            on=local_day(uow.clock.now()),
            ground=ground,
            tlv=tlv,
            read=read,
        )
        if press is not None and before is not None:
            remember_outcome(uow, actor, press, application, before)
        uow.commit()


def record_outcome_within(
    services: Services,
    uow: UnitOfWork,
    actor: Actor,
    application_id: str,
    *,
    outcome: Outcome,
    on: date | None,
    ground: str = "",
    tlv: Tlvs | None = None,
    read: int | None = None,
) -> Application:
    """As `record_outcome`, of that day, in the caller's unit of work, which commits."""
    application = uow.session.get(Application, application_id)
    if application is None:
        raise NotFound
    subject = _subject(uow, application)
    require(actor, Action.RECORD_OUTCOME, subject)
    if read is not None and application.version != read:
        raise Conflict
    if application.outcome is Outcome.WITHDRAWN and subject.stage is Stage.ENDED:
        # The primary school took the child back, from a school that may never have been the right one.
        raise IllegalTransition
    ground = readable(ground).strip()
    _check(outcome, ground, tlv)
    if outcome is Outcome.REFUSED or application.outcome is Outcome.REFUSED:
        keep_ground(services, uow, actor, application, ground if outcome is Outcome.REFUSED else "")
    application.outcome, application.outcome_on = outcome, on
    record(uow, _told(OutcomeRecorded, actor, application, subject, outcome=outcome.value))
    if tlv is not None and (application.tlv, application.tlv_until) != (tlv.tlv, tlv.until):
        application.tlv, application.tlv_until = tlv.tlv, tlv.until
        record(uow, _told(TlvRecorded, actor, application, subject, tlv=tlv.tlv.value))
    return application


def withdraw_application(services: Services, actor: Actor, reference: str, application_id: str) -> None:
    """Record, for the primary school, that an application does not go on.

    Raises:
        IllegalTransition: the dossier lies there or is on its way; it is to be taken back first.
        NotFound, NotAllowed: no such application of that leaver, for this actor.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference, for_update=True)
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


def _check(outcome: Outcome, ground: str, tlv: Tlvs | None) -> None:
    wrong = {}
    if outcome is Outcome.REFUSED and not ground:
        wrong["ground"] = _NO_GROUND
    if len(ground) > LONGEST:
        wrong["ground"] = msgid("Dit is te lang. Maak het korter dan 4.000 tekens.")
    if tlv is not None and tlv.tlv is Tlv.GRANTED and tlv.until is None:
        wrong["tlv_until"] = msgid("Vul in tot welke dag de TLV geldt.")
    if wrong:
        raise Invalid(fields=wrong)


def _told(
    kind: Callable[..., AuditEvent], actor: Actor, application: Application, subject: Subject, **facts: str
) -> AuditEvent:
    return kind(
        actor_id=actor.person_id,
        unit_id=application.receiver_unit_id,
        other_unit_id=subject.unit_id,
        subject_kind="leaver",
        subject_id=application.leaver_id,
        **facts,
    )


def _subject(uow: UnitOfWork, application: Application) -> Subject:
    leaver = uow.session.get_one(Leaver, application.leaver_id)
    status = uow.session.scalars(
        select(Handover.status)
        .where(Handover.application_id == application.id, Handover.offered_at.is_not(None))
        .order_by(Handover.created_at.desc(), Handover.id.desc())
        .limit(1)
    ).first()
    announced = select(Announcement.id).where(
        Announcement.application_id == application.id, Announcement.state.in_(STANDING)
    )
    # What a secondary school announced itself it knows of before anything was sent.
    unsent = Stage.OFFERED if uow.session.scalars(announced).first() else Stage.DRAFT
    if unsent is Stage.OFFERED and application.outcome is Outcome.WITHDRAWN:
        unsent = Stage.ENDED
    return Subject(
        unit_id=leaver.unit_id,
        group_id=leaver.group_id,
        receiver_id=application.receiver_unit_id,
        stage=stage_of(status) if status else unsent,
    )

"""What became of an application that the secondary school announced, while its dossier is not there yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from handover.audit.log import record
from handover.bundles.announcing import SAYABLE
from handover.bundles.outcomes import Tlvs, record_outcome
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Conflict, IllegalTransition, Invalid, NotFound
from handover.leavers.events import OutcomeRecorded
from handover.leavers.model import Announcement, Application
from handover.policy import Action, Actor, Subject, require
from handover.services import Services
from handover.terms.destination import Announced, Outcome, Tlv
from handover.terms.msgid import msgid

_UNKNOWN_YET = msgid("Dit kan pas als de basisschool de leerling heeft herkend.")


@dataclass(frozen=True, kw_only=True)
class AnnouncedOutcome:
    """What is recorded of it now."""

    outcome: Outcome
    outcome_on: date | None
    tlv: Tlv
    tlv_until: date | None
    application_id: str | None
    """None: the primary school has not said yet which child it is; then only what waits for nobody can be said."""
    version: int


def announced_outcome(uow: UnitOfWork, actor: Actor, announcement_id: str) -> AnnouncedOutcome:
    """What is recorded of an announced application.

    Raises:
        NotFound, NotAllowed: not for this actor.
    """
    row = _theirs(uow, actor, announcement_id)
    if row.application_id is None:
        return AnnouncedOutcome(
            outcome=row.outcome,
            outcome_on=None,
            tlv=Tlv.NOT_NEEDED,
            tlv_until=None,
            application_id=None,
            version=row.version,
        )
    application = uow.session.get_one(Application, row.application_id)
    return AnnouncedOutcome(
        outcome=application.outcome,
        outcome_on=application.outcome_on,
        tlv=application.tlv,
        tlv_until=application.tlv_until,
        application_id=application.id,
        version=application.version,
    )


def record_announced_outcome(
    services: Services,
    actor: Actor,
    announcement_id: str,
    *,
    outcome: Outcome,
    ground: str = "",
    tlv: Tlvs | None = None,
    read: int | None = None,
) -> None:
    """Record what became of it. Once the child is known this is the outcome of its application.

    Raises:
        Invalid: not to be said before the primary school knows the child; or as `record_outcome`.
        Conflict: somebody recorded something else meanwhile.
        IllegalTransition: it was taken back or lapsed, or the primary school withdrew the application.
        NotFound, NotAllowed, NoKey: not for this actor.
    """
    with services.uow() as uow:
        now = announced_outcome(uow, actor, announcement_id)
        if now.application_id is None:
            _record_unknown(uow, actor, announcement_id, outcome, read)
            uow.commit()
            return
    record_outcome(services, actor, now.application_id, outcome=outcome, ground=ground, tlv=tlv, read=read)


def _record_unknown(uow: UnitOfWork, actor: Actor, announcement_id: str, outcome: Outcome, read: int | None) -> None:
    row = uow.session.get(Announcement, announcement_id, with_for_update=True, populate_existing=True)
    if row is None or row.application_id is not None or (read is not None and row.version != read):
        raise Conflict
    if outcome not in SAYABLE:
        raise Invalid(fields={"outcome": _UNKNOWN_YET})
    row.outcome = outcome
    record(
        uow,
        OutcomeRecorded(
            actor_id=actor.person_id,
            unit_id=row.receiver_unit_id,
            other_unit_id=row.sender_unit_id,
            subject_kind="announcement",
            subject_id=row.id,
            outcome=outcome.value,
        ),
    )


def _theirs(uow: UnitOfWork, actor: Actor, announcement_id: str) -> Announcement:
    row = uow.session.get(Announcement, announcement_id)
    if row is None:
        raise NotFound
    require(actor, Action.ANNOUNCE, Subject(unit_id=row.receiver_unit_id))
    if row.state in {Announced.TAKEN_BACK, Announced.LAPSED}:
        raise IllegalTransition
    return row

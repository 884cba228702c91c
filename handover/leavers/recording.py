"""Recording where a child applied: at which location, on which day, how it stands with a TLV."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from handover.audit.log import record
from handover.db.base import new_id
from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition, Invalid
from handover.leavers.actions import leaver_of, subject_of
from handover.leavers.events import ApplicationRecorded
from handover.leavers.model import Application, Leaver
from handover.policy import Action, Actor, require
from handover.schools.model import Location
from handover.schools.queries import unit_of_location
from handover.services import Services
from handover.terms.clock import local_day
from handover.terms.destination import Outcome, Tlv
from handover.terms.msgid import msgid
from handover.terms.school_kind import SchoolKind, Side

_UNKNOWN = msgid("Deze school staat niet in het register. Kijk het BRIN na.")
_CLOSED = msgid("Deze school is gesloten volgens het register. Kies een andere vestiging.")
_TWICE = msgid("Bij deze school is het kind al aangemeld.")
_TO_COME = msgid("Deze dag komt nog. Vul in wanneer de ouders zich aanmeldden.")
_TLV = msgid("Voor deze school is een TLV nodig. Kies hoe het daarmee staat.")


def record_application(
    services: Services, actor: Actor, reference: str, *, brin6: str, applied_on: date, tlv: Tlv
) -> str:
    """Record, for the primary school, that the parents applied at a location. Gives the application's id.

    Raises:
        NotFound, NotAllowed: no such leaver for this actor.
        Invalid: no open secondary location of that BRIN, or a day to come.
    """
    with services.uow() as uow:
        leaver = leaver_of(uow, reference, for_update=True)
        require(actor, Action.RECORD_APPLICATION, subject_of(leaver))
        application = _recorded(uow, actor, leaver, _open_school(uow, brin6), applied_on=applied_on, tlv=tlv)
        uow.commit()
        return application.id


def apply_within(
    uow: UnitOfWork, actor: Actor, leaver: Leaver, *, brin6: str, applied_on: date, tlv: Tlv
) -> Application:
    """The application at that location that stands, or else a new one; in the caller's unit of work, which commits.

    Raises:
        NotFound, NotAllowed: not for this actor.
        Invalid: as `record_application`.
        IllegalTransition: that school refused the child.
    """
    require(actor, Action.RECORD_APPLICATION, subject_of(leaver))
    location = _open_school(uow, brin6)
    standing = uow.session.scalars(
        select(Application).where(
            Application.leaver_id == leaver.id,
            Application.receiver_brin == brin6,
            Application.outcome != Outcome.WITHDRAWN,
        )
    ).one_or_none()
    if standing is None:
        return _recorded(uow, actor, leaver, location, applied_on=applied_on, tlv=tlv)
    if standing.outcome is Outcome.REFUSED:
        raise IllegalTransition
    return standing


def _open_school(uow: UnitOfWork, brin6: str) -> Location:
    location = uow.session.get(Location, brin6)
    if location is None or location.kind.side is not Side.VO:
        raise Invalid(fields={"brin": _UNKNOWN})
    if location.closed_on is not None:
        raise Invalid(fields={"brin": _CLOSED})
    return location


def _recorded(
    uow: UnitOfWork, actor: Actor, leaver: Leaver, location: Location, *, applied_on: date, tlv: Tlv
) -> Application:
    checked = checked_tlv(location.kind, tlv)
    require_past(uow, applied_on)
    application = _application(uow, leaver, location.brin6)
    application.receiver_unit_id = unit_of_location(uow, location.brin6)
    application.applied_on, application.tlv = applied_on, checked
    application.outcome, application.outcome_on = Outcome.ASKED, None
    application.recorded_by, application.made_by_announcement = actor.person_id, False
    uow.session.add(application)
    uow.flush()
    record_applied(uow, actor, leaver, application)
    return application


def record_applied(uow: UnitOfWork, actor: Actor, leaver: Leaver, application: Application) -> None:
    """Say in the log that an application was recorded or changed."""
    record(
        uow,
        ApplicationRecorded(
            actor_id=actor.person_id,
            unit_id=leaver.unit_id,
            other_unit_id=application.receiver_unit_id,
            subject_kind="leaver",
            subject_id=leaver.id,
            receiver_brin=application.receiver_brin,
            tlv=application.tlv.value,
        ),
    )


def checked_tlv(kind: SchoolKind, tlv: Tlv) -> Tlv:
    """How it stands with the toelaatbaarheidsverklaring; where the kind of school needs none, none is.

    Raises:
        Invalid: the kind needs one, and nothing was said of it.
    """
    if not kind.needs_tlv:
        return Tlv.NOT_NEEDED
    if tlv is Tlv.NOT_NEEDED:
        raise Invalid(fields={"tlv": _TLV})
    return tlv


def require_past(uow: UnitOfWork, applied_on: date) -> None:
    """Go on if parents can have applied on this day.

    Raises:
        Invalid: it is to come.
    """
    if applied_on > local_day(uow.clock.now()):
        raise Invalid(fields={"applied_on": _TO_COME})


def _application(uow: UnitOfWork, leaver: Leaver, brin6: str) -> Application:
    """A new one, last in order of preference; or the one that was withdrawn, when they apply there once more."""
    there = uow.session.scalars(select(Application).where(Application.leaver_id == leaver.id)).all()
    for known in there:
        if known.receiver_brin == brin6 and known.outcome is not Outcome.WITHDRAWN:
            raise Invalid(fields={"brin": _TWICE})
        if known.receiver_brin == brin6:
            return known
    return Application(
        id=new_id(),
        leaver_id=leaver.id,
        receiver_brin=brin6,
        preference=max((known.preference for known in there), default=0) + 1,
        created_at=uow.clock.now(),
    )

"""Taking apart what a secondary school announced and the child that it was thought to be."""

from __future__ import annotations

from sqlalchemy import select

from handover.bundles.model import Handover
from handover.bundles.state import LIVE, HandoverStatus
from handover.db.unit_of_work import UnitOfWork
from handover.errors import IllegalTransition
from handover.leavers.actions import hold_leavers
from handover.leavers.model import Announcement, Application
from handover.terms.clock import local_day
from handover.terms.destination import Announced, Outcome


def unlink(uow: UnitOfWork, row: Announcement) -> None:
    """Let it be about nobody again, as if it had just been asked; an application that only it made goes too.

    Raises:
        IllegalTransition: the dossier lies there or is on its way; it is to be taken back first.
    """
    if row.application_id is None:
        return
    hold_leavers(uow, [row.leaver_id])
    application = uow.session.get_one(Application, row.application_id)
    handovers = uow.session.scalars(select(Handover.status).where(Handover.application_id == application.id)).all()
    if any(status in LIVE and status is not HandoverStatus.DRAFT for status in handovers):
        raise IllegalTransition
    row.state, row.leaver_id, row.application_id = Announced.ASKED, None, None
    uow.flush()
    if not application.made_by_announcement:
        return  # the primary school knew of it by itself, or did something with it since
    if handovers:
        application.outcome, application.outcome_on = Outcome.WITHDRAWN, local_day(uow.clock.now())
    else:
        uow.session.delete(application)

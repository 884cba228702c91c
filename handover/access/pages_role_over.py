"""The page of a refusal to somebody whose role ended a short while ago, perhaps while a form of theirs stood open."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, request
from sqlalchemy import or_, select
from sqlalchemy.orm import aliased

from handover.access.current import current_session
from handover.access.labels import role_name
from handover.access.pages_saved import keep_quietly
from handover.db.unit_of_work import UnitOfWork
from handover.schools.model import Membership, Unit
from handover.services import current_services
from handover.terms.clock import local_day
from handover.web.templating import render
from handover.web.visit import current_viewer

RECENT = timedelta(days=2)
"""So long somebody may not have heard of it; later a refusal has other reasons."""


def role_over(status: int) -> Response | None:
    """What ended, that nothing was changed, and whether what was typed is kept; None where no role ended of late.

    The same page whatever the address was, so that it says nothing of what exists.
    """
    session = current_session()
    if session is None or current_viewer() is None:
        return None
    with current_services().uow() as uow:
        ended = _ended(uow, session.person_id)
    if not ended:
        return None
    is_form = request.method == "POST"
    return render(
        "access/rol_voorbij.html",
        status=status,
        rollen=ended,
        was_formulier=is_form,
        bewaard=is_form and keep_quietly(),
    )


def _ended(uow: UnitOfWork, person_id: str) -> list[tuple[str, str]]:
    """Roles that somebody has no more, each with its school; one that was renewed is not over."""
    now = uow.clock.now()
    today = local_day(now)
    again = aliased(Membership)
    has_it = select(again.id).where(
        again.person_id == person_id,
        again.unit_id == Membership.unit_id,
        again.role == Membership.role,
        again.ended_at.is_(None),
        again.from_on <= today,
        or_(again.until_on.is_(None), again.until_on >= today),
    )
    rows = uow.session.execute(
        select(Membership.role, Unit.name)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(
            ~has_it.correlate(Membership).exists(),
            Membership.person_id == person_id,
            or_(
                Membership.ended_at > now - RECENT,
                Membership.ended_at.is_(None) & Membership.until_on.between(today - RECENT, today - timedelta(days=1)),
            ),
        )
        .order_by(Unit.name, Membership.role)
    )
    return [(role_name(role), name) for role, name in rows]

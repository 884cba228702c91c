"""What a handover with a code is to the rest of its life: whether there is one, and taking its key away."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from handover.bundles.code_model import HandoverCode
from handover.db.unit_of_work import UnitOfWork

WORDS = 6
VALID = timedelta(days=14)
TRIES = 5


def code_of(uow: UnitOfWork, handover_id: str) -> HandoverCode | None:
    """The code of a handover; None where its receiver takes part."""
    return uow.session.scalars(select(HandoverCode).where(HandoverCode.handover_id == handover_id)).one_or_none()


def forget_code(uow: UnitOfWork, handover_id: str) -> None:
    """Delete the one-time key: fetched, taken back, run out or destroyed. Who fetched it stays on record."""
    uow.session.execute(
        update(HandoverCode).where(HandoverCode.handover_id == handover_id).values(sealed_identity=None)
    )

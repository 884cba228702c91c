"""How many children a primary school may ask others about on one day: as many as ever move at once, and no flood.

Each question tells another school a name and asks whether that child is there. Counted in the log, because a question
goes when the child is put back on the list.
"""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import ColumnElement, func, select

from handover.audit.model import AuditEntry
from handover.db.unit_of_work import UnitOfWork
from handover.errors import Invalid
from handover.leavers.events import PassageAsked
from handover.leavers.model import Leaver
from handover.leavers.passage_model import PassageRow
from handover.terms.clock import AMSTERDAM, local_day
from handover.terms.destination import Passage
from handover.terms.msgid import msgid

A_DAY = 30
"""Questions of one school; the median school has 21 children who leave in all."""
TO_ONE = 15
"""The same, to one other school: more than half of such a group that moves there together."""
WAITING = 30
"""Questions of one school that may wait for one other."""

_TOO_MANY = msgid(
    "Uw school vroeg vandaag al naar heel veel kinderen. Ga morgen verder. Klopt het aantal, bel dan uw boc’er."
)
_TO_ONE_SCHOOL = msgid("U vroeg deze school vandaag al naar heel veel kinderen. Bel haar, en ga morgen verder.")
_FLOODED = msgid("Bij deze school wachten al heel veel vragen van u op antwoord. Bel haar eerst.")


def require_room_to_ask(uow: UnitOfWork, asks: str, asked: str) -> None:
    """Go on if this school may ask that one of one more child.

    Raises:
        Invalid: it may not; under `to`.
    """
    midnight = datetime.combine(local_day(uow.clock.now()), time.min, AMSTERDAM)
    today = (AuditEntry.unit_id == asks, AuditEntry.name == PassageAsked.name, AuditEntry.at >= midnight)
    waits = (
        select(func.count())
        .select_from(PassageRow)
        .join(Leaver, Leaver.id == PassageRow.leaver_id)
        .where(Leaver.unit_id == asks, PassageRow.unit_id == asked, PassageRow.state == Passage.ASKED)
    )
    if _asked(uow, *today) >= A_DAY:
        raise Invalid(fields={"to": _TOO_MANY})
    if _asked(uow, *today, AuditEntry.other_unit_id == asked) >= TO_ONE:
        raise Invalid(fields={"to": _TO_ONE_SCHOOL})
    if (uow.session.scalar(waits) or 0) >= WAITING:
        raise Invalid(fields={"to": _FLOODED})


def _asked(uow: UnitOfWork, *which: ColumnElement[bool]) -> int:
    return uow.session.scalar(select(func.count()).select_from(AuditEntry).where(*which)) or 0

"""What a primary school keeps secret of a child is not said in an answer or in what was agreed, either."""

from __future__ import annotations

from handover.bundles.sides import Stand
from handover.db.unit_of_work import UnitOfWork
from handover.dossiers.hidden import hidden_of
from handover.errors import Invalid
from handover.leavers.model import Leaver
from handover.policy import Actor
from handover.terms.hidden import holds
from handover.terms.msgid import msgid

_SECRET = msgid("Hierin staat een adres of nummer dat geheim moet blijven. De andere school leest dit. Haal het weg.")


def require_unsaid(uow: UnitOfWork, actor: Actor, at: Stand, text: str, field: str = "text") -> None:
    """Go on if a text for both schools holds nothing that the primary school keeps secret of this child.

    Only that school knows what that is: what the other one writes is not looked through.

    Raises:
        Invalid: it does; under the field's name.
        NoKey: this person cannot see what is secret.
    """
    if not at.is_sender:
        return
    leaver = uow.session.get_one(Leaver, at.handover.leaver_id)
    if holds(text, hidden_of(uow, actor, leaver).needles):
        raise Invalid(fields={field: _SECRET})

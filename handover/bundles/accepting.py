"""Receiving one of several dossiers: what a colleague received first is as good as received now."""

from __future__ import annotations

from handover.bundles.handovers import handover_of
from handover.bundles.receiving import accept
from handover.bundles.state import HandoverStatus
from handover.errors import Conflict, IllegalTransition
from handover.policy import Actor
from handover.services import Services

_RECEIVED = frozenset({HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED})


def take_in(services: Services, actor: Actor, handover_id: str) -> bool:
    """Receive a dossier; gives whether it was received now, and not by a colleague or the same button just before.

    Raises:
        IllegalTransition: withdrawn, given back or closed meanwhile.
        NotFound, NotAllowed, NoKey: not for this actor.
        NoValidCard: the region does not vouch for this school now.
    """
    try:
        accept(services, actor, handover_id)
    except (IllegalTransition, Conflict):
        with services.uow() as uow:
            if handover_of(uow, handover_id).status not in _RECEIVED:
                raise
        return False
    return True

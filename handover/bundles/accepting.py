"""Receiving several dossiers at once: each is signed for on its own, and one that went meanwhile stops no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from handover.bundles.handovers import handover_of
from handover.bundles.receiving import accept
from handover.bundles.sides import subject_with_group
from handover.bundles.state import HandoverStatus
from handover.errors import Conflict, IllegalTransition
from handover.policy import Action, Actor, require
from handover.services import Services

_RECEIVED = frozenset({HandoverStatus.ACCEPTED, HandoverStatus.CONFIRMED})


class Taken(StrEnum):
    """What became of one of them."""

    NOW = "now"
    ALREADY = "already"  # a colleague was first, or the button was pressed twice: as good as now
    GONE = "gone"  # withdrawn, given back or closed meanwhile


def accept_all(services: Services, actor: Actor, handover_ids: Sequence[str]) -> Mapping[str, Taken]:
    """Receive these dossiers, in this order; gives what became of each. One that was received already is no error.

    Raises:
        NotFound, NotAllowed: one is not for this actor; then none was received.
        NoKey: this person holds no key of the school's.
        NoValidCard: the region does not vouch for this school now.
    """
    with services.uow() as uow:
        for handover_id in handover_ids:
            require(actor, Action.ACCEPT, subject_with_group(uow, handover_of(uow, handover_id)))
    return {handover_id: _accept(services, actor, handover_id) for handover_id in handover_ids}


def _accept(services: Services, actor: Actor, handover_id: str) -> Taken:
    try:
        accept(services, actor, handover_id)
    except (IllegalTransition, Conflict):
        with services.uow() as uow:
            status = handover_of(uow, handover_id).status
        return Taken.ALREADY if status in _RECEIVED else Taken.GONE
    return Taken.NOW

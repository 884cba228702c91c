"""What tests of the receiving school's pages look up."""

from __future__ import annotations

from handover.bundles.model import Handover
from tests.factories.thread import Thread


def application_of(thread: Thread, handover_id: str) -> str:
    """The id of the application that a handover is on."""
    with thread.services.uow() as uow:
        return uow.session.get_one(Handover, handover_id).application_id

"""What the worker does for the log."""

from __future__ import annotations

from handover.audit.sequencer import sequence
from handover.errors import Conflict
from handover.queue import TaskName, task
from handover.services import Services


@task(TaskName.SEQUENCE_LOG)
def sequence_log(services: Services) -> None:
    """Number all entries that wait. Where another sequencer is at it, that one does."""
    while True:
        with services.uow() as uow:
            try:
                numbered = sequence(uow)
            except Conflict:
                return
        if not numbered:
            return

"""What the worker does for access."""

from __future__ import annotations

from handover.access.sessions import expire_sessions
from handover.queue import TaskName, task
from handover.services import Services


@task(TaskName.EXPIRE_SESSIONS)
def end_sessions(services: Services) -> None:
    """Take the keys out of sessions that are over."""
    expire_sessions(services)

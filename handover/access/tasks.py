"""What the worker does for access."""

from __future__ import annotations

from handover.access.leaving import end_run_out
from handover.access.sessions import expire_sessions
from handover.access.throttle import forget_tries
from handover.queue import TaskName, task
from handover.services import Services
from handover.web.idempotency import forget_old_keys


@task(TaskName.EXPIRE_SESSIONS)
def end_sessions(services: Services) -> None:
    """Take the keys out of sessions that are over, and out of hands whose last day has passed.

    Tries and requests that say nothing any more are forgotten.
    """
    expire_sessions(services)
    end_run_out(services)
    with services.uow() as uow:
        forget_tries(uow)
        forget_old_keys(uow.session, now=uow.clock.now())
        uow.commit()

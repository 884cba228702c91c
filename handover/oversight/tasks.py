"""What the worker does for the samenwerkingsverband."""

from __future__ import annotations

import structlog

from handover.oversight.recounting import mark_wrong, recount
from handover.queue import TaskName, task
from handover.services import Services

log = structlog.get_logger(__name__)


@task(TaskName.COUNT_SCHOOLS)
def count_schools(services: Services) -> None:
    """Count again what changed, each minute."""
    with services.uow() as uow:
        recount(uow)


@task(TaskName.CHECK_COUNTS)
def check_counts(services: Services) -> None:
    """Hold all that is stored against the rows, each night; what is wrong is counted again within a minute."""
    with services.uow() as uow:
        wrong = mark_wrong(uow)
    if wrong:
        log.warning("counts_were_wrong", schools=wrong)

"""The queue of background work. A message only makes it quick: the status in a row is what counts (docs/adr/0004).

Tasks take ids and hold no keys. A feature's `tasks.py` says which function does a task, with `task`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Concatenate, Protocol

import structlog
from celery import Celery
from kombu.exceptions import OperationalError

if TYPE_CHECKING:
    from handover.services import Services

log = structlog.get_logger()


class TaskName(StrEnum):
    """Everything that is done in the background."""

    SETTLE_BUNDLE = "settle_bundle"
    SEND_MAIL = "send_mail"
    SWEEP = "sweep"
    SEQUENCE_LOG = "sequence_log"
    DELETE_BLOBS = "delete_blobs"
    DESTROY_DUE = "destroy_due"
    EXPIRE_SESSIONS = "expire_sessions"
    COUNT_SCHOOLS = "count_schools"
    CHECK_COUNTS = "check_counts"


TaskFunction = Callable[Concatenate["Services", ...], None]
"""Takes the services and the ids it was enqueued with. Runs again after a worker that died, so twice must be safe."""

TASKS: dict[TaskName, TaskFunction] = {}
"""Which function does what; `handover.worker` hands them to Celery."""


def task(name: TaskName) -> Callable[[TaskFunction], TaskFunction]:
    """Say that this function does that task; one function a task."""

    def register(function: TaskFunction) -> TaskFunction:
        if TASKS.setdefault(name, function) is not function:
            msg = f"internal error: two functions do {name}"
            raise AssertionError(msg)
        return function

    return register


class Queue(Protocol):
    """Where work is handed to."""

    def enqueue(self, name: TaskName, *ids: str) -> None:
        """Hand it over. Never fails, and waits a second at most: what the broker did not take, the sweep finds."""
        ...


CELERY_SETTINGS: dict[str, Any] = {
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_ignore_result": True,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "worker_prefetch_multiplier": 1,
    "worker_enable_remote_control": False,
    "broker_connection_retry_on_startup": True,
    "broker_connection_timeout": 1,
    "timezone": "UTC",
    "broker_transport_options": {
        # A task given to a worker that died comes back after this long; above the longest task, or it runs twice.
        "visibility_timeout": 900,
        # How often, and at every how many-th look, it is looked for what must come back: the defaults make it 100 s.
        "unacked_restore_interval": 2,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": 1,
        "socket_timeout": 5,
    },
}
"""What both ends of the queue agree on."""

_SENDER_OPTIONS = {
    **CELERY_SETTINGS["broker_transport_options"],
    # Somebody waits for this page. A broker that takes the connection and then says nothing must not hold it up.
    "socket_connect_timeout": 0.4,
    "socket_timeout": 0.4,
    "max_retries": 0,
}


class CeleryQueue:
    """A broker, by Celery; tasks are sent by name, so that use cases need not know their code."""

    def __init__(self, broker_url: str) -> None:
        self._celery = Celery(broker=broker_url, set_as_current=False)
        self._celery.conf.update(CELERY_SETTINGS, broker_transport_options=_SENDER_OPTIONS)
        # What this transport raises when the other end is away: redis and amqp each have errors of their own.
        connection = self._celery.connection_for_write()
        self._away: tuple[type[BaseException], ...] = (
            OperationalError,
            OSError,
            *connection.connection_errors,
            *connection.channel_errors,
        )

    def enqueue(self, name: TaskName, *ids: str) -> None:
        """Hand it over; see the port. The code of the request travels along, for the log."""
        bound = structlog.contextvars.get_contextvars().get("request_id", "")
        try:
            self._celery.send_task(
                name.value,
                args=ids,
                headers={"request_id": bound},
                retry=False,
                ignore_result=True,
            )
        except self._away as error:
            log.warning("enqueue_failed", task=name.value, error=type(error).__qualname__)

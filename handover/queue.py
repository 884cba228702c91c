"""The queue of background work. A message only makes it quick: the status in a row is what counts (docs/adr/0004).

Tasks take ids and hold no keys. A feature's `tasks.py` says which function does a task, with `task`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Protocol

import structlog
from celery import Celery
from kombu.exceptions import OperationalError as BrokerError

log = structlog.get_logger()


class TaskName(StrEnum):
    """Everything that is done in the background."""

    SETTLE_BUNDLE = "settle_bundle"
    SEND_MAIL = "send_mail"
    SWEEP = "sweep"
    SEQUENCE_LOG = "sequence_log"
    DELETE_BLOBS = "delete_blobs"
    EXPIRE_SESSIONS = "expire_sessions"


TaskFunction = Callable[..., None]
TASKS: dict[TaskName, TaskFunction] = {}
"""Which function does what: takes `Services` and the ids."""


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
        """Hand it over. Never fails: when the broker is down, the sweep finds what is left to do."""
        ...


class CeleryQueue:
    """A broker, by Celery; tasks are sent by name, so that use cases need not know their code."""

    def __init__(self, broker_url: str) -> None:
        self._celery = Celery(broker=broker_url, set_as_current=False)
        self._celery.conf.update(CELERY_SETTINGS)

    def enqueue(self, name: TaskName, *ids: str) -> None:
        """Hand it over; see the port. Takes about a second at most when nobody answers."""
        try:
            self._celery.send_task(name.value, args=ids, retry=False, ignore_result=True)
        except (BrokerError, OSError) as error:
            log.warning("enqueue_failed", task=name.value, error=type(error).__qualname__)


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
        "max_retries": 0,
    },
}

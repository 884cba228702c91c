"""The composition root of background work: the same services as the web, a task for each function of `TASKS`, beat.

Features' `tasks.py` are imported here, so that they register what they do. A task that fails is logged by class and
place; nothing is retried by the broker, because the sweep finds every row whose status says that work is left.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from celery import Celery, Task
from celery.schedules import crontab
from celery.signals import beat_embedded_init, setup_logging

from handover.access import tasks as access_tasks
from handover.audit import tasks as audit_tasks
from handover.bundles import tasks as bundles_tasks
from handover.bundles.destructions import replay_at_start
from handover.lifeline import lifeline
from handover.log import configure_logging
from handover.oversight import tasks as oversight_tasks
from handover.queue import CELERY_SETTINGS, TASKS, TaskFunction, TaskName
from handover.services import Services, open_services
from handover.settings import Settings

FEATURES = (access_tasks, audit_tasks, bundles_tasks, oversight_tasks)
"""Importing them registers what they do."""
EACH_MINUTE = (TaskName.SWEEP, TaskName.SEQUENCE_LOG, TaskName.COUNT_SCHOOLS)
EACH_NIGHT = (TaskName.DESTROY_DUE, TaskName.DELETE_BLOBS, TaskName.CHECK_COUNTS)
VISIBILITY_SECONDS = 900
"""After this long a task of a worker that died is given to another: above the longest task, or that runs twice."""

log = structlog.get_logger()


Opens = Callable[[Settings], Services]
"""How a process opens its services; tests open them with parts of their own."""


def make_celery(
    settings: Settings, *, visibility_seconds: int = VISIBILITY_SECONDS, opens: Opens = open_services
) -> Celery:
    """A Celery that does all registered tasks with the services of these settings.

    It opens no connection and no service yet. Tasks that no function does are named in the log.
    """
    celery = Celery("handover", broker=settings.broker_url, set_as_current=False)
    celery.conf.update(
        CELERY_SETTINGS,
        broker_transport_options={
            **CELERY_SETTINGS["broker_transport_options"],
            "visibility_timeout": visibility_seconds,
        },
        # Celery would send prints, and with them our own lines, through a logger that shows messages.
        worker_redirect_stdouts=False,
        # In memory: a minute, or a night, that was missed is made good by the next.
        beat_scheduler="celery.beat:Scheduler",
        beat_schedule=_schedule(),
    )
    opened = _Opened(settings, opens)
    for name, function in TASKS.items():
        celery.register_task(_task_class(name, function, opened)())
    for name in sorted(set(TaskName) - set(TASKS)):
        log.error("task_without_function", task=name.value)
    return celery


def run_worker(
    settings: Settings,
    *,
    arguments: Sequence[str] = (),
    visibility_seconds: int = VISIBILITY_SECONDS,
    opens: Opens = open_services,
) -> None:
    """Work until SIGTERM, with beat inside; exactly one worker may run with beat. Threads: no task needs the GIL long.

    `arguments` come after Celery's own, e.g. `["--concurrency", "4"]`.
    """
    configure_logging()
    replay_at_start(settings, opens=opens)
    # With a receiver Celery sets up no logging of its own: that would show a failed task's message and arguments.
    setup_logging.connect(_keep_our_logging)
    # Beat is a process of its own. One that outlived a killed worker would go on beside that of the next.
    end_with_us = lifeline(os.getpid())
    beat_embedded_init.connect(lambda **_of_celery: end_with_us(), weak=False)
    make_celery(settings, visibility_seconds=visibility_seconds, opens=opens).worker_main(
        [
            "--quiet",
            "worker",
            "--pool=threads",
            "--concurrency=2",
            "--beat",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            *arguments,
        ]
    )


def _schedule() -> dict[str, dict[str, object]]:
    minutes: dict[TaskName, object] = dict.fromkeys(EACH_MINUTE, 60.0)
    nights: dict[TaskName, object] = dict.fromkeys(EACH_NIGHT, crontab(hour="2", minute="20"))
    return {
        name.value: {"task": name.value, "schedule": at} for name, at in (minutes | nights).items() if name in TASKS
    }


class _Opened:
    """The services of this process. After a fork they are opened anew: connections must not be shared."""

    def __init__(self, settings: Settings, opens: Opens) -> None:
        self._settings, self._opens = settings, opens
        self._lock = threading.Lock()
        self._held: tuple[int, Services] | None = None

    def services(self) -> Services:
        with self._lock:
            if self._held is None or self._held[0] != os.getpid():
                self._held = os.getpid(), self._opens(self._settings)
            return self._held[1]


def _task_class(name: TaskName, function: TaskFunction, opened: _Opened) -> type[Task[..., None]]:
    def run(self: Task[..., None], *ids: str) -> None:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(
            task=name.value, task_id=self.request.id, request_id=_request_id(self.request)
        )
        try:
            function(opened.services(), *ids)
        except Exception:  # the edge: beyond it Celery would log the message, which may hold what a person typed
            log.exception("task_failed")
        else:
            log.info("task_done")

    return type(name.name, (Task,), {"name": name.value, "run": run, "ignore_result": True})


def _request_id(request: Any) -> str:
    return str((request.headers or {}).get("request_id", ""))


def _keep_our_logging(**_of_celery: object) -> None:
    configure_logging()


if __name__ == "__main__":
    run_worker(Settings.from_environ())

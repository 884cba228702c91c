"""Workers that are killed lose nothing, and what a task says when it fails reaches no log."""

from __future__ import annotations

from structlog.contextvars import bound_contextvars

from handover import worker
from handover.queue import TASKS, CeleryQueue, TaskName
from handover.settings import Settings
from tests.queue.valkey import Valkey
from tests.queue.workers import SECRET, VISIBILITY_SECONDS, Workers, wait_until


def test_there_is_no_task_that_nobody_does() -> None:
    assert worker.FEATURES
    assert set(TaskName) - set(TASKS) == set()


def test_the_sweep_the_sequencer_and_the_counting_run_each_minute_and_nothing_is_scheduled_that_nobody_does(
    valkey: Valkey,
) -> None:
    schedule = worker.make_celery(Settings(broker_url=valkey.url, demo=True)).conf.beat_schedule

    assert {name: entry["schedule"] for name, entry in schedule.items() if entry["schedule"] == 60.0} == {
        "sweep": 60.0,
        "sequence_log": 60.0,
        "count_schools": 60.0,
    }
    assert set(schedule) <= {name.value for name in TASKS}


def test_a_task_runs_with_the_services_of_the_settings(valkey: Valkey, workers: Workers) -> None:
    workers.start()

    CeleryQueue(valkey.url).enqueue(TaskName.SETTLE_BUNDLE, "b1")

    wait_until(lambda: workers.marks("done") != [], seconds=30)
    assert [mark.split(":", 1)[0] for mark in workers.marks("done")] == ["b1"]
    assert "blobs" in workers.marks("done")[0]


def test_what_a_killed_worker_held_is_done_by_the_next_within_seconds(valkey: Valkey, workers: Workers) -> None:
    workers.leave("hold")
    workers.start()
    CeleryQueue(valkey.url).enqueue(TaskName.SETTLE_BUNDLE, "b1")
    wait_until(lambda: workers.marks("begun") == ["b1"], seconds=30)

    workers.kill_all()
    workers.release("hold")
    workers.start()

    wait_until(lambda: workers.marks("done") != [], seconds=VISIBILITY_SECONDS + 25)
    assert workers.marks("begun") == ["b1", "b1"]


def test_what_waits_when_the_broker_is_killed_is_done_after_its_restart(valkey: Valkey, workers: Workers) -> None:
    CeleryQueue(valkey.url).enqueue(TaskName.SETTLE_BUNDLE, "b1")
    valkey.kill()
    valkey.start()

    workers.start()

    wait_until(lambda: workers.marks("done") != [], seconds=30)


def test_a_worker_outlives_its_broker(valkey: Valkey, workers: Workers) -> None:
    workers.start()
    CeleryQueue(valkey.url).enqueue(TaskName.SETTLE_BUNDLE, "b1")
    wait_until(lambda: len(workers.marks("done")) == 1, seconds=30)

    valkey.kill()
    valkey.start()
    queue = CeleryQueue(valkey.url)

    def handed_over_again() -> bool:
        # As the sweep does: whoever waits for a page waits 0.4 s, and a broker that just started may need longer.
        queue.enqueue(TaskName.SETTLE_BUNDLE, "b2")
        return len(workers.marks("done")) >= 2

    wait_until(handed_over_again, seconds=60)


def test_a_failing_task_is_logged_by_class_and_place_and_the_next_still_runs(valkey: Valkey, workers: Workers) -> None:
    workers.start()
    queue = CeleryQueue(valkey.url)

    with bound_contextvars(request_id="K7-42Q-9M"):
        queue.enqueue(TaskName.SEND_MAIL, "m1")
    queue.enqueue(TaskName.SETTLE_BUNDLE, "b1")
    wait_until(lambda: workers.marks("done") != [] and '"task_failed"' in workers.log(), seconds=30)

    (failed,) = [line for line in workers.log_lines() if line["event"] == "task_failed"]
    assert (failed["task"], failed["error"], failed["request_id"]) == ("send_mail", "ValueError", "K7-42Q-9M")
    assert failed["task_id"]
    assert any("fail" in place for place in failed["places"])
    assert SECRET not in workers.log()


def test_tasks_that_nobody_does_are_named(workers: Workers) -> None:
    workers.start()

    wait_until(lambda: '"sequence_log"' in workers.log(), seconds=30)

    named = {line["task"] for line in workers.log_lines() if line["event"] == "task_without_function"}
    assert named == {
        "check_counts",
        "count_schools",
        "delete_blobs",
        "destroy_due",
        "expire_sessions",
        "sequence_log",
    }

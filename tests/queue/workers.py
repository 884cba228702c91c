"""Worker processes over real services, with three small tasks of their own: `python workers.py BROKER FOLDER`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from handover.db.session import make_engine
from handover.queue import TASKS, TaskName, task
from handover.settings import Settings
from handover.tables import all_tables
from handover.worker import run_worker
from keys.card import RegionKeys
from keys.service import ServiceKey

if TYPE_CHECKING:
    from handover.services import Services

ROOT = Path(__file__).parents[2]
SECRET = "Noah de Vries"
VISIBILITY_SECONDS = 3
"""Much shorter than in earnest: a test cannot wait a quarter of an hour for what a killed worker held."""


class Workers:
    """Starts and kills workers, and reads what their tasks left in the folder."""

    def __init__(self, broker_url: str, folder: Path) -> None:
        self._broker_url, self._folder = broker_url, folder
        self._running: list[subprocess.Popen[bytes]] = []
        ServiceKey.create(folder / "service.key")
        (folder / "region.json").write_text(RegionKeys(()).encode(), encoding="utf-8")

    def start(self) -> None:
        """Start one more; what it logs is kept."""
        with (self._folder / "log").open("ab") as log:
            self._running.append(
                subprocess.Popen(
                    [sys.executable, "-m", "tests.queue.workers", self._broker_url, str(self._folder)],
                    cwd=ROOT,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def kill_all(self) -> None:
        """SIGKILL each with its children: no worker gets the time to give anything back."""
        for process in self._running:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._running.clear()

    def leave(self, name: str) -> None:
        """Put a mark where the tasks see it."""
        (self._folder / name).touch()

    def release(self, name: str) -> None:
        """Take the mark away."""
        (self._folder / name).unlink()

    def marks(self, name: str) -> list[str]:
        """What tasks wrote under this name, a line for each run."""
        path = self._folder / name
        return path.read_text(encoding="utf-8").split() if path.exists() else []

    def log(self) -> str:
        """All that the workers logged."""
        return (self._folder / "log").read_text(encoding="utf-8")

    def log_lines(self) -> list[dict[str, Any]]:
        """The same, each line as the JSON that it must be."""
        return [json.loads(line) for line in self.log().splitlines()]


def wait_until(true: Callable[[], bool], *, seconds: float) -> float:
    """Give how many seconds it took; fail when it takes longer than these."""
    begun = time.monotonic()
    while not true():
        spent = time.monotonic() - begun
        assert spent < seconds, f"waited {spent:.1f} s in vain"
        time.sleep(0.05)
    return time.monotonic() - begun


def _register(folder: Path) -> None:
    def mark(name: str, text: str) -> None:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")

    def settle(services: Services, bundle_id: str) -> None:
        mark("begun", bundle_id)
        while (folder / "hold").exists():
            time.sleep(0.05)
        mark("done", f"{bundle_id}:{services.settings.storage}")

    def fail(_services: Services, _id: str) -> None:
        raise ValueError(SECRET)

    def tick(_services: Services) -> None:
        mark("swept", "x")

    TASKS.clear()  # the service's own make room
    task(TaskName.SETTLE_BUNDLE)(settle)
    task(TaskName.SEND_MAIL)(fail)
    task(TaskName.SWEEP)(tick)


if __name__ == "__main__":
    place = Path(sys.argv[2])
    _register(place)
    settings = Settings(
        demo=True,
        broker_url=sys.argv[1],
        database_url=f"sqlite:///{place / 'rows.sqlite'}",
        storage=f"folder:{place / 'blobs'}",
        mail=f"folder:{place / 'mail'}",
        service_key_file=str(place / "service.key"),
        region_keys_file=str(place / "region.json"),
        destructions_file=str(place / "destroyed.txt"),
    )
    all_tables().create_all(make_engine(settings.database_url))
    run_worker(settings, visibility_seconds=VISIBILITY_SECONDS)
